// SPDX-License-Identifier: Apache-2.0
// Each invariant and each checker fails when the protocol is broken on purpose: with a mechanism
// switched off, or with a choice that the paper allows and that is known to lose data.

#include <algorithm>
#include <functional>

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

// The seed of the first storm in which the check fails; 0 when it holds in all.
std::uint64_t first_failure(const std::string& guilty, const Config& config, Weather weather,
                            std::uint64_t seeds) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        weather.seed = seed;
        std::vector<Expectation> expect;
        for (const std::string_view checker : expected_checkers)
            if (checker == guilty) expect.push_back(check(guilty));
        Storm storm(weather, config, expect);
        storm.run();
        const std::vector<std::string> names = storm.violated();
        if (std::find(names.begin(), names.end(), guilty) != names.end()) return seed;
    }
    return 0;
}

Config without(Mechanism mechanism) {
    Config config = quick_config();
    config.without = {mechanism};
    return config;
}

const Weather rough{};

}  // namespace

TEST_CASE("ablations: without a mechanism the check that watches it fails", "[checks][storm]") {
    struct Case {
        Mechanism mechanism;
        const char* guilty;
    };
    const auto [mechanism, guilty] = GENERATE(values<Case>({
        {Mechanism::log_before_reply, "log_before_reply"},
        {Mechanism::version_check, "no_stale_in_reply"},
        {Mechanism::version_check, "append_offsets_grow"},
        {Mechanism::version_bump, "versions_monotonic"},
        {Mechanism::serial_order, "same_order_on_replicas"},
        {Mechanism::lease_check_at_primary, "lease_before_mutation"},
        {Mechanism::clone_revoke, "acked_write_everywhere"},
        {Mechanism::clone_revoke, "acked_append_everywhere"},
        {Mechanism::clone_revoke, "append_at_least_once"},
        {Mechanism::clone_revoke, "gfs_consistency"},
        {Mechanism::orphan_protection, "gc_keeps_live"},
        {Mechanism::handle_uniqueness, "handles_unique"},
        {Mechanism::snapshot_revoke, "snapshot_isolated"},
        {Mechanism::copy_on_write, "snapshot_isolated"},
        {Mechanism::deferred_reply, "snapshot_isolated"},
        {Mechanism::deferred_reply, "no_data_loss"},
        {Mechanism::deferred_reply, "append_at_least_once"},
    }));
    INFO(guilty);
    CHECK(first_failure(guilty, without(mechanism), rough, 12) != 0);
}

TEST_CASE("ablations: without waiting for a lease to end there are two primaries",
          "[checks][storm][gfs-3.1]") {
    Config config = without(Mechanism::lease_wait);
    config.lease = 60s;
    CHECK(first_failure("one_primary_per_chunk", config, rough, 30) != 0);
}

TEST_CASE("ablations: a name that was acknowledged before it was logged is lost with the power",
          "[checks][storm][gfs-2.6.3]") {
    const bool off = GENERATE(true, false);
    Config config = off ? without(Mechanism::log_before_reply) : quick_config();
    config.log_batch = 50ms;
    Storm storm({.length = 10s, .between_faults = 1h}, config);
    storm.strike_after_create(2);
    storm.run();
    const std::vector<std::string> names = storm.violated();
    const bool lost =
        std::find(names.begin(), names.end(), "acked_namespace_survives") != names.end();
    CHECK(lost == off);
}

TEST_CASE("ablations: data that is not on the platter is lost with the power",
          "[checks][storm][gfs-3.1]") {
    Config config = quick_config();
    const bool writeback = GENERATE(true, false);
    if (writeback) config.durability = Durability::writeback;
    Storm storm({.length = 20s, .between_faults = 1h}, config, {check("no_data_loss")});
    storm.engine.at(sim::time_zero + 15s, [&] {
        for (const ServerId server : storm.cluster.chunkservers())
            storm.cluster.power_loss(server, true);
    });
    storm.run();
    const std::vector<std::string> names = storm.violated();
    CHECK((std::find(names.begin(), names.end(), "no_data_loss") != names.end()) == writeback);
}

TEST_CASE("ablations: replicas differ after any storm, which GFS allows", "[checks][storm]") {
    CHECK(first_failure("replica_bytes", quick_config(), rough, 5) != 0);
}

}  // namespace gfs::checks
