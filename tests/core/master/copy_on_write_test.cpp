// SPDX-License-Identifier: Apache-2.0
// Copy on write at the master (GFS 3.4): the answer that waits, the one copy, and what is left when
// something fails.

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config small() {
    Config config;
    config.chunk_size = 1 * MiB;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.master_restart = 2s;
    config.scan_every = 5s;
    config.delete_grace = 20s;
    config.primary_choice = PrimaryChoice::first;
    return config;
}

FindLeaseHolder holder_of(const MasterWorld& world, const std::string& file) {
    return {.op = {}, .client = world.client, .file = file, .index = {}};
}

// "/a" and its snapshot "/b" share this chunk.
ChunkHandle share(MasterWorld& world) {
    const ChunkHandle chunk = world.new_chunk("/a").chunk;
    REQUIRE(world.snapshot("/a", "/b") == Code::ok);
    return chunk;
}

std::size_t copies_ordered(const MasterWorld& world) {
    std::size_t copies = 0;
    for (const auto& [id, server] : world.servers) copies += server->copies.size();
    return copies;
}

// A client wants to write to "/a", and one server needs `copy_time` for its copy. Nothing is
// re-replicated meanwhile.
struct SlowCopy {
    explicit SlowCopy(Duration copy_time) {
        shared = share(world);
        slow = world.chunk(shared).replicas.front().server;
        world.server(slow).copy_time = copy_time;
        world.ask_later(holder_of(world, "/a"), answer);
    }
    static Config unrepaired() {
        Config config = small();
        config.rereplicate_after = 1h;
        return config;
    }
    // REQUIRES: the client has its answer.
    ChunkHandle copy() const {
        REQUIRE(answer.has_value());
        REQUIRE(answer->ok());
        return (*answer)->chunk;
    }
    bool is_counted_on(ServerId server) const {
        return world.chunk(copy()).find(server) != nullptr;
    }
    std::optional<FindLeaseHolder::Reply> answer;  // outlives the world, which writes it
    MasterWorld world{{.config = unrepaired()}};
    ChunkHandle shared = no_chunk;
    ServerId slow = sim::no_host;
};

TEST_CASE("copy on write: the answer is deferred until each current replica has been copied",
          "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    const ChunkHandle shared = share(world);
    for (auto& [id, server] : world.servers) server->copy_time = 1s;
    std::optional<FindLeaseHolder::Reply> answer;
    world.ask_later(holder_of(world, "/a"), answer);
    world.run_for(900ms);
    CHECK_FALSE(answer.has_value());
    CHECK(copies_ordered(world) == 3);
    world.run_for(1s);
    REQUIRE(answer.has_value());
    REQUIRE(answer->ok());
    const ChunkHandle copy = (*answer)->chunk;
    CHECK(copy != shared);
    CHECK(world.master->chunks_of("/a") == std::vector{copy});
    CHECK(world.master->chunks_of("/b") == std::vector{shared});
    CHECK_FALSE(world.chunk(shared).is_shared());
    CHECK(world.chunk(copy).replicas.size() == 3);
    const sim::Event& copied = world.last(event::chunk_copied_on_write);
    CHECK(copied.fields[0] == static_cast<std::uint64_t>(copy));
    CHECK(copied.fields[1] == static_cast<std::uint64_t>(shared));
}

TEST_CASE("copy on write: the order names the version that the replicas must have",
          "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    const ChunkHandle shared = share(world);
    const Version version = world.chunk(shared).version;
    REQUIRE(world.lease_holder("/b").ok());
    for (const auto& [id, server] : world.servers) {
        REQUIRE(server->copies.size() == 1);
        CHECK(server->copies[0].chunk == shared);
        CHECK(server->copies[0].version == version);
    }
}

TEST_CASE("copy on write: two clients that write at once get the same one copy",
          "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    share(world);
    for (auto& [id, server] : world.servers) server->copy_time = 1s;
    std::optional<FindLeaseHolder::Reply> first;
    std::optional<FindLeaseHolder::Reply> second;
    world.ask_later(holder_of(world, "/a"), first);
    world.ask_later(holder_of(world, "/a"), second);
    world.run_for(3s);
    REQUIRE((first.has_value() && second.has_value()));
    CHECK((*first)->chunk == (*second)->chunk);
    CHECK(world.count(event::chunk_copied_on_write) == 1);
    CHECK(copies_ordered(world) == 3);
}

