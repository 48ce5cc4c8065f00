// SPDX-License-Identifier: Apache-2.0
// Faults of stored data on a real cluster: what they change, whom they refuse, and that the cluster
// repairs itself.

#include <catch2/catch.hpp>

#include "tests/faults/data_world.h"

namespace gfs::faults::testing {
namespace {

TEST_CASE("bitrot: one byte in each of so many blocks changes, and the cluster repairs it",
          "[faults][gfs-5.2]") {
    DataWorld world;
    FaultSpec rot = world.on_first("bitrot");
    rot.chunk_offset = 1000;
    rot.blocks = 3;
    const FaultReport report = world.run_with(rot, 10s + 1ns);
    CHECK(report.firings.size() == 1);
    CHECK(world.damaged(world.with, world.first) ==
          std::vector<std::uint64_t>{1000, 1000 + 64 * KiB, 1000 + 128 * KiB});
    CHECK(world.log.count(event::chunk_damaged) == 3);
    world.run_for(60s);
    CHECK(world.log.count(event::scrub_found) == 1);
    CHECK(world.log.count(event::clone_finished) == 1);
    CHECK(world.log.count(event::gc_deleted) == 1);
    CHECK(world.is_repaired());
    for (const ServerId server : world.cluster.chunkservers())
        if (world.cluster.replica(server, world.first) != nullptr)
            CHECK(world.damaged(server, world.first).empty());
}

TEST_CASE("bitrot: what is not said is drawn, and blocks end with the replica",
          "[faults][gfs-5.2]") {
    DataWorld world;
    FaultSpec rot = DataWorld::on("bitrot", world.name(world.with));
    rot.blocks = 1000;
    world.run_with(rot, 10s + 1ns);
    const std::size_t damaged = world.log.count(event::chunk_damaged);
    CHECK(damaged >= 1);
    CHECK(damaged <= 4);
}

TEST_CASE("bitrot, lose_chunk, wipe: who has nothing to strike is refused", "[faults]") {
    const auto refusal = [](const FaultSpec& fault) {
        DataWorld world;
        const FaultReport report = world.run_with(fault, 11s);
        CHECK(report.firings.empty());
        REQUIRE(report.refusals.size() == 1);
        return report.refusals[0].reason;
    };
    DataWorld world;
    FaultSpec elsewhere = world.on_first("bitrot");
    elsewhere.target = actor(world.name(world.without));
    CHECK(refusal(elsewhere) == world.name(world.without) + " has no replica of the chunk");
    FaultSpec beyond = world.on_first("bitrot");
    beyond.chunk_offset = 200'000;
    CHECK(refusal(beyond) ==
          world.name(world.with) + " has a replica that ends before the offset");
    FaultSpec no_file = world.on_first("lose_chunk");
    no_file.chunk->file = "/none";
    CHECK(refusal(no_file) == world.name(world.with) + " has no replica of the chunk");
    CHECK(refusal(DataWorld::on("bitrot", "master")) == "master is no chunkserver");
    CHECK(refusal(DataWorld::on("wipe", "master")) == "master is no chunkserver");
}

TEST_CASE("lose_chunk: the file is gone, and the chunk is made whole elsewhere",
          "[faults][gfs-4.3]") {
    DataWorld world;
    world.run_with(world.on_first("lose_chunk"), 10s + 1ns);
    CHECK(world.cluster.replica(world.with, world.first) == nullptr);
    CHECK(world.log.count(event::chunk_file_lost) == 1);
    world.run_for(30s);
    CHECK(world.log.count(event::chunk_file_missing) >= 1);
    CHECK(world.log.count(event::clone_finished) == 1);
    CHECK(world.is_repaired());
}

TEST_CASE("wipe: every file is gone while the process lives, and all chunks are made whole",
          "[faults][gfs-4.3]") {
    DataWorld world;
    const std::size_t replicas =
        world.cluster.machine(world.with).chunks->replicas().size();
    world.run_with(DataWorld::on("wipe", world.name(world.with)), 10s + 1ns);
    CHECK(world.cluster.machine(world.with).chunks->replicas().empty());
    CHECK(world.cluster.machine(world.with).disk->used() == 0);
    world.run_for(60s);
    CHECK(world.log.count(event::server_crashed) == 0);
    CHECK(world.log.count(event::clone_finished) == replicas);
    CHECK(world.is_repaired());
}

TEST_CASE("wipe: a server that is down finds nothing when it starts", "[faults][gfs-2.6.2]") {
    DataWorld world;
    world.engine.at(sim::time_zero + 9s, [&] { world.cluster.crash(world.with); });
    world.run_with(DataWorld::on("wipe", world.name(world.with)), 11s);
    world.cluster.restart(world.with);
    world.run_for(60s);
    CHECK(world.log.count(event::chunk_file_missing) == 0);
    CHECK(world.is_repaired());
}

TEST_CASE("power_loss: a torn write leaves a block that the next read refuses",
          "[faults][gfs-5.2]") {
    const bool torn = GENERATE(true, false);
    DataWorld world;
    const auto write = [](DataWorld& w) -> sim::Task<void> {
        const DataId data = w.cluster.data().add(w.client().id(), 150'000);
        co_await sim::sleep(w.client_host(), 9s);
        const WriteRequest request{.file = "/f", .offset = 0, .data = data, .length = 150'000};
        const auto written = co_await w.client().write(request);
        CHECK(written.ok());
    };
    world.client_host().spawn("write", write(world));
    while (world.log.count(event::mutation_applied) == 0) world.run_for(1ms);
    FaultSpec dark = fault_on(world.engine.now() - sim::time_zero + 9ms, "power_loss",
                              role(MachineRole::chunkserver), 1s);
    dark.lose_unsynced = true;
    dark.torn = torn;
    world.run_with(dark, 100ms);
    std::size_t bad = 0;
    for (const ServerId server : world.cluster.chunkservers())
        if (world.cluster.replica(server, world.first) != nullptr &&
            world.machines.chunks(server)->find_mismatch(world.first, {0, 200'000}))
            ++bad;
    CHECK(bad == (torn ? 1 : 0));
}

TEST_CASE("faults of chunks: of a server's replicas one is drawn that the budget does not keep",
          "[faults][budget]") {
    const auto kind = GENERATE(as<std::string>{}, "bitrot", "lose_chunk");
    const bool all_kept = GENERATE(false, true);
    DataWorld world;
    world.keep_all_but_first();
    REQUIRE(world.cluster.machine(world.with).chunks->replicas().size() > 1);
    if (kind == "lose_chunk")
        for (auto& [chunk, servers] : world.truth.good)
            if (chunk != world.first) servers = {world.with};
    if (all_kept) world.truth.good.at(world.first) = {world.with};
    FaultSpec fault = DataWorld::on(kind, world.name(world.with));
    fault.random = true;
    fault.optional = true;
    const FaultReport report = world.run_with(fault, 10500ms);
    CHECK((report.firings.size() == 1) == !all_kept);
    CHECK((report.deferrals.size() == 1) == all_kept);
    for (const sim::Event& event : world.log.events)
        if (event.kind == event::chunk_damaged || event.kind == event::chunk_file_lost)
            CHECK(ChunkHandle{event.fields[0]} == world.first);
}

}  // namespace
}  // namespace gfs::faults::testing
