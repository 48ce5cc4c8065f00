// SPDX-License-Identifier: Apache-2.0
// What is said of the faults after the run, above all why one never fired.

#include <fmt/format.h>

#include "faults/application.h"
#include "faults/plan.h"

namespace gfs::faults {
namespace {

std::string since(const CountSince& from) {
    switch (from.kind) {
        case CountSince::Kind::start:
            return {};
        case CountSince::Kind::fault:
            return fmt::format(" since fault `{}`", from.name);
        case CountSince::Kind::healed:
            return fmt::format(" since the heal of `{}`", from.name);
        case CountSince::Kind::mark:
            break;
    }
    return fmt::format(" since the mark `{}`", from.name);
}

std::string seen_too_few(const Trigger& trigger, const EventCounter& counter) {
    std::string text = fmt::format("event {} seen {} {}{}, needed {}", trigger.event.pattern.event,
                                   counter.seen(), counter.seen() == 1 ? "time" : "times",
                                   since(trigger.event.since), counter.needed());
    if (trigger.by) text += ", by " + to_string(*trigger.by);
    return text;
}

}  // namespace

std::string FaultPlan::why_never(const Entry& entry) const {
    // It was applied and waits for a message, or was refused.
    for (const auto& application : entry.active)
        if (!application->fault->waiting_for().empty()) return application->fault->waiting_for();
    if (!entry.waiting_for.empty()) return entry.waiting_for;
    if (!entry.refusals.empty()) return entry.refusals.back().reason;
    if (!entry.deferrals.empty()) return "the budget: " + entry.deferrals.back().reason;
    if (entry.skipped) return "its target was empty";
    // It was not applied.
    const Start& start = entry.spec.start;
    if (start.kind == Start::Kind::when && entry.trigger && !entry.trigger->reached())
        return seen_too_few(*start.when, *entry.trigger);
    if (start.kind == Start::Kind::after)
        return fmt::format("fault `{}` {}, or too late", start.after,
                           start.after_heal ? "was never healed" : "never fired");
    const sim::Time end = closed_ ? *closed_ : engine_.now();
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
            fault.vacuous = !entry.spec.optional && !entry.skipped;
        }
        report.faults.push_back(std::move(fault));
    }
    report.targets = targets_.report();
    return report;
}

}  // namespace gfs::faults
