// SPDX-License-Identifier: Apache-2.0
// The locks of the namespace (GFS 4.1): which exclude each other, in which order they are taken and
// handed over, and that nothing is left behind.

#include "core/master/namespace_locks.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/sim/small_world.h"

namespace gfs::testing {
namespace {

using Plan = NamespaceLocks::Plan;

struct LockWorld {
    explicit LockWorld(const Config& with = {}) : config(with), locks(world.host(0), config) {}
    // The world ends first: what still holds locks is unwound while they are there.
    ~LockWorld() { world.engine.shut_down(); }

    // Takes the locks, holds them for 10 ms, and writes down when it got and gave them.
    void enter(const std::string& name, Plan plan) {
        world.host(0).spawn("enter", hold(*this, name, std::move(plan)));
    }
    static Task<void> hold(LockWorld& world, std::string name, Plan plan) {
        const auto guard = co_await world.locks.enter(std::move(plan));
        world.story += "+" + name;
        co_await sim::sleep(world.world.host(0), 10ms);
        world.story += "-" + name;
    }

    Config config;
    sim::testing::SmallWorld world{1};
    NamespaceLocks locks;
    std::string story;
};

Plan write(std::string_view path) {
    Plan plan;
    plan.write(path);
    return plan;
}

Plan read(std::string_view path) {
    Plan plan;
    plan.read(path);
    return plan;
}

std::vector<std::string> in_order(const Plan& plan) {
    std::vector<std::string> names;
    for (const NamespaceLocks::Lock& lock : plan.in_order())
        names.push_back((lock.mode == NamespaceLocks::Mode::write ? "W" : "R") + lock.path);
    return names;
}

TEST_CASE("locks: read locks on the path, the lock asked for on the name", "[master][gfs-4.1]") {
    CHECK(in_order(write("/data/user/foo")) ==
          std::vector<std::string>{"R/data", "R/data/user", "W/data/user/foo"});
    CHECK(in_order(read("/")) == std::vector<std::string>{"R/"});
}

TEST_CASE("locks: the order is by level, then by name", "[master][gfs-4.1]") {
    // The paper's example: a snapshot of /data/user to /save/user.
    Plan plan;
    plan.write("/save/user");
    plan.write("/data/user");
    CHECK(in_order(plan) ==
          std::vector<std::string>{"R/data", "R/save", "W/data/user", "W/save/user"});
}

TEST_CASE("locks: for one name, write includes read", "[master][gfs-4.1]") {
    Plan plan;
    plan.write("/d/a");
    plan.write("/d");
    CHECK(in_order(plan) == std::vector<std::string>{"W/d", "W/d/a"});
}

TEST_CASE("locks: the paper's example, create inside a directory that is being snapshotted, waits",
          "[master][gfs-4.1]") {
    LockWorld world;
    Plan snapshot;
    snapshot.write("/data/user");
    snapshot.write("/save/user");
    world.enter("s", std::move(snapshot));
    world.enter("c", write("/data/user/foo"));
    world.world.run();
    CHECK(world.story == "+s-s+c-c");
}

TEST_CASE("locks: creations in one directory go on at the same time", "[master][gfs-4.1]") {
    LockWorld world;
    world.enter("a", write("/d/a"));
    world.enter("b", write("/d/b"));
    world.world.run();
    CHECK(world.story == "+a+b-a-b");
}

TEST_CASE("locks: creations of one name go one after the other", "[master][gfs-4.1]") {
    LockWorld world;
    world.enter("1", write("/d/a"));
    world.enter("2", write("/d/a"));
    world.world.run();
    CHECK(world.story == "+1-1+2-2");
}

TEST_CASE("locks: first come first served, readers together", "[master][gfs-4.1]") {
    LockWorld world;
    world.enter("r1", read("/a"));
    world.enter("w", write("/a"));
    world.enter("r2", read("/a"));  // fits beside r1, and still waits behind w
    world.enter("r3", read("/a"));
    world.world.run();
    CHECK(world.story == "+r1-r1+w-w+r2+r3-r2-r3");
}

TEST_CASE("locks: nothing is kept of names that nobody uses", "[master][gfs-4.1]") {
    LockWorld world;
    world.enter("a", write("/d/a"));
    world.enter("b", read("/d"));
    CHECK(world.locks.in_use() == 2);
    world.world.run();
    CHECK(world.locks.in_use() == 0);
}

TEST_CASE("locks: without the total order two operations can wait for each other for ever",
          "[master][gfs-4.1]") {
    Plan forth;
    forth.write("/a");
    forth.write("/b");
    Plan back;
    back.write("/b");
    back.write("/a");
    const auto run = [&](const Config& config) {
        LockWorld world(config);
        // Each needs its second lock while the other holds it.
        world.enter("x", write("/a"));
        world.enter("y", write("/b"));
        world.enter("1", forth);
        world.enter("2", back);
        world.world.run();
        return world.story;
    };
    Config unordered;
    unordered.without = {Mechanism::namespace_lock_order};
    CHECK(run({}).ends_with("+1-1+2-2"));
    CHECK(!run(unordered).ends_with("-2"));
}

TEST_CASE("locks: without locks nobody waits", "[master][gfs-4.1]") {
    Config config;
    config.without = {Mechanism::namespace_locks};
    LockWorld world(config);
    world.enter("1", write("/a"));
    world.enter("2", write("/a"));
    world.world.run();
    CHECK(world.story == "+1+2-1-2");
}

TEST_CASE("locks: a crash of the process while some wait leaves nothing running",
          "[master][gfs-4.1]") {
    LockWorld world;
    world.enter("1", write("/a"));
    world.enter("2", write("/a"));
    world.enter("3", read("/a"));
    world.world.run_until(5ms);
    world.world.host(0).kill();
    world.world.run();
    CHECK(world.story == "+1");
}

}  // namespace
}  // namespace gfs::testing
