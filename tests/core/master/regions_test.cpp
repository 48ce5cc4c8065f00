// SPDX-License-Identifier: Apache-2.0
// Regions of the namespace: their goal and what becomes of deleted files (GFS 2.3).

#include "core/common/regions.h"
#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config with_regions(std::vector<Region> regions) {
    Config config;
    config.heartbeat = 1s;
    config.dead_after = 1h;
    config.scan_every = 10s;
    config.regions = std::move(regions);
    return config;
}

Region goal_of(const char* directory, std::uint32_t replication) {
    Region region;
    region.directory = directory;
    region.replication = replication;
    return region;
}

TEST_CASE("region: the smallest one that says something counts", "[common][gfs-2.3]") {
    Config config = with_regions({goal_of("/a", 2), goal_of("/a/b", 1), goal_of("/", 5)});
    config.regions[0].delete_grace = 1h;
    CHECK(replication_at(config, "/a") == 2);
    CHECK(replication_at(config, "/a/x") == 2);
    CHECK(replication_at(config, "/a/b/x") == 1);
    CHECK(replication_at(config, "/ab") == 5);
    CHECK(delete_grace_at(config, "/a/b/x") == 1h);  // "/a/b" does not say
    CHECK(delete_grace_at(config, "/x") == config.delete_grace);
    CHECK(replication_at(config, "/.deleted-5-1-%2Fa%2Fx") == 2);
    CHECK(!owner_at(config, "/a").has_value());
}

TEST_CASE("region: a file is created with its region's goal, and so are its chunks",
          "[master][gfs-2.3]") {
    MasterWorld world({.config = with_regions({goal_of("/tmp", 1)})});
    REQUIRE(world.make_directory("/tmp") == Code::ok);
    const LeaseHolder there = world.new_chunk("/tmp/a");
    const LeaseHolder elsewhere = world.new_chunk("/a");
    CHECK(world.chunk(there.chunk).replicas.size() == 1);
    CHECK(world.chunk(elsewhere.chunk).replicas.size() == 3);
    CHECK(world.master->pending().below_goal == 0);
}

TEST_CASE("region: a renamed file takes the goal of its new region", "[master][gfs-2.3]") {
    MasterWorld world({.config = with_regions({goal_of("/tmp", 1)})});
    REQUIRE(world.make_directory("/tmp") == Code::ok);
    REQUIRE(world.make_directory("/tmp/d") == Code::ok);
    const LeaseHolder holder = world.new_chunk("/tmp/d/a");
    REQUIRE(world.rename("/tmp/d", "/d") == Code::ok);
    CHECK(world.master->files().find("/d/a")->goal == 3);
    CHECK(world.chunk(holder.chunk).goal == 3);
    world.run_for(1min + 2h);  // locations are collected, and then the chunk is cloned
    CHECK(world.chunk(holder.chunk).replicas.size() == 3);
    REQUIRE(world.rename("/d/a", "/tmp/a") == Code::ok);
    CHECK(world.chunk(holder.chunk).goal == 1);
    world.run_for(10min);
    CHECK(world.chunk(holder.chunk).replicas.size() == 1);
}

TEST_CASE("region: a chunk that files of two regions share has the higher goal",
          "[master][gfs-2.3]") {
    MasterWorld world({.config = with_regions({goal_of("/low", 1)})});
    REQUIRE(world.make_directory("/low") == Code::ok);
    const LeaseHolder holder = world.new_chunk("/low/a");
    REQUIRE(world.snapshot("/low/a", "/copy") == Code::ok);
    CHECK(world.master->files().find("/copy")->goal == 3);
    CHECK(world.chunk(holder.chunk).goal == 3);
    CHECK(world.master->files().find("/low/a")->goal == 1);
}

TEST_CASE("region: where nothing deleted is kept it is gone at once, for ever",
          "[master][gfs-2.3]") {
    Region scratch;
    scratch.directory = "/tmp";
    scratch.delete_grace = 0s;
    MasterWorld world({.config = with_regions({scratch})});
    REQUIRE(world.make_directory("/tmp") == Code::ok);
    const LeaseHolder holder = world.new_chunk("/tmp/a");
    const LeaseHolder kept = world.new_chunk("/a");
    REQUIRE(world.remove("/tmp/a") == Code::ok);
    REQUIRE(world.remove("/a") == Code::ok);
    CHECK(world.master->chunk(holder.chunk) == nullptr);
    CHECK(world.master->chunk(kept.chunk) != nullptr);
    const auto hidden =
        world.ask(Find{.op = {}, .client = world.client, .pattern = "/.deleted-*"});
    CHECK(hidden->names.size() == 1);
    CHECK(world.count(event::file_reclaimed) == 1);
    // One change in the log: a new process finds the same.
    world.crash_master();
    world.start_master();
    world.run_for(30s);
    CHECK(world.master->files().file_count() == 1);
}

TEST_CASE("region: a grace period of its own is over when it says", "[master][gfs-2.3]") {
    Region region;
    region.directory = "/tmp";
    region.delete_grace = 60s;
    MasterWorld world({.config = with_regions({region})});
    REQUIRE(world.make_directory("/tmp") == Code::ok);
    const LeaseHolder holder = world.new_chunk("/tmp/a");
    REQUIRE(world.remove("/tmp/a") == Code::ok);
    world.run_for(50s);
    CHECK(world.master->chunk(holder.chunk) != nullptr);
    world.run_for(30s);
    CHECK(world.master->chunk(holder.chunk) == nullptr);
}

}  // namespace
}  // namespace gfs::testing
