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
    // It reads all that it has before it makes the others stale.
    const FakeChunkServer& primary = w.all.server(next->primary);
    REQUIRE(primary.verifications.size() == 1);
    CHECK(primary.verifications[0].version == w.holder.version);
}

TEST_CASE("left alone: one that comes back while the primary is read is not made stale",
          "[master][gfs-4.5]") {
    const bool comes_back = GENERATE(true, false);
    World w(2);
    w.all.crash_server(w.failed);
    w.all.run_for(30s);
    auto& primary = w.all.server(w.holder.primary);
    primary.verify_time = 3s;
    REQUIRE(w.chunk().replicas.size() == 1);
    std::optional<FindLeaseHolder::Reply> got;
    w.all.ask_later(
        FindLeaseHolder{
            .op = OpId{5}, .client = w.all.client, .file = "/a", .index = ChunkIndex{0}},
        got);
    w.all.run_for(1s);
    REQUIRE_FALSE(primary.verifications.empty());
    if (comes_back) w.all.start_server(w.failed);
    w.all.run_for(3s);
    REQUIRE(got.has_value());
    CHECK(got->code() == (comes_back ? Code::chunk_busy : Code::ok));
    CHECK(w.chunk().replicas.size() == (comes_back ? 2 : 1));
    if (!comes_back) return;
    const Answer<LeaseHolder> next = w.all.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->secondaries.size() == 1);
}

