// SPDX-License-Identifier: Apache-2.0
// crash, stop, power_loss, restart, pause: that they bite, and how they meet on one machine.

#include <catch2/catch.hpp>

#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

TEST_CASE("crash: the process ends and beats no more", "[faults]") {
    World world;
    world.start(fault_on(25ms, "crash", actor("cs1")));
    world.run_until(100ms);
    CHECK_FALSE(world.host("cs1").up());
    CHECK(world.machines.calls == Log{"crash cs1"});
    CHECK(world.log == Log{"25ms fired crash cs1"});
    CHECK(world.process("cs2").beats.size() == 10);
}

TEST_CASE("crash: after its time a new process starts", "[faults]") {
    World world;
    world.start(fault_on(25ms, "crash", actor("cs1"), 50ms));
    world.run_until(100ms);
    CHECK(world.host("cs1").incarnation() == 2);
    CHECK(world.process("cs1").beats == std::vector<sim::Time>{at(85ms), at(95ms)});
    CHECK(world.log == Log{"25ms fired crash cs1", "75ms healed crash"});
    CHECK(world.report("crash").firings.at(0).healed == at(75ms));
}

TEST_CASE("crash: lose_unsynced takes the machine's cache too", "[faults]") {
    World world;
    FaultSpec crash = fault_on(25ms, "crash", actor("cs1"));
    crash.lose_unsynced = true;
    world.start(crash);
    world.run_until(100ms);
    CHECK(world.machines.calls == Log{"power_loss with cache cs1"});
}

TEST_CASE("crash: of a process that is down is refused, and the others of a group still crash",
          "[faults]") {
    World world;
    const FaultSpec first = named(fault_on(10ms, "crash", actor("cs3")), "first");
    const FaultSpec second = named(fault_on(20ms, "crash", rack("r2")), "second");
    world.start({{}, {first, second}});
    world.run_until(100ms);
    CHECK(world.log == Log{"10ms fired first cs3", "20ms refused second: cs3 is down",
                           "20ms fired second cs4", "20ms fired second cs5"});
    CHECK(world.report("second").firings.at(0).targets == Log{"cs4", "cs5"});
    CHECK(world.report("second").refusals.at(0).reason == "cs3 is down");
    CHECK_FALSE(world.report("second").vacuous);
}

TEST_CASE("crash: what is on its way to the dead process is lost", "[faults]") {
    World world;
    // A Ping leaves every whole millisecond and takes 0.1 ms and a bit.
    world.start(fault_on(3ms + 50us, "crash", actor("cs2"), 10us));
    world.ping("w.1", "cs2", 5);
    world.run_until(100ms);
    // Pings 1 and 2 found the first process; 3 was on its way; 4 and 5 found the second one.
    CHECK(world.process("cs2").pinged == 2);
}

TEST_CASE("crash: what the process has sent arrives all the same", "[faults]") {
    World world;
    world.start(fault_on(2ms + 50us, "crash", actor("w.1")));
    world.ping("w.1", "cs2", 5);
    world.run_until(100ms);
    CHECK(world.process("cs2").pinged == 2);
}

TEST_CASE("crash: its heal leaves alone a process that somebody has started before", "[faults]") {
    World world;
    const FaultSpec crash = fault_on(10ms, "crash", actor("cs1"), 50ms);
    const FaultSpec restart = fault_on(30ms, "restart", actor("cs1"));
    world.start({{}, {crash, restart}});
    world.run_until(100ms);
    CHECK(world.machines.calls == Log{"crash cs1", "restart cs1"});
    CHECK(world.log == Log{"10ms fired crash cs1", "30ms fired restart cs1", "60ms healed crash"});
}

TEST_CASE("crash: its heal does not end a later crash of the same machine", "[faults]") {
    World world;
    const FaultSpec first = named(fault_on(10ms, "crash", actor("cs1"), 50ms), "first");
    const FaultSpec restart = fault_on(30ms, "restart", actor("cs1"));
    const FaultSpec second = named(fault_on(40ms, "crash", actor("cs1"), 40ms), "second");
    world.start({{}, {first, restart, second}});
    world.run_until(70ms);
    CHECK_FALSE(world.host("cs1").up());
    world.run_until(90ms);
    CHECK(world.host("cs1").up());
}

TEST_CASE("stop: the process exits and comes back after its time", "[faults]") {
    World world;
    world.start(fault_on(25ms, "stop", actor("cs1"), 50ms));
    world.run_until(100ms);
    CHECK(world.machines.calls == Log{"stop cs1", "restart cs1"});
}

