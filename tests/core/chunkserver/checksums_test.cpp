// SPDX-License-Identifier: Apache-2.0
// Checksums at a chunkserver (GFS 5.2): one test for each way on which a mismatch is met, and what
// the master is told.

#include <catch2/catch.hpp>

#include "tests/core/chunkserver/chunkserver_world.h"

namespace gfs::testing {
namespace {

const std::vector<ServerId> all_three{HostId{1}, HostId{2}, HostId{3}};
constexpr std::uint64_t block = 64 * KiB;

Config without(Mechanism mechanism) {
    Config config;
    config.without = {mechanism};
    return config;
}

// Every server has a replica of two and a half blocks, and server 1 the lease with version 2.
struct World : ChunkserverWorld {
    explicit World(const Config& settings = {}) : ChunkserverWorld(settings) {
        Content content;
        content.write({.offset = 0, .length = length, .data = DataId{99}});
        for (std::uint32_t server = 1; server <= 3; ++server)
            store(server).preload(chunk, v1, content);
        const LocalTime expires = engine.host(HostId{0}).now() + 60s;
        for (const std::uint32_t server : {2U, 3U, 1U})
            REQUIRE(ask(HostId{server}, grant(v2, expires)) == Code::ok);
    }
    void damage(std::uint32_t server, std::uint64_t offset) {
        store(server).damage(chunk, {offset, 1});
    }
    Read read(std::uint64_t offset, std::uint64_t size) const {
        return {.op = OpId{1},
                .client = HostId{4},
                .chunk = chunk,
                .version = v2,
                .offset = offset,
                .length = size};
    }
    Code write_at(std::uint64_t offset, std::uint64_t size) {
        push(all_three, record, size);
        return ask(HostId{1}, write(offset, size));
    }

