// SPDX-License-Identifier: Apache-2.0
// The master asks whether all of a replica is good (GFS 5.2) before it counts on no other.

#include <catch2/catch.hpp>

#include "tests/core/chunkserver/chunkserver_world.h"

namespace gfs::testing {
namespace {

using sim::DiskOperation;

// Server 1 has a replica of 1000 bytes.
struct World : ChunkserverWorld {
    explicit World(const Config& settings = {}) : ChunkserverWorld(settings) {
        Content content;
        content.write({.offset = 0, .length = 1000, .data = record});
        store(1).preload(chunk, v2, content);
    }
    static VerifyReplica question(Version version = v2) {
        return {.op = OpId{0}, .chunk = chunk, .version = version};
    }
    Code verify() { return ask(HostId{1}, question()); }
};

TEST_CASE("verify: a replica that is good is said to be, at its version or a later one",
          "[chunkserver][gfs-5.2]") {
    World w;
    CHECK(w.verify() == Code::ok);
    CHECK(w.ask(HostId{1}, World::question(v1)) == Code::ok);
    CHECK(w.replica(1).version == v2);
}

TEST_CASE("verify: a replica that is not there, or is stale, is not read",
          "[chunkserver][gfs-4.5]") {
    World w;
    CHECK(w.ask(HostId{2}, World::question()) == Code::no_such_chunk);
    w.store(1).damage(chunk, ByteRange{500, 1});
    CHECK(w.ask(HostId{1}, World::question(v3)) == Code::stale_version);
    CHECK(w.log.count(event::chunk_corrupt_detected) == 0);
}

TEST_CASE("verify: without the check of versions an old one is as good as any",
          "[chunkserver][gfs-4.5]") {
    World w;
    w.config.without = {Mechanism::version_check};
    CHECK(w.ask(HostId{1}, World::question(v3)) == Code::ok);
}

TEST_CASE("verify: damage anywhere is found, and reported", "[chunkserver][gfs-5.2]") {
    World w;
    w.store(1).damage(chunk, ByteRange{500, 1});
    CHECK(w.verify() == Code::checksum_mismatch);
    w.run_for(1s);
    CHECK(w.master->corruptions.size() == 1);
    // What is known needs no second look.
    CHECK(w.verify() == Code::checksum_mismatch);
    CHECK(w.log.count(event::chunk_corrupt_detected) == 1);
}

TEST_CASE("verify: what the disk cannot read is as bad", "[chunkserver][gfs-5.2]") {
    World w;
    Trouble trouble(DiskOperation::read);
    w.disks[0]->add_trouble(trouble);
    CHECK(w.verify() == Code::checksum_mismatch);
    w.disks[0]->remove_trouble(trouble);
    CHECK(w.log.count(event::chunk_disk_failed) == 1);
}

TEST_CASE("verify: where nobody is told of bad replicas nothing is read",
          "[chunkserver][gfs-5.2]") {
    World w;
    w.config.without = {Mechanism::report_corruption};
    w.store(1).damage(chunk, ByteRange{500, 1});
    CHECK(w.verify() == Code::ok);
}

TEST_CASE("verify: a replica that is deleted meanwhile is not there", "[chunkserver][gfs-5.2]") {
    World w;
    std::optional<VerifyReplica::Reply> reply;
    sim::Host& client = w.engine.host(HostId{4});
    client.spawn("ask",
                 ChunkserverWorld::put_answer(client, HostId{1}, World::question(), reply));
    w.run_for(200us);
    w.store(1).erase(chunk);
    w.run_for(1s);
    REQUIRE(reply.has_value());
    CHECK(reply->code() == Code::no_such_chunk);
}

TEST_CASE("verify: the version is on the disk when the answer leaves", "[chunkserver][gfs-4.5]") {
    World w;
    w.store(1).set_version(chunk, v3);
    REQUIRE(w.replica(1).durable_version == v2);
    SECTION("where it gets there") {
        CHECK(w.ask(HostId{1}, World::question(v3)) == Code::ok);
        CHECK(w.replica(1).durable_version == v3);
    }
    SECTION("where the disk fails it") {
        Trouble trouble(DiskOperation::sync);
        w.disks[0]->add_trouble(trouble);
        CHECK(w.ask(HostId{1}, World::question(v3)) == Code::disk_error);
        w.disks[0]->remove_trouble(trouble);
    }
}

}  // namespace
}  // namespace gfs::testing
