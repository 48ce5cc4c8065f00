// SPDX-License-Identifier: Apache-2.0
// Random campaigns: what is drawn is a scenario file, and the file gives the same run.

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "scenarios/format/format.h"
#include "scenarios/run/campaign/campaign.h"
#include "scenarios/run/run.h"

namespace gfs::run {
namespace {

using faults::Profile;
using results::Verdict;

format::LoadResult load(const std::string& text) {
    format::DiskReader reader;
    return format::load_text("campaign.json", text, {}, reader);
}

results::RunResult run(const std::string& text) {
    const format::LoadResult loaded = load(text);
    INFO(loaded.diagnostics.human(false));
    REQUIRE(loaded.ok());
    return run_scenario(*loaded.scenario, {}).result;
}

TEST_CASE("campaign: whatever is drawn is a scenario without a mistake", "[campaign]") {
    for (const faults::ProfileInfo& info : faults::all_profiles()) {
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            CAPTURE(info.name, seed);
            const Campaign campaign = draw_campaign(info.profile, seed);
            const format::LoadResult loaded = load(campaign.text);
            INFO(loaded.diagnostics.human(false));
            REQUIRE(loaded.ok());
            CHECK(loaded.diagnostics.warnings() == 0);
            CHECK(loaded.scenario->seed == seed);
            CHECK(loaded.scenario->name == campaign.name);
        }
    }
}

TEST_CASE("campaign: the same seed draws the same text", "[campaign]") {
    CHECK(draw_campaign(Profile::swarm, 3).text == draw_campaign(Profile::swarm, 3).text);
    CHECK(draw_campaign(Profile::swarm, 3).text != draw_campaign(Profile::swarm, 4).text);
    CHECK(draw_campaign(Profile::swarm, 3).text != draw_campaign(Profile::rough, 3).text);
}

TEST_CASE("campaign: every kind of fault that runs is drawn, or excluded with a reason",
          "[campaign]") {
    const auto kinds = faults::nemesis_kinds();
    for (const format::Word& word : format::fault_words()) {
        CAPTURE(word.name);
        const auto found =
            std::find_if(kinds.begin(), kinds.end(),
                         [&](const faults::NemesisKind& kind) { return kind.kind == word.name; });
        REQUIRE(found != kinds.end());
        const bool ready = word.status == format::Status::ready;
        CHECK((faults::is_built(*found) || !found->excluded.empty()) >= ready);
    }
}

TEST_CASE("campaign: the file gives the digest of its campaign", "[campaign]") {
    for (const faults::ProfileInfo& info : faults::all_profiles()) {
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            CAPTURE(info.name, seed);
            const Campaign campaign = draw_campaign(info.profile, seed);
            const results::RunResult first = run(campaign.text);
            CHECK(first.verdict != Verdict::internal_error);
            CHECK(run(campaign.text).digest == first.digest);
        }
    }
}

const std::string small = R"({
    "gfsim": 1,
    "name": "small",
    "params": { "lease": { "default": "5s" } },
    "cluster": { "chunkservers": 5 },
    "gfs": { "lease": "${lease}", "heartbeat": "500ms", "dead_after": "3s" },
    "workload": {
        "w": { "mix": { "append": 1 }, "files": "/log", "think": "300ms", "stop": "20s" }
    },
    "faults": { "crash-1": { "do": "crash", "target": "cs1", "at": "3s", "for": "5s" } },
    "expect": { "alive": { "assert": "check", "checker": "liveness" } }
})";

TEST_CASE("campaign: drawn faults come beside those of a scenario, which stays what it is",
          "[campaign]") {
    const format::LoadResult base = load(small);
    REQUIRE(base.ok());
    const Campaign campaign = draw_faults_for(base, Profile::rough, 5);
    const format::LoadResult loaded = load(campaign.text);
    INFO(campaign.text);
    INFO(loaded.diagnostics.human(false));
    REQUIRE(loaded.ok());
    const format::Scenario& scenario = *loaded.scenario;
    CHECK(scenario.name == "small-rough-5");
    CHECK(scenario.seed == 5);
    CHECK(scenario.gfs.lease == std::chrono::seconds{5});
    CHECK(scenario.faults.size() > 5);
    CHECK(scenario.faults.front().name == "crash-1");
    CHECK_FALSE(scenario.faults.front().random);
    CHECK(scenario.faults.back().random);
    CHECK(scenario.budget.has_value());
    CHECK(scenario.stop.calm.has_value());
    CHECK(campaign.text.find("checkpoint_every") == std::string::npos);  // a default
    CHECK(run(campaign.text).digest == run(campaign.text).digest);
}

TEST_CASE("campaign: a scenario's own budget and calm stay", "[campaign]") {
    std::string text = small;
    text.replace(text.rfind('}'), 1, R"(, "budget": {"min_up": 4}, "stop": {"calm": "33s"}})");
    const format::LoadResult base = load(text);
    REQUIRE(base.ok());
    const format::LoadResult loaded = load(draw_faults_for(base, Profile::swarm, 5).text);
    REQUIRE(loaded.ok());
    CHECK(loaded.scenario->budget->min_up == 4U);
    CHECK_FALSE(loaded.scenario->budget->min_copies.has_value());
    CHECK(loaded.scenario->stop.calm == std::chrono::seconds{33});
}

}  // namespace
}  // namespace gfs::run
