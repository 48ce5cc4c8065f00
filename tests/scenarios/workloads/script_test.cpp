// SPDX-License-Identifier: Apache-2.0
// Scripts: what each step does, what is judged of it, how clients wait.

#include "tests/scenarios/workloads/small_file_system.h"

namespace gfs::workloads::testing {

TEST_CASE("script: hello", "[workloads]") {
    SmallFileSystem world;
    const Step create{.op = Op::create, .file = "/hello"};
    const Step append{.op = Op::append, .file = "/hello", .data = "hi", .as = "first"};
    const Step read{.op = Op::read, .file = "/hello", .equals = "hi", .contains = {"first"}};
    world.run({script("alice", {create, append, read})});
    CHECK(world.failures().empty());
    CHECK(world.started("create") == 1);
    CHECK(world.started("append") == 1);
    CHECK(world.started("read") == 1);
    REQUIRE(world.runner->labelled("first").size() == 1);
    CHECK(world.data.literal(world.runner->labelled("first")[0]) == "hi");
    CHECK(world.runner->labelled("second").empty());
}

TEST_CASE("script: an outcome is judged when it is given", "[workloads]") {
    SmallFileSystem world;
    const Step create{.op = Op::create, .file = "/a"};
    Step again = create;
    again.outcome = "already_exists";
    Step error = create;
    error.outcome = "error";
    Step ok = create;
    ok.outcome = "ok";
    Step other = create;
    other.outcome = "not_found";
    world.run({script("alice", {create, create, again, error, ok, other})});
    CHECK(world.failures() == Messages{"create /a: expected ok, got already_exists",
                                       "create /a: expected not_found, got already_exists"});
    CHECK(world.runner->failures()[0].step == 4);
    CHECK(world.runner->failures()[0].group == 0);
    CHECK(world.runner->failures()[0].client == "alice.1");
}

TEST_CASE("script: success is a failure where an error was expected", "[workloads]") {
    SmallFileSystem world;
    world.run({script("alice", {{.op = Op::create, .file = "/a", .outcome = "error"}})});
    CHECK(world.failures() == Messages{"create /a: expected error, got ok"});
}

TEST_CASE("script: every namespace step reaches the master", "[workloads]") {
    SmallFileSystem world;
    std::vector<Step> steps{
        {.op = Op::make_directory, .file = "/d"},
        {.op = Op::create, .file = "/d/a"},
        {.op = Op::open, .file = "/d/a"},
        {.op = Op::stat, .file = "/d/a"},
        {.op = Op::list, .file = "/d", .bind = "n"},
        {.op = Op::rename, .file = "/d/a", .to = "/d/b"},
        {.op = Op::close, .file = "/d/b"},
        {.op = Op::remove, .file = "/d/b"},
    };
    for (Step& step : steps) step.outcome = "ok";
    world.run({script("alice", steps)});
    CHECK(world.failures().empty());
    CHECK(world.runner->bound("n")->number == 1);
    CHECK(world.master->files.empty());
}

TEST_CASE("script: what a read must return is compared", "[workloads]") {
    SmallFileSystem world;
    const Step create{.op = Op::create, .file = "/a"};
    const Step write{.op = Op::write, .file = "/a", .data = "one\n"};
    const Step equals{.op = Op::read, .file = "/a", .equals = "two"};
    const Step missing{.op = Op::read, .file = "/b", .equals = "two"};
    world.run({script("alice", {create, write, equals, missing})});
    CHECK(world.failures() == Messages{R"(read /a: expected "two", got "one\x0a")",
                                       "read /b: expected ok, got not_found"});
}

TEST_CASE("script: records are written and read, each once", "[workloads][gfs-2.7.2]") {
    SmallFileSystem world;
    std::vector<Step> steps{
        {.op = Op::create, .file = "/q"},
        {.op = Op::write_record, .file = "/q", .data = "one", .as = "records", .repeat = 3},
        {.op = Op::append, .file = "/q", .data = "not a record", .as = "other"},
        {.op = Op::read_records, .file = "/q", .bind = "n", .contains = {"records"}},
    };
    for (Step& step : steps) step.outcome = "ok";
    steps.push_back({.op = Op::read_records, .file = "/q", .contains = {"other"}});
    world.run({script("alice", steps)});
    CHECK(world.failures() == Messages{"read_records /q: the data of `other` is not there"});
    CHECK(world.runner->bound("n")->number == 3);
}

TEST_CASE("script: a record must be there in one piece", "[workloads]") {
    SmallFileSystem world;
    const Step create{.op = Op::create, .file = "/a"};
    const Step first{.op = Op::write, .file = "/a", .data = "abcdef", .as = "first"};
    const Step second{.op = Op::write, .file = "/a", .offset = 6, .data = "xyz", .as = "second"};
    const Step over{.op = Op::write, .file = "/a", .offset = 2, .data = "--"};
    Step read{.op = Op::read, .file = "/a", .contains = {"first", "second"}};
    world.run({script("alice", {create, first, second, read, over, read})});
    CHECK(world.failures() == Messages{"read /a: the data of `first` is not there"});
}

TEST_CASE("script: a label that nothing was written as", "[workloads]") {
    SmallFileSystem world;
    const Step create{.op = Op::create, .file = "/a"};
    world.run({script("alice", {create, {.op = Op::read, .file = "/a", .contains = {"x"}}})});
    CHECK(world.failures() == Messages{"read /a: nothing has been written as `x`"});
}

TEST_CASE("script: an offset is kept and used", "[workloads]") {
    SmallFileSystem world;
    const Step create{.op = Op::create, .file = "/a"};
    const Step first{.op = Op::append, .file = "/a", .data = "one"};
    const Step second{.op = Op::append, .file = "/a", .data = "two", .bind = "place"};
    const Step read{.op = Op::read, .file = "/a", .offset_bound = "place", .equals = "two"};
    const Step lost{.op = Op::read, .file = "/a", .offset_bound = "nowhere"};
    world.run({script("alice", {create, first, second, read, lost})});
    CHECK(world.failures() == Messages{"read /a: no offset is bound to @nowhere"});
    CHECK(world.runner->bound("place")->number == 3);
    CHECK(world.runner->bound("nowhere") == nullptr);
}

TEST_CASE("script: a chunk and its servers get a name", "[workloads]") {
    SmallFileSystem world;
    const Step create{.op = Op::create, .file = "/a"};
    const Step append{.op = Op::append, .file = "/a"};
    const Step where{.op = Op::locations, .file = "/a", .bind = "there"};
    const Step beyond{
        .op = Op::locations, .file = "/a", .offset = 5 * MiB, .outcome = "end_of_file"};
    world.run({script("alice", {create, append, where, beyond})});
    CHECK(world.failures().empty());
    CHECK(world.runner->bound("there")->chunk == ChunkHandle{1});
    CHECK(world.runner->is_bound_server("there", HostId{1}));
    CHECK_FALSE(world.runner->is_bound_server("there", HostId{0}));
    CHECK_FALSE(world.runner->is_bound_server("elsewhere", HostId{1}));
}

TEST_CASE("script: damaged bytes are noticed, unless nobody wants to know", "[workloads]") {
    for (const bool verify : {true, false}) {
        SmallFileSystem world;
        world.server->damages = true;
        Group group = script("alice", {{.op = Op::create, .file = "/a"},
                                       {.op = Op::append, .file = "/a", .data = "abc"},
                                       {.op = Op::read, .file = "/a"}});
        group.verify = verify;
        world.run({group});
        CHECK(world.failures() ==
              (verify ? Messages{"read /a: 3 bytes at 0 are damaged"} : Messages{}));
    }
}

TEST_CASE("script: a step is repeated, and may be one client's only", "[workloads]") {
    SmallFileSystem world;
    Group group = script("writers", {{.op = Op::create, .file = "/a", .client = 1},
                                     {.op = Op::sleep, .time = 1s},
                                     {.op = Op::append, .file = "/a", .as = "all", .repeat = 3}});
    group.clients = 2;
    world.run({group});
    CHECK(world.started("create") == 1);
    CHECK(world.started("append") == 6);
    CHECK(world.runner->labelled("all").size() == 6);
}

TEST_CASE("script: a group begins and stops when it says", "[workloads]") {
    SmallFileSystem world;
    Group group = script("late", {{.op = Op::stat, .file = "/a"},
                                  {.op = Op::sleep, .time = 1s, .repeat = 100}});
    group.start = 5s;
    group.stop = 8s;
    const sim::Time end = world.run({group});
    CHECK(end >= sim::time_zero + 8s);
    CHECK(end < sim::time_zero + 9s);
    CHECK(world.all(event::client_op_started)[0].time == sim::time_zero + 5s);
}

TEST_CASE("script: a time-out is the operation's limit", "[workloads]") {
    SmallFileSystem world;
    world.master_host = HostId{1};  // where nobody answers the master's messages
    const Step stat{.op = Op::stat, .file = "/a", .outcome = "gave_up", .timeout = 3s};
    const Step nap{.op = Op::sleep, .time = 10s, .outcome = "timeout", .timeout = 1s};
    CHECK(world.run({script("alice", {stat, nap})}) <= sim::time_zero + 4s);
    CHECK(world.failures().empty());
}

TEST_CASE("script: a barrier holds all groups that name it", "[workloads]") {
    SmallFileSystem world;
    const Step barrier{.op = Op::barrier, .name = "both"};
    const Step after{.op = Op::mark, .name = "after"};
    Group three = script("three", {{.op = Op::sleep, .time = 1s}, barrier, after});
    three.clients = 3;
    Group one = script("one", {{.op = Op::sleep, .time = 5s}, barrier, after});
    const Group other = script("other", {after});
    world.run({three, one, other});
    const auto marks = world.all(sim::event::mark);
    REQUIRE(marks.size() == 5);
    CHECK(marks[0].time == sim::time_zero);
    for (std::size_t i = 1; i < 5; ++i) CHECK(marks[i].time == sim::time_zero + 5s);
}

TEST_CASE("script: a barrier can be used again", "[workloads]") {
    SmallFileSystem world;
    const Step barrier{.op = Op::barrier, .name = "both"};
    const Step mark{.op = Op::mark, .name = "round"};
    const Group slow = script("slow", {{.op = Op::sleep, .time = 2s},
                                       barrier,
                                       mark,
                                       {.op = Op::sleep, .time = 2s},
                                       barrier,
                                       mark});
    const Group fast = script("fast", {barrier, mark, barrier, mark});
    CHECK(world.run({slow, fast}) == sim::time_zero + 4s);
    CHECK(world.all(sim::event::mark)[2].time == sim::time_zero + 4s);
}

TEST_CASE("script: a client that crashed holds nobody up at a barrier", "[workloads]") {
    SmallFileSystem world;
    const Step barrier{.op = Op::barrier, .name = "both"};
    const Group waiting = script("waiting", {barrier});
    const Group crashing = script("crashing", {{.op = Op::sleep, .time = 1h}, barrier});
    world.prepare({waiting, crashing});
    world.engine.after(3s, [&] { world.engine.host(HostId{3}).kill(); });
    world.go();
    REQUIRE(world.runner->done());
    CHECK(*world.done_at == sim::time_zero + 3s);
}

TEST_CASE("script: a client that crashes at a barrier is not counted there", "[workloads]") {
    SmallFileSystem world;
    const Step barrier{.op = Op::barrier, .name = "all"};
    Group three = script("three", {{.op = Op::sleep, .time = 1s, .client = 3},
                                   {.op = Op::sleep, .time = 4s, .client = 2},
                                   barrier});
    three.clients = 3;
    world.prepare({three});
    world.engine.after(2s, [&] { world.engine.host(HostId{4}).kill(); });
    world.go();
    REQUIRE(world.runner->done());
    CHECK(*world.done_at == sim::time_zero + 4s);
}

TEST_CASE("script: a wait ends at the event", "[workloads]") {
    SmallFileSystem world;
    const Step wait{.op = Op::wait,
                    .event = EventCounter::Options{.pattern = {"append.ok", {}}, .nth = 2}};
    const Step append{.op = Op::append, .file = "/a"};
    const Step nap{.op = Op::sleep, .time = 2s};
    const Group waiting = script("waiting", {wait, {.op = Op::mark, .name = "seen"}});
    const Group writing =
        script("writing", {{.op = Op::create, .file = "/a"}, append, nap, append, nap, append});
    world.run({waiting, writing});
    REQUIRE(world.all(sim::event::mark).size() == 1);
    CHECK(world.all(sim::event::mark)[0].time == world.all(event::append_ok)[1].time);
    CHECK(world.failures().empty());
}

TEST_CASE("script: a wait counts from its own beginning", "[workloads]") {
    SmallFileSystem world;
    const Step wait{.op = Op::wait,
                    .event = EventCounter::Options{.pattern = {"file.created", {}}},
                    .within = 10s};
    world.run({script("alice", {{.op = Op::create, .file = "/a"}, wait})});
    CHECK(world.failures() == Messages{"wait: expected ok, got timeout"});
    CHECK(*world.done_at >= sim::time_zero + 10s);
}

TEST_CASE("script: a wait since a mark does not miss what came before its step", "[workloads]") {
    SmallFileSystem world;
    const Step wait{
        .op = Op::wait,
        .event = EventCounter::Options{.pattern = {"file.created", {}},
                                       .since = {.kind = CountSince::Kind::mark, .name = "go"}},
        .within = 10s};
    world.run({script("alice", {{.op = Op::create, .file = "/a"},
                                {.op = Op::mark, .name = "go"},
                                {.op = Op::create, .file = "/b"},
                                wait})});
    CHECK(world.failures().empty());
    CHECK(*world.done_at < sim::time_zero + 1s);
}

TEST_CASE("script: that an event does not come can be what is expected", "[workloads]") {
    SmallFileSystem world;
    const Step wait{.op = Op::wait,
                    .event = EventCounter::Options{.pattern = {"file.deleted", {}}},
                    .within = 1s,
                    .outcome = "timeout"};
    world.run({script("alice", {wait})});
    CHECK(world.failures().empty());
}

TEST_CASE("script: a client that crashed does not go on when it comes back", "[workloads]") {
    SmallFileSystem world;
    world.prepare(
        {script("alice", {{.op = Op::sleep, .time = 5s}, {.op = Op::create, .file = "/a"}})});
    sim::Host& host = world.engine.host(HostId{2});
    world.engine.after(3s, [&] { host.kill(); });
    world.engine.after(4s, [&] { host.start(); });
    world.go();
    CHECK(world.runner->done());
    CHECK(world.started("create") == 0);
}

TEST_CASE("script: a client that is down when its group begins takes no part", "[workloads]") {
    SmallFileSystem world;
    Group group = script("alice", {{.op = Op::create, .file = "/a"}});
    group.start = 2s;
    world.prepare({group});
    world.engine.after(1s, [&] { world.engine.host(HostId{2}).kill(); });
    world.go();
    CHECK(world.runner->done());
    CHECK(world.started("create") == 0);
}

TEST_CASE("workload: without groups it is done at once", "[workloads]") {
    SmallFileSystem world;
    CHECK(world.run({}) == sim::time_zero);
}

}  // namespace gfs::workloads::testing
