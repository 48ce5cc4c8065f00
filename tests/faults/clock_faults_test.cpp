// SPDX-License-Identifier: Apache-2.0
// clock_offset, clock_drift, clock_jump, clock_freeze, and their `lease_edge`: what a host
// believes, while they last and after.

#include <catch2/catch.hpp>

#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

// How far ahead of true time the host's clock is.
Duration ahead(World& world, const std::string& host) {
    return world.host(host).now().time_since_epoch() - world.engine().now().time_since_epoch();
}

FaultSpec offset(Duration start, const std::string& host, Duration by,
                 std::optional<Duration> duration = std::nullopt) {
    FaultSpec fault = fault_on(start, "clock_offset", actor(host), duration);
    fault.clock_offset = by;
    return fault;
}
FaultSpec drift(Duration start, const std::string& host, std::int64_t ppm,
                std::optional<Duration> duration = std::nullopt) {
    FaultSpec fault = fault_on(start, "clock_drift", actor(host), duration);
    fault.clock_drift_ppm = ppm;
    return fault;
}

TEST_CASE("clock_offset: the clock jumps, and jumps the same way back", "[faults]") {
    World world;
    world.start(offset(10ms, "cs1", 5s, 50ms));
    world.run_until(9ms);
    CHECK(ahead(world, "cs1") == 0s);
    world.run_until(20ms);
    CHECK(ahead(world, "cs1") == 5s);
    CHECK(ahead(world, "cs2") == 0s);
    world.run_until(70ms);
    CHECK(ahead(world, "cs1") == 0s);
    CHECK(world.log == Log{"10ms fired clock_offset cs1", "60ms healed clock_offset"});
}

TEST_CASE("clock_offset: a clock may be set back, and stays so without an end", "[faults]") {
    World world;
    world.start(offset(10ms, "cs1", -3s));
    world.run_until(1s);
    CHECK(ahead(world, "cs1") == -3s);
}

TEST_CASE("clock_offset: a timer that is set already is not moved", "[faults]") {
    World world;
    world.start(offset(15ms, "cs1", 5s));
    world.run_until(45ms);
    CHECK(world.process("cs1").beats ==
          std::vector<sim::Time>{at(10ms), at(20ms), at(30ms), at(40ms)});
}

TEST_CASE("clock_offset: a machine that is down has a clock all the same", "[faults]") {
    World world;
    const FaultSpec crash = fault_on(10ms, "crash", actor("cs1"), 50ms);
    world.start({{}, {crash, offset(20ms, "cs1", 5s)}});
    world.run_until(100ms);
    CHECK(ahead(world, "cs1") == 5s);
}

TEST_CASE("clock_drift: the clock gains while it lasts, and keeps what it gained", "[faults]") {
    World world;
    world.start(drift(1s, "cs1", 1000, 10s));
    world.run_until(6s);
    CHECK(ahead(world, "cs1") == 5ms);
    world.run_until(11s);
    CHECK(ahead(world, "cs1") == 10ms);
    world.run_until(60s);
    CHECK(ahead(world, "cs1") == 10ms);
    CHECK(world.host("cs1").clock().drift_ppm() == 0);
}