TEST_CASE("left alone: a primary with secondaries has nothing to prove, nor has the only replica",
          "[master][gfs-3.1]") {
    Config config = two_replicas();
    config.replication = GENERATE(1, 2);
    MasterWorld world({.servers = 2, .config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    CHECK(holder.secondaries.size() + 1 == config.replication);
    CHECK(world.server(holder.primary).verifications.empty());
}

// The lease is over; the secondary stores the next number, and nobody hears that it has.
struct Unanswered : World {
    Unanswered() : World(4, first_is_primary()) {
        all.run_for(11s);
        all.server(failed).silent = true;
        for (const auto& [id, server] : all.servers) server->clone_time = 2s;
    }
    static Config first_is_primary() {
        Config config = two_replicas();
        config.primary_choice = PrimaryChoice::first;
        return config;
    }
};

TEST_CASE("left alone: by a grant that is not answered, it is cloned before it gets the lease",
          "[master][gfs-4.3]") {
    Unanswered w;
    CHECK(w.all.lease_holder("/a").code() == Code::chunk_busy);
    CHECK(w.chunk().version == w.holder.version);
    CHECK(w.all.server(w.failed).replicas.at(w.holder.chunk) > w.holder.version);
    // Its reports of the number that came to nothing do not make the other one stale.
    w.all.run_for(4s);
    CHECK(w.chunk().find(w.holder.primary) != nullptr);
    CHECK(w.chunk().find(w.failed) == nullptr);
    CHECK(w.chunk().replicas.size() == 2);
    const Answer<LeaseHolder> next = w.all.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->secondaries.size() == 1);
}

TEST_CASE("left alone: when it turns out to be bad, the one that did not answer is current",
          "[master][gfs-5.2]") {
    Unanswered w;
    w.on_clones(Code::checksum_mismatch);
    CHECK(w.all.lease_holder("/a").code() == Code::chunk_busy);
    w.all.server(w.holder.primary).corrupt.insert(w.holder.chunk);
    w.all.server(w.failed).silent = false;
    w.all.run_for(4s);
    CHECK(w.chunk().find(w.holder.primary) == nullptr);
    CHECK(w.chunk().find(w.failed) != nullptr);
    CHECK(w.chunk().version > w.holder.version);
    CHECK(w.chunk().version == w.all.server(w.failed).replicas.at(w.holder.chunk));
}

TEST_CASE("left alone: a grant that is not answered holds up nobody where no clone can be made",
          "[master][gfs-3.1]") {
    World w(2, Unanswered::first_is_primary());
    w.all.run_for(11s);
    w.all.server(w.failed).silent = true;
    const Answer<LeaseHolder> next = w.all.lease_holder("/a");
    REQUIRE(next.ok());
    CHECK(next->secondaries.empty());
    const FakeChunkServer& primary = w.all.server(next->primary);
    REQUIRE(primary.verifications.size() == 1);
    CHECK(primary.verifications[0].version == w.holder.version);
}

TEST_CASE("left alone: a secondary whose primary did not answer is read as well",
          "[master][gfs-5.2]") {
    World w(2, Unanswered::first_is_primary());
    w.all.run_for(11s);
    w.all.server(w.holder.primary).silent = true;
    FakeChunkServer& secondary = w.all.server(w.failed);
    secondary.rotten = GENERATE(false, true);
    CHECK(w.all.lease_holder("/a").code() == Code::lease_in_doubt);
    REQUIRE(secondary.verifications.size() == 1);
    CHECK(secondary.verifications[0].version == secondary.grants.back().version);
    w.all.run_for(100ms);
    if (secondary.rotten) {
        CHECK(w.chunk().version == w.holder.version);
        CHECK(w.chunk().servers() == std::vector{w.holder.primary});
        CHECK(w.chunk().counted_out.contains(w.failed));
    } else {
        CHECK(w.chunk().version > w.holder.version);
        CHECK(w.chunk().servers() == std::vector{w.failed});
    }
}

TEST_CASE("left alone: what nobody says to be good makes no other one stale", "[master][gfs-5.2]") {
    World w(2, Unanswered::first_is_primary());
    SECTION("the primary") {
        w.all.crash_server(w.failed);
        w.all.run_for(11s);
        FakeChunkServer& primary = w.all.server(w.holder.primary);
        const std::size_t grants = primary.grants.size();
        primary.refuse[Message::VerifyReplica] = Code::timeout;
        CHECK(w.all.lease_holder("/a").code() == Code::lease_in_doubt);
        CHECK(primary.grants.size() == grants);
        CHECK(w.chunk().servers() == std::vector{w.holder.primary});
        // No lease was offered: nobody waits for its end.
        primary.refuse.clear();
        CHECK(w.all.lease_holder("/a").ok());
    }
    SECTION("the one secondary of a primary that did not answer") {
        w.all.run_for(11s);
        w.all.server(w.holder.primary).silent = true;
        w.all.server(w.failed).refuse[Message::VerifyReplica] = Code::timeout;
        CHECK(w.all.lease_holder("/a").code() == Code::lease_in_doubt);
        CHECK(w.chunk().version == w.holder.version);
        CHECK(w.chunk().replicas.size() == 2);
    }
}

TEST_CASE("left alone: one that refuses because it is bad is counted out without a report",
          "[master][gfs-5.2]") {
    World w;
    w.all.crash_server(w.failed);
    w.all.run_for(11s);
    w.all.server(w.holder.primary).rotten = true;
    CHECK(w.all.lease_holder("/a").code() == Code::lease_in_doubt);
    w.all.run_for(100ms);
    CHECK(w.chunk().replicas.empty());
    w.all.server(w.holder.primary).corrupt.insert(w.holder.chunk);  // as its HeartBeats say, too
    w.all.start_server(w.failed);
    w.all.run_for(1s);
    CHECK(w.chunk().find(w.failed) != nullptr);
}

TEST_CASE("left alone: a clone from the other one that fails is no try", "[master][gfs-4.3]") {
    Config config = two_replicas();
    config.replication = 3;
    config.rereplicate_after = 0s;
    MasterWorld world({.servers = 5, .config = config});
    world.run_for(6s);
    // The clone that is planned is from the first of those that are left.
    LeaseHolder holder = world.new_chunk("/0");
    for (int i = 1; holder.primary < holder.secondaries.front(); ++i)
        holder = world.new_chunk("/" + std::to_string(i));
    // The lease is asked back in vain, and the second one fails as well meanwhile.
    world.server(holder.primary).silent = true;
    std::vector<std::optional<ReportFailure::Reply>> told(2);
    for (std::size_t i = 0; i < 2; ++i)
        world.ask_later(ReportFailure{.primary = holder.primary,
                                      .chunk = holder.chunk,
                                      .version = holder.version,
                                      .failed = holder.secondaries[1 - i]},
                        told[i]);
    for (const auto& [id, server] : world.servers) server->clone_time = 2s;
    world.run_for(3 * config.client_timeout / 2);
    REQUIRE(world.chunk(holder.chunk).replicas.size() == 1);
    CHECK(world.count(event::clone_withdrawn) == 0);
    world.server(holder.primary).silent = false;
    world.run_for(config.client_timeout);
    CHECK(world.count(event::clone_withdrawn) == 1);
    CHECK(world.count(event::clone_started) == 1);
    CHECK(world.chunk(holder.chunk).busy);
}

}  // namespace
}  // namespace gfs::testing
