// SPDX-License-Identifier: Apache-2.0
// Snapshots at the master (GFS 3.4): what is locked and revoked, what is duplicated, what the log
// has of it.

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config small() {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.master_restart = 2s;
    config.scan_every = 5s;
    config.delete_grace = 20s;
    config.primary_choice = PrimaryChoice::first;
    return config;
}

Answer<FileStatus> status(MasterWorld& world, const std::string& file) {
    return world.ask(Stat{.op = {}, .client = world.client, .file = file});
}

TEST_CASE("snapshot: the copy has the same chunks, and both count", "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    REQUIRE(world.snapshot("/a", "/b") == Code::ok);
    CHECK(world.master->chunks_of("/b") == std::vector{holder.chunk});
    CHECK(world.master->chunks_of("/a") == std::vector{holder.chunk});
    CHECK(world.chunk(holder.chunk).is_shared());
    CHECK(world.chunk(holder.chunk).live_owners == 2);
    CHECK(world.count(event::snapshot_taken) == 1);
    CHECK(status(world, "/b")->chunks == 1);
}

TEST_CASE("snapshot: a directory goes with everything below it", "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.make_directory("/data") == Code::ok);
    REQUIRE(world.make_directory("/data/user") == Code::ok);
    REQUIRE(world.make_directory("/save") == Code::ok);
    REQUIRE(world.make_directory("/data/user/deep") == Code::ok);
    REQUIRE(world.create("/data/user/empty") == Code::ok);
    const LeaseHolder holder = world.new_chunk("/data/user/deep/a");
    world.new_chunk("/data/username");
    REQUIRE(world.snapshot("/data/user", "/save/user") == Code::ok);
    CHECK(world.master->chunks_of("/save/user/deep/a") == std::vector{holder.chunk});
    CHECK(status(world, "/save/user/deep")->directory);
    CHECK(status(world, "/save/user/empty").ok());
    CHECK(status(world, "/save/username").code() == Code::not_found);
    CHECK(world.master->files().file_count() == 5);
}

TEST_CASE("snapshot: a snapshot can be snapshotted", "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    REQUIRE(world.snapshot("/a", "/b") == Code::ok);
    REQUIRE(world.snapshot("/b", "/c") == Code::ok);
    CHECK(world.chunk(holder.chunk).owners.size() == 3);
}

TEST_CASE("snapshot: each way in which it cannot be taken has its code", "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.make_directory("/d") == Code::ok);
    REQUIRE(world.create("/d/a") == Code::ok);
    REQUIRE(world.create("/gone") == Code::ok);
    REQUIRE(world.remove("/gone") == Code::ok);
    const std::string hidden = world.text(world.last(event::file_deleted).fields[1]);
    CHECK(world.snapshot("/x", "/b") == Code::not_found);
    CHECK(world.snapshot("/d", "/d/e") == Code::invalid_path);
    CHECK(world.snapshot("/", "/b") == Code::invalid_path);
    CHECK(world.snapshot("/d", hidden) == Code::invalid_path);
    CHECK(world.snapshot("/d", "b") == Code::invalid_path);
    CHECK(world.snapshot(hidden, "/b") == Code::permission_denied);
    CHECK(world.snapshot("/d/a", "/d") == Code::already_exists);
    CHECK(world.snapshot("/d", "/d") == Code::already_exists);
    CHECK(world.snapshot("/d", "/x/y") == Code::parent_not_found);
    CHECK(world.snapshot("/d", "/d/a/b") == Code::invalid_path);
    CHECK(world.snapshot("/d/a", "/d/a/b") == Code::invalid_path);
    CHECK(world.count(event::snapshot_taken) == 0);
}

TEST_CASE("snapshot: leases on the source's chunks are taken back first", "[master][gfs-3.4]") {
    const bool off = GENERATE(false, true);
    Config config = small();
    if (off) config.without = {Mechanism::snapshot_revoke};
    MasterWorld world({.config = config});
    const LeaseHolder holder = world.new_chunk("/a");
    REQUIRE(world.master->lease(holder.chunk) != nullptr);
    REQUIRE(world.snapshot("/a", "/b") == Code::ok);
    CHECK(world.server(holder.primary).revocations.size() == (off ? 0 : 1));
    CHECK((world.master->lease(holder.chunk) != nullptr) == off);
}

TEST_CASE("snapshot: while a primary does not give its lease back there is none",
          "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    FakeChunkServer& primary = world.server(holder.primary);
    primary.silent = true;
    primary.extend = {holder.chunk};
    CHECK(world.snapshot("/a", "/b") == Code::lease_in_doubt);
    CHECK(status(world, "/b").code() == Code::not_found);
    // It is not extended any more, and over after its time.
    world.run_for(10s);
    CHECK(world.snapshot("/a", "/b") == Code::ok);
}

