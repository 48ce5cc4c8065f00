// SPDX-License-Identifier: Apache-2.0
// A sweep: many runs on all cores, each in one thread, sharing nothing. What comes out does not
// depend on the number of threads.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "scenarios/results/sweep_result.h"
#include "scenarios/run/run.h"
#include "scenarios/run/sweep_plan.h"

namespace gfs::run {

struct SweepOptions {
    unsigned threads = 1;
    std::uint64_t stop_after = 0;                       // so many failed runs; 0: never
    std::optional<std::chrono::nanoseconds> most_time;  // real time: no run begins after it
    std::uint64_t verify_ppm = 0;  // share of the runs that are made twice, in millionths
    const std::atomic<bool>* interrupt = nullptr;
};

struct SweepProgress {
    std::uint64_t done = 0;
    std::uint64_t all = 0;
    std::uint64_t failed = 0;
    std::chrono::nanoseconds elapsed{};  // real time
};

// Called in the thread that called the sweep.
class SweepListener {
  public:
    virtual ~SweepListener() = default;
    // In the order of the numbers; a run that a sweep which ended early has left alone behind a gap
    // is only in the result.
    virtual void on_run(const results::SweptRun& run) = 0;
    // Several times a second.
    virtual void on_progress(const SweepProgress& progress) = 0;
};

// One run of a plan. `interrupt` ends it: then its verdict is `interrupted`.
using RunOne = std::function<results::SweptRun(const PlannedRun& planned, bool twice,
                                               const std::atomic<bool>* interrupt)>;

// Makes the runs of the plan whose numbers `before` does not have. `before`: what an earlier sweep
// of the same plan has left, by number.
results::SweepResult sweep(const SweepPlan& plan, std::vector<results::SweptRun> before,
                           const SweepOptions& options, SweepListener& listener);
results::SweepResult sweep(const std::vector<PlannedRun>& runs, const RunOne& run_one,
                           std::vector<results::SweptRun> before, const SweepOptions& options,
                           SweepListener& listener);

// A run of the scenario with another seed, as a line of a sweep.
results::SweptRun swept_run(const Variant& variant, const PlannedRun& planned, bool twice,
                            RunOptions options);

}  // namespace gfs::run