TEST_CASE("copy on write: when the other file has its own copy the chunk is written in place",
          "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    const ChunkHandle shared = share(world);
    std::optional<FindLeaseHolder::Reply> first;
    std::optional<FindLeaseHolder::Reply> second;
    world.ask_later(holder_of(world, "/a"), first);
    world.ask_later(holder_of(world, "/b"), second);
    world.run_for(3s);
    REQUIRE((first.has_value() && second.has_value()));
    REQUIRE((first->ok() && second->ok()));
    CHECK((*first)->chunk != shared);
    CHECK((*second)->chunk == shared);
    CHECK(world.count(event::chunk_copied_on_write) == 1);
}

TEST_CASE("copy on write: the clients of a file that was not snapshotted wait for nothing",
          "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    share(world);
    world.new_chunk("/c");
    CHECK(copies_ordered(world) == 0);
}

TEST_CASE("copy on write: it goes on with the servers that could copy", "[master][gfs-3.4]") {
    MasterWorld world({.servers = 4, .config = small()});
    const ChunkHandle shared = share(world);
    const ServerId failing = world.chunk(shared).replicas.front().server;
    world.server(failing).refuse[Message::CopyChunkLocally] = Code::no_space;
    const auto answer = world.lease_holder("/a");
    REQUIRE(answer.ok());
    CHECK(world.chunk(answer->chunk).find(failing) == nullptr);
    CHECK(world.chunk(answer->chunk).replicas.size() == 2);
    CHECK(world.chunk(shared).replicas.size() == 3);
    world.run_for(30s);
    CHECK(world.chunk(answer->chunk).replicas.size() == 3);
}

TEST_CASE("copy on write: when no server can copy nothing has changed", "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    const ChunkHandle shared = share(world);
    for (auto& [id, server] : world.servers)
        server->refuse[Message::CopyChunkLocally] = Code::no_space;
    CHECK(world.lease_holder("/a").code() == Code::no_chunkserver);
    CHECK(world.master->chunks_of("/a") == std::vector{shared});
    CHECK(world.chunk(shared).is_shared());
    for (auto& [id, server] : world.servers) server->refuse.clear();
    CHECK(world.lease_holder("/a").ok());
}

TEST_CASE("copy on write: a replica that was copied too late is not counted on",
          "[master][gfs-3.4]") {
    SlowCopy s(8s);
    s.world.run_for(7s);
    CHECK_FALSE(s.is_counted_on(s.slow));
    s.world.run_for(5s);
    CHECK_FALSE(s.is_counted_on(s.slow));
    CHECK(s.world.count(event::chunk_stale_detected) > 0);
}

TEST_CASE("copy on write: a copy that is gone before the others are ready is not counted on",
          "[master][gfs-3.4]") {
    SlowCopy s(3s);
    const ServerId loser = s.world.chunk(s.shared).replicas.back().server;
    s.world.run_for(500ms);
    REQUIRE(s.world.server(loser).copies.size() == 1);
    const ChunkHandle copy = s.world.server(loser).copies.front().copy;
    REQUIRE(s.world.server(loser).replicas.erase(copy) == 1);
    // Its server says so in a HeartBeat, or, when it has been away, by what it does not report.
    const bool is_restarted = GENERATE(false, true);
    if (is_restarted) {
        s.world.crash_server(loser);
        s.world.start_server(loser);
    } else {
        s.world.server(loser).missing = {copy};
    }
    s.world.run_for(5s);
    CHECK(s.copy() == copy);
    CHECK_FALSE(s.is_counted_on(loser));
    CHECK(s.is_counted_on(s.slow));
}

TEST_CASE("copy on write: when the only server that could copy has died, nothing has changed",
          "[master][gfs-3.4]") {
    Config config = small();
    config.dead_after = 3s;
    MasterWorld world({.config = config});
    const ChunkHandle shared = share(world);
    const ServerId only = world.chunk(shared).replicas.front().server;
    for (auto& [id, server] : world.servers)
        if (id != only) server->copy_time = 1h;
    std::optional<FindLeaseHolder::Reply> answer;
    world.ask_later(holder_of(world, "/a"), answer);
    world.run_for(100ms);
    world.crash_server(only);
    world.run_for(10s);
    REQUIRE(answer.has_value());
    CHECK(answer->code() == Code::no_chunkserver);
    CHECK(world.master->chunks_of("/a") == std::vector{shared});
}

