// SPDX-License-Identifier: Apache-2.0
// slow, kill_loop: processes that are neither well nor dead.

#include <catch2/catch.hpp>

#include "sim/disk/disk.h"
#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

FaultSpec slow(Duration start, const std::string& host, std::uint64_t factor,
               std::optional<Duration> duration = std::nullopt) {
    FaultSpec fault = fault_on(start, "slow", actor(host), duration);
    fault.slowness = sim::Ratio{factor, 1};
    return fault;
}

TEST_CASE("slow: each message takes the process so many times as long, one after the other",
          "[faults]") {
    World well;
    well.start(slow(0ms, "cs2", 101));
    well.ping("w.1", "cs1", 3);
    well.run_until(100ms);
    const std::vector<sim::Time> usual = well.process("cs1").pinged_at;

    World world;
    world.start(slow(0ms, "cs1", 101));
    world.ping("w.1", "cs1", 3);
    world.run_until(100ms);
    const std::vector<sim::Time>& late = world.process("cs1").pinged_at;
    REQUIRE(late.size() == 3);
    CHECK(late[0] == usual[0] + 10ms);  // 100 us become 10.1 ms
    CHECK(late[1] == late[0] + 10ms);
    CHECK(late[2] == late[1] + 10ms);
}

TEST_CASE("slow: timers and clock are as before", "[faults]") {
    World world;
    world.start(slow(5ms, "cs1", 1000));
    world.run_until(45ms);
    CHECK(world.process("cs1").beats ==
          std::vector<sim::Time>{at(10ms), at(20ms), at(30ms), at(40ms)});
    CHECK(world.host("cs1").now().time_since_epoch() == 45ms);
}

TEST_CASE("slow: its disk takes so many times as long", "[faults]") {
    const auto time_of_read = [](std::uint64_t factor) {
        World world;
        world.start(slow(0ms, "cs1", factor));
        sim::Disk disk(world.engine(), world.host("cs1"), {});
        std::optional<sim::Time> ended;
        const auto read = [](sim::Disk& from, sim::Host& host,
                             std::optional<sim::Time>& end) -> Task<void> {
            co_await sim::sleep(host, 1ms);
            const sim::FileId file{1};
            co_await from.read(file, 0, 4'000'000);
            end = host.engine().now();
        };
        world.host("cs1").spawn("read", read(disk, world.host("cs1"), ended));
        world.run_until(10s);
        return *ended - at(1ms);
    };
    CHECK(time_of_read(20) == 20 * time_of_read(1));
}

TEST_CASE("slow: after its end the process is quick again, and messages stay in order",
          "[faults]") {
    World world;
    world.start(slow(0ms, "cs1", 101, 4ms + 500us));
    world.ping("w.1", "cs1", 40);
    world.run_until(200ms);
    const std::vector<sim::Time>& times = world.process("cs1").pinged_at;
    REQUIRE(times.size() == 40);
    CHECK(times[3] > at(41ms));   // four were taken slowly
    CHECK(times[4] == times[3]);  // those behind them waited, and then went quickly
    CHECK(times[39] < at(42ms));
    CHECK(world.log == Log{"0s fired slow cs1", "4.5ms healed slow"});
}

TEST_CASE("slow: of a process that is slow or down is refused", "[faults]") {
    World world;
    world.start({{},
                 {fault_on(0ms, "crash", actor("cs2")), slow(1ms, "cs1", 10),
                  named(slow(2ms, "cs1", 10), "again"), named(slow(2ms, "cs2", 10), "down")}});
    world.run_until(10ms);
    CHECK(world.report("again").never_fired == "cs1 is slow already");
    CHECK(world.report("down").never_fired == "cs2 is down");
}

TEST_CASE("slow: it ends with its process", "[faults]") {
    World world;
    world.start({{}, {slow(0ms, "cs1", 101, 50ms), fault_on(5ms, "crash", actor("cs1"), 1ms)}});
    world.run_until(10ms);
    CHECK_FALSE(world.host("cs1").slow());
    world.ping("w.1", "cs1", 1);
    world.run_until(12ms);
    CHECK(world.process("cs1").pinged == 1);
    world.run_until(60ms);  // its end finds another process, and leaves it alone
    CHECK_FALSE(world.host("cs1").slow());
}

FaultSpec kill_loop(Duration start, const std::string& host, Duration down, Duration up,
                    std::optional<std::uint64_t> rounds) {
    FaultSpec fault = fault_on(start, "kill_loop", actor(host));
    fault.down = sim::Distribution::constant(sim::to_ns(down));
    fault.up = sim::Distribution::constant(sim::to_ns(up));
    fault.rounds = rounds;
    return fault;
}

TEST_CASE("kill_loop: down and up again so many times, and then it heals by itself", "[faults]") {
    World world;
    world.start(
        {{},
         {kill_loop(10ms, "cs1", 5ms, 20ms, 3),
          after(named(fault_on(0ms, "pause", actor("cs2"), 1ms), "next"), "kill_loop", true)}});
    world.run_until(200ms);
    CHECK(world.machines.calls == Log{"crash cs1", "restart cs1", "crash cs1", "restart cs1",
                                      "crash cs1", "restart cs1", "pause cs2", "resume cs2"});
    CHECK(world.log == Log{"10ms fired kill_loop cs1", "65ms healed kill_loop",
                           "65ms fired next cs2", "66ms healed next"});
}

TEST_CASE("kill_loop: without `times` it goes on until it heals, and the process is then up",
          "[faults]") {
    World world;
    FaultSpec loop = kill_loop(10ms, "cs1", 5ms, 20ms, std::nullopt);
    loop.duration = 52ms;  // in the third round, while it is down
    world.start(loop);
    world.run_until(200ms);
    CHECK(world.machines.calls.size() == 6);
    CHECK(world.host("cs1").up());
    CHECK(world.log == Log{"10ms fired kill_loop cs1", "62ms healed kill_loop"});
}

TEST_CASE("kill_loop: a process that somebody else has down or up is left to them", "[faults]") {
    World world;
    FaultSpec restart = fault_on(12ms, "restart", actor("cs1"));
    world.start(
        {{},
         {kill_loop(10ms, "cs1", 5ms, 20ms, 2), restart, fault_on(33ms, "crash", actor("cs1"))}});
    world.run_until(200ms);
    // The second round found it down, by the crash, and did not bring it back.
    CHECK(world.machines.calls == Log{"crash cs1", "restart cs1", "crash cs1"});
    CHECK_FALSE(world.host("cs1").up());
}

TEST_CASE("kill_loop: of a process that is down is refused", "[faults]") {
    World world;
    world.start({{}, {fault_on(0ms, "crash", actor("cs1")), kill_loop(10ms, "cs1", 5ms, 20ms, 2)}});
    world.run_until(50ms);
    CHECK(world.report("kill_loop").never_fired == "cs1 is down");
}

TEST_CASE("kill_loop: times may be drawn, anew in each round and from the seed", "[faults]") {
    const auto crashes = [](std::uint64_t seed) {
        World world(seed);
        FaultSpec loop = kill_loop(0ms, "cs1", 5ms, 20ms, 5);
        loop.up = sim::Distribution::uniform(1'000'000, 50'000'000);
        world.start(loop);
        world.run_until(1s);
        CHECK(world.machines.calls.size() == 10);
        return world.report("kill_loop").firings.at(0).healed;
    };
    CHECK(crashes(1) == crashes(1));
    CHECK(crashes(1) != crashes(2));
}

}  // namespace
}  // namespace gfs::faults::testing
