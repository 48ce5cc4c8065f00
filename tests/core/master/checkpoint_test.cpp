// SPDX-License-Identifier: Apache-2.0
// Checkpoints (GFS 2.6.3): the switch of the log, the writing beside mutations, what recovery makes
// of complete and incomplete ones, and log replicas that get one instead of records.

#include "core/master/checkpoint.h"

#include "core/master/metadata.h"
#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config every(std::uint64_t records) {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.master_restart = 2s;
    config.checkpoint_every = records;
    return config;
}

// What the log is about: names, chunks, versions.
std::string described(const Metadata& metadata) {
    std::string state = std::to_string(metadata.handles_below()) + "\n";
    for (const auto& [path, node] : metadata.files().nodes()) {
        state += path + (node.directory ? "/" : "") + (node.deleted ? " deleted" : "") + ":";
        for (const ChunkHandle handle : node.chunks) {
            const Chunk& chunk = *metadata.find(handle);
            state += " " + std::to_string(static_cast<std::uint64_t>(handle)) + "v" +
                     std::to_string(to_number(chunk.version)) +
                     "<=" + std::to_string(to_number(chunk.reserved)) + " at " +
                     std::to_string(to_number(chunk.index));
        }
        state += "\n";
    }
    return state;
}

void create_many(MasterWorld& world, const std::string& prefix, int count) {
    for (int i = 0; i < count; ++i) REQUIRE(world.create(prefix + std::to_string(i)) == Code::ok);
}

// Ends when the master has written some of a checkpoint, and not all.
void run_into_checkpoint(MasterWorld& world) {
    const LogStore& store = *world.logs.at(world.master_host);
    for (int i = 0; i < 100'000; ++i) {
        const auto& files = store.checkpoints();
        if (!files.empty() && !files.back().is_complete() && files.back().durable >= 2) return;
        world.run_for(100us);
    }
    FAIL("no checkpoint was begun");
}

TEST_CASE("checkpoint: the state before the switch is on the disks of master and log replicas",
          "[master][gfs-2.6.3]") {
    MasterWorld world({.log_replicas = 2, .config = every(20)});
    world.new_chunk("/chunk");
    create_many(world, "/a", 40);
    world.run_for(2s);
    REQUIRE(world.count(event::master_checkpoint_finished) >= 2);
    CHECK(world.count(event::master_checkpoint_started) ==
          world.count(event::master_checkpoint_finished));
    const LogIndex last{world.last(event::master_checkpoint_finished).fields[0]};
    for (const auto& [host, store] : world.logs) {
        REQUIRE(store->checkpoint() != nullptr);
        CHECK(store->checkpoint()->content.last == last);
        CHECK(store->checkpoint()->durable == store->checkpoint()->pieces);
    }
}

TEST_CASE("checkpoint: the log of a master that is never idle begins a new file all the same",
          "[master][gfs-2.6.3]") {
    MasterWorld world({.log_replicas = 1, .config = every(50)});
    constexpr std::size_t count = 400;
    std::vector<std::optional<Create::Reply>> created(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::string file = "/a" + std::to_string(i);
        world.ask_later(Create{.op = OpId{1}, .client = world.client, .file = file}, created[i]);
        world.run_for(1ms);  // a batch is always open or on its way
    }
    world.run_for(2s);
    REQUIRE(world.count(event::master_checkpoint_finished) >= 1);
    const std::uint64_t all = count * size_bytes(
        {.index = {}, .op = {}, .entry = log::FileCreated{.file = "/a", .goal = 3}});
    CHECK(world.logs.at(world.master_host)->file_bytes() < all);
    create_many(world, "/b", 2);
    for (const auto& [host, store] : world.logs) CHECK(store->file_bytes() < all);
}

TEST_CASE("checkpoint: mutations go on while it is written, and are not in it",
          "[master][gfs-2.6.3]") {
    MasterWorld world({.log_replicas = 1, .config = every(30)});
    create_many(world, "/a", 30);
    run_into_checkpoint(world);
    const LogIndex before{world.last(event::master_checkpoint_started).fields[0]};
    CHECK(world.create("/during") == Code::ok);
    world.run_for(2s);
    const CheckpointFile& file = *world.logs.at(world.master_host)->checkpoint();
    CHECK(file.content.last == before);
    CHECK(file.content.state->files().find("/a0") != nullptr);
    CHECK(file.content.state->files().find("/during") == nullptr);
}

TEST_CASE("recovery: a checkpoint and the records after it give the state back",
          "[master][gfs-2.6.3]") {
    MasterWorld world({.log_replicas = 1, .config = every(15)});
    world.new_chunk("/chunk");
    create_many(world, "/a", 20);
    REQUIRE(world.remove("/a3") == Code::ok);
    REQUIRE(world.rename("/a4", "/b4") == Code::ok);
    world.run_for(2s);
    REQUIRE(world.logs.at(world.master_host)->checkpoint() != nullptr);
    create_many(world, "/c", 5);
    const std::string before = described(world.master->metadata());
    world.power_loss_of_master();
    world.start_master();
    world.run_for(4s);
    REQUIRE(world.master->serving());
    CHECK(described(world.master->metadata()) == before);
    CHECK(world.create("/d") == Code::ok);
}

