// SPDX-License-Identifier: Apache-2.0
// One run of a scenario: from plain structs to a verdict. A run lives in one thread and shares
// nothing with another; the same scenario and seed give the same result, byte for byte.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/format/scenario.h"
#include "scenarios/results/run_result.h"
#include "scenarios/results/series.h"
#include "scenarios/run/memory_watch.h"
#include "sim/digest.h"
#include "sim/event.h"

namespace gfs::run {

// Receives the events of a run as lines of JSON. Not owned by the run.
class EventSink {
  public:
    virtual ~EventSink() = default;
    virtual void write(const std::string& line) = 0;
    // From the next event on, the triggers of faults count.
    virtual void faults_armed() {}
};

struct RunOptions {
    // Other addresses and other garbage in memory: a run that depends on them shows it.
    bool disturb_memory = false;
    // Set from outside (a signal handler) to end the run early.
    const std::atomic<bool>* interrupt = nullptr;
    EventSink* events = nullptr;  // null: no trace is written
    bool measure_series = false;  // every metric over time, for reports
    bool regions = false;         // the state of every region at the end, for result.json
    unsigned runs_at_once = 1;    // that share the process; each may have /stop/max_memory
    std::uint64_t (*memory_in_use)() = &gfs::run::memory_in_use;
    // Keeps the text of events [first, last] of the stream, for comparing two runs.
    std::optional<std::pair<std::uint64_t, std::uint64_t>> keep_events;
};

struct Outcome {
    results::RunResult result;
    sim::Digest digest;  // with its ladder
    std::vector<std::string> kept_events;
    results::RunSeries series;  // with measure_series
};

// Name, title, seed, ablations and the hash of the resolved scenario: what is known before the run.
results::RunResult identity_of(const format::Scenario& scenario, const std::string& resolved_text);

// Runs to the end. Never throws for what happens inside the run: an assertion that fails there is
// the verdict internal_error.
Outcome run_scenario(const format::Scenario& scenario, const RunOptions& options);

struct Verification {
    Outcome first;
    // They are not compared when one of them was interrupted or ran out of memory.
    enum class Digests : std::uint8_t { not_compared, equal, different };
    Digests digests = Digests::not_compared;
    // Of the first event that differs, and up to ten before it, from both runs.
    std::uint64_t first_difference = 0;
    std::vector<std::string> context;
    std::vector<std::string> in_first;
    std::vector<std::string> in_second;
};

// Runs twice, the second time with disturbed memory, and finds the first event that differs.
Verification verify_scenario(const format::Scenario& scenario, const std::atomic<bool>* interrupt);

}  // namespace gfs::run
