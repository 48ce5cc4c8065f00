// SPDX-License-Identifier: Apache-2.0
// Mixes: weights, files, sizes, the open and the closed model.

#include <algorithm>

#include "tests/scenarios/workloads/small_file_system.h"

namespace gfs::workloads::testing {
namespace {

Group mix(std::string name, std::vector<MixEntry> entries) {
    Group group;
    group.name = std::move(name);
    group.mix = std::move(entries);
    group.files.paths = {"/a"};
    group.ops = 20;
    return group;
}

std::vector<sim::Time> times_of(const SmallFileSystem& world, std::string_view kind) {
    std::vector<sim::Time> times;
    for (const sim::Event& event : world.all(event::client_op_started))
        if (world.text(event, "kind") == kind) times.push_back(event.time);
    return times;
}

}  // namespace

TEST_CASE("mix: its files are created first, with their directories", "[workloads]") {
    SmallFileSystem world;
    Group group = mix("writers", {{Op::append, 1}});
    group.clients = 3;
    group.files.paths = {"/d/e/a", "/d/b"};
    world.run({group});
    CHECK(world.master->directories == std::set<std::string>{"/d", "/d/e"});
    CHECK(world.master->files.size() == 2);
    CHECK(world.started("create") == 2);
    CHECK(world.started("append") == 60);
    CHECK(world.all(event::append_ok).size() == 60);
    CHECK(world.failures().empty());
}

TEST_CASE("mix: two groups that share a file create it once", "[workloads]") {
    SmallFileSystem world;
    world.run({mix("one", {{Op::append, 1}}), mix("two", {{Op::append, 1}})});
    CHECK(world.started("create") == 1);
    CHECK(world.all(event::append_ok).size() == 40);
}

TEST_CASE("mix: a file that exists already is not created", "[workloads]") {
    SmallFileSystem world;
    world.master->files["/a"];
    world.prepare({mix("one", {{Op::append, 1}})});
    world.runner->add_existing_file("/a", 0);
    world.go();
    CHECK(world.started("create") == 0);
    CHECK(world.all(event::append_ok).size() == 20);
}

TEST_CASE("mix: a file that cannot be created is a failure", "[workloads]") {
    SmallFileSystem world;
    world.master->refuses = Code::quota_exceeded;
    Group group = mix("one", {{Op::read, 1}});
    group.ops = 1;
    world.run({group});
    CHECK(world.failures() == Messages{"could not create /a: quota_exceeded"});
}

TEST_CASE("mix: while its time lasts it tries to create its files again when the master is away",
          "[workloads]") {
    SmallFileSystem world;
    world.master->refuses = Code::starting;
    const Duration back = GENERATE(5min, 2h);
    world.engine.at(sim::time_zero + back, [&] { world.master->refuses.reset(); });
    Group group = mix("one", {{Op::append, 1}});
    const bool has_end = GENERATE(true, false);
    if (has_end) group.stop = 30min;
    world.run({group});
    const bool is_made = has_end && back < 30min;
    CHECK(world.all(event::append_ok).size() == (is_made ? 20 : 0));
    CHECK(world.failures() ==
          (is_made ? Messages{} : Messages{"could not create /a: starting"}));
}

TEST_CASE("mix: a group that only creates begins with nothing", "[workloads]") {
    SmallFileSystem world;
    Group group = mix("makers", {{Op::create, 1}});
    group.files = {.paths = {}, .prefix = "/n/", .count = 20, .pick = FileSet::Pick::sequential};
    world.run({group});
    CHECK(world.master->files.size() == 20);
    CHECK(world.master->creates.size() == 20);
}

TEST_CASE("mix: operations are drawn by weight", "[workloads]") {
    SmallFileSystem world;
    Group group = mix("both", {{Op::append, 3}, {Op::read, 1}, {Op::write, 0}});
    group.ops = 400;
    world.run({group});
    CHECK(world.started("append") + world.started("read") == 400);
    CHECK(world.started("append") > 250);
    CHECK(world.started("append") < 350);
    CHECK(world.started("write") == 0);
}

TEST_CASE("mix: deletes, creates, reads and writes all happen and nothing is invented",
          "[workloads]") {
    SmallFileSystem world;
    Group group = mix(
        "all", {{Op::append, 1}, {Op::read, 1}, {Op::write, 1}, {Op::create, 1}, {Op::remove, 1}});
    group.files = {.paths = {}, .prefix = "/n/", .count = 5};
    group.ops = 200;
    group.clients = 3;
    world.run({group});
    for (const char* kind : {"append", "read", "write", "create", "delete"})
        CHECK(world.started(kind) > 50);
    CHECK(world.all(event::write_ok).size() > 20);
    CHECK(world.failures().empty());
}

TEST_CASE("mix: damaged bytes are noticed", "[workloads]") {
    SmallFileSystem world;
    world.server->damages = true;
    Group group = mix("both", {{Op::append, 1}, {Op::read, 1}});
    world.run({group});
    CHECK_FALSE(world.failures().empty());
}

TEST_CASE("mix, closed: each client waits for the answer and thinks", "[workloads]") {
    SmallFileSystem world;
    Group group = mix("thinkers", {{Op::append, 1}});
    group.ops = 5;
    group.think = sim::Distribution::constant(2'000'000'000);
    world.run({group});
    const auto times = times_of(world, "append");
    REQUIRE(times.size() == 5);
    for (std::size_t i = 1; i < times.size(); ++i) CHECK(times[i] - times[i - 1] > 2s);
}

TEST_CASE("mix, closed: it goes on until its time is up", "[workloads]") {
    SmallFileSystem world;
    Group group = mix("endless", {{Op::append, 1}});
    group.ops.reset();
    group.stop = 3s;
    group.think = sim::Distribution::constant(100'000'000);
    const sim::Time end = world.run({group});
    CHECK(end >= sim::time_zero + 3s);
    CHECK(end < sim::time_zero + 4s);
    for (const sim::Time time : times_of(world, "append")) CHECK(time < sim::time_zero + 3s);
}

TEST_CASE("mix, open: operations are evenly spaced, whether or not the others have ended",
          "[workloads]") {
    SmallFileSystem world;
    world.server->takes = 1500ms;
    Group group = mix("steady", {{Op::append, 1}});
    group.rate = Rate{.count = 3, .period = 1s};
    group.ops = 10;
    world.prepare({group});
    world.go(2s);
    CHECK(world.runner->operations_running() > 1);
    CHECK_FALSE(world.runner->done());
    world.engine.run(sim::time_zero + 1h);
    CHECK(world.runner->done());
    const auto times = times_of(world, "append");
    REQUIRE(times.size() == 10);
    for (std::size_t i = 3; i < times.size(); ++i) CHECK(times[i] - times[i - 3] == 1s);
}

TEST_CASE("mix, open: it ends with its last answer", "[workloads]") {
    SmallFileSystem world;
    world.server->takes = 1500ms;
    Group group = mix("steady", {{Op::append, 1}});
    group.rate = Rate{.count = 10, .period = 1s};
    group.ops.reset();
    group.stop = 2s;
    const sim::Time end = world.run({group});
    CHECK(end > sim::time_zero + 3s);
    CHECK(world.all(event::append_ok).size() == times_of(world, "append").size());
}

TEST_CASE("mix: the clients that crash have ended, with all their operations", "[workloads]") {
    SmallFileSystem world;
    world.server->takes = 1500ms;
    Group group = mix("steady", {{Op::append, 1}});
    group.clients = 2;
    group.rate = Rate{.count = 10, .period = 1s};
    group.ops = 1000;
    world.prepare({group});
    world.engine.after(5s, [&] { world.engine.host(HostId{2}).kill(); });
    world.engine.after(6s, [&] { world.engine.host(HostId{3}).kill(); });
    world.go();
    REQUIRE(world.runner->done());
    CHECK(*world.done_at == sim::time_zero + 6s);
}

TEST_CASE("mix: when the client that creates the files crashes, another one does", "[workloads]") {
    SmallFileSystem world;
    Group group = mix("writers", {{Op::append, 1}});
    group.clients = 3;
    group.files = {.paths = {}, .prefix = "/n/", .count = 1000};
    world.prepare({group});
    world.engine.after(10ms, [&] { world.engine.host(HostId{2}).kill(); });
    const bool is_last = GENERATE(false, true);
    if (is_last) world.engine.after(20ms, [&] { world.engine.host(HostId{3}).kill(); });
    world.go();
    CHECK(world.runner->done());
    CHECK(world.master->files.size() == 1000);
    CHECK(world.started("append") == (is_last ? 20 : 40));
    CHECK(world.all(event::append_ok).size() == (is_last ? 20 : 40));
    CHECK(world.failures().empty());
}

TEST_CASE("mix: a client that is down when its group begins leaves the files to the others",
          "[workloads]") {
    SmallFileSystem world;
    Group group = mix("writers", {{Op::append, 1}});
    group.clients = 2;
    group.start = 1s;
    world.prepare({group});
    world.engine.after(10ms, [&] { world.engine.host(HostId{2}).kill(); });
    world.go();
    CHECK(world.runner->done());
    CHECK(world.started("create") == 1);
    CHECK(world.all(event::append_ok).size() == 20);
}

TEST_CASE("mix: another group creates what a client left undone that crashed", "[workloads]") {
    SmallFileSystem world;
    Group first = mix("first", {{Op::append, 1}});
    first.files = {.paths = {}, .prefix = "/n/", .count = 1000};
    Group second = first;
    second.name = "second";
    world.prepare({first, second});
    world.engine.after(10ms, [&] { world.engine.host(HostId{2}).kill(); });
    world.go();
    CHECK(world.runner->done());
    CHECK(world.master->files.size() == 1000);
    CHECK(world.all(event::append_ok).size() == 20);
    CHECK(world.failures().empty());
}

TEST_CASE("mix: the same seed draws the same operations", "[workloads]") {
    const auto run = [] {
        SmallFileSystem world;
        Group group = mix("all", {{Op::append, 1}, {Op::read, 1}, {Op::write, 1}});
        group.clients = 3;
        group.size = sim::Distribution::uniform(1, 1000);
        world.run({group});
        return world.engine.digest().value();
    };
    CHECK(run() == run());
}

}  // namespace gfs::workloads::testing
