// SPDX-License-Identifier: Apache-2.0
// Deletion and what follows it (GFS 4.4): hidden names, the grace period, undeletion, orphans.

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config small() {
    Config config;
    config.heartbeat = 1s;
    config.dead_after = 1h;
    config.scan_every = 10s;
    config.delete_grace = 60s;
    return config;
}

std::string hidden_name(const MasterWorld& world) {
    return world.text(world.last(event::file_deleted).fields[1]);
}

TEST_CASE("delete: the file gets a hidden name and is not listed", "[master][gfs-4.4]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    REQUIRE(world.remove("/a") == Code::ok);
    const auto listed = world.ask(List{.op = {}, .client = world.client, .directory = "/"});
    CHECK(listed->names.empty());
    CHECK(world.master->files().find("/a") == nullptr);
    CHECK(world.master->chunks_of(hidden_name(world)) == std::vector{holder.chunk});
    CHECK(world.chunk(holder.chunk).live_owners == 0);
}

TEST_CASE("delete: each way in which it cannot be done has its code", "[master][gfs-4.4]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.make_directory("/d") == Code::ok);
    REQUIRE(world.create("/d/a") == Code::ok);
    CHECK(world.remove("/x") == Code::not_found);
    CHECK(world.remove("/d") == Code::not_empty);
    CHECK(world.remove("/") == Code::invalid_path);
    CHECK(world.remove("d") == Code::invalid_path);
    CHECK(world.count(event::file_deleted) == 0);
}

TEST_CASE("delete: an empty directory goes, also when a file of it has just been deleted",
          "[master][gfs-4.4]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.make_directory("/d") == Code::ok);
    REQUIRE(world.create("/d/a") == Code::ok);
    REQUIRE(world.remove("/d/a") == Code::ok);
    CHECK(world.remove("/d") == Code::ok);
    CHECK(world.count(event::directory_deleted) == 1);
    CHECK(world.rename(hidden_name(world), "/a") == Code::ok);
}

TEST_CASE("delete: files of one name that are deleted one after the other stay apart",
          "[master][gfs-4.4]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.create("/a") == Code::ok);
    REQUIRE(world.remove("/a") == Code::ok);
    REQUIRE(world.create("/a") == Code::ok);
    REQUIRE(world.remove("/a") == Code::ok);
    CHECK(world.master->files().file_count() == 2);
}

TEST_CASE("hidden file: it can be read and not be written", "[master][gfs-4.4]") {
    MasterWorld world({.config = small()});
    world.new_chunk("/a");
    REQUIRE(world.remove("/a") == Code::ok);
    const std::string hidden = hidden_name(world);
    const FindLocation find{.op = {}, .client = world.client, .file = hidden, .first = {}};
    CHECK(world.ask(find).ok());
    CHECK(world.ask(Open{.op = {}, .client = world.client, .file = hidden}).ok());
    CHECK(world.lease_holder(hidden).code() == Code::permission_denied);
}

TEST_CASE("undelete: a normal name brings the file back", "[master][gfs-4.4]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    REQUIRE(world.remove("/a") == Code::ok);
    world.run_for(50s);
    REQUIRE(world.rename(hidden_name(world), "/b") == Code::ok);
    CHECK(world.count(event::file_undeleted) == 1);
    world.run_for(100s);
    CHECK(world.master->chunks_of("/b") == std::vector<ChunkHandle>{holder.chunk});
}

TEST_CASE("grace: after it the scan erases the file, and its chunks are garbage everywhere",
          "[master][gfs-4.4]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    REQUIRE(world.remove("/a") == Code::ok);
    world.run_for(55s);
    CHECK(world.count(event::file_reclaimed) == 0);
    world.run_for(20s);
    REQUIRE(world.count(event::file_reclaimed) == 1);
    CHECK(world.last(event::file_reclaimed).fields[1] == 1);
    CHECK(world.master->chunk(holder.chunk) == nullptr);
    for (const auto& [id, server] : world.servers) {
        REQUIRE(server->garbage.size() == 1);
        CHECK(server->garbage.front().chunk == holder.chunk);
    }
}

TEST_CASE("grace: without it the next scan erases", "[master][gfs-4.4]") {
    Config config = small();
    config.without = {Mechanism::delete_grace};
    MasterWorld world({.config = config});
    world.new_chunk("/a");
    REQUIRE(world.remove("/a") == Code::ok);
    world.run_for(11s);
    CHECK(world.count(event::file_reclaimed) == 1);
}

TEST_CASE("delete: deleting a hidden file erases it at once", "[master][gfs-4.4]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    REQUIRE(world.remove("/a") == Code::ok);
    REQUIRE(world.remove(hidden_name(world)) == Code::ok);
    CHECK(world.count(event::file_reclaimed) == 1);
    CHECK(world.master->chunk(holder.chunk) == nullptr);
    CHECK(world.remove(hidden_name(world)) == Code::not_found);
}

TEST_CASE("orphan: a chunk that is just being created is none", "[master][gfs-4.4]") {
    Config config = small();
    const bool is_protected = GENERATE(true, false);
    if (!is_protected) config.without = {Mechanism::orphan_protection};
    MasterWorld world({.servers = 2, .config = config});
    REQUIRE(world.create("/a") == Code::ok);
    // One server answers late, so the other reports the chunk before it is in the file.
    const ServerId late = world.servers.begin()->first;
    world.server(late).silent = true;
    std::optional<FindLeaseHolder::Reply> got;
    world.ask_later(FindLeaseHolder{.op = {},
                                    .client = world.client,
                                    .file = "/a",
                                    .which = FindLeaseHolder::Which::last,
                                    .index = {}},
                    got);
    world.run_for(1500ms);
    REQUIRE(world.master->chunks().empty());
    CHECK((world.count(event::gc_orphan_found) == 0) == is_protected);
}

}  // namespace
}  // namespace gfs::testing
