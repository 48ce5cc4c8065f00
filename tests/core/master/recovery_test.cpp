// SPDX-License-Identifier: Apache-2.0
// The state rebuilt from the operation log (GFS 2.6.3, 5.1.1).

#include "core/master/checkpoint.h"
#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config small() {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.master_restart = 2s;
    return config;
}

// Names, chunks and versions: what the log is about.
std::string persistent_state(const Master& master) {
    std::string state;
    for (const auto& [path, node] : master.files().nodes()) {
        state += path + (node.directory ? "/" : "") + (node.deleted ? " deleted" : "") + ":";
        for (const ChunkHandle handle : node.chunks) {
            const Chunk& chunk = *master.chunk(handle);
            state += " " + std::to_string(static_cast<std::uint64_t>(handle)) + "v" +
                     std::to_string(to_number(chunk.version)) +
                     "<=" + std::to_string(to_number(chunk.reserved)) + "#" +
                     std::to_string(to_number(chunk.index)) + " of " +
                     std::to_string(chunk.owners.size()) + " files, " +
                     std::to_string(chunk.live_owners) + " live";
        }
        state += "\n";
    }
    return state;
}

TEST_CASE("recovery: the log gives back names, chunks and versions", "[master][gfs-2.6.3]") {
    MasterWorld world({.log_replicas = 2, .config = small()});
    REQUIRE(world.make_directory("/d") == Code::ok);
    world.new_chunk("/d/a");
    REQUIRE(world.lease_holder("/d/a", 1).ok());
    world.new_chunk("/b");
    REQUIRE(world.rename("/b", "/d/c") == Code::ok);
    REQUIRE(world.rename("/d", "/e") == Code::ok);
    REQUIRE(world.create("/x") == Code::ok);
    REQUIRE(world.remove("/x") == Code::ok);
    REQUIRE(world.make_directory("/y") == Code::ok);
    REQUIRE(world.remove("/y") == Code::ok);
    world.new_chunk("/gone");
    REQUIRE(world.remove("/gone") == Code::ok);
    REQUIRE(world.remove(world.text(world.last(event::file_deleted).fields[1])) == Code::ok);
    const std::string before = persistent_state(*world.master);
    world.crash_master();
    world.start_master();
    world.run_for(4s);
    REQUIRE(world.master->serving());
    CHECK(persistent_state(*world.master) == before);
    const sim::Event& recovered = world.last(event::master_recovered);
    CHECK(recovered.fields[1] == world.master->files().file_count());
    CHECK(recovered.fields[2] == 3);
    CHECK(recovered.fields[3] == to_number(world.master->log().last()));
}

TEST_CASE("recovery: locations come from the chunkservers, not from the log",
          "[master][gfs-2.6.2]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    world.crash_master();
    world.start_master();
    world.run_for(2100ms);
    REQUIRE(world.master->serving());
    world.run_for(2s);
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
}

TEST_CASE("recovery: a master that starts answers nothing else", "[master][gfs-5.1.1]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.create("/a") == Code::ok);
    world.crash_master();
    world.start_master();
    const HostId c = world.client;
    const OpId op{};
    CHECK(world.create("/b") == Code::starting);
    CHECK(world.make_directory("/b") == Code::starting);
    CHECK(world.remove("/a") == Code::starting);
    CHECK(world.rename("/a", "/b") == Code::starting);
    CHECK(world.lease_holder("/a").code() == Code::starting);
    CHECK(world.ask(Open{.op = op, .client = c, .file = "/a"}).code() == Code::starting);
    CHECK(world.ask(Stat{.op = op, .client = c, .file = "/a"}).code() == Code::starting);
    CHECK(world.ask(List{.op = op, .client = c, .directory = "/"}).code() == Code::starting);
    const FindLocation find{.op = op, .client = c, .file = "/a", .first = {}};
    CHECK(world.ask(find).code() == Code::starting);
    const ServerId server = world.servers.begin()->first;
    const HeartBeat beat{.server = server,
                         .epoch = {},
                         .disk_capacity = 0,
                         .disk_used = 0,
                         .extend = {},
                         .replicas = {}};
    CHECK(world.ask_from(server, beat).code() == Code::starting);
    const Register join{.server = server, .disk_capacity = 0, .disk_used = 0, .replicas = {}};
    CHECK(world.ask_from(server, join).code() == Code::starting);
    const ReportFailure report{.primary = server, .chunk = {}, .version = {}, .failed = {}};
    CHECK(world.ask_from(server, report).code() == Code::starting);
    CHECK(!world.master->is_repaired());
    CHECK(world.ask(Ping{}).ok());
}

