// SPDX-License-Identifier: Apache-2.0
// Emits `quiescent`, when no workload is running and nothing is left to repair, each time that this
// becomes so. Only for scenarios that name the event: it would be one more in the trace and digest
// of every other run.
#pragma once

#include "core/common/ids.h"
#include "scenarios/checks/states.h"
#include "scenarios/format/scenario.h"
#include "scenarios/workloads/runner.h"
#include "sim/engine.h"

namespace gfs::run {

// Whether a trigger, an expectation or a step waits for the event or counts it.
bool names_quiescence(const format::Scenario& scenario);

class QuiescenceWatch final : public sim::EventObserver {
  public:
    // Registers itself with the engine and the workload. Not owned: all, and around's parts.
    QuiescenceWatch(sim::Engine& engine, const checks::Surroundings& around,
                    workloads::WorkloadRunner& workload);
    QuiescenceWatch(const QuiescenceWatch&) = delete;
    QuiescenceWatch& operator=(const QuiescenceWatch&) = delete;

    // A replication goal other than the configured one.
    void set_goal(ChunkHandle chunk, std::uint32_t replicas) { states_.set_goal(chunk, replicas); }
    void on_event(const sim::Event& event) override;

  private:
    void look_soon();
    void look();

    sim::Engine& engine_;
    const workloads::WorkloadRunner& workload_;
    checks::States states_;
    bool is_quiet_ = false;
    bool will_look_ = false;
};

}  // namespace gfs::run
