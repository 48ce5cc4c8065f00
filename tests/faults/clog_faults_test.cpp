// SPDX-License-Identifier: Apache-2.0
// clog, swizzle: traffic that is kept back, and the order in which it goes on.

#include <catch2/catch.hpp>

#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

std::vector<std::int64_t> milliseconds(const std::vector<sim::Time>& times) {
    std::vector<std::int64_t> all;
    for (const sim::Time time : times) all.push_back(sim::to_ns(time) / 1'000'000);
    return all;
}
std::vector<std::int64_t> arrivals(World& world, const std::string& at_host) {
    return milliseconds(world.process(at_host).pinged_at);
}

TEST_CASE("clog: what is sent to or by the host waits and then arrives, in order", "[faults]") {
    World world;
    world.start(fault_on(2ms + 500us, "clog", actor("cs1"), 20ms));
    world.ping("w.1", "cs1", 5);
    world.ping("cs1", "w.1", 3);
    world.ping("w.1", "cs2", 3);
    world.run_until(100ms);
    CHECK(arrivals(world, "cs1") == std::vector<std::int64_t>{1, 2, 22, 22, 22});
    CHECK(arrivals(world, "w.1") == std::vector<std::int64_t>{1, 2, 22});
    CHECK(arrivals(world, "cs2") == std::vector<std::int64_t>{1, 2, 3});
    CHECK(world.log == Log{"2.5ms fired clog cs1", "22.5ms healed clog"});
}

TEST_CASE("clog: a message on its way arrives, and what a host tells itself does too", "[faults]") {
    World world;
    world.start(fault_on(1ms + 50us, "clog", actor("cs1"), 20ms));
    world.ping("w.1", "cs1", 1);
    world.ping("cs1", "cs1", 3);
    world.run_until(10ms);
    CHECK(arrivals(world, "cs1") == std::vector<std::int64_t>{1, 1, 2, 3});
}

TEST_CASE("clog: two of them on the ends of a way let nothing pass until both are over",
          "[faults]") {
    World world;
    world.start({{},
                 {named(fault_on(0ms, "clog", actor("cs1"), 20ms), "one"),
                  named(fault_on(0ms, "clog", actor("w.1"), 40ms), "two")}});
    world.ping("w.1", "cs1", 2);
    world.run_until(100ms);
    CHECK(arrivals(world, "cs1") == std::vector<std::int64_t>{40, 40});
}

TEST_CASE("clog: what it held for a process that has ended is lost", "[faults]") {
    World world;
    world.start(
        {{},
         {fault_on(0ms, "clog", actor("cs1"), 20ms), fault_on(10ms, "crash", actor("cs1"), 1ms)}});
    world.ping("w.1", "cs1", 2);
    world.run_until(100ms);
    CHECK(arrivals(world, "cs1").empty());
}

TEST_CASE("clog: a heal lets go at once; nobody to clog is refused", "[faults]") {
    World world;
    FaultSpec heal = fault_at(10ms, "heal", "heal");
    heal.healed_fault = "clog";
    world.start({{},
                 {fault_on(0ms, "clog", actor("cs1")), heal,
                  named(fault_on(0ms, "clog", glob("none*")), "nobody")}});
    world.ping("w.1", "cs1", 2);
    world.run_until(100ms);
    CHECK(arrivals(world, "cs1") == std::vector<std::int64_t>{10, 10});
    CHECK(world.report("nobody").vacuous);
}

// When each of cs3 ... cs5 heard first of pings that were sent every millisecond from 1 ms on, and
// whether one was kept back: the order in which hosts were let go, from their first late arrival.
struct Swizzled {
    Log fired;
    std::vector<std::string> freed;  // by the time of the first late arrival
};
Swizzled swizzle(ReleaseOrder order, std::uint64_t seed = 7) {
    World world(seed);
    FaultSpec fault = fault_on(0ms, "swizzle", rack("r2"), 60ms);
    fault.order = order;
    world.start(fault);
    for (const std::string host : {"cs3", "cs4", "cs5"}) world.ping("w.1", host, 80);
    world.run_until(200ms);
    Swizzled result;
    for (const std::string& line : world.log)
        if (line.find("fired") != std::string::npos) result.fired.push_back(line);
    std::map<sim::Time, std::string> freed;
    for (const std::string host : {"cs3", "cs4", "cs5"}) {
        const std::vector<sim::Time>& times = world.process(host).pinged_at;
        CHECK(times.size() == 80);
        for (std::size_t i = 1; i < times.size(); ++i)
            if (times[i] == times[i - 1]) freed.emplace(times[i], host);
    }
    for (const auto& [time, host] : freed) result.freed.push_back(host);
    return result;
}
std::vector<std::string> hosts_of(const Log& fired) {
    std::vector<std::string> hosts;
    for (const std::string& line : fired) hosts.push_back(line.substr(line.rfind(' ') + 1));
    return hosts;
}

TEST_CASE("swizzle: hosts are clogged one by one, and let go one by one in the second half",
          "[faults]") {
    const Swizzled same = swizzle(ReleaseOrder::same);
    REQUIRE(same.fired.size() == 3);
    CHECK(same.fired[0].starts_with("0s fired"));
    CHECK(same.fired[1].starts_with("10ms fired"));
    CHECK(same.fired[2].starts_with("20ms fired"));
    CHECK(same.freed == hosts_of(same.fired));
    const Swizzled reverse = swizzle(ReleaseOrder::reverse);
    const std::vector<std::string> clogged = hosts_of(reverse.fired);
    CHECK(reverse.freed == std::vector<std::string>(clogged.rbegin(), clogged.rend()));
}

TEST_CASE("swizzle: the orders come from the seed", "[faults]") {
    bool clogged_otherwise = false;
    bool freed_otherwise = false;
    const Swizzled first = swizzle(ReleaseOrder::random, 1);
    CHECK(swizzle(ReleaseOrder::random, 1).freed == first.freed);
    for (std::uint64_t seed = 2; seed < 12; ++seed) {
        const Swizzled other = swizzle(ReleaseOrder::random, seed);
        clogged_otherwise = clogged_otherwise || hosts_of(other.fired) != hosts_of(first.fired);
        freed_otherwise = freed_otherwise || other.freed != hosts_of(other.fired);
    }
    CHECK(clogged_otherwise);
    CHECK(freed_otherwise);
}

TEST_CASE("swizzle: a heal in its midst lets all go, and clogs nobody any more", "[faults]") {
    World world;
    FaultSpec heal = fault_at(15ms, "heal", "heal");
    heal.healed_fault = "swizzle";
    world.start({{}, {fault_on(0ms, "swizzle", rack("r2"), 60ms), heal}});
    for (const std::string host : {"cs3", "cs4", "cs5"}) world.ping("w.1", host, 50);
    world.run_until(100ms);
    CHECK(world.log.size() == 4);  // two clogged, the heal, and its effect
    for (const std::string host : {"cs3", "cs4", "cs5"}) {
        const auto times = arrivals(world, host);
        CHECK(times.size() == 50);
        CHECK(times.at(20) == 21);  // nobody waits any more
    }
}

}  // namespace
}  // namespace gfs::faults::testing
