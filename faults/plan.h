// SPDX-License-Identifier: Apache-2.0
// The faults of a scenario in a run: decides when each starts, applies it, ends it after its time,
// and keeps the record. How a fault starts is in starts.cpp, what becomes of it in plan.cpp, what
// is said of it afterwards in plan_report.cpp; how the budget puts one off in deferral.cpp.
//
// Invariants:
//  1. The plan hears of events and only schedules; faults are applied and healed between events.
//  2. Faults that come due at one instant by the clock are applied in the order of the scenario.
//  3. Draws come from the stream "fault.NAME" of each fault and from those of the targets only, and
//     what was drawn is in the stream of events (choice, target.bound).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "faults/budget.h"
#include "faults/fault.h"
#include "faults/lease_ends.h"
#include "faults/machines.h"
#include "faults/report.h"
#include "faults/spec.h"
#include "faults/targets.h"
#include "faults/truth.h"
#include "sim/engine.h"

namespace gfs::faults {

class FaultPlan final : private sim::EventObserver {
  public:
    // Not owned: machines (with engine and network) and truth; they outlive the plan. The engine
    // keeps references to the plan after start(): it is not run any more when the plan has gone.
    // REQUIRES: every name in the spec exists: kinds, faults, targets, events, fields, messages.
    FaultPlan(const PlanSpec& spec, Machines& machines, const Truth& truth);
    FaultPlan(const FaultPlan&) = delete;
    FaultPlan& operator=(const FaultPlan&) = delete;
    ~FaultPlan();

    // To be called once, at time 0, before the engine runs and after all machines are there.
    void start();

    // Ends everything that still lasts, in the order of the scenario, and lets nothing begin any
    // more: for the calm at the end of a run. Not to be called from a process or an observer.
    void heal_all();

    // How the names of the scenario are understood, by the expectations too.
    Targets& targets() { return targets_; }

    PlanReport report() const;

  private:
    class Application;

    // One fault of the scenario.
    struct Entry {
        const FaultSpec& spec;
        sim::Random random;
        std::optional<EventCounter> trigger;  // when
        std::unique_ptr<LeaseEnds> lease_ends;  // when, so long before a lease expires
        std::uint64_t starts = 0;             // applications so far
        std::uint64_t periods = 0;            // every: scheduled so far
        std::vector<std::unique_ptr<Application>> active;
        std::vector<FaultReport::Firing> firings;
        std::vector<FaultReport::Refusal> refusals;
        std::vector<FaultReport::Deferral> deferrals;
        std::string waiting_for;  // of the last application that is over without effect
        std::string skipped;      // its target was empty, which the scenario allows: why
        bool healed = false;      // at least once
    };

    void on_event(const sim::Event& event) override;

    // ---- starts.cpp ----
    void arm(Entry& entry);
    void schedule(Entry& entry, sim::Time start);
    void foresee(Entry& entry, const sim::Event& expiry);
    void schedule_next_period(Entry& entry);
    void start_dependents(const Entry& entry, bool after_heal);

    // ---- deferral.cpp ----
    void apply_within_budget(Entry& entry);
    void try_again(Entry& entry, std::size_t deferral);
    std::string objection(const Entry& entry);
    std::string objection_to_one_copy(const FaultSpec& fault, const std::vector<HostId>& hit);
    std::string objection_to_loss(const FaultSpec& fault, const CopiesTaken& taken) const;
    std::vector<HostId> would_hit(const FaultSpec& fault);
    std::set<HostId> away() const;

    // ---- plan.cpp ----
    void apply(Entry& entry);
    void end(Entry& entry, Application& application);
    void end_numbered(Entry& entry, std::uint64_t number);
    void end_named(const std::string& name);
    bool lasts(const std::string& name);
    void remove_over(Entry& entry);
    Entry& entry(const std::string& name);

    // ---- plan_report.cpp ----
    std::string why_never(const Entry& entry) const;

    PlanSpec spec_;
    Machines& machines_;
    sim::Engine& engine_;
    Targets targets_;
    Budget budget_;
    DriftSums drifts_;
    std::vector<Entry> entries_;  // as many as spec_.faults, never moved
    bool started_ = false;
    std::optional<sim::Time> closed_;  // heal_all()
};

}  // namespace gfs::faults
