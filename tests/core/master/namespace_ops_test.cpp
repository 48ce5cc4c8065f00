// SPDX-License-Identifier: Apache-2.0
// Operations on names: every exit of every handler (GFS 4.1).

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

TEST_CASE("create: a new file has no chunks and the configured goal", "[master][gfs-4.1]") {
    MasterWorld world;
    REQUIRE(world.create("/a") == Code::ok);
    const auto status = world.ask(Stat{.op = {}, .client = world.client, .file = "/a"});
    REQUIRE(status.ok());
    CHECK(!status->directory);
    CHECK(status->chunks == 0);
    CHECK(status->goal == 3);
    CHECK(world.count(event::file_created) == 1);
}

TEST_CASE("create: each way in which a name cannot be created has its code", "[master][gfs-4.1]") {
    MasterWorld world;
    REQUIRE(world.create("/a") == Code::ok);
    CHECK(world.create("/a") == Code::already_exists);
    CHECK(world.create("/") == Code::already_exists);
    CHECK(world.create("/missing/a") == Code::parent_not_found);
    CHECK(world.create("/a/b") == Code::not_a_directory);
    CHECK(world.create("a") == Code::invalid_path);
    CHECK(world.create("/a//b") == Code::invalid_path);
    CHECK(world.create("/../a") == Code::invalid_path);
    CHECK(world.create("/.deleted-1") == Code::invalid_path);
    CHECK(world.master->files().file_count() == 1);
}

TEST_CASE("create: the answer tells the record it depends on, and leaves after its flush",
          "[master][gfs-2.6.3]") {
    MasterWorld world;
    REQUIRE(world.create("/a") == Code::ok);
    const sim::Event& flushed = world.last(event::master_log_flushed);
    const sim::Event& replied = world.last(event::master_replied);
    CHECK(flushed.sequence < replied.sequence);
    CHECK(replied.fields[4] <= flushed.fields[1]);
    CHECK(replied.fields[4] >= flushed.fields[0]);
}

TEST_CASE("create: a change is invisible until its record is flushed", "[master][gfs-2.6.3]") {
    MasterWorld world;
    std::optional<Create::Reply> got;
    world.ask_later(Create{.op = {}, .client = world.client, .file = "/a"}, got);
    world.run_for(4ms);  // the batch is still open
    CHECK(world.count(event::master_log_appended) == 1);
    CHECK(world.master->files().find("/a") == nullptr);
    CHECK(!got.has_value());
    world.run_for(1s);
    CHECK(world.master->files().find("/a") != nullptr);
    CHECK(got->ok());
}

TEST_CASE("create: of two clients that create one name, one succeeds", "[master][gfs-4.1]") {
    MasterWorld world;
    std::optional<Create::Reply> first;
    std::optional<Create::Reply> second;
    world.ask_later(Create{.op = {}, .client = world.client, .file = "/a"}, first);
    world.ask_later(Create{.op = {}, .client = world.client, .file = "/a"}, second);
    world.run_for(1s);
    CHECK(first->ok());
    CHECK(second->code() == Code::already_exists);
}

TEST_CASE("create: files of one directory are created at the same time", "[master][gfs-4.1]") {
    MasterWorld world;
    REQUIRE(world.make_directory("/d") == Code::ok);
    const std::size_t flushes = world.count(event::master_log_flushed);
    std::optional<Create::Reply> first;
    std::optional<Create::Reply> second;
    world.ask_later(Create{.op = {}, .client = world.client, .file = "/d/a"}, first);
    world.ask_later(Create{.op = {}, .client = world.client, .file = "/d/b"}, second);
    world.run_for(1s);
    CHECK(first->ok());
    CHECK(second->ok());
    CHECK(world.count(event::master_log_flushed) == flushes + 1);
}

TEST_CASE("mkdir: a directory can hold files, and its name is taken", "[master][gfs-4.1]") {
    MasterWorld world;
    REQUIRE(world.make_directory("/d") == Code::ok);
    CHECK(world.make_directory("/d") == Code::already_exists);
    CHECK(world.make_directory("/x/y") == Code::parent_not_found);
    CHECK(world.make_directory("/d/") == Code::invalid_path);
    CHECK(world.make_directory("/.deleted-x") == Code::invalid_path);
    CHECK(world.create("/d/a") == Code::ok);
    CHECK(world.count(event::directory_created) == 1);
}

TEST_CASE("open: only files can be opened", "[master][gfs-2.4]") {
    MasterWorld world;
    REQUIRE(world.make_directory("/d") == Code::ok);
    REQUIRE(world.create("/d/a") == Code::ok);
    const auto open = [&](const char* path) {
        return world.ask(Open{.op = {}, .client = world.client, .file = path}).code();
    };
    CHECK(open("/d/a") == Code::ok);
    CHECK(open("/d/b") == Code::not_found);
    CHECK(open("/d") == Code::is_a_directory);
    CHECK(open("d") == Code::invalid_path);
}

TEST_CASE("stat: a directory says that it is one", "[master][gfs-4.1]") {
    MasterWorld world;
    const auto stat = [&](const char* path) {
        return world.ask(Stat{.op = {}, .client = world.client, .file = path});
    };
    CHECK(stat("/")->directory);
    CHECK(stat("/a").code() == Code::not_found);
    CHECK(stat("").code() == Code::invalid_path);
}

