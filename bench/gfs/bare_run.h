// SPDX-License-Identifier: Apache-2.0
// A scenario's run with nobody watching: the reference for what checking costs. Cluster, workload
// and faults are those of scenarios/run/simulation.cpp, put together in the same order, so that the
// stream of events is the same; only checks, expectations and results are left out.
#pragma once

#include <memory>

#include "core/common/events.h"
#include "faults/plan.h"
#include "scenarios/run/convert_faults.h"
#include "scenarios/run/convert_workload.h"
#include "scenarios/run/simulation.h"

namespace gfs::run {

// Files of a dataset count from /gfs/chunk_size, as in a run that is checked.
class BareRun {
  public:
    explicit BareRun(const format::Scenario& scenario)
        : scenario_(scenario),
          engine_({.seed = scenario.seed,
                   .events = &event_table(),
                   .max_dispatches = scenario.stop.max_events}),
          recorder_(engine_, scenario.record, options_),
          cluster_(engine_, scenario.gfs, scenario.cluster),
          machines_(cluster_),
          fault_view_(cluster_),
          clients_(cluster_),
          faults_(to_plan(scenario), machines_, fault_view_),
          workload_({engine_, cluster_.data(), faults_.targets(), cluster_.config()}, clients_,
                    to_groups(scenario.workload)) {
        engine_.observe(recorder_);
        fault_view_.set_workload(workload_);
        for (const format::Dataset& set : scenario.dataset) {
            for (std::uint64_t i = 0; i < set.count; ++i) {
                std::string path = set.path;
                if (const auto place = path.find("{i}"); place != std::string::npos)
                    path.replace(place, 3, std::to_string(i));
                cluster_.preload({.path = path,
                                  .chunks = set.chunks,
                                  .fill = set.fill,
                                  .replicas = set.replicas});
                workload_.add_existing_file(path,
                                            (set.chunks - 1) * scenario.gfs.chunk_size + set.fill);
            }
        }
    }
    ~BareRun() { engine_.shut_down(); }
    BareRun(const BareRun&) = delete;
    BareRun& operator=(const BareRun&) = delete;

    sim::Digest run() {
        engine_.at(sim::time_zero, [this] {
            cluster_.start();
            workload_.start([this] { on_done(); });
            faults_.start();
        });
        engine_.run(scenario_.stop.at ? sim::time_zero + *scenario_.stop.at : sim::time_never);
        return engine_.digest();
    }

  private:
    void on_done() {
        if (!scenario_.stop.at) engine_.after(scenario_.stop.settle, [this] { engine_.stop(); });
    }

    const format::Scenario& scenario_;
    const RunOptions options_;
    sim::Engine engine_;
    Recorder recorder_;
    Cluster cluster_;
    faults::ClusterMachines machines_;
    FaultView fault_view_;
    ClusterClients clients_;
    faults::FaultPlan faults_;
    workloads::WorkloadRunner workload_;
};

// Kept out of line, so that a profile has it by name.
[[gnu::noinline]] inline sim::Digest run_bare(const format::Scenario& scenario) {
    return BareRun(scenario).run();
}

}  // namespace gfs::run
