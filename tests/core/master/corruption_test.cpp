// SPDX-License-Identifier: Apache-2.0
// Replicas that failed a checksum (GFS 5.2), and files that a chunkserver says are gone.

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config quick() {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.primary_choice = PrimaryChoice::first;
    return config;
}

// A chunk with a lease, on three of the servers.
struct World {
    explicit World(std::uint32_t servers = 4) : all({.servers = servers, .config = quick()}) {
        holder = all.new_chunk("/a");
        bad = holder.secondaries.front();
    }
    // Its HeartBeats say it from now on, as those of a chunkserver do.
    Code report(ServerId id, Version version = Version{2}) {
        all.server(id).corrupt.insert(holder.chunk);
        const ReportCorruption report{
            .server = id, .chunk = holder.chunk, .version = version, .offset = 0};
        return all.ask_from(id, report).code();
    }
    void report_all() {
        for (const Replica& replica : std::vector<Replica>(chunk().replicas))
            CHECK(report(replica.server) == Code::ok);
    }
    // A new replica has a place, and does not come about.
    void refuse_clones() {
        for (const auto& [id, server] : all.servers)
            server->refuse[Message::CloneChunk] = Code::timeout;
    }
    const Chunk& chunk() const { return all.chunk(holder.chunk); }
    Answer<Locations> locations() {
        return all.ask(FindLocation{
            .op = OpId{1}, .client = all.client, .file = "/a", .first = ChunkIndex{0}, .count = 1});
    }
    MasterWorld all;
    LeaseHolder holder;
    ServerId bad{};
};

TEST_CASE("corruption: the chunk is cloned from a good replica, and then the bad one is deleted",
          "[master][gfs-5.2]") {
    World w;
    CHECK(w.report(w.bad) == Code::ok);
    CHECK(w.all.text(w.all.last(event::chunk_replica_removed).fields[2]) == "corrupt");
    CHECK(w.chunk().find(w.bad) == nullptr);
    CHECK(w.locations()->chunks.front().servers.size() == 2);
    w.all.run_for(30s);
    CHECK(w.chunk().replicas.size() == 3);
    CHECK(w.chunk().find(w.bad) == nullptr);
    CHECK(w.all.last(event::clone_finished).fields[1] != sim::to_index(w.bad));
    REQUIRE(w.all.server(w.bad).deletions.size() == 1);
    CHECK_FALSE(w.all.server(w.bad).replicas.contains(w.holder.chunk));
    CHECK(w.all.master->is_repaired());
}

TEST_CASE("corruption: a higher version of a bad replica is not adopted", "[master][gfs-4.5]") {
    World w;
    // A grant that came to nothing left a number here that the log does not have.
    w.all.server(w.bad).replicas[w.holder.chunk] = Version{3};
    w.all.server(w.bad).corrupt.insert(w.holder.chunk);
    w.all.run_for(10s);
    CHECK(w.all.count(event::chunk_adopted_version) == 0);
    CHECK(w.chunk().version == Version{2});
    CHECK(w.chunk().find(w.holder.primary) != nullptr);
    // What was counted on there has become bad under another number.
    CHECK(w.chunk().find(w.bad) == nullptr);
    CHECK(w.chunk().replicas.size() == 3);
}

TEST_CASE("corruption: a bad replica with a number that was never granted is deleted in the end",
          "[master][gfs-4.5]") {
    World w;
    // The next number is offered, and stored by nobody but this one, which then fails.
    for (const auto& [id, server] : w.all.servers)
        server->refuse[Message::GrantLease] = Code::no_space;
    w.all.run_for(20s);
    CHECK(w.all.lease_holder("/a").code() == Code::chunk_busy);
    REQUIRE(w.chunk().reserved > w.chunk().version);
    w.all.server(w.bad).replicas[w.holder.chunk] = w.chunk().reserved;
    w.all.server(w.bad).corrupt.insert(w.holder.chunk);
    w.all.run_for(30s);
    CHECK(w.chunk().version == Version{2});
    REQUIRE_FALSE(w.all.server(w.bad).deletions.empty());
    CHECK(w.all.server(w.bad).deletions.back().version == w.chunk().reserved);
    CHECK(w.chunk().replicas.size() == 3);
}

