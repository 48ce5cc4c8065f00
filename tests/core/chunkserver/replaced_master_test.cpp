// SPDX-License-Identifier: Apache-2.0
// A chunkserver hears of a new master (GFS 5.1.3) while its disk, or another server, is busy with
// an order of the one before: what is not done yet is not done any more.

#include <catch2/catch.hpp>

#include "tests/core/chunkserver/chunkserver_world.h"

namespace gfs::testing {
namespace {

Content content_of(std::uint64_t length) {
    Content content;
    content.write({.offset = 0, .length = length, .data = record});
    return content;
}

// Server 1 has an order of the first master when it hears of the second one.
struct OrderUnderWay : ChunkserverWorld {
    template <typename M>
    void begin(const M& order, std::optional<typename M::Reply>& reply) {
        sim::Host& client = engine.host(HostId{4});
        client.spawn("ask", put_answer(client, HostId{1}, order, reply));
        run_for(200us);
        REQUIRE_FALSE(reply.has_value());
    }
    void hear_of_another() {
        const RevokeLease order{
            .chunk = ChunkHandle{77}, .version = v1, .master = MasterEpoch{2}};
        REQUIRE(ask(HostId{1}, order) == Code::ok);
    }
};

TEST_CASE("lease: one whose master is replaced while the disk writes the number is not taken up",
          "[chunkserver][gfs-5.1.3]") {
    OrderUnderWay w;
    std::optional<GrantLease::Reply> reply;
    w.store(1).preload(chunk, v1, Content{});
    w.begin(w.grant(v2, LocalTime{60s}), reply);
    w.hear_of_another();
    w.run_for(1s);
    CHECK(w.replica(1).version == v2);
    REQUIRE(reply.has_value());
    CHECK(reply->code() == Code::old_epoch);
    CHECK(w.log.count(event::lease_accepted) == 0);
    CHECK(w.servers[0]->leases().empty());
}

TEST_CASE("lease: a secondary that has stored the number says so to a master that is replaced",
          "[chunkserver][gfs-5.1.3]") {
    OrderUnderWay w;
    std::optional<GrantLease::Reply> reply;
    w.store(1).preload(chunk, v1, Content{});
    GrantLease request = w.grant(v2, LocalTime{60s});
    request.primary = HostId{2};
    w.begin(request, reply);
    w.hear_of_another();
    w.run_for(1s);
    REQUIRE(reply.has_value());
    CHECK(reply->ok());
    CHECK(w.replica(1).durable_version == v2);
}

TEST_CASE("clone: a copy that a replaced master has ordered does not take the replica's place",
          "[chunkserver][gfs-4.3][gfs-5.1.3]") {
    OrderUnderWay w;
    w.store(2).preload(chunk, v2, content_of(6'250'000));
    w.store(1).preload(chunk, v1, Content{});
    std::optional<CloneChunk::Reply> reply;
    w.begin(CloneChunk{.chunk = chunk, .version = v2, .source = HostId{2}}, reply);
    w.hear_of_another();
    w.run_for(5s);
    REQUIRE(reply.has_value());
    CHECK(reply->code() == Code::old_epoch);
    CHECK(w.replica(1).version == v1);
    CHECK(w.log.count(event::gc_deleted) == 0);
}

TEST_CASE("local copy: one whose master is replaced meanwhile is not made",
          "[chunkserver][gfs-3.4][gfs-5.1.3]") {
    OrderUnderWay w;
    w.store(1).preload(chunk, v2, content_of(40 * MiB));
    constexpr ChunkHandle copy{43};
    const CopyChunkLocally order{
        .op = {}, .chunk = chunk, .version = v2, .copy = copy, .copy_version = v1};
    std::optional<CopyChunkLocally::Reply> first;
    std::optional<CopyChunkLocally::Reply> second;
    w.begin(order, first);
    // The second copy of the order waits for the first, and makes none either.
    w.begin(order, second);
    w.hear_of_another();
    REQUIRE_FALSE(first.has_value());
    while (!first) w.run_for(1ms);
    CHECK(first->code() == Code::old_epoch);
    CHECK(w.store(1).find(copy) == nullptr);
    w.run_for(5s);
    REQUIRE(second.has_value());
    CHECK(second->code() == Code::old_epoch);
    CHECK(w.store(1).find(copy) == nullptr);
}

}  // namespace
}  // namespace gfs::testing