TEST_CASE("stop: a paused process cannot exit in good order", "[faults]") {
    World world;
    const FaultSpec pause = fault_on(10ms, "pause", actor("cs1"), 50ms);
    const FaultSpec stop = fault_on(20ms, "stop", actor("cs1"));
    world.start({{}, {pause, stop}});
    world.run_until(30ms);
    CHECK(world.host("cs1").up());
    CHECK(world.report("stop").never_fired == "cs1 is paused and cannot exit in good order");
    CHECK(world.report("stop").vacuous);
}

TEST_CASE("power_loss: the cache goes by default, or stays when the scenario says so", "[faults]") {
    World world;
    FaultSpec loses = named(fault_on(10ms, "power_loss", actor("cs1")), "loses");
    loses.lose_unsynced = true;
    const FaultSpec keeps = named(fault_on(20ms, "power_loss", actor("cs2"), 30ms), "keeps");
    world.start({{}, {loses, keeps}});
    world.run_until(100ms);
    CHECK(world.machines.calls ==
          Log{"power_loss with cache cs1", "power_loss cs2", "restart cs2"});
}

TEST_CASE("restart: of a process that is up is refused", "[faults]") {
    World world;
    world.start(fault_on(10ms, "restart", actor("cs1")));
    world.run_until(100ms);
    CHECK(world.log == Log{"10ms refused restart: cs1 is up"});
    CHECK(world.host("cs1").incarnation() == 1);
    CHECK(world.report("restart").never_fired == "cs1 is up");
}

TEST_CASE("restart: it happens at one instant and leaves nothing to heal", "[faults]") {
    World world;
    const FaultSpec crash = fault_on(10ms, "crash", actor("cs1"));
    const FaultSpec restart = fault_on(40ms, "restart", actor("cs1"));
    world.start({{}, {crash, restart}});
    world.run_until(50ms);
    CHECK(world.host("cs1").up());
    world.plan().heal_all();
    CHECK(world.log == Log{"10ms fired crash cs1", "40ms fired restart cs1", "50ms healed crash"});
    CHECK(world.machines.calls == Log{"crash cs1", "restart cs1"});
}

TEST_CASE("pause: timers are late, then all at once", "[faults]") {
    World world;
    world.start(fault_on(15ms, "pause", actor("cs1"), 50ms));
    world.run_until(80ms);
    CHECK(world.process("cs1").beats == std::vector<sim::Time>{at(10ms), at(65ms), at(75ms)});
    CHECK(world.log == Log{"15ms fired pause cs1", "65ms healed pause"});
}

TEST_CASE("pause: the clock runs on", "[faults]") {
    World world;
    world.start(fault_on(15ms, "pause", actor("cs1"), 50ms));
    world.run_until(40ms);
    CHECK(world.host("cs1").paused());
    CHECK(world.host("cs1").now().time_since_epoch() == 40ms);
}

TEST_CASE("pause: messages wait and are received after it, in order", "[faults]") {
    World world;
    world.start(fault_on(500us, "pause", actor("cs2"), 50ms));
    world.ping("w.1", "cs2", 3);
    world.run_until(60ms);
    const std::vector<sim::Time> resumed(3, at(50ms + 500us));
    CHECK(world.process("cs2").pinged_at == resumed);
}

TEST_CASE("pause: a process that crashes meanwhile is not resumed, nor its successor", "[faults]") {
    World world;
    const FaultSpec pause = fault_on(10ms, "pause", actor("cs1"), 50ms);
    const FaultSpec crash = fault_on(20ms, "crash", actor("cs1"), 20ms);
    world.start({{}, {pause, crash}});
    world.run_until(100ms);
    CHECK(world.machines.calls == Log{"pause cs1", "crash cs1", "restart cs1"});
    CHECK(world.process("cs1").beats.front() == at(50ms));
}

TEST_CASE("pause: of a process that is paused or down is refused", "[faults]") {
    World world;
    const FaultSpec first = named(fault_on(10ms, "pause", actor("cs1"), 50ms), "first");
    const FaultSpec second = named(fault_on(20ms, "pause", actor("cs1"), 50ms), "second");
    const FaultSpec crash = fault_on(30ms, "crash", actor("cs2"));
    const FaultSpec third = named(fault_on(40ms, "pause", actor("cs2"), 50ms), "third");
    world.start({{}, {first, second, crash, third}});
    world.run_until(65ms);
    CHECK(world.report("second").never_fired == "cs1 is paused already");
    CHECK(world.report("third").never_fired == "cs2 is down");
    CHECK_FALSE(world.host("cs1").paused());
}

}  // namespace
}  // namespace gfs::faults::testing
