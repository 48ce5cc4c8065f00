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

TEST_CASE("ablations: without a lease the last writer need not win", "[checks][storm][gfs-2.7.1]") {
    // The secondaries would refuse a primary whose version is closed: they must not look either.
    Config config = without(Mechanism::lease_check_at_primary);
    config.without.push_back(Mechanism::secondary_version_check);
    CHECK(first_failure("last_writer_wins", config, {.snapshots = false}, 40) != 0);
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

TEST_CASE("ablations: an incomplete checkpoint that is believed loses names",
          "[checks][storm][gfs-2.6.3]") {
    const bool off = GENERATE(true, false);
    Config config = off ? without(Mechanism::checkpoint_completeness) : quick_config();
    config.checkpoint_every = 40;
    bool lost = false;
    // Somewhere in the milliseconds in which the checkpoint is written.
    for (int tenths = 80; tenths <= 120; tenths += 2) {
        Storm storm({.length = 15s, .between_faults = 1h}, config);
        storm.strike_after(event::master_checkpoint_started, 1,
                           sim::Duration{std::int64_t{tenths} * 100'000});
        storm.run();
        const std::vector<std::string> names = storm.violated();
        lost = lost || std::find(names.begin(), names.end(), "acked_namespace_survives") !=
                           names.end();
        if (!off) CHECK(names.empty());
    }
    CHECK(lost == off);
}

TEST_CASE("ablations: a master that has been replaced deletes what its successor counts on",
          "[checks][storm][gfs-5.1.3]") {
    const bool off = GENERATE(true, false);
    const Config config = off ? without(Mechanism::master_epoch) : quick_config();
    Storm storm({.length = 40s, .between_faults = 1h}, config);
    storm.preload("/old", 4);
    const HostId master = storm.cluster.master_host();
    // It hears the chunkservers, one replica too many, and its order to delete it does not arrive.
    // Nor does it hear of its successor.
    std::vector<HostId> others;
    for (const char* const name : {"monitor", "log1", "log2"})
        others.push_back(*storm.cluster.find(name));
    const sim::HostSet alone({master});
    const sim::HostSet servers(storm.cluster.chunkservers());
    const sim::HostSet rest(others);
    sim::Network& network = storm.cluster.network();
    std::optional<sim::BarrierId> orders;
    // The HeartBeats that confirm the registrations still come.
    storm.engine.at(sim::time_zero + 50ms, [&] { orders = network.cut(alone, servers); });
    network.cut(alone, rest);
    network.cut(rest, alone);
    storm.engine.at(sim::time_zero + 9s, [&] {
        REQUIRE(storm.cluster.master_host() != master);
        network.heal(orders.value());
    });
    storm.run();
    const std::vector<std::string> names = storm.violated();
    CHECK((std::find(names.begin(), names.end(), "gc_keeps_live") != names.end()) == off);
}

TEST_CASE("ablations: without locks two clients are told that they made the same name",
          "[checks][storm][gfs-4.1]") {
    const char* const guilty = GENERATE("namespace_serializable", "metadata_linearizable");
    const Weather weather{.length = 30s, .between_faults = 1h, .shared_names = true};
    INFO(guilty);
    CHECK(first_failure(guilty, without(Mechanism::namespace_locks), weather, 6) != 0);
}

TEST_CASE("ablations: a name that was acknowledged before it was logged has no legal order",
          "[checks][storm][gfs-2.6.3]") {
    Config config = without(Mechanism::log_before_reply);
    config.log_batch = 50ms;
    const Weather weather{.length = 60s, .between_faults = 2s, .shared_names = true};
    const char* const guilty = GENERATE("metadata_linearizable", "namespace_model");
    INFO(guilty);
    CHECK(first_failure(guilty, config, weather, 12) != 0);
}

TEST_CASE("ablations: a cache without an end is read from for ever", "[checks][storm][gfs-2.7.1]") {
    Config config = without(Mechanism::cache_timeout);
    config.client_cache = 1s;
    CHECK(first_failure("stale_reads_bounded", config, rough, 30) != 0);
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

TEST_CASE("ablations: without a mechanism of section 5.2 changed bytes are served",
          "[checks][storm][gfs-5.2]") {
    const auto mechanism = GENERATE(Mechanism::checksum_on_read,
                                    Mechanism::checksum_before_overwrite);
    const Weather rot{.between_faults = 1s, .processes = false, .disks = true};
    CHECK(first_failure("no_bad_checksum_served", without(mechanism), rot, 12) != 0);
}

TEST_CASE("ablations: replicas differ after any storm, which GFS allows", "[checks][storm]") {
    CHECK(first_failure("replica_bytes", quick_config(), rough, 5) != 0);
}

}  // namespace gfs::checks
