// SPDX-License-Identifier: Apache-2.0
// One replica is left, and another of the same version was counted out: before a lease makes that
// one stale, the one that is left is cloned (GFS 4.3, 5.2).

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config two_replicas() {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.replication = 2;
    config.rereplicate_after = 1h;
    return config;
}

struct World {
    explicit World(std::uint32_t servers = 4, const Config& config = two_replicas())
        : all({.servers = servers, .config = config}) {
        all.run_for(6s);  // until then it clones nothing
        holder = all.new_chunk("/a");
        failed = holder.secondaries.front();
    }
    // The other one fails in a mutation.
    void count_out() {
        const ReportFailure report{.primary = holder.primary,
                                   .chunk = holder.chunk,
                                   .version = holder.version,
                                   .failed = failed};
        REQUIRE(all.ask_from(holder.primary, report).ok());
    }
    void on_clones(Code code) {
        for (const auto& [id, server] : all.servers) server->refuse[Message::CloneChunk] = code;
    }
    const Chunk& chunk() const { return all.chunk(holder.chunk); }
    MasterWorld all;
    LeaseHolder holder;
    ServerId failed{};
};

TEST_CASE("left alone: it is cloned at once, and gets no lease before", "[master][gfs-4.3]") {
    World w;
    for (const auto& [id, server] : w.all.servers) server->clone_time = 2s;
    w.count_out();
    w.all.run_for(500ms);
    CHECK(w.all.count(event::clone_started) == 1);
    CHECK(w.all.lease_holder("/a").code() == Code::chunk_busy);
    w.all.run_for(3s);
    CHECK(w.chunk().replicas.size() == 2);
    CHECK(w.chunk().find(w.failed) == nullptr);
    CHECK(w.chunk().version == w.holder.version);
    const Answer<LeaseHolder> next = w.all.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->secondaries.size() == 1);
    CHECK(next->version > w.holder.version);
}

TEST_CASE("left alone: when it turns out to be bad, the one that was counted out comes back",
          "[master][gfs-5.2]") {
    World w;
    w.on_clones(Code::checksum_mismatch);
    w.all.server(w.holder.primary).corrupt.insert(w.holder.chunk);
    w.count_out();
    const ReportCorruption report{.server = w.holder.primary,
                                  .chunk = w.holder.chunk,
                                  .version = w.holder.version,
                                  .offset = 0};
    REQUIRE(w.all.ask_from(w.holder.primary, report).ok());
    w.all.run_for(2s);
    CHECK(w.chunk().find(w.failed) != nullptr);
    CHECK(w.chunk().find(w.holder.primary) == nullptr);
    w.on_clones(Code::no_space);
    w.all.run_for(3s);
    const Answer<LeaseHolder> next = w.all.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->primary == w.failed);
}

TEST_CASE("left alone: a clone that comes to nothing holds up no grant", "[master][gfs-3.1]") {
    World w;
    w.on_clones(Code::no_space);
    w.count_out();
    w.all.run_for(500ms);
    CHECK(w.all.count(event::clone_failed) == 1);
    const Answer<LeaseHolder> next = w.all.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->primary == w.holder.primary);
    CHECK(next->secondaries.empty());
}

TEST_CASE("left alone: nobody waits where no clone can be made", "[master][gfs-3.1]") {
    Config config = two_replicas();
    std::uint32_t servers = 4;
    SECTION("no other server is there") { servers = 2; }
    SECTION("nothing is cloned") { config.clone_limit = {.percent = false, .amount = 0}; }
    World w(servers, config);
    w.count_out();
    w.all.run_for(500ms);
    CHECK(w.all.count(event::clone_started) == 0);
    const Answer<LeaseHolder> next = w.all.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->secondaries.empty());
}

TEST_CASE("left alone: one whose others are down waits for nothing", "[master][gfs-4.3]") {
    World w;
    w.all.crash_server(w.failed);
    w.all.run_for(8s);
    CHECK(w.all.count(event::server_declared_dead) == 1);
    const Answer<LeaseHolder> next = w.all.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->secondaries.empty());
    CHECK(w.all.count(event::clone_started) == 0);
}

}  // namespace
}  // namespace gfs::testing
