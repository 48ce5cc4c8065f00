// SPDX-License-Identifier: Apache-2.0
// Lost replicas are made up for, and surplus ones go (GFS 4.3).

#include <algorithm>

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config small() {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.clone_limit = {.percent = false, .amount = 100};
    config.primary_choice = PrimaryChoice::first;
    return config;
}

std::vector<CloneChunk> all_clones(const MasterWorld& world) {
    std::vector<CloneChunk> all;
    for (const auto& [id, server] : world.servers)
        all.insert(all.end(), server->clones.begin(), server->clones.end());
    return all;
}

// Most clones that ran at once, by the events.
std::size_t most_at_once(const MasterWorld& world) {
    std::size_t running = 0;
    std::size_t most = 0;
    for (const sim::Event& event : world.events) {
        if (event.kind == event::clone_started) most = std::max(most, ++running);
        if (event.kind == event::clone_finished || event.kind == event::clone_failed) --running;
    }
    return most;
}

TEST_CASE("clone: a lost replica is copied from a valid one to a server without any",
          "[master][gfs-4.3]") {
    MasterWorld world({.servers = 4, .config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.crash_server(holder.secondaries.front());
    world.run_for(30s);
    const auto clones = all_clones(world);
    REQUIRE(clones.size() == 1);
    CHECK(clones.front().version == Version{2});
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
    CHECK(world.count(event::clone_finished) == 1);
    CHECK(world.count(event::chunk_replicated) == 1);
    CHECK(world.master->is_repaired());
    CHECK(world.master->chunks_below(3) == 0);
    CHECK(world.last(event::clone_started).fields[3] == 1);
}

TEST_CASE("clone: nothing is cloned while locations are collected", "[master][gfs-2.6.2]") {
    Config config = small();
    config.dead_after = 20s;
    config.master_restart = 1s;
    MasterWorld world({.servers = 4, .config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    world.crash_master();
    world.crash_server(holder.secondaries.front());
    world.start_master();
    world.run_for(15s);
    REQUIRE(world.chunk(holder.chunk).replicas.size() == 2);
    CHECK(world.count(event::chunk_under_replicated) == 0);
    CHECK(all_clones(world).empty());
    world.run_for(30s);
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
}

TEST_CASE("clone: it waits as long as `rereplicate_after` says", "[master][gfs-4.3]") {
    Config config = small();
    config.rereplicate_after = 60s;
    MasterWorld world({.servers = 4, .config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    world.crash_server(holder.secondaries.front());
    world.run_for(50s);
    REQUIRE(world.chunk(holder.chunk).replicas.size() == 2);
    CHECK(all_clones(world).empty());
    world.run_for(30s);
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
}

TEST_CASE("clone: the lease is taken back first, and clients are told that the chunk is busy",
          "[master][gfs-4.3]") {
    MasterWorld world({.servers = 4, .config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    for (auto& [id, server] : world.servers) server->clone_time = 5s;
    world.server(holder.primary).extend.insert(holder.chunk);  // it would go on for ever
    world.crash_server(holder.secondaries.front());
    while (world.count(event::clone_started) == 0) world.run_for(100ms);
    CHECK(world.server(holder.primary).revocations.size() == 1);
    CHECK(world.lease_holder("/a").code() == Code::chunk_busy);
    CHECK(world.master->lease(holder.chunk) == nullptr);
    world.run_for(10s);
    const auto next = world.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->secondaries.size() == 2);
    CHECK(next->version == Version{3});
}

TEST_CASE("clone: a primary that cannot be reached is waited out", "[master][gfs-4.3]") {
    MasterWorld world({.servers = 4, .config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    const LocalTime expires = world.master->lease(holder.chunk)->expires;
    world.crash_server(holder.primary);
    world.run_for(20s);
    REQUIRE(world.count(event::clone_started) == 1);
    CHECK(world.last(event::clone_started).time.time_since_epoch() >= expires.time_since_epoch());
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
}

TEST_CASE("clone: without the revocation the lease stays in force", "[master][gfs-4.3]") {
    Config config = small();
    if (GENERATE(true, false))
        config.clone_revoke = false;
    else
        config.without = {Mechanism::clone_revoke};
    MasterWorld world({.servers = 4, .config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    world.server(holder.primary).extend.insert(holder.chunk);
    world.crash_server(holder.secondaries.front());
    world.run_for(20s);
    CHECK(world.server(holder.primary).revocations.empty());
    CHECK(world.count(event::clone_finished) == 1);
}

TEST_CASE("clone: a lease that was granted during the copying makes the copy useless",
          "[master][gfs-4.3]") {
    Config config = small();
    config.clone_revoke = false;
    MasterWorld world({.servers = 4, .config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    for (auto& [id, server] : world.servers) server->clone_time = 5s;
    world.crash_server(holder.secondaries.front());
    while (world.count(event::clone_started) == 0) world.run_for(100ms);
    REQUIRE(world.lease_holder("/a").ok());  // the set is formed anew
    world.run_for(6s);
    CHECK(world.count(event::clone_failed) == 1);
    CHECK(world.last(event::clone_failed).fields[4] ==
          static_cast<std::uint64_t>(Code::stale_version));
}

TEST_CASE("clone: one that fails is tried again after a while", "[master][gfs-4.3]") {
    MasterWorld world({.servers = 4, .config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    for (auto& [id, server] : world.servers) server->refuse[Message::CloneChunk] = Code::no_space;
    world.crash_server(holder.secondaries.front());
    world.run_for(20s);
    const std::size_t failed = world.count(event::clone_failed);
    CHECK(failed >= 5);
    CHECK(failed <= 20);
    for (auto& [id, server] : world.servers) server->refuse.clear();
    world.run_for(5s);
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
}

TEST_CASE("clone: a server that died during the copying does not count", "[master][gfs-4.3]") {
    MasterWorld world({.servers = 4, .config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    for (auto& [id, server] : world.servers) server->clone_time = 7s;
    world.crash_server(holder.secondaries.front());
    while (world.count(event::clone_started) == 0) world.run_for(100ms);
    const auto target = static_cast<ServerId>(world.last(event::clone_started).fields[2]);
    world.server(target).beats = false;
    world.run_for(9s);
    CHECK(world.count(event::clone_finished) == 0);
    CHECK(world.chunk(holder.chunk).find(target) == nullptr);
}

TEST_CASE("clone: the chunk that is farthest from its goal goes first", "[master][gfs-4.3]") {
    Config config = small();
    const bool by_need = GENERATE(true, false);
    if (!by_need) config.without = {Mechanism::clone_priority};
    config.clone_limit.amount = 0;  // none, until both have been lost
    MasterWorld world({.servers = 6, .racks = 1, .config = config});
    const LeaseHolder first = world.new_chunk("/a");
    const LeaseHolder second = world.new_chunk("/b");
    // Six servers, two chunks: they share none.
    world.crash_server(first.secondaries[0]);
    world.crash_server(second.secondaries[0]);
    world.crash_server(second.secondaries[1]);
    world.run_for(20s);
    REQUIRE(world.chunk(first.chunk).replicas.size() == 2);
    REQUIRE(world.chunk(second.chunk).replicas.size() == 1);
    world.config.clone_limit.amount = 1;
    for (auto& [id, server] : world.servers) server->clone_time = 1s;
    while (world.count(event::clone_started) == 0) world.run_for(100ms);
    const auto cloned = static_cast<ChunkHandle>(world.last(event::clone_started).fields[0]);
    CHECK(cloned == (by_need ? second.chunk : first.chunk));
}

TEST_CASE("clone: the limits of the cluster and of each server are kept", "[master][gfs-4.3]") {
    Config config = small();
    std::size_t most = 0;
    SECTION("a number for the cluster") {
        config.clone_limit.amount = 3;
        most = 3;
    }
    SECTION("a share of the live servers") {
        config.clone_limit = {.percent = true, .amount = 40};
        most = 3;  // of the eight that are left
    }
    SECTION("a number for each server") {
        config.clone_per_server = 1;
        most = 4;  // eight live servers, two for each clone
    }
    MasterWorld world({.servers = 9, .config = config});
    for (int i = 0; i < 30; ++i) world.new_chunk("/a" + std::to_string(i));
    for (auto& [id, server] : world.servers) server->clone_time = 2s;
    world.crash_server(world.servers.begin()->first);
    world.run_for(120s);
    CHECK(most_at_once(world) == most);
    CHECK(world.master->is_repaired());
}

TEST_CASE("clone: without limits all go at once", "[master][gfs-4.3]") {
    Config config = small();
    config.clone_limit.amount = 1;
    config.clone_per_server = 1;
    config.without = {Mechanism::clone_limits};
    MasterWorld world({.servers = 5, .config = config});
    for (int i = 0; i < 10; ++i) world.new_chunk("/a" + std::to_string(i));
    for (auto& [id, server] : world.servers) server->clone_time = 5s;
    world.crash_server(world.servers.begin()->first);
    world.run_for(60s);
    CHECK(most_at_once(world) > 2);
}

TEST_CASE("surplus: when a server comes back, one replica goes, and never below the goal",
          "[master][gfs-4.3]") {
    MasterWorld world({.servers = 4, .config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.run_for(15s);
    const ServerId away = holder.secondaries.front();
    world.server(away).beats = false;
    world.run_for(15s);
    REQUIRE(world.count(event::clone_finished) == 1);
    world.server(away).beats = true;
    world.run_for(10s);
    CHECK(world.count(event::chunk_over_replicated) == 1);
    std::size_t deletions = 0;
    for (const auto& [id, server] : world.servers) deletions += server->deletions.size();
    CHECK(deletions == 1);
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
    CHECK(world.chunk(holder.chunk).counted_out.empty());
    CHECK(world.master->is_repaired());
}

TEST_CASE("surplus: the fullest disk gives its replica up, and the racks stay covered",
          "[master][gfs-4.3]") {
    Config config = small();
    config.replication = 2;
    // Racks: cs1 and cs3 in the first, cs2 and cs4 in the second.
    MasterWorld world({.servers = 4, .racks = 2, .config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    world.run_for(15s);
    ServerId alone = sim::no_host;
    const std::uint32_t rack = world.host(holder.primary).rack();
    for (auto& [id, server] : world.servers) {
        server->disk_used = 500'000;
        if (world.host(id).rack() != rack && world.chunk(holder.chunk).find(id)) alone = id;
    }
    world.server(alone).disk_used = 900'000;
    world.server(holder.primary).disk_used = 600'000;
    world.run_for(2s);
    for (auto& [id, server] : world.servers)  // a third replica in the primary's rack
        if (world.host(id).rack() == rack) server->replicas[holder.chunk] = Version{2};
    world.run_for(3s);
    CHECK(world.server(alone).deletions.empty());
    CHECK(world.server(holder.primary).deletions.size() == 1);
    CHECK(world.chunk(holder.chunk).replicas.size() == 2);
}

// A chunk with two replicas on one rack and one on another, of which one goes. The number of racks
// that are left, and whether the fullest disk gave its replica up.
struct AfterSurplus {
    std::size_t racks = 0;
    bool fullest_went = false;
};
AfterSurplus one_surplus_goes(SurplusChoice choice, std::uint32_t full) {
    Config config = small();
    config.replication = 2;
    config.surplus_choice = choice;
    // Racks: cs1 and cs3 in the first, cs2 in the second.
    MasterWorld world({.servers = 3, .racks = 2, .config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    world.run_for(15s);
    std::uint32_t number = 0;
    ServerId fullest = sim::no_host;
    for (auto& [id, server] : world.servers) {
        server->disk_used = number == full ? 900'000 : 500'000;
        if (number++ == full) fullest = id;
    }
    world.run_for(2s);
    for (auto& [id, server] : world.servers) server->replicas[holder.chunk] = Version{2};
    // Before a chunk on one rack is spread again.
    AfterSurplus after;
    while (world.count(event::chunk_replica_removed) == 0) world.run_for(10ms);
    std::set<std::uint32_t> racks;
    for (const Replica& replica : world.chunk(holder.chunk).replicas)
        racks.insert(world.host(replica.server).rack());
    after.racks = racks.size();
    after.fullest_went = world.chunk(holder.chunk).find(fullest) == nullptr;
    return after;
}

TEST_CASE("surplus: the fullest goes, or any, of a rack that has another; or the first, whatever "
          "the rack", "[master][gfs-4.3]") {
    // cs1 is on the shared rack, cs2 alone on the other.
    CHECK(one_surplus_goes(SurplusChoice::fullest, 0).fullest_went);
    CHECK(one_surplus_goes(SurplusChoice::fullest, 1).racks == 2);
    CHECK(!one_surplus_goes(SurplusChoice::fullest, 1).fullest_went);
    CHECK(one_surplus_goes(SurplusChoice::random, 1).racks == 2);
    CHECK(one_surplus_goes(SurplusChoice::first, 2).racks == 2);  // cs1 goes: it happens to be well
    CHECK(!one_surplus_goes(SurplusChoice::first, 2).fullest_went);
}

TEST_CASE("surplus: a registration that was held up has no good replica deleted",
          "[master][gfs-4.3]") {
    MasterWorld world({.servers = 4, .config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.run_for(15s);
    ServerId other = sim::no_host;
    for (const auto& [id, server] : world.servers)
        if (world.chunk(holder.chunk).find(id) == nullptr) other = id;
    // It tells of a replica that the server has deleted since.
    Register late{
        .server = other, .disk_capacity = 1'000'000, .disk_used = 0, .replicas = {}};
    late.replicas.push_back({holder.chunk, holder.version, 100});
    REQUIRE(world.ask_from(other, late).ok());
    CHECK(world.chunk(holder.chunk).replicas.size() == 4);
    world.run_for(10s);
    CHECK(world.chunk(holder.chunk).find(other) == nullptr);
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
    for (const auto& [id, server] : world.servers) CHECK(server->deletions.empty());
}

TEST_CASE("surplus: nothing is deleted while a lease is in force", "[master][gfs-4.3]") {
    Config config = small();
    config.replication = 2;
    MasterWorld world({.servers = 3, .config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    world.server(holder.primary).extend.insert(holder.chunk);
    for (auto& [id, server] : world.servers) server->replicas[holder.chunk] = Version{2};
    world.run_for(30s);
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
    world.server(holder.primary).extend.clear();
    world.run_for(30s);
    CHECK(world.chunk(holder.chunk).replicas.size() == 2);
}

TEST_CASE("counted out: a replica that failed is deleted once the chunk is whole without it",
          "[master][gfs-4.3]") {
    MasterWorld world({.servers = 4, .config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    const ServerId failed = holder.secondaries.front();
    const ReportFailure report{.primary = holder.primary,
                               .chunk = holder.chunk,
                               .version = holder.version,
                               .failed = failed};
    REQUIRE(world.ask_from(holder.primary, report).ok());
    world.run_for(20s);
    CHECK(world.server(failed).clones.empty());  // not to where it failed
    CHECK(world.server(failed).deletions.size() == 1);
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
    CHECK(world.master->is_repaired());
}

}  // namespace
}  // namespace gfs::testing