TEST_CASE("snapshot: a chunk whose lease is being changed is waited for by the client",
          "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    REQUIRE(world.snapshot("/a", "/b") == Code::ok);
    for (auto& [id, server] : world.servers) server->copy_time = 1s;
    std::optional<FindLeaseHolder::Reply> writer;
    world.ask_later(FindLeaseHolder{.op = {}, .client = world.client, .file = "/a", .index = {}},
                    writer);
    world.run_for(500ms);
    CHECK(world.snapshot("/b", "/c") == Code::chunk_busy);
    world.run_for(1s);
    REQUIRE(writer.has_value());
    CHECK(world.snapshot("/b", "/c") == Code::ok);
}

TEST_CASE("snapshot: creating a file below the source waits for it", "[master][gfs-4.1]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.make_directory("/data") == Code::ok);
    const LeaseHolder holder = world.new_chunk("/data/a");
    world.server(holder.primary).silent = true;
    std::optional<Snapshot::Reply> snapshot;
    std::optional<Create::Reply> created;
    world.ask_later(Snapshot{.op = {}, .client = world.client, .from = "/data", .to = "/save"},
                    snapshot);
    world.run_for(100ms);
    world.ask_later(Create{.op = {}, .client = world.client, .file = "/data/foo"}, created);
    world.run_for(500ms);
    CHECK_FALSE(created.has_value());
    world.run_for(1s);
    REQUIRE(snapshot.has_value());
    CHECK(created.has_value());
}

TEST_CASE("snapshot: deleting one of the files leaves the other its chunks",
          "[master][gfs-3.4][gfs-4.4]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    REQUIRE(world.snapshot("/a", "/b") == Code::ok);
    REQUIRE(world.remove("/a") == Code::ok);
    CHECK(world.chunk(holder.chunk).live_owners == 1);
    world.run_for(30s);
    REQUIRE(world.count(event::file_reclaimed) == 1);
    CHECK(world.chunk(holder.chunk).owners.size() == 1);
    CHECK(world.count(event::gc_orphan_found) == 0);
    REQUIRE(world.remove("/b") == Code::ok);
    world.run_for(30s);
    CHECK(world.master->chunk(holder.chunk) == nullptr);
    CHECK(world.count(event::gc_orphan_found) > 0);
}

TEST_CASE("snapshot: the log gives it back", "[master][gfs-3.4][gfs-2.6.3]") {
    MasterWorld world({.log_replicas = 1, .config = small()});
    REQUIRE(world.make_directory("/d") == Code::ok);
    const LeaseHolder holder = world.new_chunk("/d/a");
    REQUIRE(world.snapshot("/d", "/e") == Code::ok);
    REQUIRE(world.lease_holder("/d/a").ok());
    REQUIRE(world.snapshot("/e", "/f") == Code::ok);
    const auto of = [&](const std::string& file) { return world.master->chunks_of(file); };
    const std::vector<std::vector<ChunkHandle>> before{of("/d/a"), of("/e/a"), of("/f/a")};
    REQUIRE(before[0] != before[1]);
    REQUIRE(before[1] == std::vector{holder.chunk});
    REQUIRE(before[2] == before[1]);
    world.crash_master();
    world.start_master();
    world.run_for(4s);
    REQUIRE(world.master->serving());
    CHECK(std::vector{of("/d/a"), of("/e/a"), of("/f/a")} == before);
    CHECK(world.chunk(holder.chunk).owners.size() == 2);
}

TEST_CASE("snapshot: after a restart it waits until no lease of before can be in force",
          "[master][gfs-3.4]") {
    MasterWorld world({.config = small()});
    world.new_chunk("/a");
    world.crash_master();
    world.start_master();
    world.run_for(4s);
    CHECK(world.snapshot("/a", "/b") == Code::lease_in_doubt);
    world.run_for(10s);
    CHECK(world.snapshot("/a", "/b") == Code::ok);
}

TEST_CASE("find: files that match, deleted ones only when asked for", "[master][gfs-6.3.4]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.make_directory("/d") == Code::ok);
    for (const char* const file : {"/d/log1", "/d/log2", "/d/x", "/log3"})
        REQUIRE(world.create(file) == Code::ok);
    REQUIRE(world.remove("/d/x") == Code::ok);
    const auto find = [&](const std::string& pattern) {
        return world.ask(Find{.op = {}, .client = world.client, .pattern = pattern});
    };
    CHECK(find("/d/log*")->names == std::vector<std::string>{"/d/log1", "/d/log2"});
    CHECK(find("/**log?")->names == std::vector<std::string>{"/d/log1", "/d/log2", "/log3"});
    CHECK(find("/d")->names.empty());
    CHECK(find("/log3")->names == std::vector<std::string>{"/log3"});
    CHECK(find("/*")->names == std::vector<std::string>{"/log3"});
    CHECK(find("/.deleted-*")->names.size() == 1);
    CHECK(find("log*").code() == Code::invalid_path);
}

}  // namespace
}  // namespace gfs::testing
