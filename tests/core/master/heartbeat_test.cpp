// SPDX-License-Identifier: Apache-2.0
// Registration, HeartBeats, death, and what the master makes of the replicas that are reported (GFS
// 2.3, 2.6.2, 4.5).

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config small() {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.master_restart = 1s;
    config.clone_limit = {.percent = false, .amount = 0};
    config.primary_choice = PrimaryChoice::first;
    return config;
}

HeartBeat beat(const MasterWorld& world, ServerId server, Epoch epoch) {
    HeartBeat request{.server = server,
                      .epoch = epoch,
                      .number = ++world.servers.at(server)->heartbeats,
                      .disk_capacity = 1000,
                      .disk_used = 10,
                      .extend = {},
                      .replicas = {}};
    for (const auto& [chunk, version] : world.servers.at(server)->replicas)
        request.replicas.push_back({chunk, version, 0});
    return request;
}

TEST_CASE("registration: each has a number of its own", "[master][gfs-2.6.2]") {
    MasterWorld world({.config = small()});
    CHECK(world.count(event::server_registered) == 3);
    CHECK(world.count(event::server_rejoined) == 0);
    const ServerId id = world.servers.begin()->first;
    const Epoch first = *world.server(id).epoch;
    world.crash_server(id);
    world.start_server(id);
    world.run_for(100ms);
    CHECK(*world.server(id).epoch != first);
    CHECK(world.count(event::server_rejoined) == 1);
}

TEST_CASE("registration: the report is complete; what is not in it is gone",
          "[master][gfs-2.6.2]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    const ServerId id = holder.secondaries.front();
    world.crash_server(id);
    world.server(id).replicas.clear();
    world.start_server(id);
    world.run_for(100ms);
    CHECK(world.chunk(holder.chunk).find(id) == nullptr);
    CHECK(world.text(world.last(event::chunk_replica_removed).fields[2]) == "missing");
}

TEST_CASE("heartbeat: an old registration and an unknown server are refused", "[master][gfs-2.3]") {
    MasterWorld world({.config = small()});
    const ServerId id = world.servers.begin()->first;
    CHECK(world.ask_from(id, beat(world, id, *world.server(id).epoch)).ok());
    CHECK(world.ask_from(id, beat(world, id, Epoch{999})).code() == Code::not_registered);
    const HeartBeat stranger = beat(world, id, *world.server(id).epoch);
    world.crash_master();
    world.start_master();
    world.run_for(1001ms);
    REQUIRE(world.master->serving());
    CHECK(world.ask_from(id, stranger).code() == Code::not_registered);
    CHECK(world.count(event::heartbeat_rejected) >= 2);
}

TEST_CASE("heartbeat: one that was overtaken, or is heard twice, is not believed",
          "[master][gfs-2.3]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    const ServerId id = holder.secondaries.front();
    world.server(id).beats = false;
    const HeartBeat held_up = beat(world, id, *world.server(id).epoch);
    world.server(id).replicas.erase(holder.chunk);
    HeartBeat later = beat(world, id, *world.server(id).epoch);
    later.replicas.push_back({.chunk = holder.chunk, .version = Version{0}, .missing = true});
    REQUIRE(world.ask_from(id, later).ok());
    REQUIRE(world.chunk(holder.chunk).find(id) == nullptr);
    CHECK(world.ask_from(id, held_up).code() == Code::overtaken);
    CHECK(world.chunk(holder.chunk).find(id) == nullptr);
    CHECK(world.ask_from(id, later).code() == Code::overtaken);
    CHECK(world.ask_from(id, beat(world, id, *world.server(id).epoch)).ok());
}

