// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/convert_faults.h"

#include <fmt/format.h>

#include "scenarios/run/convert_match.h"
#include "sim/assert.h"

namespace gfs::run {
namespace {

using faults::FaultSpec;
using faults::TargetSpec;

// Enumerations that say the same in the same order.
template <typename To, typename From>
constexpr To same(From value) {
    return static_cast<To>(value);
}
static_assert(same<TargetSpec::As>(format::Target::As::secondary) == TargetSpec::As::secondary);
static_assert(same<TargetSpec::Alive>(format::Target::Alive::any) == TargetSpec::Alive::any);
static_assert(same<TargetSpec::Count>(format::Target::Count::percent) ==
              TargetSpec::Count::percent);
static_assert(same<TargetSpec::Pick>(format::Target::Pick::least_loaded) ==
              TargetSpec::Pick::least_loaded);
static_assert(same<TargetSpec::Resolve>(format::Target::Resolve::each_use) ==
              TargetSpec::Resolve::each_use);
static_assert(same<TargetSpec::OnEmpty>(format::Target::OnEmpty::skip) ==
              TargetSpec::OnEmpty::skip);
static_assert(same<faults::Direction>(format::Direction::backward) == faults::Direction::backward);
static_assert(same<faults::RackLoss>(format::RackLoss::network) == faults::RackLoss::network);
static_assert(same<faults::ReleaseOrder>(format::ReleaseOrder::reverse) ==
              faults::ReleaseOrder::reverse);
static_assert(same<faults::Shape>(format::Shape::bridge) == faults::Shape::bridge);
static_assert(same<faults::Who::Kind>(format::Who::Kind::target) == faults::Who::Kind::target);
static_assert(same<faults::Start::Kind>(format::FaultStart::Kind::every) ==
              faults::Start::Kind::every);

faults::Source to_source(const format::Source& source) {
    return {source.file, source.line, source.column};
}

// Nothing for `any`.
std::optional<MachineRole> to_role(format::Role role) {
    switch (role) {
        case format::Role::chunkserver:
            return MachineRole::chunkserver;
        case format::Role::client:
            return MachineRole::client;
        case format::Role::master:
            return MachineRole::master;
        case format::Role::shadow:
            return MachineRole::shadow;
        case format::Role::log_replica:
            return MachineRole::log_replica;
        case format::Role::monitor:
            return MachineRole::monitor;
        case format::Role::any:
            break;
    }
    return std::nullopt;
}

faults::Who to_who(const format::Who& who) {
    return {same<faults::Who::Kind>(who.kind), who.text, to_role(who.role)};
}
std::optional<faults::Who> to_who(const std::optional<format::Who>& who) {
    if (!who) return std::nullopt;
    return to_who(*who);
}

faults::Trigger to_trigger(const format::Trigger& trigger) {
    return {to_counter(trigger), trigger.delay, trigger.by};
}

// A chunk of a file, or the name of one.
std::optional<faults::HeldChunk> to_held(const std::optional<format::ChunkRef>& chunk,
                                         const std::optional<std::string>& bound) {
    if (bound) return faults::HeldChunk{{}, {}, *bound};
    if (!chunk) return std::nullopt;
    return faults::HeldChunk{chunk->file, ChunkIndex{static_cast<std::uint32_t>(chunk->index)}, {}};
}

TargetSpec to_target(const format::Target& target) {
    TargetSpec spec{
        .name = target.name,
        .source = to_source(target.source),
        .role = to_role(target.role),
        .actor = target.actor,
        .rack = target.rack,
        .holds = to_held(target.holds, target.holds_bound),
        .as = same<TargetSpec::As>(target.as),
        .state = same<TargetSpec::Alive>(target.state),
        .count_kind = same<TargetSpec::Count>(target.count_kind),
        .count = target.count,
        .percent = target.percent,
        .pick = same<TargetSpec::Pick>(target.pick),
        .leave = target.leave,
        .resolve = same<TargetSpec::Resolve>(target.resolve),
        .on_empty = same<TargetSpec::OnEmpty>(target.on_empty),
    };
    if (target.bind_on) spec.bind_on = to_trigger(*target.bind_on);
    return spec;
}

faults::Start to_start(const format::FaultStart& start) {
    faults::Start spec{
        .kind = same<faults::Start::Kind>(start.kind),
        .at = start.at,
        .after = start.after,
        .after_heal = start.after_heal,
        .period = start.period,
        .times = start.times,
        .until = start.until,
    };
    if (start.kind == format::FaultStart::Kind::when) spec.when = to_trigger(start.when);
    return spec;
}

// What other kinds leave empty is their default.
sim::DiskOperation to_operation(const std::string& word) {
    if (word == "read") return sim::DiskOperation::read;
    if (word == "sync") return sim::DiskOperation::sync;
    return sim::DiskOperation::write;
}

FaultSpec to_fault(const format::Fault& fault) {
    FaultSpec spec{
        .name = fault.name,
        .source = to_source(fault.source),
        .kind = std::string(to_string(fault.kind)),
        .start = to_start(fault.start),
        .delay = fault.delay,
        .duration = fault.duration,
        .optional = fault.optional,
        .random = fault.random,
        .target = to_who(fault.target),
        .direction = same<faults::Direction>(fault.direction),
        .shape = same<faults::Shape>(fault.shape),
        .link = {.latency = fault.link.latency,
                 .bandwidth = fault.link.bandwidth,
                 .loss = fault.link.loss,
                 .duplicate = fault.link.duplicate,
                 .reorder = fault.link.reorder,
                 .corrupt = fault.link.corrupt},
        .message = {.type = fault.message,
                    .from = to_who(fault.from),
                    .to = to_who(fault.to),
                    .match = to_conditions(fault.match),
                    .nth = fault.nth,
                    .count = fault.count},
        .extra_delay = fault.time,
        .until_time = fault.until_time,
        .lose_unsynced = fault.lose_unsynced,
        .torn = fault.torn,
        .chunk = to_held(fault.chunk, fault.chunk_bound),
        .chunk_offset = fault.chunk_offset,
        .blocks = fault.blocks,
        .nth_write = fault.nth,
        .disk_factor = {static_cast<std::uint64_t>(fault.factor.numerator),
                        static_cast<std::uint64_t>(fault.factor.denominator)},
        .disk_probability = fault.probability,
        .disk_operation = to_operation(fault.operation),
        .clock_offset = fault.offset,
        .clock_drift_ppm = fault.drift_ppm,
        .lease_edge = fault.lease_edge,
        .slowness = {static_cast<std::uint64_t>(fault.factor.numerator),
                     static_cast<std::uint64_t>(fault.factor.denominator)},
        .up = fault.up,
        .down = fault.down,
        .rounds = fault.times,
        .order = same<faults::ReleaseOrder>(fault.order),
        .healed_fault = fault.fault,
        .rack = fault.rack.value_or(std::string()),
        .rack_loses = same<faults::RackLoss>(fault.rack_loses),
        .servers = fault.count,
        .sites = fault.sites,
        .site_probability = fault.probability,
    };
    if (fault.until_event) spec.until_event = to_trigger(*fault.until_event);
    for (const format::Who& group : fault.between) spec.between.push_back(to_who(group));
    return spec;
}

bool is_point_fault(std::string_view kind) {
    for (const format::Word& word : format::fault_words())
        if (word.name == kind) return word.point;
    return false;
}

std::string at(sim::Time time) {
    return faults::to_string(time - sim::time_zero);
}

std::string deferral_text(const faults::FaultReport::Deferral& deferral) {
    std::string end = "to the end of the run";
    if (deferral.until) end = "until " + at(*deferral.until);
    if (deferral.given_up) end = "and given up";
    return fmt::format("at {} {}: {}", at(deferral.since), end, deferral.reason);
}

}  // namespace

faults::PlanSpec to_plan(const format::Scenario& scenario) {
    faults::PlanSpec plan;
    for (const format::Target& target : scenario.targets) plan.targets.push_back(to_target(target));
    for (const format::Fault& fault : scenario.faults) plan.faults.push_back(to_fault(fault));
    if (scenario.budget)
        plan.budget = {scenario.budget->min_up, scenario.budget->min_copies,
                       scenario.budget->master_log_copies, scenario.budget->give_up_after};
    plan.calm = scenario.stop.calm;
    return plan;
}

std::vector<results::FaultOutcome> to_outcomes(const faults::PlanReport& report) {
    std::vector<results::FaultOutcome> outcomes;
    for (const faults::FaultReport& fault : report.faults) {
        results::FaultOutcome outcome{
            .name = fault.name,
            .kind = fault.kind,
            .place = {fault.source.file, fault.source.line, fault.source.column},
            .never = fault.never_fired,
            .vacuous = fault.vacuous,
            .point = is_point_fault(fault.kind),
        };
        for (const faults::FaultReport::Firing& firing : fault.firings)
            outcome.firings.push_back({firing.at, firing.targets, firing.healed});
        for (const faults::FaultReport::Refusal& refusal : fault.refusals)
            outcome.refusals.push_back(fmt::format("at {}: {}", at(refusal.at), refusal.reason));
        for (const faults::FaultReport::Deferral& deferral : fault.deferrals)
            outcome.deferrals.push_back(deferral_text(deferral));
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

std::vector<std::string> to_drawn(const faults::PlanReport& report) {
    std::vector<std::string> drawn;
    for (const faults::TargetReport& target : report.targets)
        for (const faults::TargetReport::Binding& binding : target.bindings)
            drawn.push_back(fmt::format("target {} = {} (at {})", target.name,
                                        fmt::join(binding.hosts, ", "), at(binding.at)));
    return drawn;
}

std::vector<results::EmptyTarget> empty_targets(const faults::PlanReport& report,
                                                const format::Scenario& scenario) {
    std::vector<results::EmptyTarget> empty;
    for (const faults::TargetReport& target : report.targets) {
        if (!target.empty) continue;
        results::EmptyTarget& one = empty.emplace_back();
        one.name = target.name;
        one.what = fmt::format("was {} at {}: {}", target.empty->unbound ? "not bound" : "empty",
                               at(target.empty->at), target.empty->why);
        for (const format::Target& written : scenario.targets)
            if (written.name == target.name) one.place = to_place(written.source);
    }
    return empty;
}

}  // namespace gfs::run
