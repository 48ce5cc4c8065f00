// SPDX-License-Identifier: Apache-2.0
// How leases go on and end (GFS 3.1): extension, expiry with its guard, revocation, sets that lose
// a member, and the wait after a restart.

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config small() {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 1h;
    config.master_restart = 1s;
    config.primary_choice = PrimaryChoice::first;
    return config;
}

ReportFailure failure(const LeaseHolder& holder, ServerId failed) {
    return {.primary = holder.primary,
            .chunk = holder.chunk,
            .version = holder.version,
            .failed = failed};
}

TEST_CASE("extension: a primary that asks keeps its lease, with the same version",
          "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.server(holder.primary).extend.insert(holder.chunk);
    world.run_for(60s);
    CHECK(world.master->lease(holder.chunk) != nullptr);
    CHECK(world.lease_holder("/a")->version == holder.version);
    REQUIRE(world.server(holder.primary).extensions.size() == 1);
    // What the primary was told never outlives what the master believes.
    CHECK(world.server(holder.primary).extensions.front().expires <=
          world.master->lease(holder.chunk)->expires);
    CHECK(world.count(event::lease_extended) >= 50);
}

TEST_CASE("extension: refused to a server that is not the primary", "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.server(holder.secondaries.front()).extend.insert(holder.chunk);
    world.run_for(2s);
    CHECK(world.count(event::lease_extended) == 0);
    CHECK(world.count(event::lease_extension_refused) >= 1);
    CHECK(world.server(holder.secondaries.front()).extensions.empty());
}

TEST_CASE("extension: refused after the expiry, and for another version", "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    SECTION("expired") {
        world.run_for(11s);
    }
    SECTION("another version") {
        world.server(holder.primary).replicas[holder.chunk] = Version{1};
    }
    world.server(holder.primary).extend.insert(holder.chunk);
    world.run_for(2s);
    CHECK(world.count(event::lease_extended) == 0);
    CHECK(world.count(event::lease_extension_refused) >= 1);
}

TEST_CASE(
    "expiry: a primary that is cut off blocks the chunk until its lease and the guard are over",
    "[master][gfs-3.1]") {
    Config config = small();
    config.lease_guard = 2s;
    config.dead_after = 3s;
    MasterWorld world({.config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    const sim::Time granted = world.engine.now();
    world.crash_server(holder.primary);
    world.run_for(5s);
    REQUIRE(world.count(event::server_declared_dead) == 1);
    CHECK(world.lease_holder("/a").code() == Code::lease_in_doubt);
    world.run_for(11500ms - (world.engine.now() - granted));
    CHECK(world.lease_holder("/a").code() == Code::lease_in_doubt);  // the guard
    world.run_for(1s);
    const Answer<LeaseHolder> next = world.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->primary != holder.primary);
    CHECK(next->version > holder.version);
}

TEST_CASE("expiry: without the wait a second primary is made at once", "[master][gfs-3.1]") {
    Config config = small();
    config.dead_after = 3s;
    config.without = {Mechanism::lease_wait};
    MasterWorld world({.config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    world.crash_server(holder.primary);
    world.run_for(5s);
    const Answer<LeaseHolder> next = world.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->primary != holder.primary);
}

TEST_CASE("expiry: a lease that is over is forgotten by the scan", "[master][gfs-3.1]") {
    Config config = small();
    config.scan_every = 5s;
    MasterWorld world({.config = config});
    world.new_chunk("/a");
    world.run_for(20s);
    CHECK(world.count(event::lease_released) == 1);
    CHECK(world.master->pending().leases == 0);
}

TEST_CASE("restart: the leases of the last process block its chunks for one lease",
          "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    world.new_chunk("/a");
    world.crash_master();
    world.start_master();
    world.run_for(5s);
    REQUIRE(world.master->serving());
    CHECK(world.lease_holder("/a").code() == Code::lease_in_doubt);
    CHECK(world.new_chunk("/b").version == Version{2});  // a new chunk needs no wait
    world.run_for(8s);
    const Answer<LeaseHolder> next = world.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->version == Version{3});
}

TEST_CASE("restart: without the wait the new process grants at once", "[master][gfs-3.1]") {
    Config config = small();
    config.without = {Mechanism::lease_wait_after_failover};
    MasterWorld world({.config = config});
    world.new_chunk("/a");
    world.crash_master();
    world.start_master();
    world.run_for(5s);
    CHECK(world.lease_holder("/a").ok());
}

TEST_CASE("revocation: a primary that registers again is asked to give its lease back",
          "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.crash_server(holder.primary);
    world.start_server(holder.primary);
    world.run_for(100ms);
    const Answer<LeaseHolder> next = world.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->version == Version{3});
    CHECK(world.server(holder.primary).revocations.size() == 1);
    CHECK(world.count(event::lease_released) == 1);
}

