// SPDX-License-Identifier: Apache-2.0

#include "scenarios/results/cause.h"

#include <fmt/format.h>

namespace gfs::results {
namespace {

using State = ExpectationOutcome::State;

Cause expectation_cause(const ExpectationOutcome& e) {
    return {fmt::format("expectation `{}` {}", e.name, name(e.state)), to_text(e.place)};
}

Cause violated_cause(const RunResult& result) {
    if (!result.violations.empty()) {
        const ViolationFound& first = result.violations.front();
        return {fmt::format("invariant {} ({})", first.check, first.guarantee),
                first.section.empty() ? std::string() : "GFS " + first.section};
    }
    for (const ExpectationOutcome& e : result.expectations)
        if (e.state == State::failed || e.state == State::unexpectedly_held)
            return expectation_cause(e);
    if (!result.step_failures.empty())
        return {"a step of a script failed", to_text(result.step_failures.front().place)};
    return {"violated", {}};
}

Cause vacuous_cause(const RunResult& result) {
    for (const ExpectationOutcome& e : result.expectations)
        if (e.state == State::vacuous) return expectation_cause(e);
    for (const FaultOutcome& fault : result.faults)
        if (fault.vacuous)
            return {fmt::format("fault `{}` never fired", fault.name), to_text(fault.place)};
    if (!result.empty_targets.empty()) {
        const EmptyTarget& first = result.empty_targets.front();
        return {fmt::format("target `{}` was empty", first.name), to_text(first.place)};
    }
    return {"vacuous", {}};
}

}  // namespace

Cause cause_of(const RunResult& result) {
    switch (result.verdict) {
        case Verdict::passed:
            return {};
        case Verdict::violated:
        case Verdict::excused:
            return violated_cause(result);
        case Verdict::vacuous:
            return vacuous_cause(result);
        case Verdict::limit:
            if (result.out_of_memory) return {"the limit of memory (/stop/max_memory)", {}};
            return {"the limit of events (/stop/max_events)", {}};
        case Verdict::not_deterministic:
            return {"two runs of the same inputs differ", {}};
        case Verdict::internal_error:
            return {"internal error", result.reasons.empty() ? "" : result.reasons.front()};
        case Verdict::interrupted:
            return {"stopped from outside", {}};
    }
    return {};
}

}  // namespace gfs::results
