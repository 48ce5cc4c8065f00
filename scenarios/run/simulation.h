// SPDX-License-Identifier: Apache-2.0
// One simulation: a cluster, its workload, the faults against it and the checks of it, built from a
// scenario and run to its end.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/cluster/cluster.h"
#include "faults/cluster_machines.h"
#include "faults/plan.h"
#include "scenarios/checks/checks.h"
#include "scenarios/checks/cluster_truth.h"
#include "scenarios/checks/fault_states.h"
#include "scenarios/format/scenario.h"
#include "scenarios/reports/event_text.h"
#include "scenarios/results/run_result.h"
#include "scenarios/run/excuse.h"
#include "scenarios/run/memory_watch.h"
#include "scenarios/run/quiescence_watch.h"
#include "scenarios/run/run.h"
#include "scenarios/run/series_recorder.h"
#include "scenarios/run/views.h"
#include "scenarios/workloads/runner.h"
#include "sim/engine.h"

namespace gfs::run {

// Writes events, as many and of such kinds as `/record` says, and remembers the last few.
class Recorder final : public sim::EventObserver {
  public:
    Recorder(const sim::Engine& engine, const format::Record& record, const RunOptions& options);

    void on_event(const sim::Event& event) override;
    // The last events, as lines for people.
    std::vector<std::string> last_events() const;
    std::vector<std::string> take_kept() { return std::move(kept_); }

  private:
    bool is_recorded(const sim::Event& event) const;

    static constexpr std::size_t remembered = 10;

    const sim::Engine& engine_;
    reports::EventText text_;
    format::Record::Trace trace_;
    std::uint64_t most_;
    const RunOptions& options_;
    std::uint64_t written_ = 0;
    std::vector<sim::Event> last_;  // a ring
    std::size_t next_ = 0;
    std::vector<std::string> kept_;
};

// The verdict on a run that was given up because of its memory: it has no digest.
void tell_out_of_memory(const format::Scenario& scenario, results::RunResult& result);

class Simulation {
  public:
    // Not owned: scenario and options; they outlive the simulation. Throws NoMemoryLeft.
    Simulation(const format::Scenario& scenario, const RunOptions& options);
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;
    ~Simulation() { engine_.shut_down(); }

    // Runs to the end. An exception out of the simulation passes through.
    sim::StopReason run();
    // The judgement, after run(). `reason` is what run() returned.
    void finish(sim::StopReason reason, results::RunResult& result);

    // After finish(), of a run that failed: whether it is excused. May run the scenario again.
    void examine_losses(sim::StopReason reason, results::RunResult& result) const;

    // What was measured over time, after run(); nothing unless the options ask for it.
    results::RunSeries take_series();

    const sim::Engine& engine() const { return engine_; }
    const Cluster& cluster() const { return cluster_; }
    const checks::Checks& checks() const { return checks_; }
    // Shows it every event, after the checks. Not owned. REQUIRES: before run().
    void observe(sim::EventObserver& observer) { engine_.observe(observer); }
    Recorder& recorder() { return recorder_; }

  private:
    void load_dataset();
    void begin();
    void on_workload_done();
    // Ends the run when nothing has to be waited for any more.
    void stop_when_decided();
    void collect_faults(results::RunResult& result);
    void collect_checks(const checks::Results& found, results::RunResult& result);
    void collect_steps(results::RunResult& result);
    bool was_a_log_lied_to() const;
    void collect_regions(results::RunResult& result) const;  // collect_regions.cpp

    const format::Scenario& scenario_;
    const RunOptions& options_;
    sim::Engine engine_;
    MemoryWatch memory_;
    Recorder recorder_;
    Cluster cluster_;
    faults::ClusterMachines machines_;
    FaultView fault_view_;
    checks::ClusterTruth truth_;
    CheckProbe probe_;
    ClusterClients clients_;
    faults::FaultPlan faults_;
    checks::Checks checks_;
    std::optional<SeriesRecorder> series_;
    std::optional<checks::FaultStatesWatch> fault_states_;  // where the scenario has faults
    workloads::WorkloadRunner workload_;
    std::optional<QuiescenceWatch> quiescence_;  // where the scenario asks for it
    std::vector<Suspect> suspects_;
};

}  // namespace gfs::run
