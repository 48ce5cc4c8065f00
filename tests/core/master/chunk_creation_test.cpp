// SPDX-License-Identifier: Apache-2.0
// Chunks that lose their replicas before anybody could write to them (GFS 4.3).

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config one_replica() {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.scan_every = 20s;
    config.replication = 1;
    return config;
}

// "/a" has a chunk whose replica was lost; with or without a lease before.
struct World {
    explicit World(bool leased, const Config& config = one_replica())
        : all({.servers = 2, .config = config}) {
        all.run_for(6s);
        REQUIRE(all.create("/a") == Code::ok);
        for (const auto& [id, server] : all.servers)
            if (!leased) server->refuse[Message::GrantLease] = Code::no_space;
        REQUIRE(all.lease_holder("/a").ok() == leased);
        handle = all.master->chunks_of("/a").at(0);
        for (const auto& [id, server] : all.servers) {
            server->refuse.clear();
            if (server->replicas.erase(handle) > 0) server->missing.insert(handle);
        }
        all.run_for(2s);
        for (const auto& [id, server] : all.servers) server->missing.clear();
        REQUIRE(chunk().replicas.empty());
    }
    const Chunk& chunk() const { return all.chunk(handle); }
    std::size_t created() const {
        std::size_t created = 0;
        for (const auto& [id, server] : all.servers) created += server->creations.size();
        return created;
    }
    MasterWorld all;
    ChunkHandle handle{};
};

TEST_CASE("creation: a chunk that had no lease and lost its replicas is created anew",
          "[master][gfs-4.3]") {
    World w(false);
    SECTION("when a client wants to write") {
        const Answer<LeaseHolder> answer = w.all.lease_holder("/a");
        REQUIRE(answer.ok());
        CHECK(answer->chunk == w.handle);
    }
    SECTION("or with the next scan") {
        w.all.run_for(21s);
        CHECK(w.chunk().replicas.size() == 1);
    }
    CHECK(w.created() == 2);
    CHECK(w.chunk().version > Version{1});
    CHECK_FALSE(w.chunk().never_leased);
}

TEST_CASE("creation: the replicas that were lost are stale when they come back",
          "[master][gfs-4.5]") {
    World w(false);
    w.all.run_for(21s);
    REQUIRE(w.chunk().replicas.size() == 1);
    const ServerId present = w.chunk().replicas.front().server;
    for (const auto& [id, server] : w.all.servers)
        if (id != present) server->replicas[w.handle] = Version{1};
    w.all.run_for(2s);
    CHECK(w.chunk().replicas.size() == 1);
    CHECK(w.all.count(event::chunk_stale_detected) >= 1);
}

TEST_CASE("creation: one that had a lease is not", "[master][gfs-2.7.1]") {
    World w(true);
    CHECK(w.all.lease_holder("/a").code() == Code::no_live_replica);
    w.all.run_for(21s);
    CHECK(w.created() == 1);
    CHECK(w.chunk().replicas.empty());
}

TEST_CASE("creation: it is not where leases change no version", "[master][gfs-4.5]") {
    Config config = one_replica();
    config.without = {Mechanism::version_bump};
    World w(false, config);
    w.all.run_for(21s);
    CHECK(w.created() == 1);
    CHECK(w.chunk().replicas.empty());
}

TEST_CASE("creation: when nobody can make one, the next scan tries again", "[master][gfs-4.3]") {
    World w(false);
    for (const auto& [id, server] : w.all.servers)
        server->refuse[Message::CreateChunk] = Code::no_space;
    CHECK(w.all.lease_holder("/a").code() == Code::no_live_replica);
    for (const auto& [id, server] : w.all.servers) server->refuse.clear();
    w.all.run_for(21s);
    CHECK(w.chunk().replicas.size() == 1);
}

}  // namespace
}  // namespace gfs::testing
