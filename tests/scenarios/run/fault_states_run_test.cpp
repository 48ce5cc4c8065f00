// SPDX-License-Identifier: Apache-2.0
// The states that faults met in whole runs, and in several runs together.

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "scenarios/format/format.h"
#include "scenarios/reports/fault_states.h"
#include "scenarios/reports/result_json.h"
#include "scenarios/reports/summary.h"
#include "scenarios/run/run.h"

namespace gfs::run {
namespace {

using Sets = std::vector<std::pair<std::string, std::string>>;
using results::FaultStatesRow;

results::RunResult run(const std::string& name, const Sets& sets = {}) {
    const std::string library = std::string(GFSIM_SOURCE_DIR) + "/scenarios/library/";
    const format::LoadResult loaded = format::load_file(library + name + ".json", {.sets = sets});
    INFO(loaded.diagnostics.human());
    REQUIRE(loaded.ok());
    return run_scenario(*loaded.scenario, {}).result;
}

std::uint64_t met(const results::RunResult& result, const std::string& fault,
                  const std::string& state) {
    for (const FaultStatesRow& row : result.fault_states)
        if (row.fault == fault)
            for (const auto& [name, times] : row.met)
                if (name == state) return times;
    FAIL("no cell " << fault << " " << state);
    return 0;
}

TEST_CASE("fault states: a crash in a checkpoint meets one, and at another moment it does not",
          "[run][vacuity][gfs-2.6.3]") {
    const std::string scenario = "faults/f_40_crash_in_a_checkpoint";
    CHECK(met(run(scenario), "die", "checkpointing") == 1);
    const results::RunResult later =
        run(scenario, {{"/faults/die/when/event", "master.checkpoint_finished"}});
    CHECK(met(later, "die", "checkpointing") == 0);
    CHECK(results::never_met_text(later.fault_states.front()).find("checkpointing") !=
          std::string::npos);
}

TEST_CASE("fault states: a primary that dies before its secondaries hear of it is waiting for them",
          "[run][vacuity][gfs-3.1]") {
    const std::string scenario = "faults/f_02_primary_dies_before_forwarding";
    const results::RunResult result = run(scenario);
    CHECK(met(result, "die", "waiting_for_secondaries") == 1);
    CHECK(met(result, "die", "lease_held") == 1);
    // What is lost is on its way to the secondaries.
    CHECK(met(result, "unheard", "data_pushed") == 2);
    const Sets at_rest{{"/faults/die", R"({"do":"crash","target":"@p","at":"40s","for":"5s"})"}};
    const results::RunResult later = run(scenario, at_rest);
    CHECK(met(later, "die", "waiting_for_secondaries") == 0);
}

TEST_CASE("fault states: the summary and result.json tell them, and the digest does not",
          "[run][vacuity]") {
    const results::RunResult result = run("faults/f_40_crash_in_a_checkpoint");
    const std::string text = reports::summary(result, {});
    CHECK(text.find("met " + results::met_text(result.fault_states.front())) != std::string::npos);
    CHECK(text.find("never met ") != std::string::npos);
    const std::string json = reports::result_json(result);
    CHECK(json.find("\"checkpointing\": 1") != std::string::npos);
    CHECK(json.find("\"never\": [") != std::string::npos);
}

TEST_CASE("fault states: runs are summed fault by fault, or kind by kind", "[run][vacuity]") {
    const std::vector<FaultStatesRow> one{{"a", "crash", {{"idle", 1}, {"applying", 0}}},
                                          {"b", "drop", {{"idle", 2}}}};
    const std::vector<FaultStatesRow> two{{"c", "crash", {{"idle", 0}, {"cloning", 4}}}};
    std::vector<FaultStatesRow> by_kind;
    std::vector<FaultStatesRow> by_fault;
    for (const auto& rows : {one, two}) {
        results::add_rows(by_kind, rows, true);
        results::add_rows(by_fault, rows, false);
    }
    CHECK(by_fault.size() == 3);
    REQUIRE(by_kind.size() == 2);
    const FaultStatesRow sum{"", "crash", {{"idle", 1}, {"applying", 0}, {"cloning", 4}}};
    CHECK(by_kind[0] == sum);
    CHECK(results::met_text(sum) == "idle 1, cloning 4");
    CHECK(results::never_met_text(sum) == "applying");
    CHECK(reports::fault_states_text(by_kind, true) ==
          "states that faults met\tcrash\tdrop\n"
          "idle\t1\t2\n"
          "applying\tnever\t-\n"
          "cloning\t4\t-\n");
    CHECK(reports::fault_states_text({}, false).empty());
}

TEST_CASE("fault states: the column of runs.csv is read back", "[run][vacuity]") {
    const std::vector<FaultStatesRow> rows{{"a", "crash", {{"idle", 1}, {"applying", 0}}},
                                           {"b", "drop", {}}};
    const std::string text = results::to_text(rows);
    CHECK(text == "a/crash idle=1 applying=0; b/drop");
    CHECK(results::read_fault_states(text) == rows);
    CHECK(results::read_fault_states("")->empty());
    for (const char* const bad : {"a", "a/", "a/crash idle", "a/crash idle=x", "a/crash =1"})
        CHECK_FALSE(results::read_fault_states(bad));
}

}  // namespace
}  // namespace gfs::run
