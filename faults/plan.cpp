// SPDX-License-Identifier: Apache-2.0
// What becomes of a fault: applied, healed, over. When it starts is in starts.cpp.

#include "faults/plan.h"

#include <algorithm>
#include <utility>

#include "faults/application.h"
#include "sim/assert.h"

namespace gfs::faults {

FaultPlan::FaultPlan(const PlanSpec& spec, Machines& machines, const Truth& truth)
    : spec_(spec),
      machines_(machines),
      engine_(machines.engine()),
      targets_(machines, truth, spec_.targets),
      budget_(spec_.budget, machines, truth) {
    entries_.reserve(spec_.faults.size());
    for (const FaultSpec& fault : spec_.faults) {
        SIM_ASSERT(sim::Registry<Fault>::find(fault.kind) != nullptr);
        entries_.push_back({.spec = fault, .random = engine_.random("fault." + fault.name)});
    }
}

FaultPlan::~FaultPlan() = default;

void FaultPlan::start() {
    SIM_ASSERT(!started_);
    started_ = true;
    targets_.start();
    for (Entry& entry : entries_) arm(entry);
    const bool listens = std::any_of(entries_.begin(), entries_.end(),
                                     [](const Entry& entry) {
                                         return entry.trigger || entry.lease_ends ||
                                                faults::listens(entry.spec);
                                     });
    if (listens) engine_.observe(*this);
    if (spec_.calm) engine_.at(sim::time_zero + *spec_.calm, [this] { heal_all(); });
}

FaultPlan::Entry& FaultPlan::entry(const std::string& name) {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.spec.name == name; });
    SIM_ASSERT(found != entries_.end());
    return *found;
}

void FaultPlan::apply(Entry& entry) {
    if (closed_) return;
    const std::uint64_t number = entry.starts++;
    entry.active.push_back(std::make_unique<Application>(*this, entry, number));
    Application& application = *entry.active.back();
    application.fault->apply(application.context);
    const bool waits = !application.has_fired() && !application.fault->waiting_for().empty();
    if (!application.has_fired() && !waits) {
        // Refused as a whole: there is nothing to heal.
        std::erase_if(entry.active, [number](const auto& a) { return a->number == number; });
        return;
    }
    remove_over(entry);
    if (!entry.spec.duration) return;
    engine_.after(*entry.spec.duration, [this, &entry, number] { end_numbered(entry, number); });
}

void FaultPlan::end(Entry& entry, Application& application) {
    SIM_ASSERT(!application.fault->over());
    application.fault->heal(application.context);
    application.give_up();
    if (!application.has_fired()) {
        entry.waiting_for = application.fault->waiting_for();
        return;
    }
    application.firing().healed = engine_.now();
    engine_.emit(sim::no_host, sim::event::fault_healed,
                 {engine_.text(entry.spec.name), engine_.text(entry.spec.kind)});
    if (!std::exchange(entry.healed, true)) start_dependents(entry, true);
}

void FaultPlan::end_numbered(Entry& entry, std::uint64_t number) {
    const auto found = std::find_if(entry.active.begin(), entry.active.end(),
                                    [number](const auto& a) { return a->number == number; });
    if (found == entry.active.end()) return;  // it was healed early
    const std::unique_ptr<Application> application = std::move(*found);
    entry.active.erase(found);
    if (!application->fault->over()) end(entry, *application);
}

bool FaultPlan::lasts(const std::string& name) {
    const Entry& named = entry(name);
    return std::any_of(named.active.begin(), named.active.end(),
                       [](const auto& a) { return !a->fault->over(); });
}

void FaultPlan::end_named(const std::string& name) {
    Entry& named = entry(name);
    const auto ended = std::exchange(named.active, {});
    for (const auto& application : ended)
        if (!application->fault->over()) end(named, *application);
}

void FaultPlan::heal_all() {
    closed_ = engine_.now();
    for (const FaultSpec& fault : spec_.faults) end_named(fault.name);
}

void FaultPlan::remove_over(Entry& entry) {
    std::erase_if(entry.active, [](const auto& a) { return a->fault->over(); });
}

void FaultPlan::Application::on_fired(HostId target) {
    const bool first = entry_.firings.empty();
    if (!firing_) {
        firing_ = entry_.firings.size();
        entry_.firings.push_back({context.now(), {}, std::nullopt});
    }
    if (target != sim::no_host) hit.push_back(target);
    if (target != sim::no_host) firing().targets.push_back(context.targets().name_of(target));
    sim::Engine& engine = plan_.engine_;
    engine.emit(sim::no_host, sim::event::fault_fired,
                {engine.text(entry_.spec.name), engine.text(entry_.spec.kind), target});
    if (first) plan_.start_dependents(entry_, false);
}

void FaultPlan::Application::on_refused(const std::string& reason) {
    entry_.refusals.push_back({context.now(), reason});
    sim::Engine& engine = plan_.engine_;
    engine.emit(sim::no_host, sim::event::fault_refused,
                {engine.text(entry_.spec.name), engine.text(reason)});
}

// Called from within a message that is being sent: the fault is still in use.
void FaultPlan::Application::on_over() {
    plan_.engine_.after(sim::Duration{0},
                        [&plan = plan_, &entry = entry_] { plan.remove_over(entry); });
}

void FaultPlan::Application::on_finished() {
    plan_.engine_.after(sim::Duration{0}, [&plan = plan_, &entry = entry_, done = number] {
        plan.end_numbered(entry, done);
    });
}

}  // namespace gfs::faults
