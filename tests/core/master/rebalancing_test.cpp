// SPDX-License-Identifier: Apache-2.0
// Replicas move for better disk space: from the fullest server to the emptiest, one at a time, and
// only while nothing is to be repaired (GFS 4.3).

#include <algorithm>

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config small() {
    Config config;
    config.chunk_size = 1 * KiB;
    config.checksum_block = 1 * KiB;
    config.replication = 2;
    config.lease = 5s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.scan_every = 20s;
    config.primary_choice = PrimaryChoice::first;
    return config;
}

// Twelve chunks on two servers; a third one, on a rack of its own, is empty.
struct FullAndEmpty {
    explicit FullAndEmpty(const Config& config) : world({.servers = 3, .config = config}) {
        empty = std::prev(world.servers.end())->first;
        world.server(empty).beats = false;
        world.run_for(10s);
        for (int i = 0; i < 12; ++i) chunks.push_back(world.new_chunk("/a" + std::to_string(i)));
        world.run_for(10s);
        for (auto& [id, server] : world.servers) server->disk_used = id == empty ? 0 : 500'000;
        world.server(empty).beats = true;
        REQUIRE(world.server(empty).creations.empty());
    }
    std::size_t moved() const { return world.count(event::rebalance_moved); }

    MasterWorld world;
    ServerId empty;
    std::vector<LeaseHolder> chunks;
};

TEST_CASE("rebalancing: an empty server gets replicas one at a time, and others give theirs up",
          "[master][gfs-4.3]") {
    FullAndEmpty pair(small());
    MasterWorld& world = pair.world;
    for (auto& [id, server] : world.servers) server->clone_time = 2s;
    world.run_for(40s);
    CHECK(pair.moved() >= 3);
    CHECK(world.server(pair.empty).clones.size() >= pair.moved());
    std::size_t deletions = 0;
    for (const auto& [id, server] : world.servers) deletions += server->deletions.size();
    CHECK(deletions == pair.moved());
    std::size_t running = 0;
    std::size_t most = 0;
    for (const sim::Event& event : world.events) {
        if (event.kind == event::clone_started) most = std::max(most, ++running);
        if (event.kind == event::clone_finished) --running;
        CHECK(event.kind != event::chunk_lost);
    }
    CHECK(most == 1);
    CHECK(world.count(event::chunk_under_replicated) == 0);
    for (const LeaseHolder& chunk : pair.chunks)
        CHECK(world.chunk(chunk.chunk).replicas.size() >= 2);
}

TEST_CASE("rebalancing: it ends when the disks are alike", "[master][gfs-4.3]") {
    FullAndEmpty pair(small());
    pair.world.run_for(25s);
    REQUIRE(pair.moved() >= 1);
    for (auto& [id, server] : pair.world.servers) server->disk_used = 500'000;
    pair.world.run_for(5s);
    const std::size_t moved = pair.moved();
    pair.world.run_for(60s);
    CHECK(pair.moved() == moved);
}

TEST_CASE("rebalancing: the policy `none` leaves replicas where they are", "[master][gfs-4.3]") {
    Config config = small();
    config.rebalancing.kind = "none";
    FullAndEmpty pair(config);
    pair.world.run_for(60s);
    CHECK(pair.world.count(event::clone_planned) == 0);
}

TEST_CASE("rebalancing: chunks that lack replicas come first", "[master][gfs-4.3]") {
    FullAndEmpty pair(small());
    MasterWorld& world = pair.world;
    for (auto& [id, server] : world.servers)
        server->refuse[Message::CloneChunk] = Code::no_space;  // nothing can be repaired
    world.crash_server(world.servers.begin()->first);
    world.run_for(60s);
    for (const sim::Event& event : world.events)
        if (event.kind == event::clone_planned) CHECK(event.fields[3] == 1);
    CHECK(pair.moved() == 0);
}

TEST_CASE("rebalancing: a chunk that is being written stays", "[master][gfs-4.3]") {
    FullAndEmpty pair(small());
    MasterWorld& world = pair.world;
    for (std::size_t i = 0; i < pair.chunks.size(); ++i) {
        const auto holder = world.lease_holder("/a" + std::to_string(i));
        REQUIRE(holder.ok());
        world.server(holder->primary).extend.insert(pair.chunks[i].chunk);
    }
    world.run_for(60s);
    CHECK(world.count(event::clone_planned) == 0);
}

TEST_CASE("rebalancing: no move takes a chunk off its second rack", "[master][gfs-4.2]") {
    // cs1 and cs3 on the first rack, cs2 and cs4 on the second.
    Config config = small();
    MasterWorld world({.servers = 4, .racks = 2, .config = config});
    const ServerId empty = world.servers.begin()->first;
    world.server(empty).beats = false;
    world.run_for(10s);
    std::vector<LeaseHolder> chunks;
    for (int i = 0; i < 6; ++i) chunks.push_back(world.new_chunk("/a" + std::to_string(i)));
    world.run_for(10s);
    for (auto& [id, server] : world.servers) server->disk_used = id == empty ? 0 : 500'000;
    world.server(empty).beats = true;
    world.run_for(120s);
    CHECK(world.count(event::rebalance_moved) >= 1);
    for (const LeaseHolder& chunk : chunks) {
        std::set<std::uint32_t> racks;
        for (const Replica& replica : world.chunk(chunk.chunk).replicas)
            racks.insert(world.host(replica.server).rack());
        CHECK(racks.size() == 2);
    }
}

}  // namespace
}  // namespace gfs::testing
