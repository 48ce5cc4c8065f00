// SPDX-License-Identifier: Apache-2.0
// Writes that a disk acknowledges and does elsewhere, or not at all: what is there afterwards, and
// who finds out.

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "tests/faults/data_world.h"

namespace gfs::faults::testing {
namespace {

using sim::Task;

Task<void> write_all(DataWorld& world, std::vector<std::uint64_t> offsets, std::uint64_t length,
                     std::optional<Code>& code) {
    for (const std::uint64_t offset : offsets) {
        const DataId data = world.cluster.data().add(world.client().id(), length);
        const WriteRequest request{.file = "/f", .offset = offset, .data = data, .length = length};
        const Result<Done> done = co_await world.client().write(request);
        code = done.code();
    }
}

struct WriteWorld : DataWorld {
    explicit WriteWorld(Config config = quiet()) : DataWorld(config) {}
    static Config quiet() {
        Config config = DataWorld::config();
        config.idle_scan_every = 1h;  // nobody looks but who is meant to
        return config;
    }
    // Writes at these offsets, one after another, from the 11th second on.
    std::optional<Code> write(const std::vector<std::uint64_t>& offsets, std::uint64_t length) {
        run_for(11s);
        std::optional<Code> code;
        client_host().spawn("write", write_all(*this, offsets, length, code));
        run_for(10s);
        return code;
    }
    std::optional<std::uint64_t> mismatch(ChunkHandle chunk) const {
        return cluster.machine(with).chunks->find_mismatch(chunk, {0, 1 * MiB});
    }
};

TEST_CASE("phantom_write: the nth write leaves the old bytes under the new sums",
          "[faults][gfs-5.2]") {
    const bool fires = GENERATE(true, false);
    WriteWorld world;
    FaultSpec phantom = world.on_first("phantom_write");
    phantom.nth_write = 2;
    if (fires) world.start({phantom});
    const std::vector<std::uint64_t> offsets{0, 70'000, 140'000};
    CHECK(world.write(offsets, 5000) == Code::ok);
    if (!fires) {
        CHECK_FALSE(world.mismatch(world.first).has_value());
        return;
    }
    CHECK(world.log.count(event::chunk_damaged) == 1);
    CHECK(world.damaged(world.with, world.first) == std::vector<std::uint64_t>{70'000});
    CHECK(world.mismatch(world.first) == 64 * KiB);
    const StoredReplica& replica = *world.cluster.replica(world.with, world.first);
    // The author of the bytes is the one who was there before the run.
    const auto there = replica.content.read(70'000, 5000);
    const auto before = replica.content.read(60'000, 5000);
    REQUIRE(there.size() == 1);
    CHECK(there[0].data == before[0].data);
    CHECK(replica.content.length() == 200'000);
}

TEST_CASE("phantom_write: an append leaves zeros, and the replica is as long as it should be",
          "[faults][gfs-5.2]") {
    WriteWorld world;
    world.start({world.on_first("phantom_write")});
    CHECK(world.write({200'000}, 5000) == Code::ok);
    const StoredReplica& replica = *world.cluster.replica(world.with, world.first);
    CHECK(replica.content.length() == 205'000);
    CHECK(replica.content.read(200'000, 5000).front().data == padding);
    CHECK(world.mismatch(world.first).has_value());
}

TEST_CASE("phantom_write: a write of the whole block makes it good", "[faults][gfs-5.2]") {
    WriteWorld world;
    world.start({world.on_first("phantom_write")});
    const std::vector<std::uint64_t> twice{64 * KiB, 64 * KiB};
    CHECK(world.write(twice, 64 * KiB) == Code::ok);
    CHECK(world.log.count(event::chunk_damaged) == 1);
    CHECK_FALSE(world.mismatch(world.first).has_value());
    CHECK(world.log.count(event::chunk_corrupt_detected) == 0);
}

TEST_CASE("phantom_write: a write to a part of the block finds it, and the replica is replaced",
          "[faults][gfs-5.2]") {
    WriteWorld world;
    world.start({world.on_first("phantom_write")});
    const std::vector<std::uint64_t> both{0, 100};
    CHECK(world.write(both, 50) == Code::ok);
    CHECK(world.log.count(event::chunk_corrupt_detected) >= 1);
    world.run_for(90s);
    CHECK(world.log.count(event::clone_finished) >= 1);
    CHECK(world.is_repaired());
}

TEST_CASE("misdirected_write: two places are wrong, and the scan of idle chunks finds them",
          "[faults][gfs-5.2]") {
    Config config = WriteWorld::quiet();
    config.idle_scan_every = 20s;
    WriteWorld world(config);
    FaultSpec astray = world.on_first("misdirected_write");
    world.start({astray});
    CHECK(world.write({1000}, 5000) == Code::ok);
    CHECK(world.log.count(event::chunk_damaged) == 2);
    for (const sim::Event& event : world.log.events) {
        if (event.kind != event::chunk_damaged) continue;
        const bool intended = event.fields[2] == 1000;
        CHECK((intended || event.fields[2] % (4 * KiB) == 0));
        CHECK(event.fields[3] <= 5000);
    }
    world.run_for(200s);
    CHECK(world.log.count(event::chunk_corrupt_detected) >= 1);
    CHECK(world.is_repaired());
    for (const ServerId server : world.cluster.chunkservers())
        for (const auto& [chunk, replica] : world.cluster.machine(server).chunks->replicas())
            CHECK(world.damaged(server, chunk).empty());
}

TEST_CASE("faults of writes: too few writes leave the run vacuous, and some hosts are refused",
          "[faults]") {
    const auto kind = GENERATE(as<std::string>{}, "phantom_write", "misdirected_write");
    WriteWorld world;
    FaultSpec waits = named(world.on_first(kind), "waits");
    waits.nth_write = 3;
    FaultSpec nobody = named(fault_on(10s, kind, actor("master")), "nobody");
    world.start({waits, nobody});
    CHECK(world.write({0}, 100) == Code::ok);
    world.plan->heal_all();
    const PlanReport report = world.plan->report();
    CHECK(report.faults.at(0).never_fired == "a write to a replica seen 1 time, needed 3");
    REQUIRE(report.faults.at(1).refusals.size() == 1);
    CHECK(report.faults.at(1).refusals[0].reason == "master is no chunkserver");
}

TEST_CASE("faults of writes: without a chunk any replica of the server will do", "[faults]") {
    WriteWorld world;
    world.start({DataWorld::on("phantom_write", world.name(world.with))});
    world.write({0}, 100);
    CHECK(world.log.count(event::chunk_damaged) == 1);
    CHECK(world.plan->report().faults.at(0).firings.size() == 1);
}

FaultSpec drawn(FaultSpec fault) {
    fault.random = true;
    fault.optional = true;
    return fault;
}

TEST_CASE("faults of writes: the budget is asked when they strike, and a later write is hit",
          "[faults][budget]") {
    const auto kind = GENERATE(as<std::string>{}, "phantom_write", "misdirected_write");
    const bool is_kept = GENERATE(true, false);
    WriteWorld world;
    world.keep_all_but_first();
    const std::vector<ServerId> enough = world.truth.good.at(world.first);
    world.start({drawn(world.on_first(kind))});
    world.run_for(10500ms);
    // It is armed. Now another copy is gone.
    if (is_kept) world.truth.good.at(world.first).pop_back();
    CHECK(world.write({0, 70'000}, 5000) == Code::ok);
    CHECK((world.log.count(event::chunk_damaged) == 0) == is_kept);
    world.truth.good.at(world.first) = enough;
    CHECK(world.write({140'000}, 5000) == Code::ok);
    CHECK(world.log.count(event::chunk_damaged) > 0);
    const FaultReport report = world.plan->report().faults.at(0);
    REQUIRE(report.firings.size() == 1);
    REQUIRE(report.deferrals.size() == (is_kept ? 1 : 0));
    if (!is_kept) return;
    CHECK(report.deferrals[0].since < report.firings[0].at);
    CHECK(report.deferrals[0].until == report.firings[0].at);
    CHECK_FALSE(report.deferrals[0].given_up);
    CHECK(report.deferrals[0].reason == "chunk 1 would have 1 good copies beside one that is bad "
                                        "unseen, and 2 are needed");
}

TEST_CASE("faults of writes: what is put off for too long, or until the calm, is given up",
          "[faults][budget]") {
    const bool is_calm = GENERATE(true, false);
    WriteWorld world;
    world.keep_all_but_first();
    world.truth.good.at(world.first).pop_back();
    world.budget.give_up_after = is_calm ? 60s : 5s;
    world.start({drawn(world.on_first("phantom_write"))});
    CHECK(world.write({0}, 5000) == Code::ok);
    if (is_calm)
        world.plan->heal_all();
    else
        CHECK(world.write({0}, 5000) == Code::ok);
    world.truth.good.clear();
    CHECK(world.write({0}, 5000) == Code::ok);
    CHECK(world.log.count(event::chunk_damaged) == 0);
    const FaultReport report = world.plan->report().faults.at(0);
    REQUIRE(report.deferrals.size() == 1);
    CHECK(report.deferrals[0].given_up);
    CHECK(report.never_fired.starts_with("the budget: chunk 1 would have 1 good copies"));
}

TEST_CASE("faults of writes: one that was meant strikes what the budget would keep",
          "[faults][budget]") {
    WriteWorld world;
    world.keep_all_but_first();
    world.truth.good.at(world.first) = {world.with};
    world.start({world.on_first("phantom_write")});
    CHECK(world.write({0}, 5000) == Code::ok);
    CHECK(world.log.count(event::chunk_damaged) == 1);
}

// Syncs fail from the tenth second on for 30 seconds, and one copy of the first chunk is spared
// when it is the only good one.
struct SyncWorld : WriteWorld {
    SyncWorld() {
        budget.min_copies = 1;
        error.duration = 30s;
        error.disk_operation = sim::DiskOperation::sync;
    }
    void begin_with(FaultSpec fault) {
        truth.good[first] = {with, without};
        start({std::move(fault)});
        run_for(10500ms);
    }
    // Of which servers a replica of the chunk could not be written.
    std::set<ServerId> failed(ChunkHandle chunk) const {
        std::set<ServerId> servers;
        for (const sim::Event& event : log.events)
            if (event.kind == event::chunk_disk_failed && ChunkHandle{event.fields[0]} == chunk)
                servers.insert(event.actor);
        return servers;
    }

    FaultSpec error = on("disk_error", name(with));
};

TEST_CASE("disk_error: a random one fails no sync that the last good copy waits for, and says so",
          "[faults][disk][budget]") {
    const bool is_drawn = GENERATE(true, false);
    const bool is_last = GENERATE(true, false);
    const bool is_spared = is_drawn && is_last;
    SyncWorld world;
    world.begin_with(is_drawn ? drawn(world.error) : world.error);
    if (is_last) world.truth.good.at(world.first) = {world.with};
    world.write({0, 100}, 50);
    CHECK(world.failed(world.first).contains(world.with) == !is_spared);
    CHECK(world.log.count(sim::event::fault_refused) == (is_spared ? 1 : 0));
    world.run_for(20s);
    const FaultReport report = world.plan->report().faults.at(0);
    REQUIRE(report.firings.size() == 1);
    CHECK(report.firings[0].healed == sim::time_zero + 40s);
    REQUIRE(report.deferrals.size() == (is_spared ? 1 : 0));
    if (!is_spared) return;
    CHECK(report.deferrals[0].since > sim::time_zero + 20s);
    CHECK(report.deferrals[0].reason == "chunk 1 would have 0 good copies, min_copies is 1");
    CHECK(report.deferrals[0].given_up);
}

TEST_CASE("disk_error: a sync that was spared fails another time, when others are good",
          "[faults][disk][budget]") {
    SyncWorld world;
    world.error.duration = 90s;
    world.begin_with(drawn(world.error));
    world.truth.good.at(world.first) = {world.with};
    CHECK(world.write({0}, 50) == Code::ok);
    CHECK(world.failed(world.first).empty());
    world.truth.good.at(world.first).push_back(world.without);
    const sim::Time struck = world.engine.now() + 11s;
    world.write({0}, 50);
    CHECK(world.failed(world.first) == std::set<ServerId>{world.with});
    const FaultReport report = world.plan->report().faults.at(0);
    REQUIRE(report.deferrals.size() == 1);
    CHECK(report.deferrals[0].until.value_or(sim::time_zero) > struck);
    CHECK_FALSE(report.deferrals[0].given_up);
}

TEST_CASE("disk_error: of several disks and chunks, that copy alone is spared",
          "[faults][disk][budget]") {
    SyncWorld world;
    world.error.target = role(MachineRole::chunkserver);
    world.truth.good.clear();
    world.begin_with(drawn(world.error));
    world.truth.good[world.first] = {world.with};
    const ChunkHandle second = world.cluster.master()->chunks_of("/f").at(1);
    const auto holders = [&world](ChunkHandle chunk) {
        std::set<ServerId> servers;
        for (const ServerId server : world.cluster.chunkservers())
            if (world.cluster.replica(server, chunk) != nullptr) servers.insert(server);
        return servers;
    };
    std::set<ServerId> of_first = holders(world.first);
    const std::set<ServerId> of_second = holders(second);
    world.run_for(11s);
    std::optional<Code> code;
    for (const std::uint64_t offset : {std::uint64_t{0}, 1 * MiB})
        world.client_host().spawn("write", write_all(world, {offset}, 50, code));
    world.run_for(500ms);
    // And of the servers that a clone was made on since.
    CHECK(of_first.erase(world.with) == 1);
    CHECK(std::ranges::includes(world.failed(world.first), of_first));
    CHECK_FALSE(world.failed(world.first).contains(world.with));
    CHECK(std::ranges::includes(world.failed(second), of_second));
}

TEST_CASE("misdirected_write: it lands in no replica that the budget keeps", "[faults][budget]") {
    WriteWorld world;
    world.keep_all_but_first();
    REQUIRE(world.cluster.machine(world.with).chunks->replicas().size() > 1);
    std::vector<FaultSpec> faults;
    for (int i = 0; i < 8; ++i)
        faults.push_back(
            named(drawn(world.on_first("misdirected_write")), "m" + std::to_string(i)));
    world.start(faults);
    world.write({0}, 5000);
    CHECK(world.log.count(event::chunk_damaged) == 16);
    for (const sim::Event& event : world.log.events)
        if (event.kind == event::chunk_damaged) CHECK(ChunkHandle{event.fields[0]} == world.first);
}

}  // namespace
}  // namespace gfs::faults::testing