TEST_CASE("clock_drift: timers set on a fast clock come early", "[faults]") {
    World world;
    world.start(drift(5ms, "cs1", 250'000));
    world.run_until(27ms);
    // The first was set before; then 10 ms of this clock are 8 ms.
    CHECK(world.process("cs1").beats == std::vector<sim::Time>{at(10ms), at(18ms), at(26ms)});
}

TEST_CASE("clock_drift: drifts add up, and heal in any order", "[faults]") {
    World world;
    world.host("cs1").clock().set_drift(sim::time_zero, 50);
    const FaultSpec first = named(drift(1s, "cs1", 100, 10s), "first");
    const FaultSpec second = named(drift(2s, "cs1", -400, 20s), "second");
    world.start({{}, {first, second}});
    const auto ppm = [&](Duration time) {
        world.run_until(time);
        return world.host("cs1").clock().drift_ppm();
    };
    CHECK(ppm(1500ms) == 150);
    CHECK(ppm(3s) == -250);
    CHECK(ppm(12s) == -350);
    CHECK(ppm(23s) == 50);
}

TEST_CASE("clock_drift: more than a clock can drift is refused", "[faults]") {
    World world;
    const FaultSpec first = named(drift(1s, "cs1", 600'000), "first");
    const FaultSpec second = named(drift(2s, "cs1", 600'000), "second");
    world.start({{}, {first, second}});
    world.run_until(3s);
    CHECK(world.host("cs1").clock().drift_ppm() == 600'000);
    CHECK(world.report("second").never_fired == "cs1 would drift by more than its clock can");
}

TEST_CASE("clock_drift: opposite drifts that heal in an unlucky order end where they began",
          "[faults]") {
    World world;
    const FaultSpec fast = named(drift(1s, "cs1", 900'000, 1s), "fast");
    const FaultSpec slow = named(drift(1s, "cs1", -900'000, 2s), "slow");
    const FaultSpec slower = named(drift(1s, "cs1", -600'000, 3s), "slower");
    world.start({{}, {fast, slow, slower}});
    world.run_until(2500ms);  // minus 1.5 million would be backwards
    CHECK(world.host("cs1").clock().drift_ppm() == -999'999);
    world.run_until(3500ms);
    CHECK(world.host("cs1").clock().drift_ppm() == -600'000);
    world.run_until(5s);
    CHECK(world.host("cs1").clock().drift_ppm() == 0);
}

FaultSpec jump(Duration start, const std::string& host, Duration by,
               std::optional<Duration> duration = std::nullopt) {
    FaultSpec fault = offset(start, host, by, duration);
    fault.kind = "clock_jump";
    return named(fault, "clock_jump");
}

TEST_CASE("clock_jump: ahead, timers that are set come earlier by as much", "[faults]") {
    World world;
    world.start(jump(15ms, "cs1", 3ms));
    world.run_until(39ms);
    CHECK(ahead(world, "cs1") == 3ms);
    CHECK(world.process("cs1").beats ==
          std::vector<sim::Time>{at(10ms), at(17ms), at(27ms), at(37ms)});
}

TEST_CASE("clock_jump: far ahead, they are due at once", "[faults]") {
    World world;
    world.start(jump(15ms, "cs1", 1h));
    world.run_until(26ms);
    CHECK(world.process("cs1").beats == std::vector<sim::Time>{at(10ms), at(15ms), at(25ms)});
}

TEST_CASE("clock_jump: back, none is due for a while; its end is a jump the other way",
          "[faults]") {
    World world;
    world.start(jump(15ms, "cs1", -50ms, 30ms));
    world.run_until(44ms);
    CHECK(ahead(world, "cs1") == -50ms);
    CHECK(world.process("cs1").beats == std::vector<sim::Time>{at(10ms)});
    world.run_until(56ms);
    CHECK(ahead(world, "cs1") == 0ms);
    CHECK(world.process("cs1").beats == std::vector<sim::Time>{at(10ms), at(45ms), at(55ms)});
    CHECK(world.log == Log{"15ms fired clock_jump cs1", "45ms healed clock_jump"});
}

TEST_CASE("clock_jump: a call that waits ends early, and a machine that is down has a clock too",
          "[faults]") {
    World world;
    world.start({{},
                 {fault_on(0ms, "isolate", actor("cs1")), jump(5ms, "w.1", 50ms),
                  fault_on(0ms, "crash", actor("cs2")), named(jump(5ms, "cs2", 1s), "down")}});
    std::optional<sim::Time> ended;
    const auto ask = [](sim::Host& from, HostId to, std::optional<sim::Time>& end) -> Task<void> {
        const Ping ping{};
        co_await sim::call(from, to, ping, 100ms);
        end = from.engine().now();
    };
    world.host("w.1").spawn("ask", ask(world.host("w.1"), world.id("cs1"), ended));
    world.run_until(200ms);
    CHECK(ended == at(50ms));
    CHECK(ahead(world, "cs2") == 1s);
}

TEST_CASE("clock_freeze: the clock stands still while timers run on, and then it is behind",
          "[faults]") {
    World world;
    world.start(fault_on(15ms, "clock_freeze", actor("cs1"), 20ms));
    world.run_until(30ms);
    CHECK(world.host("cs1").now().time_since_epoch() == 15ms);
    world.run_until(45ms);
    CHECK(ahead(world, "cs1") == -20ms);
    CHECK(world.process("cs1").beats ==
          std::vector<sim::Time>{at(10ms), at(20ms), at(30ms), at(40ms)});
    CHECK(world.log == Log{"15ms fired clock_freeze cs1", "35ms healed clock_freeze"});
}

TEST_CASE("clock_freeze: two of them last until both are over; a jump moves a clock that stands",
          "[faults]") {
    World world;
    world.start({{},
                 {named(fault_on(10ms, "clock_freeze", actor("cs1"), 20ms), "one"),
                  named(fault_on(20ms, "clock_freeze", actor("cs1"), 20ms), "two"),
                  offset(25ms, "cs1", 5ms), drift(26ms, "cs1", 1000)}});
    world.run_until(35ms);
    CHECK(world.host("cs1").now().time_since_epoch() == 15ms);
    world.run_until(1040ms);
    CHECK(world.host("cs1").now().time_since_epoch() == 15ms + 1001ms);
}

TEST_CASE("lease_edge: who grants leases is ahead, who holds them behind, and others are refused",
          "[faults]") {
    World world;
    FaultSpec edge = offset(10ms, "any", -3s, 100ms);
    edge.target = glob("*");
    edge.lease_edge = true;
    SECTION("clock_offset") {
        world.start(edge);
        world.run_until(20ms);
    }
    SECTION("clock_jump") {
        edge.kind = "clock_jump";
        world.start(edge);
        world.run_until(20ms);
    }
    CHECK(ahead(world, "master") == 3s);
    CHECK(ahead(world, "cs1") == -3s);
    CHECK(ahead(world, "cs5") == -3s);
    CHECK(ahead(world, "w.1") == 0s);
    CHECK(world.log.back() == "10ms refused clock_offset: w.1 neither grants nor holds leases");
    world.run_until(200ms);
    for (const std::string host : {"master", "cs1", "cs5"}) CHECK(ahead(world, host) == 0s);
}

TEST_CASE("lease_edge: after a failover the acting master is who grants leases", "[faults]") {
    World world;
    world.machines.become(world.id("master"), MachineRole::log_replica);
    world.machines.become(world.id("cs4"), MachineRole::master);
    FaultSpec edge = offset(10ms, "any", -3s);
    edge.target = glob("*");
    edge.lease_edge = true;
    world.start(edge);
    world.run_until(20ms);
    CHECK(ahead(world, "cs4") == 3s);
    CHECK(ahead(world, "master") == 0s);
    CHECK(world.log.front() == "10ms refused clock_offset: master neither grants nor holds leases");
}

TEST_CASE("lease_edge: a drift makes granters fast and holders slow", "[faults]") {
    World world;
    FaultSpec edge = drift(0ms, "any", 1000, 10s);
    edge.target = glob("*");
    edge.lease_edge = true;
    world.start(edge);
    world.run_until(1s);
    CHECK(ahead(world, "master") == 1ms);
    CHECK(ahead(world, "cs3") == -1ms);
    CHECK(ahead(world, "w.1") == 0s);
    world.run_until(11s);
    CHECK(world.host("master").clock().drift_ppm() == 0);
    CHECK(world.host("cs3").clock().drift_ppm() == 0);
}

}  // namespace
}  // namespace gfs::faults::testing