TEST_CASE("recovery: a fresh master serves at once and reports no recovery",
          "[master][gfs-5.1.1]") {
    MasterWorld world({.config = small()});
    CHECK(world.master->serving());
    CHECK(world.create("/a") == Code::ok);
    CHECK(world.engine.now() < sim::time_zero + 1s);
    CHECK(world.count(event::master_recovered) == 0);
}

TEST_CASE("recovery: a preloaded log counts as fresh, and its chunks need no wait",
          "[master][gfs-5.1.1]") {
    MasterWorld world({.servers = 0, .config = small()});
    world.crash_master();
    LogStore& store = *world.logs.at(world.master_host);
    log::Entry file = log::FileCreated{"/old"};
    log::Entry chunk = log::ChunkAdded{"/old", ChunkIndex{0}, ChunkHandle{7}, Version{1}};
    Metadata state(world.config);
    state.apply(file);
    state.apply(chunk);
    store.preload(make_checkpoint(LogIndex{2}, MasterEpoch{1}, std::move(state)));
    world.start_master();
    world.run_for(1ms);
    REQUIRE(world.master->serving());
    CHECK(world.chunk(ChunkHandle{7}).offered_until == long_ago);
    CHECK(world.count(event::master_log_flushed) == 0);
}

TEST_CASE("recovery: what was not flushed when the power failed is gone, and was never answered",
          "[master][gfs-2.6.3]") {
    MasterWorld world({.log_replicas = 1, .config = small()});
    REQUIRE(world.create("/a") == Code::ok);
    world.disks.at(world.master_host)->set_slowness(10'000, 1);
    std::optional<Create::Reply> got;
    world.ask_later(Create{.op = {}, .client = world.client, .file = "/b"}, got);
    world.run_for(7ms);
    REQUIRE(world.logs.at(world.master_host)->last() > world.master->log().flushed_up_to());
    world.power_loss_of_master();
    world.disks.at(world.master_host)->set_slowness(1, 1);
    world.start_master();
    world.run_for(5s);
    CHECK(!got.has_value());
    CHECK(world.count(event::master_log_torn) == 1);
    CHECK(world.master->files().find("/a") != nullptr);
    CHECK(world.master->files().find("/b") == nullptr);
    CHECK(world.create("/b") == Code::ok);
}

TEST_CASE("recovery: a record that was still in the batch is gone with the process",
          "[master][gfs-2.6.3]") {
    MasterWorld world({.config = small()});
    std::optional<Create::Reply> got;
    world.ask_later(Create{.op = {}, .client = world.client, .file = "/b"}, got);
    world.run_for(2ms);
    REQUIRE(world.count(event::master_log_appended) == 1);
    world.crash_master();
    world.start_master();
    world.run_for(5s);
    CHECK(world.master->files().find("/b") == nullptr);
    CHECK(world.count(event::master_log_torn) == 0);
}

TEST_CASE("recovery: handles that were given out are not given out again", "[master][gfs-2.3]") {
    MasterWorld world({.servers = 1, .config = small()});
    const ServerId server = world.servers.begin()->first;
    // The replica is made, and the master stops before the chunk is in the log.
    REQUIRE(world.create("/a") == Code::ok);
    std::optional<FindLeaseHolder::Reply> got;
    world.server(server).silent = true;
    world.ask_later(FindLeaseHolder{.op = {},
                                    .client = world.client,
                                    .file = "/a",
                                    .which = FindLeaseHolder::Which::last,
                                    .index = {}},
                    got);
    world.run_for(500ms);
    REQUIRE(world.server(server).creations.size() == 1);
    world.crash_master();
    world.server(server).silent = false;
    world.start_master();
    world.run_for(5s);
    CHECK(world.count(event::gc_orphan_found) >= 1);
    const Answer<LeaseHolder> holder = world.lease_holder("/a");
    REQUIRE(holder.ok());
    CHECK(holder->chunk != world.server(server).creations.front().chunk);
}

TEST_CASE("recovery: without the reservation the same handle names another chunk",
          "[master][gfs-2.3]") {
    Config config = small();
    config.without = {Mechanism::handle_uniqueness};
    MasterWorld world({.config = config});
    const LeaseHolder first = world.new_chunk("/a");
    world.crash_master();
    world.start_master();
    world.run_for(5s);
    CHECK(world.new_chunk("/b").chunk == first.chunk);
}

TEST_CASE("recovery: the log is not flushed before a change is seen, when the mechanism is off",
          "[master][gfs-2.6.3]") {
    Config config = small();
    config.without = {Mechanism::log_before_reply};
    MasterWorld world({.config = config});
    REQUIRE(world.create("/a") == Code::ok);
    CHECK(world.master->log().flushed_up_to() == LogIndex{0});
    world.power_loss_of_master();
    world.start_master();
    world.run_for(5s);
    CHECK(world.master->files().find("/a") == nullptr);  // acknowledged and lost
}

}  // namespace
}  // namespace gfs::testing
