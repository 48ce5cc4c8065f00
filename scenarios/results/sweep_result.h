// SPDX-License-Identifier: Apache-2.0
// What came out of a sweep: one line for each of its runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/results/cause.h"
#include "scenarios/results/run_result.h"

namespace gfs::results {

// Names and values of parameters, as one writes them: {"lease", "5s"}.
using ParamValues = std::vector<std::pair<std::string, std::string>>;
// "lease=5s limit=40%"
std::string to_text(const ParamValues& params);

struct SweptRun {
    std::uint64_t number = 0;  // within the whole sweep, from 1
    std::string file;
    ParamValues params;
    std::uint64_t seed = 0;

    Verdict verdict = Verdict::passed;
    Cause cause;
    std::string digest;
    std::uint64_t events = 0;
    sim::Time end{};  // virtual
    std::uint64_t operations = 0;
    std::uint64_t errors = 0;
    sim::Duration p50{};  // of the latency of all operations
    sim::Duration p99{};
    std::vector<FaultStatesRow> fault_states;
    std::string repro;
};

struct SweepResult {
    std::vector<SweptRun> runs;  // by number
    std::uint64_t planned = 0;
    std::string ended;  // why not all of them ran: "interrupted"; empty when they did
};

// What a run says of itself; its number, file, parameters, seed and repro line are the sweep's.
SweptRun to_swept(const RunResult& result);

// Violated, not deterministic, or an error of gfsim's own: what --stop-after counts.
bool is_failed(Verdict verdict);

// Of a sweep over steps: a client crashed and took its work with it, so that an expectation had
// nothing left to check. That is no fault of the scenario, nor of the sweep.
bool is_without_work(const SweptRun& run);

// The status of the worst run, leaving out those that are without work, in the order 70, 4, 1, 6,
// 3, 5, 0; 6 when there is none.
int worst_status(const std::vector<SweptRun>& runs, bool strict);

// The verdict of that name; nothing when there is none.
std::optional<Verdict> verdict_named(const std::string& name);

}  // namespace gfs::results