TEST_CASE("list: names of one level, in order, directories with a slash", "[master][gfs-4.1]") {
    MasterWorld world;
    REQUIRE(world.make_directory("/d") == Code::ok);
    REQUIRE(world.create("/d/b") == Code::ok);
    REQUIRE(world.make_directory("/d/a") == Code::ok);
    REQUIRE(world.create("/d/a/x") == Code::ok);
    REQUIRE(world.create("/d/a-1") == Code::ok);
    const auto list = [&](const char* path) {
        return world.ask(List{.op = {}, .client = world.client, .directory = path});
    };
    CHECK(list("/d")->names == std::vector<std::string>{"a/", "a-1", "b"});
    CHECK(list("/")->names == std::vector<std::string>{"d/"});
    CHECK(list("/d/b").code() == Code::not_a_directory);
    CHECK(list("/e").code() == Code::not_found);
    CHECK(list("/d//").code() == Code::invalid_path);
}

TEST_CASE("rename: a directory moves with everything below it", "[master][gfs-4.1]") {
    MasterWorld world;
    REQUIRE(world.make_directory("/d") == Code::ok);
    const LeaseHolder holder = [&] { return world.new_chunk("/d/a"); }();
    REQUIRE(world.create("/d-1") == Code::ok);  // begins like it and is not below it
    REQUIRE(world.rename("/d", "/e") == Code::ok);
    CHECK(world.master->chunks_of("/e/a") == std::vector<ChunkHandle>{holder.chunk});
    CHECK(world.master->chunks_of("/e/a") == std::vector{holder.chunk});
    CHECK(world.master->files().find("/d/a") == nullptr);
    CHECK(world.master->files().find("/d-1") != nullptr);
    CHECK(world.text(world.last(event::file_renamed).fields[1]) == "/e");
}

TEST_CASE("rename: each way in which it cannot be done has its code", "[master][gfs-4.1]") {
    MasterWorld world;
    REQUIRE(world.make_directory("/d") == Code::ok);
    REQUIRE(world.create("/a") == Code::ok);
    CHECK(world.rename("/x", "/y") == Code::not_found);
    CHECK(world.rename("/a", "/d") == Code::already_exists);
    CHECK(world.rename("/a", "/a") == Code::already_exists);
    CHECK(world.rename("/a", "/x/a") == Code::parent_not_found);
    CHECK(world.rename("/d", "/a/d") == Code::not_a_directory);
    CHECK(world.rename("/d", "/d/e") == Code::invalid_path);
    CHECK(world.rename("/", "/d/e") == Code::invalid_path);
    CHECK(world.rename("/a", "/.deleted-a") == Code::invalid_path);
}

TEST_CASE("rename: two that cross do not wait for each other for ever", "[master][gfs-4.1]") {
    MasterWorld world;
    REQUIRE(world.make_directory("/d") == Code::ok);
    REQUIRE(world.make_directory("/e") == Code::ok);
    REQUIRE(world.create("/d/a") == Code::ok);
    REQUIRE(world.create("/e/b") == Code::ok);
    std::optional<Rename::Reply> first;
    std::optional<Rename::Reply> second;
    world.ask_later(Rename{.op = {}, .client = {}, .from = "/d/a", .to = "/e/a"}, first);
    world.ask_later(Rename{.op = {}, .client = {}, .from = "/e/b", .to = "/d/b"}, second);
    world.run_for(1s);
    CHECK(first->ok());
    CHECK(second->ok());
}

TEST_CASE("request table: a second try of what is done gets the first one's answer",
          "[master][gfs-2.7.1]") {
    const bool remembers = GENERATE(true, false);
    Config config;
    if (remembers) config.request_table = 10min;
    config.master_restart = 2s;
    MasterWorld world({.config = config});
    const HostId c = world.client;
    const Create create{.op = OpId{70}, .client = c, .file = "/a"};
    const MakeDirectory mkdir{.op = OpId{71}, .client = c, .directory = "/d"};
    const Snapshot snapshot{.op = OpId{72}, .client = c, .from = "/a", .to = "/s"};
    const Rename rename{.op = OpId{73}, .client = c, .from = "/a", .to = "/b"};
    const Delete remove{.op = OpId{74}, .client = c, .file = "/b"};
    const auto all = [&] {
        return std::vector<Code>{world.ask(create).code(), world.ask(mkdir).code(),
                                 world.ask(snapshot).code(), world.ask(rename).code(),
                                 world.ask(remove).code()};
    };
    const std::vector<Code> done(5, Code::ok);
    CHECK(all() == done);
    const std::uint64_t records = to_number(world.master->log().last());
    if (remembers) {
        CHECK(all() == done);
        CHECK(to_number(world.master->log().last()) == records);
        // Another operation is another matter.
        CHECK(world.ask(MakeDirectory{.op = OpId{80}, .client = c, .directory = "/d"}).code() ==
              Code::already_exists);
        // A new process remembers what it replayed.
        world.crash_master();
        world.start_master();
        world.run_for(5s);
        CHECK(all() == done);
        // For a while.
        world.run_for(10min);
        CHECK(world.ask(mkdir).code() == Code::already_exists);
    } else {
        // Anomaly A16: the client finds its own change in its way.
        CHECK(all() == std::vector<Code>{Code::ok, Code::already_exists, Code::already_exists,
                                         Code::ok, Code::ok});
    }
}

}  // namespace
}  // namespace gfs::testing
