// SPDX-License-Identifier: Apache-2.0
// Replicas that the disk failed to read (GFS 5.2): which ones are read again, and what comes of it.

#include <catch2/catch.hpp>

#include "tests/core/chunkserver/chunkserver_world.h"

namespace gfs::testing {
namespace {

using sim::DiskOperation;

Config quick() {
    Config config;
    config.heartbeat = 1s;
    return config;
}

// Server 1 has a replica that is read in two pieces, with a second between them.
struct World : ChunkserverWorld {
    explicit World(const Config& settings = quick()) : ChunkserverWorld(settings) {
        Content content;
        content.write({.offset = 0, .length = 6 * MiB, .data = DataId{99}});
        store(1).preload(chunk, v1, content);
    }
    Code read() {
        const Read first_block{.op = OpId{1},
                               .client = HostId{4},
                               .chunk = chunk,
                               .version = v1,
                               .offset = 0,
                               .length = 100};
        return ask(HostId{1}, first_block);
    }
    void begin(Trouble& trouble) { disks[0]->add_trouble(trouble); }
    void end(Trouble& trouble) { disks[0]->remove_trouble(trouble); }
    // What server 1 said of the replica last.
    bool accuses() const {
        for (auto at = master->heartbeats.rbegin(); at != master->heartbeats.rend(); ++at)
            if (at->server == HostId{1} && !at->replicas.empty()) return at->replicas[0].corrupt;
        return false;
    }
};

TEST_CASE("read again: the accusation is withdrawn when all of the replica can be read",
          "[chunkserver][gfs-5.2]") {
    World w;
    Trouble trouble(DiskOperation::read);
    w.begin(trouble);
    CHECK(w.read() == Code::disk_error);
    w.run_for(10s);
    CHECK(w.accuses());
    CHECK(w.replica(1).unread);
    CHECK(w.master->corruptions.size() == 1);
    CHECK(w.log.count(event::chunk_disk_failed) == 1);
    w.end(trouble);
    w.run_for(10s);
    CHECK_FALSE(w.accuses());
    CHECK_FALSE(w.replica(1).corrupt);
    CHECK_FALSE(w.replica(1).unread);
    CHECK(w.log.count(event::chunk_read_again) == 1);
    CHECK(w.read() == Code::ok);
    // Nobody reads it any more.
    const Duration busy = w.disks[0]->busy();
    w.run_for(10s);
    CHECK(w.disks[0]->busy() == busy);
    // It begins anew with the next error.
    w.begin(trouble);
    CHECK(w.read() == Code::disk_error);
    w.end(trouble);
    w.run_for(10s);
    CHECK(w.log.count(event::chunk_read_again) == 2);
}

TEST_CASE("read again: a bad checksum in any piece stays one", "[chunkserver][gfs-5.2]") {
    World w;
    w.store(1).damage(chunk, {5 * MiB, 1});
    Trouble trouble(DiskOperation::read);
    w.begin(trouble);
    CHECK(w.read() == Code::disk_error);
    w.end(trouble);
    w.run_for(20s);
    CHECK(w.accuses());
    CHECK_FALSE(w.replica(1).unread);
    CHECK(w.log.count(event::chunk_corrupt_detected) == 1);
    CHECK(w.log.count(event::chunk_read_again) == 0);
    CHECK(w.master->corruptions.size() == 1);
}

TEST_CASE("read again: what was found bad before stays bad", "[chunkserver][gfs-5.2]") {
    World w;
    w.store(1).damage(chunk, {0, 1});
    CHECK(w.read() == Code::checksum_mismatch);
    Trouble trouble(DiskOperation::read);
    w.begin(trouble);
    CHECK(w.read() == Code::disk_error);
    w.end(trouble);
    w.run_for(10s);
    CHECK(w.accuses());
    CHECK_FALSE(w.replica(1).unread);
    CHECK(w.log.count(event::chunk_read_again) == 0);
}

TEST_CASE("read again: a replica that could not be synced is not taken back",
          "[chunkserver][gfs-5.2]") {
    World w;
    Trouble reads(DiskOperation::read);
    const bool also_unread = GENERATE(false, true);
    if (also_unread) {
        w.begin(reads);
        CHECK(w.read() == Code::disk_error);
        w.end(reads);
    }
    Trouble trouble(DiskOperation::sync);
    w.begin(trouble);
    const CreateChunk again{.op = OpId{1}, .chunk = chunk, .version = v1};
    w.store(1).write(chunk, {.offset = 0, .length = 100, .data = record});
    CHECK(w.ask(HostId{1}, again) == Code::disk_error);
    w.end(trouble);
    w.run_for(20s);
    CHECK(w.accuses());
    CHECK_FALSE(w.replica(1).unread);
    CHECK(w.log.count(event::chunk_read_again) == 0);
}

TEST_CASE("read again: an error that somebody else meets meanwhile starts it anew",
          "[chunkserver][gfs-5.2]") {
    const bool again = GENERATE(false, true);
    World w;
    Trouble trouble(DiskOperation::read);
    w.begin(trouble);
    CHECK(w.read() == Code::disk_error);
    w.end(trouble);
    w.run_for(1500ms);  // between the two pieces
    if (again) {
        w.begin(trouble);
        CHECK(w.read() == Code::disk_error);
        w.end(trouble);
    }
    w.run_for(1500ms);
    CHECK(w.log.count(event::chunk_read_again) == (again ? 0 : 1));
    w.run_for(10s);
    CHECK(w.log.count(event::chunk_read_again) == 1);
}

TEST_CASE("read again: a process that begins anew goes on with it", "[chunkserver][gfs-5.2]") {
    World w;
    Trouble trouble(DiskOperation::read);
    w.begin(trouble);
    CHECK(w.read() == Code::disk_error);
    w.kill(1);
    w.end(trouble);
    w.run_for(5s);
    CHECK(w.replica(1).unread);
    sim::Host& host = w.engine.host(HostId{1});
    host.start();
    const HostId master{0};
    w.servers[0] = std::make_unique<ChunkServer>(host, w.config, w.store(1), master);
    w.run_for(10s);
    CHECK_FALSE(w.replica(1).corrupt);
    w.kill(1);
}

TEST_CASE("read again: a replica that is deleted or replaced meanwhile is left alone",
          "[chunkserver][gfs-5.2]") {
    World w;
    Trouble trouble(DiskOperation::read);
    w.begin(trouble);
    CHECK(w.read() == Code::disk_error);
    w.end(trouble);
    const bool is_replaced = GENERATE(false, true);
    w.run_for(1500ms);  // between the two pieces
    w.store(1).erase(chunk);
    if (is_replaced) w.store(1).preload(chunk, v2, Content{});
    w.run_for(10s);
    CHECK(w.log.count(event::chunk_read_again) == 0);
    if (is_replaced) CHECK_FALSE(w.replica(1).corrupt);
}

TEST_CASE("read again: where nothing is reported, nothing is read again",
          "[chunkserver][gfs-5.2]") {
    Config config = quick();
    config.without = {Mechanism::report_corruption};
    World w(config);
    Trouble trouble(DiskOperation::read);
    w.begin(trouble);
    CHECK(w.read() == Code::disk_error);
    w.end(trouble);
    w.run_for(10s);
    CHECK_FALSE(w.replica(1).corrupt);
    CHECK(w.log.count(event::chunk_read_again) == 0);
}

}  // namespace
}  // namespace gfs::testing