TEST_CASE("revocation: a primary that does not answer keeps the chunk in doubt",
          "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.crash_server(holder.primary);
    world.start_server(holder.primary);
    world.server(holder.primary).silent = true;
    world.server(holder.primary).extend.insert(holder.chunk);
    world.run_for(100ms);
    CHECK(world.lease_holder("/a").code() == Code::lease_in_doubt);
    world.run_for(3s);
    CHECK(world.count(event::lease_extended) == 0);  // it is not extended any more
}

TEST_CASE("set: when a member dies, the lease is taken back and granted to the others",
          "[master][gfs-3.1]") {
    Config config = small();
    config.dead_after = 3s;
    MasterWorld world({.config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    world.crash_server(holder.secondaries.back());
    world.run_for(5s);
    const Answer<LeaseHolder> next = world.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->version == Version{3});
    CHECK(next->secondaries.size() == 1);
    CHECK(world.server(holder.primary).revocations.size() == 1);
}

TEST_CASE("failing secondary: it is counted out until the next grant has made it stale",
          "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    const ServerId failed = holder.secondaries.front();
    CHECK(world.ask_from(holder.primary, failure(holder, failed)).ok());
    world.run_for(5s);
    CHECK(world.server(holder.primary).revocations.size() == 1);
    CHECK(world.chunk(holder.chunk).find(failed) == nullptr);  // in spite of its HeartBeats
    const Answer<LeaseHolder> next = world.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->secondaries.size() == 1);
    world.run_for(2s);
    CHECK(world.count(event::chunk_stale_detected) >= 1);
    CHECK(world.chunk(holder.chunk).counted_out.empty());
}

TEST_CASE("failing secondary: the report of one that has no lease is refused",
          "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    const ServerId other = holder.secondaries.front();
    ReportFailure report = failure(holder, holder.secondaries.back());
    SECTION("another server") {
        report.primary = other;
        CHECK(world.ask_from(other, report).code() == Code::not_primary);
    }
    SECTION("another version") {
        report.version = Version{1};
        CHECK(world.ask_from(holder.primary, report).code() == Code::stale_version);
    }
    SECTION("no such chunk") {
        report.chunk = ChunkHandle{12345};
        CHECK(world.ask_from(holder.primary, report).code() == Code::not_primary);
    }
    world.run_for(1s);
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
}

TEST_CASE("failing secondary: a second report of the same one changes nothing",
          "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.server(holder.primary).silent = true;  // the lease cannot be taken back
    CHECK(world.ask_from(holder.primary, failure(holder, holder.secondaries[0])).ok());
    CHECK(world.ask_from(holder.primary, failure(holder, holder.secondaries[0])).ok());
    world.run_for(3s);
    CHECK(world.chunk(holder.chunk).replicas.size() == 2);
    CHECK(world.ask_from(holder.primary, failure(holder, holder.secondaries[1])).ok());
    world.run_for(3s);
    CHECK(world.ask_from(holder.primary, failure(holder, holder.primary)).ok());
    world.run_for(1s);
    CHECK(world.chunk(holder.chunk).replicas.size() == 1);  // the last one stays
}

}  // namespace
}  // namespace gfs::testing