    static constexpr std::uint64_t length = 2 * block + block / 2;
};

TEST_CASE("read: a block that does not match its checksum is not returned, and is reported",
          "[chunkserver][gfs-5.2]") {
    World w;
    w.damage(1, block + 5);
    CHECK(w.ask(HostId{1}, w.read(0, block)) == Code::ok);
    CHECK(w.ask(HostId{1}, w.read(0, block + 1)) == Code::checksum_mismatch);
    CHECK(w.ask(HostId{1}, w.read(2 * block - 1, 1)) == Code::checksum_mismatch);
    CHECK(w.ask(HostId{1}, w.read(2 * block, 100)) == Code::ok);
    CHECK(w.log.count(event::chunk_corrupt_detected) == 2);
    REQUIRE(w.master->corruptions.size() == 1);
    CHECK(w.master->corruptions[0].chunk == chunk);
    CHECK(w.master->corruptions[0].version == v2);
    CHECK(w.master->corruptions[0].offset == block);
    CHECK(w.log.count(event::chunk_corrupt_served) == 0);
}

TEST_CASE("read: whole blocks are read from the disk, to verify them", "[chunkserver][gfs-5.2]") {
    World verifying;
    World trusting(without(Mechanism::checksum_on_read));
    for (World* const w : {&verifying, &trusting}) {
        const Duration before = w->disks[0]->busy();
        CHECK(w->ask(HostId{1}, w->read(block + 5, 1)) == Code::ok);
        const Duration transfer = w->disks[0]->busy() - before - 8ms;
        CHECK(transfer == (w == &verifying ? Duration{1'638'400} : Duration{25}));
    }
}

TEST_CASE("read: without the check the changed bytes are served", "[chunkserver][gfs-5.2]") {
    World w(without(Mechanism::checksum_on_read));
    w.damage(1, 5);
    CHECK(w.ask(HostId{1}, w.read(0, 10)) == Code::ok);
    CHECK(w.log.count(event::chunk_corrupt_served) == 1);
    CHECK(w.master->corruptions.empty());
}

TEST_CASE("copy: a replica with a bad block is no source of a clone", "[chunkserver][gfs-5.2]") {
    World w;
    w.damage(1, 2 * block + 7);
    const CopyChunk copy{.chunk = chunk, .version = v2, .bandwidth = 6'250'000};
    CHECK(w.ask(HostId{1}, copy, HostId{2}) == Code::checksum_mismatch);
    CHECK(w.ask(HostId{2}, copy, HostId{1}) == Code::ok);
    CHECK(w.master->corruptions.size() == 1);
}

TEST_CASE("clone: a bad replica of the same version is replaced", "[chunkserver][gfs-5.2]") {
    World w;
    w.damage(1, 3);
    CHECK(w.ask(HostId{1}, w.read(0, 10)) == Code::checksum_mismatch);
    const CloneChunk clone{.chunk = chunk, .version = v2, .source = HostId{2}};
    CHECK(w.ask(HostId{1}, clone) == Code::ok);
    CHECK(w.ask(HostId{1}, w.read(0, 10)) == Code::ok);
    CHECK_FALSE(w.replica(1).corrupt);
}

TEST_CASE("write: a block is verified at the primary before a part of it is replaced",
          "[chunkserver][gfs-5.2]") {
    World w;
    w.damage(1, 3);
    CHECK(w.write_at(100, 50) == Code::checksum_mismatch);
    CHECK(w.log.count(event::mutation_ordered) == 0);
    CHECK(w.master->corruptions.size() == 1);
    // Not the first block of this range, nor the last one.
    CHECK(w.write_at(block + 1, 50) == Code::ok);
}

TEST_CASE("write: a secondary that finds a bad block refuses, and the write fails",
          "[chunkserver][gfs-5.2]") {
    World w;
    w.damage(2, 2 * block + 3);
    CHECK(w.write_at(block, block + 10) == Code::replica_failed);
    CHECK(w.log.last(event::mutation_rejected)->fields[2] ==
          static_cast<std::uint64_t>(Code::checksum_mismatch));
    REQUIRE(w.master->corruptions.size() == 1);
    CHECK(w.master->corruptions[0].server == HostId{2});
}

TEST_CASE("write: a block that is replaced as a whole is not read, and is good afterwards",
          "[chunkserver][gfs-5.2]") {
    World w;
    for (std::uint32_t server = 1; server <= 3; ++server) w.damage(server, block + 3);
    CHECK(w.write_at(block, block) == Code::ok);
    CHECK(w.ask(HostId{1}, w.read(0, 2 * block)) == Code::ok);
    CHECK(w.master->corruptions.empty());
}

TEST_CASE("write: without the check before an overwrite the new checksum hides the bad byte",
          "[chunkserver][gfs-5.2]") {
    World w(without(Mechanism::checksum_before_overwrite));
    w.damage(1, 3);
    CHECK(w.write_at(100, 50) == Code::ok);
    CHECK(w.ask(HostId{1}, w.read(0, 100)) == Code::ok);
    CHECK(w.log.count(event::chunk_corrupt_served) == 1);
}

TEST_CASE("record append: nothing is verified, and a mismatch stays for the next read to find",
          "[chunkserver][gfs-5.2]") {
    World w;
    w.damage(1, 2 * block + 3);
    w.push(all_three);
    CHECK(w.ask(HostId{1}, w.append()) == Code::ok);
    CHECK(w.master->corruptions.empty());
    CHECK(w.ask(HostId{1}, w.read(2 * block, 10)) == Code::checksum_mismatch);
    CHECK(w.ask(HostId{2}, w.read(2 * block, 10)) == Code::ok);
}

TEST_CASE("report: HeartBeats repeat it, and registrations, until the replica is gone",
          "[chunkserver][gfs-5.2]") {
    World w;
    w.damage(1, 3);
    CHECK(w.ask(HostId{1}, w.read(0, 10)) == Code::checksum_mismatch);
    w.run_for(10s);
    const auto says_corrupt = [&](ServerId server) {
        const auto& beats = w.master->heartbeats;
        const auto last = std::find_if(beats.rbegin(), beats.rend(),
                                       [&](const HeartBeat& b) { return b.server == server; });
        return last->replicas.at(0).corrupt;
    };
    CHECK(says_corrupt(HostId{1}));
    CHECK_FALSE(says_corrupt(HostId{2}));
    w.master->forget_registrations = true;
    w.run_for(10s);
    bool registered_corrupt = false;
    for (const Register& registration : w.master->registrations)
        for (const ReplicaReport& report : registration.replicas)
            registered_corrupt = registered_corrupt || report.corrupt;
    const bool it_was_server_1 = w.master->registrations.back().server == HostId{1};
    CHECK(registered_corrupt == it_was_server_1);
    CHECK(w.master->corruptions.size() == 1);
}

TEST_CASE("report: without it nobody hears", "[chunkserver][gfs-5.2]") {
    World w(without(Mechanism::report_corruption));
    w.damage(1, 3);
    CHECK(w.ask(HostId{1}, w.read(0, 10)) == Code::checksum_mismatch);
    w.run_for(10s);
    CHECK(w.master->corruptions.empty());
    for (const HeartBeat& beat : w.master->heartbeats)
        for (const ReplicaReport& report : beat.replicas) CHECK_FALSE(report.corrupt);
}

TEST_CASE("idle scan: it finds a bad block in a chunk that nobody uses, once",
          "[chunkserver][gfs-5.2]") {
    const bool off = GENERATE(false, true);
    Config config = off ? without(Mechanism::idle_scan) : Config{};
    config.idle_scan_every = 20s;
    World w(config);
    w.damage(2, block + 3);
    w.run_for(100s);
    CHECK(w.log.count(event::scrub_found) == (off ? 0 : 1));
    CHECK(w.master->corruptions.size() == (off ? 0 : 1));
}

TEST_CASE("idle scan: a chunk that is being mutated waits for the next round",
          "[chunkserver][gfs-5.2]") {
    Config config;
    config.idle_scan_every = 20s;
    World w(config);
    w.damage(1, block + 3);  // at the holder of the lease, which lasts for 60 s
    w.run_for(50s);
    CHECK(w.log.count(event::scrub_found) == 0);
    w.run_for(50s);
    CHECK(w.log.count(event::scrub_found) == 1);
}

TEST_CASE("idle scan: it keeps to its speed", "[chunkserver][gfs-5.2]") {
    Config config;
    config.idle_scan_every = 10s;
    config.idle_scan_bandwidth = 1 * MiB;
    ChunkserverWorld w(config);
    Content content;
    content.write({.offset = 0, .length = 32 * MiB, .data = DataId{99}});
    w.store(1).preload(chunk, v1, content);
    w.run_for(10s);
    const Duration before = w.disks[0]->busy();
    w.run_for(16s);
    // A piece of 4 MiB takes the disk 105 ms, and there is one in four seconds.
    const Duration busy = w.disks[0]->busy() - before;
    CHECK(busy >= 3 * 104ms);
    CHECK(busy <= 4 * 113ms);
}

TEST_CASE("replicas: two that differ are both right, and nobody compares them",
          "[chunkserver][gfs-5.2]") {
    Config config;
    config.idle_scan_every = 20s;
    World w(config);
    w.push(all_three);
    w.kill(2);  // its replica misses the append, which fails
    CHECK(w.ask(HostId{1}, w.append()) == Code::replica_failed);
    CHECK_FALSE(w.replica(1).content == w.replica(2).content);
    w.run_for(100s);
    CHECK(w.ask(HostId{1}, w.read(0, World::length + 1000)) == Code::ok);
    CHECK(w.ask(HostId{3}, w.read(0, World::length + 1000)) == Code::ok);
    CHECK(w.log.count(event::chunk_corrupt_detected) == 0);
}

TEST_CASE("missing files: HeartBeats name them until the master has answered",
          "[chunkserver][gfs-2.6.2]") {
    World w;
    w.run_for(5s);
    w.store(2).lose(chunk);
    CHECK(w.ask(HostId{2}, w.read(0, 10)) == Code::no_such_chunk);
    w.run_for(4s);
    std::size_t reports = 0;
    for (const HeartBeat& beat : w.master->heartbeats)
        for (const ReplicaReport& report : beat.replicas)
            if (report.missing) ++reports;
    CHECK(reports == 1);
    CHECK(w.log.count(event::chunk_file_missing) == 1);
    CHECK(w.store(2).missing().empty());
}

TEST_CASE("missing files: a primary whose file goes while it writes does not acknowledge",
          "[chunkserver][gfs-5.2]") {
    World w;
    w.push(all_three);
    std::optional<Code> code;
    w.engine.at(w.engine.now() + 3ms, [&] { w.store(1).lose(chunk); });
    code = w.ask(HostId{1}, w.append());
    CHECK(code == Code::replica_failed);
}

}  // namespace
}  // namespace gfs::testing
