// SPDX-License-Identifier: Apache-2.0
// When targets bind. Who can be chosen, and who is, is in choose_targets.cpp.

#include "faults/targets.h"

#include <algorithm>
#include <utility>

#include "sim/assert.h"

namespace gfs::faults {
namespace {

bool contains(const std::vector<HostId>& hosts, HostId host) {
    return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

// The others bind at the start, or when their trigger fires, and else not at all.
bool binds_at_use(const TargetSpec& spec) {
    return spec.resolve != TargetSpec::Resolve::start && !spec.bind_on;
}

}  // namespace

Targets::Targets(Machines& machines, const Truth& truth, const std::vector<TargetSpec>& specs)
    : engine_(machines.engine()), machines_(machines), truth_(truth) {
    targets_.reserve(specs.size());  // a trigger refers to the pattern in its target's spec
    for (const TargetSpec& spec : specs) {
        SIM_ASSERT(find(spec.name) == nullptr);
        targets_.push_back({.spec = spec,
                            .random = engine_.random("target." + spec.name),
                            .report = {.name = spec.name, .source = spec.source}});
    }
}

void Targets::start() {
    // Not before: the machines of clients are added when their groups are built.
    machine_infos_ = machines_.all();
    bool listens = false;
    for (Target& target : targets_) {
        if (target.spec.bind_on) {
            target.trigger.emplace(engine_, *this, target.spec.bind_on->event);
            listens = true;
        } else if (target.spec.resolve == TargetSpec::Resolve::start) {
            bind(target);
        }
    }
    if (listens) engine_.observe(*this);
}

void Targets::on_event(const sim::Event& event) {
    for (Target& target : targets_) {
        if (!target.trigger || target.trigger->reached()) continue;
        const Trigger& trigger = *target.spec.bind_on;
        if (trigger.by && event.time > sim::time_zero + *trigger.by) continue;
        if (!target.trigger->see(event)) continue;
        engine_.after(trigger.delay, [this, &target] { bind(target); });
    }
}

Targets::Chosen Targets::use(const Who& who) {
    if (who.kind != Who::Kind::target) return {without_targets(who), false, std::nullopt};
    Target* const target = find(who.text);
    SIM_ASSERT(target != nullptr);
    const bool again = target->spec.resolve == TargetSpec::Resolve::each_use;
    if (binds_at_use(target->spec) && (again || !target->bound)) bind(*target);
    if (target->bound) return {*target->bound, false, std::nullopt};
    const bool skip = target->spec.on_empty == TargetSpec::OnEmpty::skip;
    const TargetReport::Nobody nobody = nobody_now(*target);
    if (!skip && !target->report.empty) target->report.empty = nobody;
    return {{}, skip, nobody};
}

std::vector<HostId> Targets::draw(const Who& who) {
    Target* const target = who.kind == Who::Kind::target ? find(who.text) : nullptr;
    const bool is_new = target != nullptr && binds_at_use(target->spec) &&
                        target->spec.resolve == TargetSpec::Resolve::each_use;
    if (!is_new) return use(who).hosts;
    target->drawn = choose(*target, candidates(target->spec));
    return *target->drawn;
}

void Targets::put_back(const Who& who) {
    Target* const target = who.kind == Who::Kind::target ? find(who.text) : nullptr;
    if (target != nullptr) target->drawn.reset();
}

bool Targets::is_meant(const Who& who, HostId host) {
    if (who.kind == Who::Kind::target) return is_named(who.text, host);
    return contains(without_targets(who), host);
}

bool Targets::is_named(const std::string& name, HostId host) {
    Target* const target = find(name);
    if (target == nullptr) {
        const auto bound = truth_.bound(name);
        return bound && contains(bound->servers, host);
    }
    if (!target->bound && binds_at_use(target->spec) && contains(candidates(target->spec), host))
        bind(*target);
    return target->bound && contains(*target->bound, host);
}

bool Targets::is_in_rack(const std::string& rack, HostId host) {
    return is_meant({Who::Kind::rack, rack, std::nullopt}, host);
}

bool Targets::has_role(const std::string& role, HostId host) {
    if (role == "any") return is_meant({Who::Kind::role, role, std::nullopt}, host);
    const auto known = find_role(role);
    SIM_ASSERT(known.has_value());
    return is_meant({Who::Kind::role, role, known}, host);
}

std::optional<ChunkHandle> Targets::named_chunk(const std::string& name) {
    const Target* const target = find(name);
    if (target != nullptr) {
        if (!target->spec.holds) return std::nullopt;
        return held_chunk(*target->spec.holds);
    }
    const auto bound = truth_.bound(name);
    if (!bound) return std::nullopt;
    return bound->chunk;
}

std::optional<ChunkHandle> Targets::chunk_of(const std::string& file, ChunkIndex index) {
    return truth_.chunk_of(file, index);
}

Targets::Target* Targets::find(const std::string& name) {
    for (Target& target : targets_)
        if (target.spec.name == name) return &target;
    return nullptr;
}

void Targets::bind(Target& target) {
    std::vector<HostId> chosen;
    if (target.drawn)
        chosen = *std::exchange(target.drawn, std::nullopt);
    else
        chosen = choose(target, candidates(target.spec));
    if (chosen.empty()) {
        target.bound.reset();
        target.nobody = TargetReport::Nobody{engine_.now(), why_nobody(target.spec)};
        return;
    }
    TargetReport::Binding binding{engine_.now(), {}};
    const sim::TextId name = engine_.text(target.spec.name);
    for (const HostId host : chosen) binding.hosts.push_back(name_of(host));
    target.report.bindings.push_back(std::move(binding));
    target.bound = chosen;
    for (const HostId host : chosen)
        engine_.emit(sim::no_host, sim::event::target_bound, {name, host});
}

std::vector<TargetReport> Targets::report() const {
    std::vector<TargetReport> reports;
    for (const Target& target : targets_) reports.push_back(target.report);
    return reports;
}

}  // namespace gfs::faults
