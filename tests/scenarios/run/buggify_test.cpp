// SPDX-License-Identifier: Apache-2.0
// Fault points in the code of the actors (docs/faults/buggify.md): each of them bites, and under
// each of them every promise holds.

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "core/common/buggify.h"
#include "scenarios/format/format.h"
#include "scenarios/run/run.h"

namespace gfs::run {
namespace {

using results::ExpectationOutcome;
using results::RunResult;
using results::Verdict;

// Two clients append, overwrite and read; a script deletes a file and makes another; one message is
// lost, so that an attempt to write fails. `sites` are JSON; empty: no fault.
std::string scenario_of(const std::string& sites, const std::string& bites,
                        const std::string& more = "") {
    const std::string begin =
        R"(, "points": { "do": "buggify", "at": "0s", "for": "22s", "sites": )";
    const std::string fault = sites.empty() ? "" : begin + sites + "}";
    return R"({
    "gfsim": 1, "name": "points",
    "cluster": { "chunkservers": 4 },
    "gfs": { "chunk_size": "1MiB", "lease": "5s", "heartbeat": "500ms", "dead_after": "3s",
             "delete_grace": "1s", "scan_every": "16s", "log_replicas": 1 },
    "workload": {
        "mixed": { "clients": 2, "mix": { "append": 2, "write": 2, "read": 3 },
                   "files": ["/a", "/b"], "size": "192KiB", "think": "100ms", "ops": 60 },
        "names": { "script": [
            { "op": "create", "file": "/first" }, { "op": "sleep", "time": "16.5s" },
            { "op": "create", "file": "/gone" }, { "op": "delete", "file": "/gone" },
            { "op": "sleep", "time": "3s" }, { "op": "create", "file": "/new" } ] }
    },
    "faults": {
        "lost": { "do": "drop", "message": "ApplyMutation", "nth": 5, "at": "0s" })" +
           fault + more + R"(
    },
    "expect": {
        "bites": )" + bites + R"(,
        "durable": { "assert": "check", "checker": "no_data_loss" },
        "regions": { "assert": "check", "checker": "gfs_consistency" },
        "records": { "assert": "check", "checker": "append_at_least_once" },
        "names": { "assert": "check", "checker": "metadata_linearizable" },
        "memory": { "assert": "check", "checker": "log_equals_memory" },
        "alive": { "assert": "check", "checker": "liveness" }
    }
})";
}

RunResult run(const std::string& text) {
    format::DiskReader reader;
    const format::LoadResult loaded = format::load_text("points.json", text, {}, reader);
    INFO(loaded.diagnostics.human(false));
    REQUIRE(loaded.ok());
    return run_scenario(*loaded.scenario, {}).result;
}

ExpectationOutcome::State bites_in(const RunResult& result) {
    const auto found = std::find_if(result.expectations.begin(), result.expectations.end(),
                                    [](const auto& e) { return e.name == "bites"; });
    REQUIRE(found != result.expectations.end());
    return found->state;
}

std::string all_reasons(const RunResult& result) {
    std::string text;
    for (const std::string& reason : result.reasons) text += reason + "\n";
    for (const ExpectationOutcome& e : result.expectations)
        text += e.name + ": " + e.measured + "\n";
    for (const auto& violation : result.violations) text += violation.message + "\n";
    return text;
}

struct Case {
    Site site;
    const char* bites;  // what is so with the point, and not without it
};

const Case cases[] = {
    {Site::client_small_read, R"({ "assert": "count", "event": "read.ok", "ge": 120 })"},
    {Site::client_forget, R"({ "assert": "never", "event": "client.cache_hit" })"},
    {Site::client_from_beginning,
     R"({ "assert": "count", "event": "message.sent", "match": { "message": "FindLeaseHolder" },
          "ge": 24 })"},
    {Site::server_early_heartbeat,
     R"({ "assert": "count", "event": "heartbeat.sent", "ge": 1000 })"},
    {Site::server_late_request,
     R"({ "assert": "metric", "metric": "op.latency", "where": { "op": "read" }, "stat": "mean",
          "ge": "200ms" })"},
    {Site::server_small_buffer, R"({ "assert": "sometimes", "event": "push.evicted" })"},
    {Site::master_late_request,
     R"({ "assert": "metric", "metric": "op.latency", "where": { "op": "create" }, "stat": "mean",
          "ge": "200ms" })"},
    {Site::master_small_batch,
     R"({ "assert": "metric", "metric": "op.latency", "where": { "op": "delete" }, "stat": "mean",
          "le": "3ms" })"},
    {Site::master_late_flush,
     R"({ "assert": "metric", "metric": "op.latency", "where": { "op": "delete" }, "stat": "mean",
          "ge": "50ms" })"},
    {Site::master_early_scan, R"({ "assert": "sometimes", "event": "file.reclaimed" })"},
    {Site::master_early_checkpoint,
     R"({ "assert": "sometimes", "event": "master.checkpoint_finished" })"},
    {Site::master_no_extension, R"({ "assert": "never", "event": "lease.extended" })"},
    {Site::log_replica_late_request,
     R"({ "assert": "metric", "metric": "op.latency", "where": { "op": "delete" }, "stat": "mean",
          "ge": "20ms" })"},
};

