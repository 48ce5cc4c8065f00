// SPDX-License-Identifier: Apache-2.0
// What a scenario expects, and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/common/event_match.h"
#include "core/common/ids.h"
#include "scenarios/checks/story.h"
#include "sim/time.h"

namespace gfs::checks {

enum class Relation : std::uint8_t { eq, ge, le, lt, gt };

// An exact number: numerator / denominator. REQUIRES: denominator > 0.
struct Number {
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;
};

struct Bound {
    Relation relation = Relation::eq;
    Number value;         // ns, bytes, count, a share of one, or one of these a second
    std::string written;  // as in the scenario, for the report
};
bool holds(const Bound& bound, const Number& value);
// "<= 2s"
std::string to_string(const Bound& bound);

enum class Stat : std::uint8_t { count, rate, min, max, mean, p50, p90, p99, p999, sum, last };

// When a metric is measured. A fault that happens at one instant has no `during`; `after` begins
// when the fault has healed, or with the fault where there is nothing to heal.
struct Window {
    enum class Kind : std::uint8_t { all, during, outside_faults, after };
    Kind kind = Kind::all;
    std::string fault;
};

struct Expectation {
    enum class Kind : std::uint8_t {
        always,
        never,
        sometimes,
        count,
        eventually,
        metric,
        check,
        content,
    };
    enum class Level : std::uint8_t { error, warn, info };

    std::string name;
    std::string source;  // "lease.json:12:5"
    Kind kind = Kind::always;
    Level level = Level::error;
    std::optional<std::string> xfail;  // it is expected to fail, and why
    // Anomalies A1 ... A17 that are tolerated. Empty: all legal ones; otherwise no others.
    std::vector<std::string> allow;

    std::string invariant;      // always: a name of all_invariants()
    EventPattern pattern;       // never, sometimes, count
    std::vector<Bound> bounds;  // count, metric
    std::string state;          // eventually: a name of expected_states
    std::optional<sim::Duration> within;
    CountSince since;
    std::string metric;  // a name of metric_names()
    Stat stat = Stat::count;
    std::vector<std::pair<std::string, std::string>> where;  // server, client, file, op; globs
    Window window;
    std::string checker;               // check: a name of expected_checkers
    std::vector<std::string> files;    // check: paths and globs; empty: all
    std::string file;                  // content
    std::vector<std::string> records;  // content: the literal records, in order
};

inline constexpr std::string_view expected_states[] = {"fully_replicated", "min_two_replicas",
                                                       "all_ops_done", "no_leases", "quiescent"};
inline constexpr std::string_view expected_checkers[] = {
    "gfs_consistency", "append_at_least_once", "no_data_loss",   "replica_bytes",
    "no_leftovers",    "liveness",       "metadata_linearizable",
    "namespace_model", "log_equals_memory"};

enum class Verdict : std::uint8_t {
    held,
    failed,
    vacuous,            // what it speaks of never came about
    warned,             // failed, at level warn
    noted,              // failed, at level info
    xfailed,            // failed as expected
    unexpectedly_held,  // expected to fail, and did not
};
const char* to_string(Verdict verdict);

struct Outcome {
    std::string name;
    Expectation::Kind kind = Expectation::Kind::always;
    std::string what;  // "never lease.granted", "metric op.latency p99 <= 2s"
    Verdict verdict = Verdict::held;
    std::string measured;             // in one line
    std::vector<std::string> detail;  // further lines: tables, first failures
    std::string source;
    std::string reason;                // of an xfail
    std::optional<Focus> about;        // of a checker: the first thing that is wrong
    std::vector<std::string> witness;  // how that came about, as of a Violation
    std::vector<ChunkHandle> culprits;
};

// How an expectation came out before level and xfail are looked at.
struct Finding {
    enum class Result : std::uint8_t { held, failed, vacuous };
    Result result = Result::held;
    std::string measured;
    std::vector<std::string> detail{};
    std::optional<Focus> about{};  // the first thing that is wrong
    // It failed because of what became of these chunks, and of nothing else. Empty: not known.
    std::vector<ChunkHandle> culprits{};

    void is_about(const Focus& focus) {
        if (!about) about = focus;
    }
};
Outcome judge(const Expectation& expectation, Finding finding);

}  // namespace gfs::checks
