// SPDX-License-Identifier: Apache-2.0
// Local copies of chunks that a snapshot shares (GFS 3.4), at the chunkserver.

#include <catch2/catch.hpp>

#include "tests/core/chunkserver/chunkserver_world.h"

namespace gfs::testing {
namespace {

constexpr ChunkHandle copy{43};

CopyChunkLocally order(Version version = v2) {
    return {.op = OpId{1}, .chunk = chunk, .version = version, .copy = copy, .copy_version = v1};
}

Content megabytes(std::uint64_t count) {
    Content content;
    content.write({.offset = 0, .length = count * MiB, .data = record, .data_offset = 0});
    return content;
}

// It takes the disk two seconds, of which a tenth is over.
struct CopyUnderWay : ChunkserverWorld {
    CopyUnderWay() {
        store(1).preload(chunk, v2, megabytes(40));
        sim::Host& host = engine.host(HostId{4});
        host.spawn("ask", put_answer(host, HostId{1}, order(), answer));
        engine.run(engine.now() + 100ms);
    }
    std::optional<CopyChunkLocally::Reply> answer;
};

TEST_CASE("local copy: it holds what the chunk holds, and is durable when it is answered",
          "[chunkserver][gfs-3.4]") {
    ChunkserverWorld w;
    w.store(1).preload(chunk, v2, megabytes(1));
    REQUIRE(w.ask(HostId{1}, order()) == Code::ok);
    const StoredReplica& made = *w.store(1).find(copy);
    CHECK(made.version == v1);
    CHECK(made.durable_version == v1);
    CHECK(made.content == w.store(1).find(chunk)->content);
    CHECK(w.log.count(event::chunk_replica_created) == 1);
}

TEST_CASE("local copy: the disk reads and writes all of it", "[chunkserver][gfs-3.4]") {
    ChunkserverWorld w;
    w.store(1).preload(chunk, v2, megabytes(40));
    const sim::Time begin = w.engine.now();
    REQUIRE(w.ask(HostId{1}, order()) == Code::ok);
    // 40 MiB at 40 MB/s, there and back.
    CHECK(w.engine.now() - begin > 2s);
    CHECK(w.engine.now() - begin < 3s);
}

TEST_CASE("local copy: each way in which it cannot be made has its code",
          "[chunkserver][gfs-3.4]") {
    ChunkserverWorld w;
    CHECK(w.ask(HostId{1}, order()) == Code::no_such_chunk);
    w.store(1).preload(chunk, v2, megabytes(1));
    CHECK(w.ask(HostId{1}, order(v1)) == Code::stale_version);
    CHECK(w.ask(HostId{1}, order(v3)) == Code::stale_version);
    const bool filled = w.store(1).disk().reserve(w.store(1).disk().capacity() - MiB - 10);
    REQUIRE(filled);
    CHECK(w.ask(HostId{1}, order()) == Code::no_space);
    CHECK(w.store(1).find(copy) == nullptr);
}

TEST_CASE("local copy: the second copy of the order makes no second one",
          "[chunkserver][gfs-3.4]") {
    CopyUnderWay w;
    REQUIRE_FALSE(w.answer.has_value());
    CHECK(w.ask(HostId{1}, order()) == Code::ok);
    CHECK((w.answer.has_value() && w.answer->ok()));
    CHECK(w.log.count(event::chunk_replica_created) == 1);
}

TEST_CASE("local copy: a chunk that gets a new version meanwhile is not copied",
          "[chunkserver][gfs-3.4][gfs-4.5]") {
    CopyUnderWay w;
    REQUIRE(w.ask(HostId{1}, w.grant(v3, LocalTime{60s})) == Code::ok);
    w.engine.run(w.engine.now() + 5s);
    REQUIRE(w.answer.has_value());
    CHECK(w.answer->code() == Code::stale_version);
    CHECK(w.store(1).find(copy) == nullptr);
}

TEST_CASE("local copy: one that is not complete is no replica to anybody",
          "[chunkserver][gfs-3.4]") {
    CopyUnderWay w;
    REQUIRE(w.store(1).find(copy) != nullptr);
    CHECK(w.store(1).find(copy)->version == Version{0});
    const Read read{.op = OpId{1},
                    .client = HostId{4},
                    .chunk = copy,
                    .version = v1,
                    .offset = 0,
                    .length = 1};
    CHECK(w.ask(HostId{1}, read) == Code::stale_version);
    // Given up by the master, it is deleted, and stays so.
    const DeleteChunk remove = w.deletion(HostId{1}, copy, Version{0});
    CHECK(w.ask(HostId{1}, remove) == Code::ok);
    w.engine.run(w.engine.now() + 5s);
    CHECK(w.answer->code() == Code::stale_version);
    CHECK(w.store(1).find(copy) == nullptr);
}

}  // namespace
}  // namespace gfs::testing