TEST_CASE("buggify: each point bites, ends a run differently, and breaks no promise", "[buggify]") {
    CHECK(std::size(cases) == all_sites().size());
    for (const Case& each : cases) {
        const std::string name(all_sites()[static_cast<std::size_t>(each.site)].name);
        CAPTURE(name);
        const RunResult without = run(scenario_of("", each.bites));
        INFO("without: " << all_reasons(without));
        CHECK(bites_in(without) != ExpectationOutcome::State::held);
        const RunResult with = run(scenario_of("[\"" + name + "\"]", each.bites));
        INFO("with: " << all_reasons(with));
        CHECK(with.verdict == Verdict::passed);
    }
}

TEST_CASE("buggify: with all points, and processes that die, every promise holds", "[buggify]") {
    const std::string more = R"(,
        "half": { "do": "buggify", "at": "0s", "probability": 0.3, "for": "20s" },
        "server": { "do": "crash", "target": "cs2", "at": "4s", "for": "6s" },
        "master": { "do": "crash", "target": "master", "at": "12s", "for": "1s" })";
    const std::string seen =
        R"({ "assert": "count", "event": "buggify.fired", "ge": 30 })";
    const RunResult result = run(scenario_of("", seen, more));
    INFO(all_reasons(result));
    CHECK(result.verdict == Verdict::passed);
}

TEST_CASE("buggify: no point bites before the fault and after its time", "[buggify]") {
    const auto fired_in = [](const std::string& fault, const char* bound) {
        const std::string more = R"(, "points": { "do": "buggify", )" + fault + " }";
        const std::string count =
            std::string(R"({ "assert": "count", "event": "buggify.fired", )") +
            R"("match": { "site": "server.early_heartbeat" }, )" + bound + "}";
        const RunResult result = run(scenario_of("", count, more));
        UNSCOPED_INFO(all_reasons(result));
        return result.verdict == Verdict::passed;
    };
    const std::string site = R"("sites": ["server.early_heartbeat"], )";
    // Four servers with a HeartBeat every 31.25 ms for one second, and every 500 ms else.
    CHECK(fired_in(site + R"("at": "2s", "for": "1s")", R"("ge": 80, "le": 130)"));
    CHECK(fired_in(site + R"("at": "2s", "for": "1s", "probability": 0)", R"("eq": 0)"));
}

TEST_CASE("buggify: two of them do not add up, and one that ends leaves the other", "[buggify]") {
    sim::FaultPoints points(1);
    CHECK_FALSE(points.any_on());
    points.switch_on(3, {1, 2});
    points.switch_on(3, {1, 10});
    CHECK(points.probability(3) == sim::Ratio{1, 2});
    CHECK(points.probability(4) == sim::Ratio{0, 1});
    points.switch_off(3, {1, 2});
    CHECK(points.probability(3) == sim::Ratio{1, 10});
    points.switch_off(3, {1, 10});
    CHECK_FALSE(points.any_on());
}

TEST_CASE("buggify: what one machine draws at a point shifts no other", "[buggify]") {
    sim::FaultPoints one(5);
    sim::FaultPoints other(5);
    for (int i = 0; i < 10; ++i) one.random(0, "a", 1).next();
    one.random(1, "b", 2).next();
    CHECK(one.random(0, "a", 2).next() == other.random(0, "a", 2).next());
    CHECK(one.random(0, "a", 1).next() != other.random(0, "a", 1).next());
}

TEST_CASE("buggify: a point that does not exist is an error with the nearest word", "[buggify]") {
    format::DiskReader reader;
    const std::string text = scenario_of(R"(["client.smal_read"])", R"({ "assert": "never",
        "event": "append.padded" })");
    const format::LoadResult loaded = format::load_text("points.json", text, {}, reader);
    CHECK_FALSE(loaded.ok());
    const std::string said = loaded.diagnostics.human(false);
    CHECK(said.find("client.small_read") != std::string::npos);
}

}  // namespace
}  // namespace gfs::run