TEST_CASE("copy on write: a file that is renamed meanwhile keeps the shared chunk",
          "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    const ChunkHandle shared = share(world);
    for (auto& [id, server] : world.servers) server->copy_time = 1s;
    std::optional<FindLeaseHolder::Reply> answer;
    world.ask_later(holder_of(world, "/a"), answer);
    world.run_for(500ms);
    REQUIRE(world.rename("/a", "/c") == Code::ok);
    world.run_for(3s);
    REQUIRE(answer.has_value());
    CHECK(answer->code() == Code::not_found);
    CHECK(world.master->chunks_of("/c") == std::vector{shared});
    CHECK(world.chunk(shared).owners.size() == 2);
    CHECK(world.count(event::chunk_copied_on_write) == 0);
    // The copies that nobody has are garbage.
    world.run_for(3s);
    CHECK(world.count(event::gc_orphan_found) >= 3);
}

TEST_CASE("copy on write: a master that crashes before the copies are logged has lost nothing",
          "[master][gfs-3.4][gfs-2.6.3]") {
    MasterWorld world({.config = small()});
    const ChunkHandle shared = share(world);
    for (auto& [id, server] : world.servers) server->copy_time = 1s;
    std::optional<FindLeaseHolder::Reply> answer;
    world.ask_later(holder_of(world, "/a"), answer);
    world.run_for(500ms);
    world.crash_master();
    world.start_master();
    world.run_for(10s);
    CHECK(world.master->chunks_of("/a") == std::vector{shared});
    CHECK(world.chunk(shared).is_shared());
    CHECK(world.count(event::gc_orphan_found) >= 3);
    world.run_for(10s);
    const auto again = world.lease_holder("/a");
    REQUIRE(again.ok());
    CHECK(again->chunk != shared);
}

TEST_CASE("copy on write: without the mechanism the snapshot changes with the file",
          "[master][gfs-3.4]") {
    Config config = small();
    config.without = {Mechanism::copy_on_write};
    MasterWorld world({.config = config});
    const ChunkHandle shared = share(world);
    CHECK(world.lease_holder("/a")->chunk == shared);
    CHECK(copies_ordered(world) == 0);
}

TEST_CASE("copy on write: without deferring the answer it comes before the copies",
          "[master][gfs-3.4]") {
    Config config = small();
    config.without = {Mechanism::deferred_reply};
    MasterWorld world({.config = config});
    share(world);
    for (auto& [id, server] : world.servers) server->copy_time = 1s;
    std::optional<FindLeaseHolder::Reply> answer;
    world.ask_later(holder_of(world, "/a"), answer);
    world.run_for(500ms);
    CHECK(answer.has_value());
}

TEST_CASE("goal: a shared chunk has the highest of its files, and a lower one when that goes",
          "[master][gfs-3.4]") {
    Config config = small();
    MasterWorld world({.config = config});
    Metadata metadata(config);
    const ChunkHandle chunk{5};
    metadata.apply(log::FileCreated{"/low", 2});
    metadata.apply(log::FileCreated{"/high", 4});
    metadata.apply(log::ChunkAdded{"/high", ChunkIndex{0}, chunk, Version{1}});
    CHECK(metadata.find(chunk)->goal == 4);
    metadata.apply(log::SnapshotTaken{"/high", "/copy"});
    const ChunkHandle copy{6};
    metadata.apply(log::ChunkCopied{"/high", ChunkIndex{0}, chunk, copy, Version{1}});
    CHECK(metadata.find(copy)->goal == 4);
    CHECK(metadata.find(copy)->owners.size() == 1);
    // A record that no longer fits does nothing.
    metadata.apply(log::ChunkCopied{"/high", ChunkIndex{0}, chunk, ChunkHandle{7}, Version{1}});
    CHECK(metadata.find(ChunkHandle{7}) == nullptr);
    Chunk shared = *metadata.find(chunk);
    shared.add_owner(2, SharedGoal::highest);
    CHECK(shared.goal == 4);
    shared.remove_owner(4, SharedGoal::highest);
    CHECK(shared.goal == 2);
    // The weaker choice forgets the file that wants more.
    shared.add_owner(4, SharedGoal::lowest);
    CHECK(shared.goal == 2);
}

}  // namespace
}  // namespace gfs::testing
