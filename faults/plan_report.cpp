// SPDX-License-Identifier: Apache-2.0
// What is said of the faults after the run, above all why one never fired.

#include <fmt/format.h>

#include "faults/application.h"
#include "faults/plan.h"

namespace gfs::faults {

std::string FaultPlan::why_never(const Entry& entry) const {
    // It was applied and waits for a message, or was refused.
    for (const auto& application : entry.active)
        if (!application->fault->waiting_for().empty()) return application->fault->waiting_for();
    if (!entry.waiting_for.empty()) return entry.waiting_for;
    if (!entry.refusals.empty()) return entry.refusals.back().reason;
    if (!entry.deferrals.empty()) return "the budget: " + entry.deferrals.back().reason;
    if (!entry.skipped.empty()) return entry.skipped;
    // It was not applied.
    const Start& start = entry.spec.start;
    if (start.kind == Start::Kind::when && entry.trigger && !entry.trigger->reached())
        return too_few(*start.when, *entry.trigger);
    if (start.kind == Start::Kind::after)
        return fmt::format("fault `{}` {}, or too late", start.after,
                           start.after_heal ? "was never healed" : "never fired");
    const sim::Time end = closed_ ? *closed_ : engine_.now();
    const bool was_too_late = start.until && sim::time_zero + *start.until <= end;
    if (start.kind == Start::Kind::every && was_too_late && entry.periods == 0)
        return fmt::format("its first period was not over by {}", to_string(*start.until));
    return fmt::format("its time had not come when the run ended, at {}",
                       to_string(end - sim::time_zero));
}

PlanReport FaultPlan::report() const {
    PlanReport report;
    for (const Entry& entry : entries_) {
        FaultReport fault{entry.spec.name,
                          entry.spec.kind,
                          entry.spec.source,
                          entry.firings,
                          entry.refusals,
                          entry.deferrals,
                          {},
                          false};
        if (entry.firings.empty()) {
            fault.never_fired = why_never(entry);
            fault.vacuous = !entry.spec.optional && entry.skipped.empty();
        }
        report.faults.push_back(std::move(fault));
    }
    report.targets = targets_.report();
    return report;
}

}  // namespace gfs::faults
