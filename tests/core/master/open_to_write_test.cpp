// SPDX-License-Identifier: Apache-2.0
// A file is opened to be written anew (GFS 6.3.4).

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Open::Reply open_to_write(MasterWorld& world, const std::string& file) {
    return world.ask(Open{
        .op = OpId{5}, .client = world.client, .file = file, .how = Open::How::to_write});
}

TEST_CASE("open to write: the old version is deleted, and a new one is there",
          "[master][gfs-6.3.4]") {
    MasterWorld world;
    const LeaseHolder holder = world.new_chunk("/a");
    const Open::Reply opened = open_to_write(world, "/a");
    REQUIRE(opened.ok());
    CHECK(opened->chunks == 0);
    CHECK(world.master->chunks_of("/a").empty());
    const std::string hidden = world.text(world.last(event::file_deleted).fields[1]);
    CHECK(world.master->chunks_of(hidden) == std::vector{holder.chunk});
    CHECK(world.last(event::file_deleted).sequence < world.last(event::file_created).sequence);
    CHECK(world.lease_holder("/a")->chunk != holder.chunk);
}

TEST_CASE("open to write: a file that is not there is created", "[master][gfs-6.3.4]") {
    MasterWorld world;
    CHECK(open_to_write(world, "/a").ok());
    CHECK(world.count(event::file_deleted) == 0);
    CHECK(world.master->files().find("/a") != nullptr);
}

TEST_CASE("open to write: each way in which it cannot be done has its code",
          "[master][gfs-6.3.4]") {
    MasterWorld world;
    REQUIRE(world.make_directory("/d") == Code::ok);
    REQUIRE(world.create("/a") == Code::ok);
    CHECK(open_to_write(world, "/d").code() == Code::is_a_directory);
    CHECK(open_to_write(world, "/x/a").code() == Code::parent_not_found);
    CHECK(open_to_write(world, "/a/b").code() == Code::not_a_directory);
    CHECK(open_to_write(world, "a").code() == Code::invalid_path);
    CHECK(open_to_write(world, "/.deleted-1").code() == Code::invalid_path);
    world.crash_master();
    world.start_master();
    CHECK(open_to_write(world, "/a").code() == Code::starting);
}

TEST_CASE("open to write: nobody sees the name without a file", "[master][gfs-6.3.4]") {
    MasterWorld world;
    world.new_chunk("/a");
    std::optional<Open::Reply> opened;
    std::optional<Stat::Reply> seen;
    world.ask_later(
        Open{.op = {}, .client = world.client, .file = "/a", .how = Open::How::to_write}, opened);
    world.run_for(1ms);
    world.ask_later(Stat{.op = {}, .client = world.client, .file = "/a"}, seen);
    world.run_for(1s);
    REQUIRE((opened && seen));
    CHECK(opened->ok());
    REQUIRE(seen->ok());
    CHECK(seen->value().chunks == 0);
}

}  // namespace
}  // namespace gfs::testing
