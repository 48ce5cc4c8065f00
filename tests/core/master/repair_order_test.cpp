// SPDX-License-Identifier: Apache-2.0
// Which chunk is cloned next, when a clone is given up, and replicas that share a rack (GFS 4.2,
// 4.3).

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

ChunkHandle first_cloned(MasterWorld& world) {
    while (world.count(event::clone_planned) == 0) world.run_for(100ms);
    for (const sim::Event& event : world.events)
        if (event.kind == event::clone_planned) return ChunkHandle{event.fields[0]};
    return no_chunk;
}

// Two chunks of three replicas on four servers that have both lost a secondary; none is cloned yet.
struct TwoChunks {
    TwoChunks() : world(options()) {
        first = world.new_chunk("/a");
        second = world.new_chunk("/b");
        // The second one's lease goes on.
        world.server(second.primary).extend.insert(second.chunk);
        world.crash_server(shared_secondary());
        world.run_for(9s);
        REQUIRE(world.chunk(first.chunk).replicas.size() == 2);
        REQUIRE(world.chunk(second.chunk).replicas.size() == 2);
        for (auto& [id, server] : world.servers) server->clone_time = 1s;
    }
    static WorldOptions options() {
        Config config = small();
        config.clone_limit.amount = 0;
        return {.servers = 4, .racks = 1, .config = config};
    }
    ServerId shared_secondary() const {
        for (const ServerId server : first.secondaries)
            if (server != second.primary && world.chunk(second.chunk).find(server)) return server;
        FAIL("four servers, and no secondary of both");
        return sim::no_host;
    }
    ChunkHandle next() {
        world.config.clone_limit.amount = 1;
        return first_cloned(world);
    }

    MasterWorld world;
    LeaseHolder first;
    LeaseHolder second;
};

TEST_CASE("clone: among equals the older chunk goes first", "[master][gfs-4.3]") {
    TwoChunks chunks;
    CHECK(chunks.next() == chunks.first.chunk);
}

TEST_CASE("clone: chunks of live files go before those of deleted ones", "[master][gfs-4.3]") {
    TwoChunks chunks;
    REQUIRE(chunks.world.remove("/a") == Code::ok);
    CHECK(chunks.next() == chunks.second.chunk);
}

TEST_CASE("clone: a chunk whose file was undeleted is live again", "[master][gfs-4.3]") {
    TwoChunks chunks;
    REQUIRE(chunks.world.remove("/a") == Code::ok);
    const std::string hidden = chunks.world.text(
        chunks.world.last(event::file_deleted).fields[1]);
    REQUIRE(chunks.world.rename(hidden, "/a") == Code::ok);
    CHECK(chunks.next() == chunks.first.chunk);
}

TEST_CASE("clone: a chunk that a client asked for in vain goes before others",
          "[master][gfs-4.3]") {
    TwoChunks chunks;
    MasterWorld& world = chunks.world;
    // The set has lost a member, and the primary cannot be asked to give its lease back.
    FakeChunkServer& primary = world.server(chunks.second.primary);
    primary.silent = true;
    REQUIRE(world.lease_holder("/b").code() == Code::lease_in_doubt);
    CHECK(world.chunk(chunks.second.chunk).blocking);
    primary.silent = false;
    CHECK(chunks.next() == chunks.second.chunk);
    world.run_for(30s);
    CHECK(world.chunk(chunks.second.chunk).replicas.size() == 3);
    CHECK_FALSE(world.chunk(chunks.second.chunk).blocking);
}

TEST_CASE("clone: when its source is declared dead it is given up at once, for another source",
          "[master][gfs-4.3]") {
    MasterWorld world({.servers = 5, .racks = 1, .config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    for (auto& [id, server] : world.servers) server->clone_time = 1h;
    world.crash_server(holder.secondaries.front());
    while (world.count(event::clone_started) == 0) world.run_for(100ms);
    const auto source = static_cast<ServerId>(world.last(event::clone_started).fields[1]);
    const sim::Time began = world.last(event::clone_started).time;
    world.server(source).beats = false;
    while (world.count(event::clone_failed) == 0) world.run_for(100ms);
    // Much sooner than twice the time that a whole chunk takes.
    CHECK(world.last(event::clone_failed).time - began <= 7s);
    CHECK(world.last(event::clone_failed).time ==
          world.last(event::server_declared_dead).time);
    world.run_for(15s);
    CHECK(world.count(event::clone_started) >= 2);
    CHECK(static_cast<ServerId>(world.last(event::clone_started).fields[1]) != source);
}

TEST_CASE("clone: when its target registers again it is given up, and the chunk is not busy",
          "[master][gfs-4.3]") {
    MasterWorld world({.servers = 4, .racks = 1, .config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    for (auto& [id, server] : world.servers) server->clone_time = 1h;
    world.crash_server(holder.secondaries.front());
    while (world.count(event::clone_started) == 0) world.run_for(100ms);
    const auto target = static_cast<ServerId>(world.last(event::clone_started).fields[2]);
    world.crash_server(target);
    world.start_server(target);
    world.run_for(500ms);
    CHECK(world.count(event::clone_failed) == 1);
    world.server(target).clone_time = 100ms;
    world.run_for(10s);
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
    CHECK_FALSE(world.chunk(holder.chunk).busy);
    CHECK(world.lease_holder("/a").ok());
}

TEST_CASE("racks: replicas that share one are spread when another rack has a server",
          "[master][gfs-4.2]") {
    Config config = small();
    config.replication = 2;
    const bool is_spread = GENERATE(true, false);
    if (!is_spread) config.without = {Mechanism::rack_spread};
    // cs1 and cs3 on the first rack, cs2 and cs4 on the second, which is away at first.
    MasterWorld world({.servers = 4, .racks = 2, .config = config});
    const std::uint32_t rack = world.host(world.servers.begin()->first).rack();
    for (auto& [id, server] : world.servers)
        if (world.host(id).rack() != rack) server->beats = false;
    world.run_for(10s);
    REQUIRE(world.count(event::server_declared_dead) == 2);
    const LeaseHolder holder = world.new_chunk("/a");
    REQUIRE(world.chunk(holder.chunk).replicas.size() == 2);
    world.run_for(15s);
    CHECK(world.count(event::clone_planned) == 0);
    for (auto& [id, server] : world.servers) server->beats = true;
    world.run_for(20s);
    std::set<std::uint32_t> racks;
    for (const Replica& replica : world.chunk(holder.chunk).replicas)
        racks.insert(world.host(replica.server).rack());
    CHECK(world.chunk(holder.chunk).replicas.size() == 2);
    CHECK((racks.size() == 2) == is_spread);
    CHECK((world.count(event::clone_finished) == 1) == is_spread);
    if (is_spread) CHECK(world.last(event::clone_finished).fields[3] == 0);
}

}  // namespace
}  // namespace gfs::testing