TEST_CASE("heartbeat: one from before its server was declared dead brings nothing back",
          "[master][gfs-4.3]") {
    Config config = small();
    const bool is_checked = GENERATE(true, false);
    if (!is_checked) config.without = {Mechanism::registration_epoch};
    MasterWorld world({.config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    const ServerId id = holder.secondaries.front();
    const HeartBeat late = beat(world, id, *world.server(id).epoch);
    world.server(id).beats = false;
    world.run_for(10s);
    REQUIRE(world.count(event::server_declared_dead) == 1);
    const auto answer = world.ask_from(id, late);
    CHECK((answer.code() == Code::not_registered) == is_checked);
    CHECK((world.chunk(holder.chunk).find(id) == nullptr) == is_checked);
    CHECK(world.master->servers().at(id).alive != is_checked);
}

TEST_CASE("death: a silent server's replicas count no more", "[master][gfs-4.3]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.run_for(6s);  // the collection of locations is over
    const ServerId id = holder.secondaries.front();
    world.server(id).beats = false;
    world.run_for(3s);
    CHECK(world.count(event::server_declared_dead) == 0);
    world.run_for(4s);
    REQUIRE(world.count(event::server_declared_dead) == 1);
    CHECK(world.chunk(holder.chunk).replicas.size() == 2);
    CHECK(world.count(event::chunk_under_replicated) == 1);
    CHECK(world.text(world.last(event::chunk_replica_removed).fields[2]) == "dead");
    // It comes back with the same version and is counted again.
    world.server(id).beats = true;
    world.run_for(3s);
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
    CHECK(world.count(event::chunk_replicated) == 1);
}

TEST_CASE("report: an old version is stale, and is garbage once there is a current replica",
          "[master][gfs-4.5]") {
    Config config = small();
    MasterWorld world({.config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    const ServerId id = holder.secondaries.front();
    world.crash_server(id);
    world.server(id).replicas[holder.chunk] = Version{1};
    world.start_server(id);
    world.run_for(100ms);
    const sim::Event& stale = world.last(event::chunk_stale_detected);
    CHECK(stale.fields[2] == 1);
    CHECK(stale.fields[3] == 2);
    CHECK(world.chunk(holder.chunk).find(id) == nullptr);
    REQUIRE(world.server(id).garbage.size() == 1);
    CHECK(world.server(id).garbage.front().version == Version{1});
}

TEST_CASE("report: a stale replica is not garbage while no current one is known",
          "[master][gfs-4.5]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    for (auto& [id, server] : world.servers) world.crash_server(id);
    world.run_for(10s);
    const ServerId id = holder.primary;
    world.server(id).replicas[holder.chunk] = Version{1};
    world.start_server(id);
    world.run_for(2s);
    CHECK(world.count(event::chunk_stale_detected) >= 1);
    CHECK(world.server(id).garbage.empty());
    CHECK(world.chunk(holder.chunk).replicas.empty());
}

TEST_CASE("report: with a mechanism off, a stale replica is kept, or even counted",
          "[master][gfs-4.5]") {
    Config config = small();
    const Mechanism off = GENERATE(Mechanism::stale_replica_gc, Mechanism::version_check);
    config.without = {off};
    MasterWorld world({.config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    const ServerId id = holder.secondaries.front();
    world.crash_server(id);
    world.server(id).replicas[holder.chunk] = Version{1};
    world.start_server(id);
    world.run_for(100ms);
    CHECK(world.server(id).garbage.empty());
    const bool is_counted = world.chunk(holder.chunk).find(id) != nullptr;
    CHECK(is_counted == (off == Mechanism::version_check));
}

TEST_CASE("report: a late HeartBeat with an old version does not undo a grant",
          "[master][gfs-4.5]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    const ServerId id = holder.secondaries.front();
    HeartBeat late = beat(world, id, *world.server(id).epoch);
    late.replicas.front().version = Version{1};
    const auto answer = world.ask_from(id, late);
    REQUIRE(answer.ok());
    CHECK(answer->garbage.empty());
    CHECK(world.chunk(holder.chunk).find(id) != nullptr);
    CHECK(world.count(event::chunk_stale_detected) == 0);
}

TEST_CASE("report: a higher version is adopted, and who does not have it is stale",
          "[master][gfs-4.5]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.crash_master();
    // The last process had told two of them a number that is not in the log.
    world.server(holder.primary).replicas[holder.chunk] = Version{3};
    world.server(holder.secondaries[0]).replicas[holder.chunk] = Version{3};
    world.start_master();
    world.run_for(4s);
    CHECK(world.chunk(holder.chunk).version == Version{3});
    CHECK(world.chunk(holder.chunk).replicas.size() == 2);
    CHECK(world.count(event::chunk_adopted_version) == 1);
    CHECK(world.count(event::chunk_stale_detected) >= 1);
    CHECK(to_number(world.chunk(holder.chunk).reserved) >= 3);
    // It is in the log: the next process knows it.
    world.crash_master();
    for (auto& [id, server] : world.servers) server->beats = false;
    world.start_master();
    world.run_for(1500ms);
    CHECK(world.chunk(holder.chunk).version == Version{3});
}

TEST_CASE("report: a higher version is not adopted from a replica that turns out to be bad",
          "[master][gfs-4.5][gfs-5.2]") {
    const int what = GENERATE(0, 1, 2);
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.crash_master();
    auto& ahead = world.server(holder.primary);
    ahead.replicas[holder.chunk] = Version{3};
    ahead.rotten = what == 1;
    ahead.silent = what == 2;  // the answer is lost: asked again with the next report
    world.start_master();
    world.run_for(4s);
    REQUIRE_FALSE(ahead.verifications.empty());
    CHECK(ahead.verifications.back().version == Version{3});
    CHECK(world.count(event::chunk_adopted_version) == (what == 0 ? 1 : 0));
    if (what == 0) return;
    CHECK(world.chunk(holder.chunk).version < Version{3});
    CHECK(world.chunk(holder.chunk).replicas.size() == holder.secondaries.size());
    CHECK(world.count(event::chunk_stale_detected) == 0);
    ahead.rotten = false;
    ahead.silent = false;
    world.run_for(4s);
    CHECK(world.count(event::chunk_adopted_version) == 1);
}

TEST_CASE("report: a chunk that nobody knows is an orphan", "[master][gfs-4.4]") {
    MasterWorld world({.config = small()});
    const ServerId id = world.servers.begin()->first;
    world.server(id).replicas[ChunkHandle{77}] = Version{5};
    world.run_for(1500ms);
    CHECK(world.count(event::gc_orphan_found) >= 1);
    REQUIRE(world.server(id).garbage.size() == 1);
    CHECK(world.server(id).garbage.front().chunk == ChunkHandle{77});
}

}  // namespace
}  // namespace gfs::testing