TEST_CASE("corruption: the bad replica is not deleted while there is no new one",
          "[master][gfs-5.2]") {
    World w;
    w.refuse_clones();
    CHECK(w.report(w.bad) == Code::ok);
    w.all.run_for(60s);
    CHECK(w.chunk().replicas.size() == 2);
    CHECK(w.all.server(w.bad).deletions.empty());
}

TEST_CASE("corruption: the bad replica makes room for the new one where no other server can",
          "[master][gfs-5.2]") {
    const bool is_full = GENERATE(true, false);
    World w(is_full ? 4 : 3);
    for (const auto& [id, server] : w.all.servers)
        if (w.chunk().find(id) == nullptr) server->disk_used = 1'000'000;
    CHECK(w.report(w.bad) == Code::ok);
    w.all.run_for(60s);
    CHECK(w.all.server(w.bad).deletions.size() == 1);
    CHECK(w.all.last(event::clone_finished).fields[2] == sim::to_index(w.bad));
    CHECK(w.chunk().replicas.size() == 3);
}

TEST_CASE("corruption: a clone takes the place of a bad replica that was found meanwhile",
          "[master][gfs-5.2]") {
    World w(3);
    for (const auto& [id, server] : w.all.servers) server->clone_time = 5s;
    // What it has is stale after a grant without it; nobody knows yet that it is bad as well.
    w.all.server(w.bad).refuse[Message::GrantLease] = Code::timeout;
    w.all.run_for(10s);
    REQUIRE(w.all.lease_holder("/a").ok());
    while (w.all.count(event::clone_started) == 0) w.all.run_for(100ms);
    REQUIRE(w.all.last(event::clone_started).fields[2] == sim::to_index(w.bad));
    const ReportCorruption report{.server = w.bad,
                                  .chunk = w.holder.chunk,
                                  .version = w.chunk().version,
                                  .offset = 0};
    CHECK(w.all.ask_from(w.bad, report).ok());
    w.all.run_for(60s);
    CHECK(w.all.count(event::clone_finished) == 1);
    CHECK(w.chunk().find(w.bad) != nullptr);
    CHECK(w.chunk().counted_out.empty());
    CHECK(w.all.server(w.bad).deletions.empty());
}

TEST_CASE("corruption: the lease of a set with a bad replica ends, and the next one is without it",
          "[master][gfs-5.2]") {
    World w;
    const bool is_primary = GENERATE(true, false);
    const ServerId bad = is_primary ? w.holder.primary : w.bad;
    CHECK(w.report(bad) == Code::ok);
    w.all.run_for(1s);
    CHECK(w.all.server(w.holder.primary).revocations.size() == 1);
    CHECK(w.all.master->lease(w.holder.chunk) == nullptr);
    w.all.run_for(30s);
    const auto next = w.all.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->primary != bad);
    CHECK(next->secondaries.size() == 2);
}

TEST_CASE("corruption: HeartBeats say it too, and do not bring the replica back",
          "[master][gfs-5.2]") {
    World w;
    w.refuse_clones();
    w.all.server(w.bad).corrupt.insert(w.holder.chunk);
    w.all.run_for(10s);
    CHECK(w.chunk().replicas.size() == 2);
    CHECK(w.all.count(event::chunk_replica_removed) == 1);
    CHECK(w.all.count(event::chunk_replica_added) == 3);
}

TEST_CASE("corruption: the last replica is not counted on either, and is kept",
          "[master][gfs-5.2]") {
    World w(3);
    for (const auto& [id, server] : w.all.servers) CHECK(w.report(id) == Code::ok);
    w.all.run_for(10s);
    CHECK(w.chunk().replicas.empty());
    CHECK(w.all.count(event::chunk_lost) == 1);
    CHECK(w.locations().code() == Code::no_live_replica);
    CHECK(w.all.lease_holder("/a").code() == Code::no_live_replica);
    for (const auto& [id, server] : w.all.servers) CHECK(server->deletions.empty());
}

