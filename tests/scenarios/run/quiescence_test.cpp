// SPDX-License-Identifier: Apache-2.0
// The event `quiescent`: when it happens, and that it happens only where somebody asks for it.

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "scenarios/format/format.h"
#include "scenarios/run/run.h"

namespace gfs::run {
namespace {

using results::Verdict;

// Events as lines of JSON, those that matter here.
struct Seen final : EventSink {
    void write(const std::string& line) override {
        for (const char* const name : {"quiescent", "client.op_ok", "server.crashed", "fault.fired",
                                       "clone.finished"})
            if (line.find("\"event\":\"" + std::string(name) + '"') != std::string::npos)
                events.emplace_back(name);
    }
    std::size_t count(const std::string& name) const {
        return static_cast<std::size_t>(std::count(events.begin(), events.end(), name));
    }
    std::vector<std::string> events;
};

// A cluster with one more server than it needs, and this script and these further parts.
results::RunResult run(const std::string& script, const std::string& more, Seen& seen) {
    const std::string text = R"({ "gfsim": 1, "cluster": { "chunkservers": 4 },
      "gfs": { "heartbeat": "500ms", "dead_after": "2s" },
      "workload": { "a": { "script": [ { "op": "create", "file": "/x" },
          { "op": "append", "file": "/x", "data": "hi" }, )" +
                             script + "] } }" + more + " }";
    format::DiskReader reader;
    const format::LoadResult loaded = format::load_text("quiet.json", text, {}, reader);
    INFO(loaded.diagnostics.human());
    REQUIRE(loaded.ok());
    RunOptions options;
    options.events = &seen;
    return run_scenario(*loaded.scenario, options).result;
}

const std::string nothing = R"({ "op": "mark", "name": "end" })";
const std::string asked = R"(, "expect": { "rest": { "assert": "count", "event": "quiescent",
                                                    "ge": 0 } })";

TEST_CASE("quiescent: it happens when the work is done, and only where the scenario names it",
          "[run][quiescent]") {
    Seen unasked;
    CHECK(run(nothing, "", unasked).verdict == Verdict::passed);
    CHECK(unasked.count("quiescent") == 0);
    // A state of that name is no event.
    Seen state;
    CHECK(run(nothing, R"(, "expect": { "q": { "assert": "eventually", "state": "quiescent",
                                              "within": "1m" } })",
              state)
              .verdict == Verdict::passed);
    CHECK(state.count("quiescent") == 0);
    Seen seen;
    CHECK(run(nothing, asked, seen).verdict == Verdict::passed);
    CHECK(seen.count("quiescent") == 1);
    CHECK(seen.events.back() == "quiescent");
    CHECK(seen.count("client.op_ok") == 2);
}

TEST_CASE("quiescent: a fault waits for it, and what has been repaired is at rest once more",
          "[run][quiescent]") {
    Seen seen;
    const results::RunResult result = run(nothing, R"(,
      "targets": { "t": { "holds": "/x#0" } },
      "faults": { "die": { "do": "crash", "target": "@t", "when": { "event": "quiescent" } } },
      "expect": { "all": { "assert": "eventually", "state": "fully_replicated", "within": "2m",
                           "since": "die" },
                  "twice": { "assert": "count", "event": "quiescent", "eq": 2 } })",
                                          seen);
    for (const std::string& reason : result.reasons) UNSCOPED_INFO(reason);
    CHECK(result.verdict == Verdict::passed);
    const std::vector<std::string> course{"client.op_ok", "client.op_ok",   "quiescent",
                                          "fault.fired",  "server.crashed", "clone.finished",
                                          "quiescent"};
    CHECK(seen.events == course);
}

TEST_CASE("quiescent: a script that waits for it is not in its way", "[run][quiescent]") {
    Seen seen;
    const results::RunResult result =
        run(R"({ "op": "wait", "event": "quiescent", "within": "1m" },
               { "op": "read", "file": "/x", "size": "2B" })",
            "", seen);
    CHECK(result.verdict == Verdict::passed);
    // Before the read, and behind it.
    const std::vector<std::string> course{"client.op_ok", "client.op_ok", "quiescent",
                                          "client.op_ok", "quiescent"};
    CHECK(seen.events == course);
}

TEST_CASE("quiescent: it waits for the last client, or for its end", "[run][quiescent]") {
    const std::string waits = R"({ "op": "wait", "event": "quiescent", "within": "1m" } ] },
      "busy": { "script": [ { "op": "sleep", "time": "20s" } )";
    Seen seen;
    const results::RunResult waited = run(waits, "", seen);
    CHECK(waited.verdict == Verdict::passed);
    CHECK(waited.end > sim::time_zero + std::chrono::seconds{20});
    CHECK(seen.count("quiescent") == 1);
    // A client that dies is at rest as well.
    Seen short_one;
    const results::RunResult died =
        run(waits, R"(, "faults": { "die": { "do": "crash", "target": "busy.1", "at": "5s" } })",
            short_one);
    CHECK(died.verdict == Verdict::passed);
    CHECK(died.end < waited.end);
    CHECK(short_one.count("quiescent") == 1);
}

}  // namespace
}  // namespace gfs::run
