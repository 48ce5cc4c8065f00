// SPDX-License-Identifier: Apache-2.0
// Who can be a target, and who of them is chosen. When this is asked is in targets.cpp.

#include <algorithm>

#include "core/common/glob.h"
#include "faults/targets.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

// So many of `candidates`. A share is rounded up, so that any share of somebody is somebody.
std::size_t wanted(const TargetSpec& spec, std::size_t candidates) {
    switch (spec.count_kind) {
        case TargetSpec::Count::number:
            return spec.count;
        case TargetSpec::Count::all:
            return candidates;
        case TargetSpec::Count::majority:
            return candidates / 2 + 1;
        case TargetSpec::Count::minority:
            return candidates == 0 ? 0 : (candidates - 1) / 2;
        case TargetSpec::Count::percent:
            break;
    }
    const sim::Ratio share = spec.percent;
    return (candidates * share.numerator + share.denominator - 1) / share.denominator;
}

bool in_state(const sim::Host& host, TargetSpec::Alive state) {
    switch (state) {
        case TargetSpec::Alive::up:
            return host.up();
        case TargetSpec::Alive::down:
            return !host.up();
        case TargetSpec::Alive::any:
            break;
    }
    return true;
}

}  // namespace

std::vector<HostId> Targets::without_targets(const Who& who) const {
    std::vector<HostId> hosts;
    for (const MachineInfo& machine : machine_infos_) {
        bool meant = false;
        switch (who.kind) {
            case Who::Kind::actor:
                meant = machine.name == who.text;
                break;
            case Who::Kind::glob:
                meant = glob_matches(who.text, machine.name);
                break;
            case Who::Kind::rack:
                meant = machine.rack == who.text;
                break;
            case Who::Kind::role:
                meant = !who.role || machines_.role(machine.host) == *who.role;
                break;
            case Who::Kind::target:
                SIM_ASSERT(!"a target is chosen, not looked up");
                break;
        }
        if (meant) hosts.push_back(machine.host);
    }
    return hosts;
}

std::optional<ChunkHandle> Targets::held_chunk(const HeldChunk& held) const {
    if (held.bound.empty()) return truth_.chunk_of(held.file, held.index);
    const auto bound = truth_.bound(held.bound);
    if (!bound) return std::nullopt;
    return bound->chunk;
}

// REQUIRES: spec.holds.
std::vector<HostId> Targets::holders(const TargetSpec& spec) const {
    const auto chunk = held_chunk(*spec.holds);
    if (!chunk) return {};
    std::vector<HostId> replicas = truth_.current_replicas(*chunk);
    if (spec.as == TargetSpec::As::any) return replicas;
    // Without a lease in force nobody is primary, and so nobody is secondary.
    const auto primary = truth_.primary(*chunk);
    if (!primary) return {};
    if (spec.as == TargetSpec::As::primary) return {*primary};
    std::erase(replicas, *primary);
    return replicas;
}

std::vector<HostId> Targets::candidates(const TargetSpec& spec) const {
    std::vector<HostId> held;
    if (spec.holds) held = holders(spec);
    std::vector<HostId> candidates;
    for (const MachineInfo& machine : machine_infos_) {
        if (spec.role && machines_.role(machine.host) != *spec.role) continue;
        if (spec.actor && !glob_matches(*spec.actor, machine.name)) continue;
        if (spec.rack && machine.rack != *spec.rack) continue;
        if (!in_state(engine_.host(machine.host), spec.state)) continue;
        if (spec.holds && std::find(held.begin(), held.end(), machine.host) == held.end()) continue;
        candidates.push_back(machine.host);
    }
    return candidates;
}

// Takes of the candidates, who are ordered by host id; so is the result.
std::vector<HostId> Targets::choose(Target& target, std::vector<HostId> candidates) const {
    const TargetSpec& spec = target.spec;
    const std::size_t spare = candidates.size() > spec.leave ? candidates.size() - spec.leave : 0;
    const std::size_t count = std::min(wanted(spec, candidates.size()), spare);
    const auto lighter = [this](HostId a, HostId b) {
        return truth_.load_bytes(a) < truth_.load_bytes(b);
    };
    switch (spec.pick) {
        case TargetSpec::Pick::random:
            if (count < candidates.size()) target.random.shuffle(candidates);
            break;
        case TargetSpec::Pick::first:
            break;
        case TargetSpec::Pick::last:
            std::reverse(candidates.begin(), candidates.end());
            break;
        case TargetSpec::Pick::least_loaded:
            std::stable_sort(candidates.begin(), candidates.end(), lighter);
            break;
        case TargetSpec::Pick::most_loaded:
            std::stable_sort(candidates.begin(), candidates.end(),
                             [&](HostId a, HostId b) { return lighter(b, a); });
            break;
    }
    candidates.resize(count);
    std::stable_sort(candidates.begin(), candidates.end());
    return candidates;
}

}  // namespace gfs::faults