TEST_CASE("recovery: an incomplete checkpoint is skipped, and the one before it is used",
          "[master][gfs-2.6.3]") {
    const bool power = GENERATE(false, true);
    MasterWorld world({.log_replicas = 1, .config = every(30)});
    create_many(world, "/a", 40);
    world.run_for(2s);
    REQUIRE(world.count(event::master_checkpoint_finished) == 1);
    create_many(world, "/b", 20);
    run_into_checkpoint(world);
    const std::string before = described(world.master->metadata());
    if (power)
        world.power_loss_of_master();
    else
        world.crash_master();
    world.start_master();
    world.run_for(4s);
    REQUIRE(world.master->serving());
    CHECK(world.count(event::master_checkpoint_skipped) == 1);
    CHECK(described(world.master->metadata()) == before);
    world.run_for(2s);
    CHECK(world.count(event::master_checkpoint_finished) == 2);
}

TEST_CASE("recovery: without the check an incomplete checkpoint is taken for the whole",
          "[master][gfs-2.6.3]") {
    Config config = every(30);
    config.without = {Mechanism::checkpoint_completeness};
    MasterWorld world({.log_replicas = 1, .config = config});
    create_many(world, "/a", 30);
    run_into_checkpoint(world);
    world.crash_master();
    world.start_master();
    world.run_for(4s);
    CHECK(world.master->files().find("/a0") != nullptr);
    CHECK(world.master->files().find("/a9") == nullptr);  // acknowledged and lost
}

TEST_CASE("recovery: takes longer the more there is to read and to replay", "[master][gfs-5.1.1]") {
    const auto down_for = [](int names) {
        MasterWorld world({.config = every(1'000'000)});
        create_many(world, "/a", names);
        world.crash_master();
        world.start_master();
        const sim::Time began = world.engine.now();
        while (!world.master->serving()) world.run_for(1ms);
        return world.engine.now() - began;
    };
    CHECK(down_for(600) >= down_for(10) + 10ms);
}

TEST_CASE("log store: records that a checkpoint makes superfluous are deleted, a few are kept",
          "[master][gfs-2.6.3]") {
    MasterWorld world({.log_replicas = 1, .config = every(20)});
    create_many(world, "/a", 200);
    world.run_for(2s);
    for (const auto& [host, store] : world.logs) {
        CHECK(store->checkpoints().size() == 2);
        CHECK(store->dropped() == store->checkpoints().front().content.last);
        CHECK(store->records().size() < 80);
        CHECK(store->last() >= LogIndex{200});
    }
}

TEST_CASE("log replica: one that is far behind gets a checkpoint instead of all records",
          "[log_replica][gfs-2.6.3]") {
    MasterWorld world({.log_replicas = 1, .config = every(20)});
    const HostId replica = world.log_hosts.front();
    world.host(replica).kill();
    world.network.process_ended(replica);
    world.disks.at(replica)->process_ended();
    world.log_replicas.at(replica).reset();
    std::optional<Create::Reply> first;
    world.ask_later(Create{.op = {}, .client = world.client, .file = "/first"}, first);
    world.run_for(15s);  // it is given up
    REQUIRE(first.has_value());
    create_many(world, "/a", 100);
    world.run_for(2s);
    REQUIRE(world.logs.at(world.master_host)->dropped() > LogIndex{0});
    world.host(replica).start();
    world.log_replicas[replica] =
        std::make_unique<LogReplica>(world.host(replica), world.config, *world.logs.at(replica));
    world.run_for(10s);
    const LogStore& store = *world.logs.at(replica);
    CHECK(store.dropped() > LogIndex{0});
    CHECK(store.durable() == world.master->log().last());
    CHECK(described(*state_at(store, store.last(), world.config).state) ==
          described(world.master->metadata()));
    CHECK(world.master->log().replicas().front().live);
}

TEST_CASE("log replica: an incomplete checkpoint goes when its process starts",
          "[log_replica][gfs-2.6.3]") {
    MasterWorld world({.log_replicas = 1, .config = every(30)});
    const HostId replica = world.log_hosts.front();
    LogStore& store = *world.logs.at(replica);
    create_many(world, "/a", 30);
    while (store.checkpoints().empty()) world.run_for(100us);
    REQUIRE(!store.checkpoints().back().is_complete());
    world.host(replica).kill();
    world.network.process_ended(replica);
    world.disks.at(replica)->process_ended();
    world.host(replica).start();
    world.log_replicas[replica] =
        std::make_unique<LogReplica>(world.host(replica), world.config, store);
    CHECK(store.checkpoints().empty());
    world.run_for(5s);
    REQUIRE(store.checkpoint() != nullptr);  // the master has sent it again
    CHECK(world.count(event::master_checkpoint_finished) == 1);
}

TEST_CASE("log store: a power loss takes a checkpoint that was complete in the cache only",
          "[master][gfs-2.6.3]") {
    MasterWorld world({.config = every(1'000'000)});
    create_many(world, "/a", 10);
    LogStore& store = *world.logs.at(world.master_host);
    Checkpoint content = state_at(store, store.last(), world.config);
    store.begin_checkpoint(std::move(content), 2);
    CHECK(store.checkpoint() == nullptr);
    store.write_piece();
    store.write_piece();
    REQUIRE(store.checkpoint() != nullptr);
    world.crash_master();
    store.lose_unsynced();
    CHECK(store.checkpoint() == nullptr);
    CHECK(store.last() >= LogIndex{10});
}

}  // namespace
}  // namespace gfs::testing
