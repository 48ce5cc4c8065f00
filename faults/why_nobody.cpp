// SPDX-License-Identifier: Apache-2.0
// Why a target is nobody: the first of its conditions that leaves nobody.

#include <fmt/format.h>

#include <algorithm>

#include "core/common/glob.h"
#include "faults/report.h"
#include "faults/targets.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

std::string text_of(const HeldChunk& held) {
    if (!held.bound.empty()) return "@" + held.bound;
    return fmt::format("{}#{}", held.file, to_number(held.index));
}

std::string word_for(const std::optional<MachineRole>& role) {
    if (!role) return "machine";
    return to_string(Who{Who::Kind::role, {}, role}).substr(std::string_view("role:").size());
}

}  // namespace

// REQUIRES: it is nobody.
std::string Targets::why_nobody(const TargetSpec& spec) const {
    std::vector<MachineInfo> left = machine_infos_;
    const auto none_after = [&left](const auto& fails) {
        std::erase_if(left, fails);
        return left.empty();
    };
    if (spec.role && none_after([&](const MachineInfo& machine) {
            return machines_.role(machine.host) != *spec.role;
        }))
        return fmt::format("no machine is a {}", word_for(spec.role));
    if (spec.actor && none_after([&](const MachineInfo& machine) {
            return !glob_matches(*spec.actor, machine.name);
        }))
        return fmt::format("no {} is called {}", word_for(spec.role), *spec.actor);
    if (spec.rack &&
        none_after([&](const MachineInfo& machine) { return machine.rack != *spec.rack; }))
        return fmt::format("none of them is in rack {}", *spec.rack);
    if (spec.holds) {
        const std::vector<HostId> held = holders(spec);
        if (held.empty()) return why_no_holder(spec);
        if (none_after([&](const MachineInfo& machine) {
                return std::find(held.begin(), held.end(), machine.host) == held.end();
            }))
            return fmt::format("none of them holds {} so", text_of(*spec.holds));
    }
    SIM_ASSERT(!left.empty());
    if (candidates(spec).empty())
        return fmt::format("none of them is {}",
                           spec.state == TargetSpec::Alive::down ? "down" : "up");
    return fmt::format("of {} of them `count` and `leave` choose none", candidates(spec).size());
}

// REQUIRES: spec.holds, and nobody holds it so.
std::string Targets::why_no_holder(const TargetSpec& spec) const {
    const std::string chunk = text_of(*spec.holds);
    const auto handle = held_chunk(*spec.holds);
    if (!handle) return fmt::format("there is no chunk {}", chunk);
    if (spec.as == TargetSpec::As::any)
        return fmt::format("no disk has the current version of {}", chunk);
    if (!truth_.primary(*handle)) return fmt::format("no lease on {} is in force", chunk);
    return fmt::format("only the primary has {}", chunk);
}

TargetReport::Nobody Targets::nobody_now(const Target& target) const {
    if (target.nobody) return *target.nobody;
    // It waits for its trigger.
    SIM_ASSERT(target.trigger.has_value());
    const Trigger& trigger = *target.spec.bind_on;
    if (target.trigger->reached())
        return {engine_.now(), "the delay after " + trigger.event.pattern.event + " is not over",
                true};
    return {engine_.now(), too_few(trigger, *target.trigger), true};
}

}  // namespace gfs::faults
