// SPDX-License-Identifier: Apache-2.0
// From what was observed to a verdict.

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "scenarios/run/convert_expectations.h"
#include "scenarios/run/convert_faults.h"
#include "scenarios/run/convert_match.h"
#include "scenarios/run/simulation.h"

namespace gfs::run {
namespace {

using results::ExpectationOutcome;
using results::RunResult;
using results::Verdict;

// Oldest first; what the scenario switches off was so from the beginning.
std::vector<std::string> with_ablations(const format::Scenario& scenario,
                                        const std::vector<std::string>& witness) {
    std::vector<std::string> lines;
    for (const Mechanism mechanism : scenario.gfs.without) {
        if (witness.empty() || lines.size() == checks::Story::most_switched_off) break;
        const auto index = static_cast<std::size_t>(mechanism);
        lines.push_back(fmt::format("from the start          {} is switched off (/gfs/without)",
                                    format::ablation_words().at(index).name));
    }
    lines.insert(lines.end(), witness.begin(), witness.end());
    return lines;
}

results::ViolationFound to_violation(const format::Scenario& scenario,
                                     const checks::InvariantOutcome& invariant) {
    const checks::Violation& first = *invariant.first;
    return {.check = invariant.name,
            .guarantee = invariant.guarantee,
            .section = first.section,
            .at = first.time,
            .event = first.sequence,
            .promise = first.promise,
            .message = first.message,
            .witness = with_ablations(scenario, first.witness),
            .count = invariant.violations};
}

results::OperationRow to_row(const checks::OperationRow& row) {
    return {row.kind, row.count, row.errors, row.p50, row.p99};
}

std::string plural(std::size_t count, const char* one, const char* many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

// What speaks for a verdict other than "passed".
struct Reasons {
    std::vector<std::string> violated;
    std::vector<std::string> vacuous;
};

// The scenario says of this invariant that it is expected to fail, and why.
bool is_expected(const format::Scenario& scenario, const std::string& invariant) {
    return std::any_of(scenario.expect.begin(), scenario.expect.end(),
                       [&](const format::Expectation& e) {
                           return e.kind == format::Expectation::Kind::always && e.xfail &&
                                  to_string(e.invariant) == invariant;
                       });
}

// A run that says nothing, in the manner of the errors: what, and where in the scenario file.
std::string vacuous(std::string_view code, std::string_view what, const results::Place& place) {
    const std::string where = to_text(place);
    return fmt::format("vacuous[{}]: {}{}{}", code, what, where.empty() ? "" : " --> ", where);
}

// Only a `sometimes` waits for a situation; a checker is vacuous when it gave up.
std::string_view vacuous_code(const ExpectationOutcome& e) {
    return e.assertion.starts_with("check ") ? "I0404" : "I0402";
}

Reasons reasons_of(const format::Scenario& scenario, const RunResult& result) {
    using State = ExpectationOutcome::State;
    Reasons reasons;
    for (const results::ViolationFound& violation : result.violations)
        if (!is_expected(scenario, violation.check))
            reasons.violated.push_back(
                fmt::format("invariant {} ({})", violation.check, violation.guarantee));
    for (const ExpectationOutcome& e : result.expectations) {
        const std::string text = fmt::format("expectation `{}` {}", e.name, name(e.state));
        if (e.state == State::failed || e.state == State::unexpectedly_held)
            reasons.violated.push_back(text);
        if (e.state == State::vacuous)
            reasons.vacuous.push_back(vacuous(vacuous_code(e), text, e.place));
    }
    if (!result.step_failures.empty())
        reasons.violated.push_back(
            plural(result.step_failures.size(), "step failed", "steps failed"));
    for (const results::FaultOutcome& fault : result.faults)
        if (fault.vacuous)
            reasons.vacuous.push_back(
                vacuous("I0401", fmt::format("fault `{}` never fired: {}", fault.name, fault.never),
                        fault.place));
    for (const results::EmptyTarget& empty : result.empty_targets)
        reasons.vacuous.push_back(
            vacuous("I0403", fmt::format("target `{}` {}", empty.name, empty.what), empty.place));
    return reasons;
}

// `excused`: what was violated follows from a loss that nobody could have avoided.
void give_verdict(sim::StopReason reason, const format::Scenario& scenario, bool excused,
                  RunResult& result) {
    const Reasons reasons = reasons_of(scenario, result);
    if (reason == sim::StopReason::interrupted) {
        result.verdict = Verdict::interrupted;
        result.reasons = {"stopped from outside; what is said here is of the part that ran"};
    } else if (result.out_of_memory) {
        tell_out_of_memory(scenario, result);
    } else if (!reasons.violated.empty() && !excused) {
        result.verdict = Verdict::violated;
        result.reasons = reasons.violated;
    } else if (reason == sim::StopReason::dispatch_limit) {
        result.verdict = Verdict::limit;
        result.reasons = {
            fmt::format("the run reached {} events (/stop/max_events)", scenario.stop.max_events)};
    } else if (!reasons.vacuous.empty()) {
        result.verdict = Verdict::vacuous;
        result.reasons = reasons.vacuous;
    } else if (excused) {
        result.verdict = Verdict::excused;
        result.reasons = reasons.violated;
    } else {
        result.verdict = Verdict::passed;
    }
}

}  // namespace

void tell_out_of_memory(const format::Scenario& scenario, RunResult& result) {
    result.out_of_memory = true;
    result.verdict = Verdict::limit;
    result.digest.clear();  // where it stopped is chance
    result.reasons = {
        fmt::format("it needs more memory than {} MB (/stop/max_memory), or than there is; what is "
                    "said here is of the part that ran",
                    scenario.stop.max_memory / 1'000'000)};
}

void Simulation::finish(sim::StopReason reason, RunResult& result) {
    const checks::Results found = checks_.finish();
    suspects_ = suspects_of(scenario_, found, workload_.failures().size());
    collect_checks(found, result);
    collect_faults(result);
    collect_steps(result);
    if (options_.regions) collect_regions(result);
    result.end = engine_.now();
    result.events = engine_.emitted();
    result.dispatched = engine_.dispatched();
    result.digest = sim::to_hex(engine_.digest().value());
    result.out_of_memory = memory_.exceeded();
    give_verdict(reason, scenario_, false, result);
}

void Simulation::examine_losses(sim::StopReason reason, RunResult& result) const {
    if (result.verdict != Verdict::violated) return;
    const std::vector<checks::LostChunk> losses = checks_.losses(culprits_of(suspects_));
    const Excuse excuse = examine(scenario_, {.suspects = suspects_,
                                              .losses = losses,
                                              .a_log_was_lied_to = was_a_log_lied_to(),
                                              .digest = engine_.digest().value(),
                                              .options = options_});
    result.excuse = excuse.lines;
    if (excuse.granted) give_verdict(reason, scenario_, true, result);
}

bool Simulation::was_a_log_lied_to() const {
    std::set<std::string> logs;
    for (const Machine& machine : cluster_.machines())
        if (machine.log != nullptr) logs.insert(engine_.host(machine.host).name());
    const auto is_log = [&](const std::string& name) { return logs.contains(name); };
    for (const faults::FaultReport& fault : faults_.report().faults)
        for (const auto& firing : fault.firings)
            if (fault.kind == "lying_fsync" &&
                std::any_of(firing.targets.begin(), firing.targets.end(), is_log))
                return true;
    return false;
}

void Simulation::collect_checks(const checks::Results& found, RunResult& result) {
    for (const checks::InvariantOutcome& invariant : found.invariants) {
        if (invariant.first) result.violations.push_back(to_violation(scenario_, invariant));
        result.invariants.push_back({.name = invariant.name,
                                     .guarantee = invariant.guarantee,
                                     .checked = invariant.checked,
                                     .violations = invariant.violations,
                                     .warnings = invariant.warnings,
                                     .first_warning = invariant.first_warning});
    }
    std::stable_sort(result.violations.begin(), result.violations.end(),
                     [](const auto& a, const auto& b) { return a.event < b.event; });
    for (std::size_t i = 0; i < found.expectations.size(); ++i)
        result.expectations.push_back(to_outcome(found.expectations[i], scenario_.expect[i]));
    for (ExpectationOutcome& e : result.expectations)
        e.witness = with_ablations(scenario_, e.witness);
    for (const checks::OperationRow& row : found.operations)
        result.operations.push_back(to_row(row));
    result.all_operations = to_row(found.all_operations);
}

void Simulation::collect_faults(RunResult& result) {
    const faults::PlanReport report = faults_.report();
    result.faults = to_outcomes(report);
    result.drawn = to_drawn(report);
    result.empty_targets = empty_targets(report, scenario_);
    if (!fault_states_) return;
    for (checks::FaultStates& row : fault_states_->rows())
        result.fault_states.push_back({row.fault, row.kind, std::move(row.met)});
}

void Simulation::collect_steps(RunResult& result) {
    for (const workloads::Failure& failure : workload_.failures()) {
        const format::Group& group = scenario_.workload.at(failure.group);
        const format::Source& source =
            failure.step ? group.script.at(*failure.step).source : group.source;
        result.step_failures.push_back(
            {fmt::format("{} at {}: {}", failure.client, reports::time_text(failure.at),
                         failure.message),
             to_place(source)});
    }
}

}  // namespace gfs::run
