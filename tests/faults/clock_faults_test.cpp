// SPDX-License-Identifier: Apache-2.0
// clock_offset, clock_drift: what a host believes, while they last and after.

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

}  // namespace
}  // namespace gfs::faults::testing