TEST_CASE("corruption: a good replica that comes back takes the place of the last, bad one",
          "[master][gfs-5.2]") {
    World w;
    w.refuse_clones();
    const ServerId good = w.holder.secondaries.back();
    w.all.crash_server(good);
    w.all.crash_server(w.holder.primary);
    w.all.run_for(10s);
    CHECK(w.report(w.bad) == Code::ok);
    w.all.run_for(10s);
    CHECK(w.locations().code() == Code::no_live_replica);
    w.all.start_server(good);
    w.all.run_for(10s);
    REQUIRE(w.locations().ok());
    CHECK(w.locations()->chunks.front().servers == std::vector<ServerId>{good});
    CHECK(w.all.lease_holder("/a").ok());
}

TEST_CASE("corruption: a replica that was accused by an old message comes back when nobody else is",
          "[master][gfs-5.2]") {
    World w;
    w.refuse_clones();
    w.report_all();
    w.all.run_for(5s);
    w.all.server(w.bad).corrupt.clear();
    w.all.run_for(5s);
    CHECK(w.chunk().servers() == std::vector<ServerId>{w.bad});
}

TEST_CASE("corruption: reports of unknown chunks and of other versions change nothing",
          "[master][gfs-5.2]") {
    World w;
    const ReportCorruption unknown{
        .server = w.bad, .chunk = ChunkHandle{9999}, .version = Version{2}, .offset = 0};
    CHECK(w.all.ask_from(w.bad, unknown).code() == Code::no_such_chunk);
    const ReportCorruption stale{
        .server = w.bad, .chunk = w.holder.chunk, .version = Version{1}, .offset = 0};
    CHECK(w.all.ask_from(w.bad, stale).ok());
    w.all.run_for(10s);
    CHECK(w.chunk().replicas.size() == 3);
}

TEST_CASE("corruption: a master that is not serving yet says so", "[master][gfs-5.2]") {
    World w;
    w.all.crash_master();
    w.all.start_master();
    CHECK(w.report(w.bad) == Code::starting);
}

TEST_CASE("corruption: a master that begins anew hears of it at the registration",
          "[master][gfs-5.2]") {
    World w;
    w.all.server(w.bad).corrupt.insert(w.holder.chunk);
    w.all.crash_master();
    w.all.start_master();
    w.all.run_for(60s);
    CHECK(w.chunk().replicas.size() == 3);
    CHECK(w.chunk().find(w.bad) == nullptr);
    CHECK_FALSE(w.all.server(w.bad).replicas.contains(w.holder.chunk));
}

TEST_CASE("missing: a file that a chunkserver says is gone is made up for",
          "[master][gfs-2.6.2]") {
    World w;
    w.all.server(w.bad).replicas.clear();
    w.all.server(w.bad).missing.insert(w.holder.chunk);
    w.all.run_for(2s);
    CHECK(w.chunk().find(w.bad) == nullptr);
    CHECK(w.all.text(w.all.last(event::chunk_replica_removed).fields[2]) == "missing");
    w.all.server(w.bad).missing.clear();
    w.all.run_for(20s);
    CHECK(w.chunk().replicas.size() == 3);
}

TEST_CASE("missing: a bad replica whose file is gone needs no deletion", "[master][gfs-5.2]") {
    World w(3);
    CHECK(w.report(w.bad) == Code::ok);
    w.all.run_for(2s);
    REQUIRE(w.chunk().counted_out.contains(w.bad));
    w.all.server(w.bad).replicas.clear();
    w.all.server(w.bad).missing.insert(w.holder.chunk);
    w.all.run_for(2s);
    CHECK_FALSE(w.chunk().counted_out.contains(w.bad));
}

}  // namespace
}  // namespace gfs::testing
