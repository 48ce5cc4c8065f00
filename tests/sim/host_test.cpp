// SPDX-License-Identifier: Apache-2.0
// Hosts and their processes: sleeping, crashing, pausing, clocks.

#include "sim/host.h"

#include <catch2/catch.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/sync.h"
#include "tests/sim/small_world.h"

namespace sim::testing {
namespace {

struct Trail {
    std::vector<std::string> steps;
    void mark(const std::string& step) { steps.push_back(step); }
};

// Leaves a mark when it is destroyed.
struct Marker {
    Trail& trail;
    std::string name;
    ~Marker() { trail.mark(name); }
};

Task<void> inner(Host& host, Trail& trail) {
    const Marker marker{trail, "inner unwound"};
    co_await sleep(host, 10s);
    trail.mark("inner woke");
}

Task<void> outer(Host& host, Trail& trail) {
    const Marker marker{trail, "outer unwound"};
    co_await inner(host, trail);
    trail.mark("outer went on");
}

Task<void> note_after(Host& host, Duration d, Trail& trail, std::string step) {
    co_await sleep(host, d);
    trail.mark(step);
}

Task<void> fail_after(Host& host, Duration d) {
    co_await sleep(host, d);
    throw std::runtime_error("boom");
}

Task<void> lock_then_mark(Host& host, KeyedMutex<int>& locks, Trail& trail, std::string name) {
    const auto turn = co_await locks.enter(1);
    co_await sleep(host, 1s);
    trail.mark(name);
}

TEST_CASE("host: a crash destroys every frame at once, innermost first", "[host]") {
    SmallWorld world(1);
    Trail trail;
    world.host(0).spawn("outer", outer(world.host(0), trail));
    world.engine.at(time_zero + 1s, [&] {
        world.host(0).kill();
        trail.mark("crash is over");
    });
    world.run();
    CHECK(trail.steps ==
          std::vector<std::string>{"inner unwound", "outer unwound", "crash is over"});
    CHECK(world.engine.now() == time_zero + 1s);
    CHECK(world.engine.queue().empty());
}

TEST_CASE("host: without a crash the coroutines go on in order", "[host]") {
    SmallWorld world(1);
    Trail trail;
    world.host(0).spawn("outer", outer(world.host(0), trail));
    world.run();
    CHECK(trail.steps == std::vector<std::string>{"inner woke", "inner unwound", "outer went on",
                                                  "outer unwound"});
}

TEST_CASE("host: a process that was paused runs late, and in the order in which it was due",
          "[host]") {
    SmallWorld world(1);
    Trail trail;
    world.host(0).spawn("second", note_after(world.host(0), 2s, trail, "second"));
    world.host(0).spawn("first", note_after(world.host(0), 1s, trail, "first"));
    world.engine.at(time_zero + 500ms, [&] { world.host(0).pause(); });
    world.engine.at(time_zero + 5s, [&] {
        trail.mark("resume");
        world.host(0).resume();
    });
    world.run();
    CHECK(trail.steps == std::vector<std::string>{"resume", "first", "second"});
    CHECK(world.engine.now() == time_zero + 5s);
}

TEST_CASE("host: a process that is killed while paused leaves nothing behind", "[host]") {
    SmallWorld world(1);
    Trail trail;
    world.host(0).spawn("first", note_after(world.host(0), 1s, trail, "first"));
    world.engine.at(time_zero + 500ms, [&] { world.host(0).pause(); });
    world.engine.at(time_zero + 2s, [&] { world.host(0).kill(); });
    world.run();
    CHECK(trail.steps.empty());
    CHECK(world.engine.pool().live_blocks() == 0);
}

// Waits a second for a number.
Task<void> wait_a_second(Host& host, WaiterRef<int>& place, Trail& trail) {
    const auto begin = [&](Waiter<int>& waiter) {
        place = WaiterRef<int>(waiter);
        waiter.set_deadline(host.engine().now() + 1s);
    };
    const std::optional<int> number = co_await wait_for<int>(host, begin);
    trail.mark(number ? std::to_string(*number) : "nothing");
}

// Paused from 500 ms on; the deadline passes; then the number comes, as from a disk, which goes on.
struct ResolvedInPause {
    SmallWorld world{1};
    Trail trail;
    WaiterRef<int> place;

    ResolvedInPause() {
        world.host(0).spawn("wait", wait_a_second(world.host(0), place, trail));
        world.engine.at(time_zero + 500ms, [this] { world.host(0).pause(); });
        world.engine.at(time_zero + 2s, [this] { place->resolve(7); });
    }
};

TEST_CASE("host: what passed its deadline in a pause and is resolved in it goes on once",
          "[host]") {
    ResolvedInPause run;
    run.world.engine.at(time_zero + 3s, [&] { run.world.host(0).resume(); });
    run.world.run();
    CHECK(run.trail.steps == std::vector<std::string>{"7"});
    CHECK(run.world.engine.pool().live_blocks() == 0);
}

TEST_CASE("host: nor is it disturbed by a pause that ends at that moment", "[host]") {
    ResolvedInPause run;
    run.world.engine.at(time_zero + 2s, [&] { run.world.host(0).resume(); });
    run.world.run();
    CHECK(run.trail.steps == std::vector<std::string>{"7"});
    CHECK(run.world.engine.pool().live_blocks() == 0);
}

TEST_CASE("host: nor by a crash in the pause", "[host]") {
    ResolvedInPause run;
    run.world.engine.at(time_zero + 3s, [&] { run.world.host(0).kill(); });
    run.world.run();
    CHECK(run.trail.steps.empty());
    CHECK(run.world.engine.pool().live_blocks() == 0);
}

TEST_CASE("host: a slow clock sleeps longer in true time", "[host]") {
    SmallWorld world(1);
    Trail trail;
    world.host(0).clock().set_drift(time_zero, -500'000);
    world.host(0).spawn("nap", note_after(world.host(0), 1s, trail, "woke"));
    world.run();
    CHECK(world.engine.now() == time_zero + 2s);
    CHECK(world.host(0).now() == LocalTime{1s});
}

TEST_CASE("host: an exception that leaves a coroutine ends the run", "[host]") {
    SmallWorld world(1);
    world.host(0).spawn("failing", fail_after(world.host(0), 1s));
    CHECK_THROWS_WITH(world.run(), "boom");
}

TEST_CASE("mutex: turns are taken first come first served", "[sync]") {
    SmallWorld world(1);
    Trail trail;
    KeyedMutex<int> locks(world.host(0));
    for (const char* const name : {"a", "b", "c"})
        world.host(0).spawn(name, lock_then_mark(world.host(0), locks, trail, name));
    world.run();
    CHECK(trail.steps == std::vector<std::string>{"a", "b", "c"});
    CHECK(world.engine.now() == time_zero + 3s);
    CHECK_FALSE(locks.held(1));
}

TEST_CASE("mutex: a crash of the holder and of all who wait frees everything", "[sync]") {
    SmallWorld world(1);
    Trail trail;
    KeyedMutex<int> locks(world.host(0));
    for (const char* const name : {"a", "b", "c"})
        world.host(0).spawn(name, lock_then_mark(world.host(0), locks, trail, name));
    world.engine.at(time_zero + 1500ms, [&] { world.host(0).kill(); });
    world.run();
    CHECK(trail.steps == std::vector<std::string>{"a"});
    CHECK(world.engine.pool().live_blocks() == 0);
}

}  // namespace
}  // namespace sim::testing
