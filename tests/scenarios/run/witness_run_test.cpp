// SPDX-License-Identifier: Apache-2.0
// Witnesses of whole runs, word for word: whoever has read the paper and the scenario should see
// what was promised, what happened instead, and how it came about.

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "scenarios/checks/story.h"
#include "scenarios/format/format.h"
#include "scenarios/reports/result_json.h"
#include "scenarios/reports/summary.h"
#include "scenarios/run/ablations.h"
#include "scenarios/run/run.h"

namespace gfs::run {
namespace {

const std::string source_dir = std::string(GFSIM_SOURCE_DIR) + "/";

results::RunResult run(const std::string& scenario, const std::string& without = {}) {
    format::LoadOptions options;
    if (!without.empty()) options.sets = {{"/gfs/without", "[\"" + without + "\"]"}};
    const std::string file = source_dir + "scenarios/library/" + scenario + ".json";
    const format::LoadResult loaded = format::load_file(file, options);
    INFO(loaded.diagnostics.human());
    REQUIRE(loaded.ok());
    return run_scenario(*loaded.scenario, {}).result;
}

const results::ViolationFound& violation(const results::RunResult& result,
                                         const std::string& check) {
    const auto found = std::find_if(result.violations.begin(), result.violations.end(),
                                    [&](const auto& one) { return one.check == check; });
    REQUIRE(found != result.violations.end());
    return *found;
}

// Lines as one text, without the folder of the sources.
std::string text_of(const std::vector<std::string>& witness) {
    std::string text;
    for (std::string line : witness) {
        if (const auto place = line.find(source_dir); place != std::string::npos)
            line.erase(place, source_dir.size());
        text += line + "\n";
    }
    return text;
}

TEST_CASE("witness: a stale replica that the master names", "[run][witness][gfs-4.5]") {
    const results::RunResult result = run("paper/4_5_stale_replica", "version_check");
    const results::ViolationFound& found = violation(result, "no_stale_in_reply");
    CHECK(found.promise ==
          "The master names no replica to a client, and copies none, that never reached the "
          "current version.");
    CHECK(found.message ==
          "the master named the replica of chunk 1 (/log#0) on cs5 as version 3, but that one "
          "never got beyond version 2");
    CHECK(
        text_of(found.witness) ==
        "from the start          version_check is switched off (/gfs/without)\n"
        "   52.43233 ms  #148    the master has granted cs3 the lease of chunk 1, version 2, until "
        "5.03880344 s (GFS 3.1)\n"
        "  78.635495 ms  #213    fault `down` (crash) hits cs5 --> "
        "scenarios/library/paper/4_5_stale_replica.json:39:9\n"
        "  78.635495 ms  #214    the chunkserver process on cs5 ends (GFS 5.1.1)\n"
        " 2.003993143 s  #301    the master has not heard of cs5 for too long and takes it for "
        "dead (GFS 4.3)\n"
        " 2.004103383 s  #310    cs3 gives back its lease on chunk 1, version 2 (GFS 3.1)\n"
        " 5.499219887 s  #551    cs4 takes up the lease of chunk 1, version 3; by its clock it "
        "lasts to 10.499011807 s (GFS 3.1)\n"
        " 5.504840697 s  #568    the master has granted cs4 the lease of chunk 1, version 3, until "
        "10.499011807 s (GFS 3.1)\n"
        "10.904677706 s  #841    the lease of cs4 on chunk 1, version 3, runs out (GFS 3.1)\n"
        "15.078635495 s  #1020   a chunkserver process starts on cs5; replicas on its disk: 1 (GFS "
        "5.1.1)\n"
        "15.078635495 s  #1022   fault `down` (crash) ends\n"
        "15.078842535 s  #1028   the master has the report of cs5; replicas there: 1 (GFS 2.6.2)\n"
        "15.078842535 s  #1030   the master counts on the replica of chunk 1 on cs5, as version 3 "
        "(GFS 2.6.2)\n"
        "15.078842535 s  #1031   chunk 1 has 4 replicas and should have 3, as the master counts "
        "(GFS 4.3)\n"
        "15.079248935 s  #1042   the master names cs5 to reader.1, for chunk 1 of version 3 (GFS "
        "2.4)\n");
}

TEST_CASE("witness: an answer before the log is flushed", "[run][witness][gfs-2.6.3]") {
    const results::RunResult result = run("basics/hello", "log_before_reply");
    CHECK(text_of(violation(result, "log_before_reply").witness) ==
          "from the start          log_before_reply is switched off (/gfs/without)\n"
          "          0 ns  #9      alice.1 begins create /hello (GFS 2.2)\n"
          "     104.32 us  #12     record 1 enters the log: file_created /hello (GFS 2.6.3)\n"
          "     104.32 us  #13     /hello is created (GFS 4.1)\n"
          "     104.32 us  #14     the master answers the Create of alice.1: ok; that depends on "
          "record 1 (GFS 2.6.3)\n");
}

TEST_CASE("witness: two primaries, and the faults that made them", "[run][witness][gfs-3.1]") {
    const results::RunResult result = run("faults/f_12_no_version_check_at_secondaries");
    CHECK(
        text_of(violation(result, "one_primary_per_chunk").witness) ==
        "from the start          secondary_version_check is switched off (/gfs/without)\n"
        "  59.995517 ms  #131    cs2 takes up the lease of chunk 1, version 2; by its clock it "
        "lasts to 60.051887437 s (GFS 3.1)\n"
        "  65.516327 ms  #148    the master has granted cs2 the lease of chunk 1, version 2, until "
        "60.051887437 s (GFS 3.1)\n"
        " 820.502027 ms  #387    fault `cut` (partition) hits cs2 --> "
        "scenarios/library/faults/f_12_no_version_check_at_secondaries.json:42:9\n"
        " 820.502027 ms  #389    fault `slow-clocks` (clock_drift) hits cs2 --> "
        "scenarios/library/faults/f_12_no_version_check_at_secondaries.json:48:9\n"
        "10.315702042 s  #2545   the master has not heard of cs2 for too long and takes it for "
        "dead (GFS 4.3)\n"
        "70.160678684 s  #16208  cs5 takes up the lease of chunk 1, version 3; by its clock it "
        "lasts to 130.160471244 s (GFS 3.1)\n"
        "70.166299494 s  #16223  cs4 is in the set of chunk 1 for version 3 (GFS 3.1)\n"
        "70.166299494 s  #16224  cs5 is in the set of chunk 1 for version 3 (GFS 3.1)\n"
        "70.166299494 s  #16225  the master has granted cs5 the lease of chunk 1, version 3, until "
        "130.160471244 s (GFS 3.1)\n"
        "70.219934187 s  #16281  cs2, as the primary, orders append number 352 of version 2: 1024 "
        "bytes at 359424 of chunk 1 (GFS 3.1)\n"
        "70.219934187 s  #16282  cs2 applies append number 352 of version 2: 1024 bytes at 359424 "
        "(GFS 3.1)\n"
        "70.228988587 s  #16290  cs4 applies append number 352 of version 2: 1024 bytes at 359424 "
        "(GFS 3.1)\n"
        "70.228988587 s  #16292  cs5 applies append number 352 of version 2: 1024 bytes at 359424 "
        "(GFS 3.1)\n"
        "70.237217387 s  #16299  cs2 says that every replica of version 2 has applied number 352 "
        "(GFS 3.1)\n");
}

TEST_CASE("witness: a checker that fails has one too", "[run][witness][gfs-2.6.3]") {
    const results::RunResult result = run("basics/master_failover", "log_replication");
    const auto found =
        std::find_if(result.expectations.begin(), result.expectations.end(),
                     [](const auto& e) { return e.assertion == "check metadata_linearizable"; });
    REQUIRE(found != result.expectations.end());
    CHECK(found->promise == "the clients' namespace operations have a legal order");
    CHECK(text_of(found->witness) ==
          "from the start          log_replication is switched off (/gfs/without)\n"
          "   10.31441 ms  #84     /n/0 is created (GFS 4.1)\n"
          " 106.075735 ms  #330    fault `kill` (power_loss) hits master --> "
          "scenarios/library/basics/master_failover.json:30:9\n"
          " 106.075735 ms  #331    the master process on master ends (GFS 5.1.1)\n"
          "12.000406404 s  #11578  log1 is named the new master, epoch 2 (GFS 5.1.3)\n"
          "12.000406404 s  #11579  the process on log1 serves as the master; out of its log come 0 "
          "files and 0 chunks (GFS 5.1.1)\n");
}

TEST_CASE("witness: the summary and result.json have the same lines", "[run][witness]") {
    const results::RunResult result = run("basics/hello", "log_before_reply");
    const std::string summary = reports::summary(result, {});
    const std::string json = reports::result_json(result);
    const results::ViolationFound& found = violation(result, "log_before_reply");
    CHECK(summary.find("promised: " + found.promise) != std::string::npos);
    CHECK(summary.find("happened: " + found.message) != std::string::npos);
    CHECK(json.find(found.promise) != std::string::npos);
    for (const std::string& line : found.witness) {
        CHECK(summary.find(line) != std::string::npos);
        CHECK(json.find(line) != std::string::npos);
    }
}

// One that says something of itself only, and one without a fault, are no more than that.
TEST_CASE("witness: every mechanism that is missed has a short one, with its first cause",
          "[run][witness][ablations]") {
    for (const char* const name :
         {"version_bump", "lease_check_at_primary", "serial_order", "exact_offset",
          "checksum_on_read", "snapshot_revoke", "clone_limits", "handle_uniqueness",
          "stale_replica_gc", "registration_epoch", "report_corruption"}) {
        const auto row = std::find_if(ablations().begin(), ablations().end(),
                                      [&](const Ablation& one) { return one.mechanism == name; });
        REQUIRE(row != ablations().end());
        INFO(name);
        const results::RunResult result = run(std::string(row->scenario), name);
        std::vector<std::vector<std::string>> witnesses;
        for (const results::ViolationFound& found : result.violations)
            witnesses.push_back(found.witness);
        for (const results::ExpectationOutcome& e : result.expectations)
            if (!e.witness.empty()) witnesses.push_back(e.witness);
        REQUIRE_FALSE(witnesses.empty());
        for (const std::vector<std::string>& lines : witnesses) {
            CHECK(lines.size() <= checks::Story::most_lines);
            REQUIRE(lines.size() > 2);
            CHECK(lines.front().find(std::string(name) + " is switched off") != std::string::npos);
            for (std::size_t i = 1; i < lines.size(); ++i) {
                const bool has_place = lines[i].find(" --> ") != std::string::npos;
                const bool has_section = lines[i].find(" (GFS ") != std::string::npos;
                CHECK((has_place || has_section || lines[i].find("fault") != std::string::npos));
            }
        }
    }
}

}  // namespace
}  // namespace gfs::run
