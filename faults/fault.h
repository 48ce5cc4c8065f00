// SPDX-License-Identifier: Apache-2.0
// A kind of fault: one file that ends with SIM_REGISTER(Fault, "crash", "...", Crash). It acts on
// machines, network and clocks through its context, which also writes down what it did.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "faults/machines.h"
#include "faults/spec.h"
#include "faults/targets.h"
#include "sim/engine.h"
#include "sim/network/network.h"
#include "sim/registry.h"

namespace gfs::faults {

// Gets told what becomes of one application of a fault: the plan.
class FaultLog {
  public:
    virtual void on_fired(HostId target) = 0;
    virtual void on_refused(const std::string& reason) = 0;
    // Its target was empty, which the scenario allows.
    virtual void on_skipped(const std::string& reason) = 0;
    // The fault is over by itself and may be destroyed, later.
    virtual void on_over() = 0;
    // The fault has done all it was to do: its time is up, now.
    virtual void on_finished() = 0;
    // Whether anything lasts of another fault, and its end.
    virtual bool lasts(const std::string& name) const = 0;
    virtual void end_fault(const std::string& name) = 0;
    // Whether the budget keeps these copies now.
    virtual bool is_kept(const CopiesTaken& taken) const = 0;
    // The same of one that would strike now. If they are kept it waits for another time, and that
    // is written down.
    virtual bool may_strike(const CopiesTaken& taken) = 0;

  protected:
    ~FaultLog() = default;
};

// How fast a host's clock runs without faults, and what those that last add to it.
struct DriftSum {
    std::int64_t own_ppm;
    std::int64_t added_ppm = 0;
};
using DriftSums = std::map<HostId, DriftSum>;

// What all faults of a plan work with. Not owned.
struct FaultWorld {
    Machines& machines;
    Targets& targets;
    DriftSums& drifts;
};

// What one application of a fault works with.
class FaultContext {
  public:
    // Not owned: all.
    FaultContext(const FaultWorld& world, sim::Random& random, FaultLog& log)
        : machines_(world.machines),
          targets_(world.targets),
          drifts_(world.drifts),
          random_(random),
          log_(log) {}

    Machines& machines() const { return machines_; }
    Targets& targets() const { return targets_; }
    sim::Engine& engine() const { return machines_.engine(); }
    sim::Network& network() const { return machines_.network(); }
    sim::Host& host(HostId id) const { return engine().host(id); }
    sim::Time now() const { return engine().now(); }
    // The fault's own stream, for all its applications.
    sim::Random& random() const { return random_; }
    DriftSums& drifts() const { return drifts_; }

    // Those who are meant, by id. For nobody, says so with refused().
    std::vector<HostId> hosts(const Who& who);

    // The fault takes effect on `target`, or on nobody in particular. To be called just before the
    // effect, so that its event precedes those that the effect causes.
    void fired(HostId target = sim::no_host) { log_.on_fired(target); }
    // It takes no effect, or none on `host`: "cs1 is down".
    void refused(const std::string& reason) { log_.on_refused(reason); }
    void refused(HostId host, std::string_view is) {
        refused(targets_.name_of(host) + " " + std::string(is));
    }
    // Nothing is left of the fault. REQUIRES: Fault::over() from now on.
    void is_over() { log_.on_over(); }
    // The fault heals by itself, as when its time is up, and is then destroyed.
    void is_finished() { log_.on_finished(); }
    bool lasts(const std::string& fault) const { return log_.lasts(fault); }
    void end_fault(const std::string& fault) { log_.end_fault(fault); }
    // For faults that choose a chunk, or strike later than they begin: whether they may.
    bool is_kept(const CopiesTaken& taken) const { return log_.is_kept(taken); }
    // If not, that is written down: the fault, or what it would do now, is put off.
    bool may_strike(const CopiesTaken& taken) { return log_.may_strike(taken); }

  private:
    Machines& machines_;
    Targets& targets_;
    DriftSums& drifts_;
    sim::Random& random_;
    FaultLog& log_;
};

// One application of a fault. Destroyed when it is over, or with the plan; a destructor changes
// nothing in the simulation.
class Fault {
  public:
    using Parameters = FaultSpec;  // not owned, outlives the fault

    Fault() = default;
    Fault(const Fault&) = delete;
    Fault& operator=(const Fault&) = delete;
    virtual ~Fault() = default;

    // Called once. Not from a process, nor while an event is being shown to the observers. The
    // context outlives the fault.
    virtual void apply(FaultContext& context) = 0;
    // Undoes what apply() did and is still so. Called at most once, after apply(), if !over().
    virtual void heal(FaultContext& context) = 0;
    // Nothing is left that heal() could undo: true of a point fault as soon as it has happened.
    virtual bool over() const { return false; }
    // Why it has not taken effect although it was applied; empty if there is nothing to say.
    virtual std::string waiting_for() const { return {}; }
    // Shown every event while it lasts, if listens(*spec): it may only schedule.
    virtual void on_event(const sim::Event&) {}
};

// Whether faults of this spec are to be shown the events.
bool listens(const FaultSpec& spec);

// Happens at one instant.
class PointFault : public Fault {
  public:
    void heal(FaultContext&) final {}
    bool over() const final { return true; }
};

}  // namespace gfs::faults
