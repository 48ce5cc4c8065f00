// SPDX-License-Identifier: Apache-2.0
// The four ways in which a fault starts: at a time, when an event has happened often enough, after
// another fault, every so often.

#include "core/common/events.h"
#include "faults/application.h"
#include "faults/plan.h"
#include "sim/assert.h"

namespace gfs::faults {

void FaultPlan::arm(Entry& entry) {
    const Start& start = entry.spec.start;
    switch (start.kind) {
        case Start::Kind::at:
            schedule(entry, sim::time_zero + start.at);
            break;
        case Start::Kind::when:
            SIM_ASSERT(start.when.has_value());
            entry.trigger.emplace(engine_, targets_, start.when->event);
            if (start.when->delay < sim::Duration{0})
                entry.lease_ends = std::make_unique<LeaseEnds>(
                    engine_, -start.when->delay,
                    [this, &entry](const sim::Event& expiry) { foresee(entry, expiry); });
            break;
        case Start::Kind::after:
            break;  // the other fault starts it
        case Start::Kind::every:
            schedule_next_period(entry);
            break;
    }
}

void FaultPlan::schedule(Entry& entry, sim::Time start) {
    engine_.at(start + entry.spec.delay, [this, &entry] { apply_within_budget(entry); });
}

void FaultPlan::on_event(const sim::Event& event) {
    if (closed_) return;
    for (Entry& entry : entries_) {
        if (listens(entry.spec))
            for (const auto& application : entry.active) application->fault->on_event(event);
        if (entry.lease_ends) {
            entry.lease_ends->on_event(event);
            if (event.kind == event::lease_expired) continue;  // it was foreseen, or came too late
        }
        if (!entry.trigger || entry.trigger->reached()) continue;
        const Trigger& trigger = *entry.spec.start.when;
        if (trigger.by && event.time > sim::time_zero + *trigger.by) continue;
        if (entry.trigger->see(event)) schedule(entry, event.time + trigger.delay);
    }
}

// `expiry` is the event that will come unless the lease is extended or given back until then.
void FaultPlan::foresee(Entry& entry, const sim::Event& expiry) {
    if (closed_ || entry.trigger->reached()) return;
    const Trigger& trigger = *entry.spec.start.when;
    if (trigger.by && engine_.now() > sim::time_zero + *trigger.by) return;
    if (entry.trigger->see(expiry)) schedule(entry, engine_.now());
}

void FaultPlan::schedule_next_period(Entry& entry) {
    const Start& start = entry.spec.start;
    if (start.times && entry.periods == *start.times) return;
    const sim::Duration period{start.period.draw(entry.random)};
    SIM_ASSERT(period >= sim::Duration{0});
    const sim::Time next = engine_.now() + period;
    if (start.until && next > sim::time_zero + *start.until) return;
    if (start.period.kind() != sim::Distribution::Kind::constant)
        engine_.emit(sim::no_host, sim::event::choice,
                     {engine_.text("fault." + entry.spec.name), period});
    ++entry.periods;
    engine_.at(next, [this, &entry] {
        if (closed_) return;
        schedule(entry, engine_.now());
        schedule_next_period(entry);
    });
}

void FaultPlan::start_dependents(const Entry& entry, bool after_heal) {
    if (closed_) return;
    for (Entry& other : entries_) {
        const Start& start = other.spec.start;
        if (start.kind != Start::Kind::after || start.after != entry.spec.name) continue;
        if (start.after_heal == after_heal) schedule(other, engine_.now());
    }
}

}  // namespace gfs::faults
