// SPDX-License-Identifier: Apache-2.0
// The checks on real clusters: in any storm no guarantee is broken; with a mechanism switched off
// one is, and the right check says so.

#include <span>

#include "tests/scenarios/checks/storm.h"

namespace gfs::checks {
namespace {

Expectation check(std::string checker) {
    Expectation expectation;
    expectation.name = checker;
    expectation.kind = Expectation::Kind::check;
    expectation.checker = std::move(checker);
    return expectation;
}

Expectation repaired() {
    Expectation expectation;
    expectation.name = "repaired";
    expectation.kind = Expectation::Kind::eventually;
    expectation.state = "fully_replicated";
    return expectation;
}

// What a storm must bring about somewhere, or it proves nothing.
constexpr const char* rough_weather[] = {"server.crashed",
                                         "master.recovered",
                                         "server.declared_dead",
                                         "lease.expired",
                                         "lease.revoked",
                                         "lease.prolonged",
                                         "chunk.stale_detected",
                                         "chunk.adopted_version",
                                         "clone.finished",
                                         "clone.failed",
                                         "mutation.failed",
                                         "mutation.rejected",
                                         "append.duplicated",
                                         "append.padded",
                                         "gc.deleted",
                                         "heartbeat.rejected",
                                         "chunk.over_replicated",
                                         "client.op_failed",
                                         "read.short",
                                         "master.promoted",
                                         "master.superseded",
                                         "master.checkpoint_finished"};

Expectation sometimes(std::string event) {
    Expectation expectation;
    expectation.name = event;
    expectation.kind = Expectation::Kind::sometimes;
    expectation.pattern.event = std::move(event);
    return expectation;
}

// What disks that rot must bring about.
constexpr const char* rotten_disks[] = {"chunk.corrupt_detected", "scrub.found",
                                        "read.checksum_error", "chunk.file_missing",
                                        "clone.finished"};

// What disks that fall sick must bring about.
constexpr const char* sick_disks[] = {"chunk.disk_failed", "master.log_failed", "master.promoted",
                                      "mutation.rejected", "clone.finished"};
constexpr const char* stuck_disks[] = {"mutation.rejected", "server.crashed", "clone.finished"};

void survive(std::uint64_t first, std::uint64_t last, Weather weather, const Config& config,
             std::span<const char* const> brought_about) {
    std::vector<Expectation> expect = {check("gfs_consistency"), check("append_at_least_once"),
                                       check("no_data_loss"), repaired()};
    const std::size_t demands = expect.size();
    for (const char* const event : brought_about) expect.push_back(sometimes(event));
    std::vector<bool> seen(brought_about.size());
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        weather.seed = seed;
        Storm storm(weather, config, expect);
        const Results& results = storm.run();
        INFO("seed " << seed << ", " << storm.succeeded << " operations\n" << storm.violations());
        CHECK(storm.succeeded > 20);
        CHECK_FALSE(results.first_violation().has_value());
        for (std::size_t i = 0; i < seen.size(); ++i)
            if (results.expectations[demands + i].verdict == Verdict::held) seen[i] = true;
        for (std::size_t i = 0; i < demands; ++i) {
            const Outcome& outcome = results.expectations[i];
            INFO(outcome.what << ": " << outcome.measured);
            for (const std::string& line : outcome.detail) INFO(line);
            CHECK(outcome.verdict == Verdict::held);
        }
    }
    for (std::size_t i = 0; i < seen.size(); ++i) {
        INFO(brought_about[i]);
        CHECK(seen[i]);
    }
}

}  // namespace

TEST_CASE("storm: no guarantee is broken", "[checks][storm]") {
    survive(1, 8, {}, quick_config(), rough_weather);
}

TEST_CASE("storm: disks that change bytes and lose files break no guarantee",
          "[checks][storm][gfs-5.2]") {
    Config config = quick_config();
    config.idle_scan_every = 15s;
    const bool processes = GENERATE(false, true);
    const Weather weather{.processes = processes, .disks = true, .snapshots = false};
    survive(1, 4, weather, config, rotten_disks);
}

TEST_CASE("storm: disks that fail, are full, slow or stuck break no guarantee",
          "[checks][storm][gfs-5.2]") {
    Config config = quick_config();
    config.idle_scan_every = 15s;
    const Weather weather{.processes = false,
                          .cuts = false,
                          .pauses = false,
                          .sick_disks = true,
                          .errors = true,
                          .snapshots = false};
    survive(1, 6, weather, config, sick_disks);
}

TEST_CASE("storm: full, slow and stuck disks break no guarantee while processes end",
          "[checks][storm]") {
    const Weather weather{.sick_disks = true};
    survive(1, 4, weather, quick_config(), stuck_disks);
}

TEST_CASE("storm: disks that fail break no guarantee, over many seeds", "[checks][storm][.slow]") {
    const Weather weather{.processes = false,
                          .cuts = false,
                          .pauses = false,
                          .sick_disks = true,
                          .errors = true};
    survive(7, 60, weather, quick_config(), sick_disks);
}

TEST_CASE("storm: no guarantee is broken when masters, log replicas and the monitor fail",
          "[checks][storm][gfs-5.1.3]") {
    Weather weather;
    weather.between_faults = 2s;
    weather.log_machines = true;
    survive(1, 8, weather, quick_config(), rough_weather);
}

TEST_CASE("storm: no guarantee is broken by failovers, over many seeds",
          "[checks][storm][.slow]") {
    Weather weather;
    weather.between_faults = 2s;
    weather.log_machines = true;
    survive(9, 100, weather, quick_config(), rough_weather);
}

TEST_CASE("storm: what clients were told of names has a legal order", "[checks][storm][gfs-4.1]") {
    std::size_t uncertain = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        const Weather weather{
            .seed = seed, .length = 60s, .between_faults = 2s, .shared_names = true};
        Storm storm(weather, quick_config(),
                    {check("metadata_linearizable"), check("namespace_model")});
        const Results& results = storm.run();
        INFO("seed " << seed << "\n" << storm.violations());
        CHECK_FALSE(results.first_violation().has_value());
        for (const Outcome& outcome : results.expectations) {
            std::string lines = outcome.what + ": " + outcome.measured + "\n";
            for (const std::string& line : outcome.detail) lines += line + "\n";
            INFO(lines);
            CHECK(outcome.verdict == Verdict::held);
        }
        for (const OperationRow& row : results.operations) uncertain += row.errors;
    }
    CHECK(uncertain > 0);
}

TEST_CASE("storm: no guarantee is broken, over many seeds", "[checks][storm][.slow]") {
    survive(9, 100, {}, quick_config(), rough_weather);
}

TEST_CASE("storm: disks that rot break no guarantee, over many seeds", "[checks][storm][.slow]") {
    Config config = quick_config();
    config.idle_scan_every = 15s;
    survive(5, 50, {.disks = true}, config, rotten_disks);
}

}  // namespace gfs::checks
