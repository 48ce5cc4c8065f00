// SPDX-License-Identifier: Apache-2.0
// Faults of what is stored, further: what a power loss undoes beside them, leases on a chunk that
// is lost, many chunks at once, disks that are full or read-only.

#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/faults/data_world.h"

namespace gfs::faults::testing {
namespace {

using sim::Task;

Config quiet() {
    Config config = DataWorld::config();
    config.idle_scan_every = 1h;
    return config;
}

Task<void> write_at(DataWorld& world, std::uint64_t offset, std::optional<Code>& code) {
    const DataId data = world.cluster.data().add(world.client().id(), 1000);
    const WriteRequest request{.file = "/f", .offset = offset, .data = data, .length = 1000};
    const Result<Done> done = co_await world.client().write(request);
    code = done.code();
}
void write(DataWorld& world, std::uint64_t offset, std::optional<Code>& code) {
    world.client_host().spawn("write", write_at(world, offset, code));
}

// Bytes that nobody has synced go to `with`, a fault strikes the replica elsewhere, and the machine
// loses its power. Whether the bytes are there afterwards.
bool survives(const std::optional<FaultSpec>& fault, bool strikes_by_write) {
    DataWorld world(quiet());
    if (fault) world.start({*fault});
    world.run_for(10s - 1ms);
    ChunkStore& store = *world.cluster.machine(world.with).chunks;
    const DataId data = world.cluster.data().add(world.client().id(), 1000);
    store.write(world.first, {.offset = 0, .length = 1000, .data = data});
    world.run_for(2ms);
    if (strikes_by_write) {
        store.write(world.first, {.offset = 100'000, .length = 1000, .data = data});
        world.run_for(1ns);
    }
    CHECK((world.log.count(event::chunk_damaged) == 1) == fault.has_value());
    world.cluster.power_loss(world.with, true, Torn::no);
    const auto bytes = world.cluster.replica(world.with, world.first)->content.read(0, 1000);
    REQUIRE(bytes.size() == 1);
    return bytes[0].data == data;
}

TEST_CASE("bitrot: what was not synced has reached the disk before, and a power loss leaves it",
          "[faults]") {
    DataWorld world;
    FaultSpec rot = world.on_first("bitrot");
    rot.chunk_offset = 100'000;
    CHECK(survives(rot, false));
    CHECK_FALSE(survives(std::nullopt, false));
}

TEST_CASE("phantom_write: what was written before has reached the disk, synced or not",
          "[faults]") {
    DataWorld world;
    FaultSpec phantom = world.on_first("phantom_write");
    phantom.start.at = 10s - 500us;  // the first write comes before it
    CHECK(survives(phantom, true));
    CHECK_FALSE(survives(std::nullopt, true));
}

TEST_CASE("bitrot: a hole's zeros can change too", "[faults][gfs-5.2]") {
    DataWorld world(quiet());
    FaultSpec rot = world.on_first("bitrot");
    rot.chunk_offset = 300'000;
    world.start({rot});
    ChunkStore& store = *world.cluster.machine(world.with).chunks;
    const DataId data = world.cluster.data().add(world.client().id(), 1000);
    store.write(world.first, {.offset = 400'000, .length = 1000, .data = data});
    REQUIRE(store.find(world.first)->content.read(300'000, 1).empty());
    REQUIRE_FALSE(store.find_mismatch(world.first, {0, 1 * MiB}).has_value());
    world.run_for(10s + 1ns);
    CHECK(world.damaged(world.with, world.first) == std::vector<std::uint64_t>{300'000});
    CHECK(store.find_mismatch(world.first, {0, 1 * MiB}) == 300'000 / (64 * KiB) * (64 * KiB));
}

TEST_CASE("lose_chunk: the lease is still held, of no use, and ends when the master has heard",
          "[faults][gfs-3.1]") {
    DataWorld world(quiet());
    std::optional<Code> before;
    world.run_for(5s);
    write(world, 0, before);
    world.run_for(5s - 1ns);
    REQUIRE(before == Code::ok);
    const ServerId primary = world.cluster.master()->lease(world.first)->primary;
    FaultSpec lose = fault_on(10s, "lose_chunk", actor(world.name(primary)));
    lose.chunk = HeldChunk{"/f", ChunkIndex{0}, {}};
    world.start({lose});
    world.run_for(2ns);
    CHECK(world.cluster.replica(primary, world.first) == nullptr);
    REQUIRE(world.cluster.master()->lease(world.first) != nullptr);
    CHECK(world.cluster.master()->lease(world.first)->primary == primary);
    std::optional<Code> after;
    write(world, 0, after);
    world.run_for(20s);  // the lease would last for a minute
    CHECK(world.log.count(event::chunk_file_missing) == 1);
    CHECK(world.log.count(event::lease_expired) == 0);
    CHECK(after == Code::ok);
    const Lease* const lease = world.cluster.master()->lease(world.first);
    REQUIRE(lease != nullptr);
    CHECK(lease->primary != primary);
}

TEST_CASE("wipe: HeartBeats name what is missing, a hundred chunks at a time", "[faults]") {
    DataWorld world(quiet());
    ChunkStore& store = *world.cluster.machine(world.with).chunks;
    constexpr std::uint64_t more = 250;
    world.start({DataWorld::on("wipe", world.name(world.with))});
    world.run_for(10s - 1ns);
    for (std::uint64_t i = 0; i < more; ++i) store.preload(ChunkHandle{9000 + i}, Version{1}, {});
    const std::size_t replicas = store.replicas().size();
    world.run_for(10s);
    std::map<sim::Time, std::size_t> named_at;
    for (const sim::Event& event : world.log.events)
        if (event.kind == event::chunk_file_missing) ++named_at[event.time];
    REQUIRE(named_at.size() == 3);
    auto each = named_at.begin();
    CHECK(each++->second == 100);
    CHECK(each++->second == 100);
    CHECK(each->second == replicas - 200);
    const Duration apart = each->first - named_at.begin()->first;
    const Duration heartbeat = world.cluster.config().heartbeat;
    CHECK(apart >= 2 * heartbeat);
    CHECK(apart < 3 * heartbeat);
}

TEST_CASE("disk_full: rebalancing takes replicas away, and a deletion frees nothing",
          "[faults][disk][gfs-4.3]") {
    const bool is_full = GENERATE(true, false);
    DataWorld world(quiet());
    FaultSpec full = DataWorld::on("disk_full", world.name(world.with));
    full.duration = 200s;
    if (is_full) world.start({full});
    world.run_for(150s);
    std::size_t moved = 0;
    for (const sim::Event& event : world.log.events)
        if (event.kind == event::rebalance_moved && event.fields[1] == sim::to_index(world.with))
            ++moved;
    CHECK((moved > 0) == is_full);
    ChunkStore& store = *world.cluster.machine(world.with).chunks;
    store.preload(ChunkHandle{9000}, Version{1}, {});
    store.erase(ChunkHandle{9000});
    CHECK((world.cluster.machine(world.with).disk->free() == 0) == is_full);
    world.run_for(60s);
    CHECK(world.cluster.machine(world.with).disk->free() > 0);
}

TEST_CASE("disk_readonly: the server is in no set of replicas that is formed from now on",
          "[faults][disk][gfs-4.5]") {
    const bool fails = GENERATE(true, false);
    DataWorld world(quiet());
    FaultSpec readonly = DataWorld::on("disk_readonly", world.name(world.with));
    if (fails) world.start({readonly});
    world.run_for(11s);
    std::optional<Code> written;
    write(world, 0, written);
    world.run_for(20s);
    CHECK(written == Code::ok);
    const std::vector<ServerId> set = world.cluster.master()->chunk(world.first)->servers();
    const bool is_in = std::find(set.begin(), set.end(), world.with) != set.end();
    CHECK(is_in == !fails);
    // Its number is the old one.
    const StoredReplica* const replica = world.cluster.replica(world.with, world.first);
    REQUIRE(replica != nullptr);
    CHECK((replica->version == world.cluster.master()->chunk(world.first)->version) == !fails);
}

}  // namespace
}  // namespace gfs::faults::testing
