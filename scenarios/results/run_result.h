// SPDX-License-Identifier: Apache-2.0
// What is known of a run when it is over: plain data, made by scenarios/run, written by
// scenarios/reports. Everything in it but RunResult::wall_time follows from scenario and seed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/results/fault_states.h"
#include "sim/time.h"

namespace gfs::results {

enum class Verdict : std::uint8_t {
    passed,             // every expectation held, every fault fired
    violated,           // a guarantee or an expectation failed
    vacuous,            // a fault never fired, or what was expected to happen never did
    excused,            // guarantees failed, but no recovery was possible
    limit,              // events, or memory
    interrupted,        // from outside
    not_deterministic,  // two runs of the same scenario and seed differ
    internal_error,     // an assertion of gfsim itself
};
const char* name(Verdict verdict);
// The exit status of the program. `strict`: an excused run does not count as passed.
int exit_status(Verdict verdict, bool strict = false);

// Where in a scenario file; line 0 means nowhere.
struct Place {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};
// "lease.json:31:16", or nothing.
std::string to_text(const Place& place);

struct Firing {
    sim::Time at;
    std::vector<std::string> targets;  // names of machines; empty for a fault on messages
    std::optional<sim::Time> ended;    // nothing: it lasts to the end
};
struct FaultOutcome {
    std::string name;
    std::string kind;
    Place place;
    std::vector<Firing> firings;
    std::vector<std::string> refusals;   // "at 12s: cs3 is down already"
    std::vector<std::string> deferrals;  // "at 12s until 15s: 2 chunkservers would be left, ..."
    std::string never;                   // why it never fired, as a sentence; empty if it did
    bool vacuous = false;                // never fired, and was not optional
    bool point = false;                  // happens at one instant
};

// Nothing answered the description of a target when it was to be bound, or what binds it had not
// happened when a fault asked for it.
struct EmptyTarget {
    std::string name;
    std::string what;  // "was empty at 3.2s: no lease on /log#0 is in force"
    Place place;
};

struct ExpectationOutcome {
    enum class State : std::uint8_t {
        held,
        failed,
        warned,   // failed, at level warn or info
        vacuous,  // what should happen sometimes never did, or nothing was there to judge
        failed_as_expected,  // xfail
        unexpectedly_held,   // xfail, and it held: a failure
    };
    std::string name;
    std::string assertion;  // "always one_primary_per_chunk", "metric op.latency p99 <= 2s"
    State state = State::held;
    std::string measured;              // what was found, in one line
    std::vector<std::string> detail;   // further lines: tables, the first failures
    std::string promise;               // of a checker: what should have been so
    std::vector<std::string> witness;  // of a checker that failed: how it came about
    Place place;
};
const char* name(ExpectationOutcome::State state);

struct ViolationFound {
    std::string check;      // "one_primary_per_chunk"
    std::string guarantee;  // "G3"
    std::string section;    // of the paper
    sim::Time at;
    std::uint64_t event = 0;           // its number in the stream
    std::string promise;               // what should have been so, as the paper has it
    std::string message;               // what was so, in plain words, with the numbers
    std::vector<std::string> witness;  // how it came about, at most fifteen lines
    std::uint64_t count = 1;           // how often
};

// An invariant that was watched all the time.
struct InvariantRow {
    std::string name;           // "one_primary_per_chunk"
    std::string guarantee;      // "G3"
    std::uint64_t checked = 0;  // 0: it held for want of cases
    std::uint64_t violations = 0;
    std::uint64_t warnings = 0;
    std::string first_warning;
};

struct OperationRow {
    std::string kind;  // "append"
    std::uint64_t count = 0;
    std::uint64_t errors = 0;
    sim::Duration p50{};
    sim::Duration p99{};
};

// Bytes of a chunk that are in one state, as Table 1 of the paper has them (GFS 2.7).
struct RegionRow {
    std::uint64_t offset = 0;  // in the chunk
    std::uint64_t length = 0;
    std::string state;            // "defined", "undefined", "inconsistent", "padding", ...
    std::uint64_t mutations = 0;  // that the bytes came from
};
struct ChunkRegionsRow {
    std::uint32_t index = 0;            // in the file
    std::uint64_t chunk = 0;            // its handle
    std::vector<std::string> replicas;  // current ones, by name of their chunkserver
    std::vector<RegionRow> regions;     // in the order of their offsets, without gaps
};
struct FileRegionsRow {
    std::string path;
    std::uint64_t duplicates = 0;         // further copies of records that are there already
    std::vector<ChunkRegionsRow> chunks;  // that something was done to
    std::uint64_t left_out = 0;           // regions, for want of room
};

// A step of a script that did not end as the scenario says.
struct StepFailure {
    std::string message;
    Place place;
};

struct RunResult {
    std::string scenario;  // its name
    std::string title;
    std::string file;
    std::string scenario_hash;  // of the resolved scenario, 16 hex digits
    std::uint64_t seed = 0;
    std::vector<std::string> ablations;
    std::vector<std::string> drawn;  // what chance decided: "target old = cs2 (at 3.2s)"

    Verdict verdict = Verdict::passed;
    std::vector<std::string> reasons;  // why it is not passed, most important first
    bool out_of_memory = false;        // the verdict is limit; where it ended is chance
    std::vector<std::string> excuse;   // the proof that it is excused, or why it is not
    std::string digest;                // 16 hex digits
    sim::Time end{};                   // virtual
    std::uint64_t events = 0;          // of the stream
    std::uint64_t dispatched = 0;      // by the engine

    std::vector<FaultOutcome> faults;
    std::vector<EmptyTarget> empty_targets;
    std::vector<FaultStatesRow> fault_states;  // of those that fired
    std::vector<ExpectationOutcome> expectations;
    std::vector<ViolationFound> violations;
    std::vector<InvariantRow> invariants;  // all of them
    std::vector<OperationRow> operations;
    OperationRow all_operations;          // of every kind together
    std::vector<FileRegionsRow> regions;  // with RunOptions::regions; by path
    std::vector<StepFailure> step_failures;
    std::vector<std::string> last_events;  // of an internal error
    std::string repro;                     // the command that repeats the run

    std::chrono::nanoseconds wall_time{};  // real time; not part of the result's identity
};

}  // namespace gfs::results
