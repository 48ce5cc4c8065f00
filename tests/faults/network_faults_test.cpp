// SPDX-License-Identifier: Apache-2.0
// isolate, partition, link: that they bite, whom they spare, and what becomes of messages.

#include <catch2/catch.hpp>
#include <set>

#include "sim/network/transfer.h"
#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

const std::vector<std::string> everyone = {"master", "cs1", "cs2", "cs3", "cs4", "cs5", "w.1"};

// Whom `host` cannot send to.
Log unreachable_from(World& world, const std::string& host) {
    Log names;
    for (const std::string& other : everyone)
        if (world.cut(host, other)) names.push_back(other);
    return names;
}

TEST_CASE("isolate: nothing passes to or from the host, and all else passes", "[faults]") {
    World world;
    world.start(fault_on(10ms, "isolate", actor("cs2"), 50ms));
    world.run_until(20ms);
    CHECK(unreachable_from(world, "cs2") == Log{"master", "cs1", "cs3", "cs4", "cs5", "w.1"});
    CHECK(unreachable_from(world, "w.1") == Log{"cs2"});
    CHECK(world.log == Log{"10ms fired isolate cs2"});
    world.run_until(60ms);
    CHECK(unreachable_from(world, "cs2").empty());
}

TEST_CASE("isolate: several hosts are cut off from one another too", "[faults]") {
    World world;
    world.start(fault_on(10ms, "isolate", rack("r1"), 50ms));
    world.run_until(20ms);
    CHECK(world.cut("cs1", "cs2"));
    CHECK(world.cut("cs2", "cs1"));
    CHECK_FALSE(world.cut("cs3", "cs4"));
}

TEST_CASE("isolate: forward stops what the host sends, backward what it would receive",
          "[faults]") {
    World world;
    FaultSpec mute = named(fault_on(10ms, "isolate", actor("cs1")), "mute");
    mute.direction = Direction::forward;
    FaultSpec deaf = named(fault_on(10ms, "isolate", actor("cs2")), "deaf");
    deaf.direction = Direction::backward;
    world.start({{}, {mute, deaf}});
    world.run_until(20ms);
    CHECK(world.cut("cs1", "master"));
    CHECK_FALSE(world.cut("master", "cs1"));
    CHECK(world.cut("master", "cs2"));
    CHECK_FALSE(world.cut("cs2", "master"));
}

TEST_CASE("partition: two groups lose each other, and third parties reach both", "[faults]") {
    World world;
    world.start(fault_between(10ms, "partition", rack("r2"), actor("master"), 50ms));
    world.run_until(20ms);
    CHECK(unreachable_from(world, "master") == Log{"cs3", "cs4", "cs5"});
    CHECK(unreachable_from(world, "cs3") == Log{"master"});
    CHECK(unreachable_from(world, "w.1").empty());
    // Of several hosts in the first group none in particular is the target.
    CHECK(world.log == Log{"10ms fired partition nobody"});
    world.run_until(60ms);
    CHECK(unreachable_from(world, "master").empty());
}

TEST_CASE("partition: forward leads from the first group to the second", "[faults]") {
    World world;
    FaultSpec forward = fault_between(10ms, "partition", actor("cs1"), actor("master"));
    forward.direction = Direction::forward;
    FaultSpec backward =
        named(fault_between(10ms, "partition", actor("cs2"), actor("master")), "backward");
    backward.direction = Direction::backward;
    world.start({{}, {forward, backward}});
    world.run_until(20ms);
    CHECK(world.cut("cs1", "master"));
    CHECK_FALSE(world.cut("master", "cs1"));
    CHECK(world.cut("master", "cs2"));
    CHECK_FALSE(world.cut("cs2", "master"));
    CHECK(world.log.front() == "10ms fired partition cs1");
}

TEST_CASE("partition: a message that was on its way when it began is lost", "[faults]") {
    World world;
    // The third Ping leaves at 3 ms and would arrive 0.1 ms later.
    world.start(fault_between(3ms + 50us, "partition", actor("w.1"), actor("cs1")));
    world.ping("w.1", "cs1", 5);
    world.run_until(100ms);
    CHECK(world.process("cs1").pinged == 2);
}

TEST_CASE("partition: a message that it met on its way only passes when it heals in time",
          "[faults]") {
    World world;
    world.start(fault_between(3ms + 50us, "partition", actor("w.1"), actor("cs1"), 10us));
    world.ping("w.1", "cs1", 5);
    world.run_until(100ms);
    CHECK(world.process("cs1").pinged == 5);
}

// Sends 1 MB from w.1 to cs1, which takes 80 ms, and says when it was there.
Task<void> transfer(World& world, std::optional<sim::Time>& received) {
    const auto data =
        sim::Transfer::start(world.machines.network(), world.id("w.1"), world.id("cs1"), 1'000'000);
    const auto arrived = co_await data->received(world.host("cs1"), 10s);
    if (arrived) received = world.engine().now();
}
std::optional<sim::Time> transfer_with(const FaultSpec& fault) {
    World world;
    world.start(fault);
    std::optional<sim::Time> received;
    // After what the fault does at the very start.
    world.engine().at(at(1ms),
                      [&] { world.host("cs1").spawn("transfer", transfer(world, received)); });
    world.run_until(20s);
    return received;
}

TEST_CASE("partition: data that is flowing across it is lost for good, however short it is",
          "[faults]") {
    const auto cut = [](const std::string& from) {
        return fault_between(40ms, "partition", actor(from), actor("cs1"), 1us);
    };
    REQUIRE(transfer_with(cut("cs2")).has_value());
    CHECK_FALSE(transfer_with(cut("w.1")).has_value());
}

TEST_CASE("link: a flow that runs keeps its rate, one that begins gets the new one", "[faults]") {
    const auto narrow = [](Duration start) {
        FaultSpec fault = fault_between(start, "link", actor("w.1"), actor("cs1"));
        fault.link.bandwidth = 1'000'000;
        return fault;
    };
    CHECK(transfer_with(narrow(40ms)) < at(90ms));
    CHECK(transfer_with(narrow(0ms)) > at(900ms));
}

TEST_CASE("link: a message that is overtaken takes three latencies more", "[faults]") {
    World world;
    FaultSpec fault = fault_between(0ms, "link", actor("w.1"), actor("cs1"));
    fault.link.latency = sim::Distribution::constant(200'000);
    fault.link.reorder = sim::Ratio{1, 1};
    world.start(fault);
    world.ping("w.1", "cs1", 1);
    world.run_until(10ms);
    CHECK(world.process("cs1").pinged_at.at(0) > at(1ms + 800us));
}

TEST_CASE("link: a message in flight keeps the time that it was given", "[faults]") {
    World world;
    FaultSpec slow = fault_between(1ms + 50us, "link", actor("w.1"), actor("cs1"));
    slow.link.latency = sim::Distribution::constant(5'000'000);
    world.start(slow);
    world.ping("w.1", "cs1", 2);
    world.run_until(20ms);
    CHECK(world.process("cs1").pinged_at.at(0) < at(1ms + 200us));
    CHECK(world.process("cs1").pinged_at.at(1) > at(7ms));
}

TEST_CASE("partition: overlapping ones last until the last of them heals", "[faults]") {
    World world;
    const FaultSpec first =
        named(fault_between(10ms, "partition", actor("cs1"), actor("master"), 50ms), "first");
    const FaultSpec second = named(fault_on(30ms, "isolate", actor("cs1"), 60ms), "second");
    world.start({{}, {first, second}});
    world.run_until(70ms);
    CHECK(world.cut("cs1", "master"));
    world.run_until(95ms);
    CHECK_FALSE(world.cut("cs1", "master"));
}

TEST_CASE("partition: an empty group is refused", "[faults]") {
    World world;
    world.start(fault_between(10ms, "partition", actor("cs1"), rack("r9")));
    world.run_until(20ms);
    CHECK(world.report("partition").never_fired == "nobody is rack:r9");
    CHECK(unreachable_from(world, "cs1").empty());
}

FaultSpec shaped(Shape shape, const std::vector<Who>& between = {}) {
    FaultSpec fault = fault_at(10ms, "partition", "shape");
    fault.shape = shape;
    fault.between = between;
    fault.duration = 50ms;
    return fault;
}

// So many hosts see exactly so many others, both ways.
std::map<std::size_t, int> sights(World& world) {
    std::map<std::size_t, int> sights;
    for (const std::string& host : everyone) {
        const Log lost = unreachable_from(world, host);
        for (const std::string& other : lost) CHECK(world.cut(other, host));
        ++sights[everyone.size() - 1 - lost.size()];
    }
    return sights;
}

TEST_CASE("partition: the shape majority leaves two sides, one of them a majority", "[faults]") {
    World world;
    world.start(shaped(Shape::majority));
    world.run_until(20ms);
    CHECK(sights(world) == std::map<std::size_t, int>{{2, 3}, {3, 4}});
    world.run_until(70ms);
    CHECK(sights(world) == std::map<std::size_t, int>{{6, 7}});
}

TEST_CASE("partition: in the shape ring everyone sees a majority, and no two the same",
          "[faults]") {
    World world;
    world.start(shaped(Shape::ring));
    world.run_until(20ms);
    CHECK(sights(world) == std::map<std::size_t, int>{{4, 7}});
    std::set<Log> views;
    for (const std::string& host : everyone) {
        Log view = unreachable_from(world, host);
        view.insert(view.begin(), host);
        views.insert(view);
    }
    CHECK(views.size() == everyone.size());
}

TEST_CASE("partition: in the shape bridge two halves share one host", "[faults]") {
    World world;
    world.start(shaped(Shape::bridge));
    world.run_until(20ms);
    CHECK(sights(world) == std::map<std::size_t, int>{{3, 6}, {6, 1}});
}

TEST_CASE("partition: a shape may be drawn over two groups, and spares all others", "[faults]") {
    World world;
    world.start(shaped(Shape::majority, {rack("r2"), actor("master")}));
    world.run_until(20ms);
    for (const char* const host : {"cs1", "cs2", "w.1"})
        CHECK(unreachable_from(world, host).empty());
    CHECK_FALSE(unreachable_from(world, "master").empty());
}

TEST_CASE("partition: a shape of too few hosts is refused", "[faults]") {
    const auto reason = [](Shape shape, const std::vector<Who>& between) {
        World world;
        world.start(shaped(shape, between));
        world.run_until(20ms);
        return world.report("shape").never_fired;
    };
    const std::vector<Who> two = {actor("cs1"), actor("cs2")};
    const std::vector<Who> three = {actor("cs1"), rack("r2")};
    CHECK(reason(Shape::majority, two) == "too few hosts for this shape");
    CHECK(reason(Shape::bridge, two) == "too few hosts for this shape");
    CHECK(reason(Shape::ring, {actor("cs1"), glob("cs?")}).empty());
    CHECK(reason(Shape::ring, {rack("r2"), actor("cs3")}) == "too few hosts for this shape");
    CHECK(reason(Shape::ring, three).empty());
}

TEST_CASE("partition: another seed draws another shape, the same seed the same", "[faults]") {
    const auto lost = [](std::uint64_t seed) {
        World world(seed);
        world.start(shaped(Shape::majority));
        world.run_until(20ms);
        return unreachable_from(world, "master");
    };
    CHECK(lost(1) == lost(1));
    std::set<Log> results;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) results.insert(lost(seed));
    CHECK(results.size() > 10);
}

TEST_CASE("partition: forward lets a shape cut only from earlier to later hosts", "[faults]") {
    World world;
    FaultSpec fault = shaped(Shape::majority);
    fault.direction = Direction::forward;
    world.start(fault);
    world.run_until(20ms);
    std::map<std::size_t, int> lost;
    for (const std::string& host : everyone) ++lost[unreachable_from(world, host).size()];
    CHECK(lost == std::map<std::size_t, int>{{0, 3}, {3, 4}});
}

TEST_CASE("link: messages are late in the direction named, and as before after the heal",
          "[faults]") {
    World world;
    FaultSpec slow = fault_between(0ms, "link", actor("w.1"), actor("cs1"), 3ms + 500us);
    slow.link.latency = sim::Distribution::constant(700'000);
    slow.direction = Direction::forward;
    world.start(slow);
    world.ping("w.1", "cs1", 5);
    world.ping("cs1", "w.1", 1);
    world.run_until(100ms);
    const std::vector<sim::Time>& arrived = world.process("cs1").pinged_at;
    REQUIRE(arrived.size() == 5);
    CHECK(arrived[1] > at(2ms + 700us));
    CHECK(arrived[3] < at(4ms + 200us));
    CHECK(world.process("w.1").pinged_at.at(0) < at(1ms + 200us));
    CHECK(world.log.front() == "0s fired link w.1");
}

TEST_CASE("link: with a loss of one nothing arrives, with a duplication of one all twice",
          "[faults]") {
    World world;
    FaultSpec lossy = named(fault_between(0ms, "link", actor("w.1"), actor("cs1")), "lossy");
    lossy.link.loss = sim::Ratio{1, 1};
    FaultSpec twice = named(fault_between(0ms, "link", actor("w.1"), actor("cs2")), "twice");
    twice.link.duplicate = sim::Ratio{1, 1};
    world.start({{}, {lossy, twice}});
    world.ping("w.1", "cs1", 5);
    world.ping("w.1", "cs2", 5);
    world.run_until(100ms);
    CHECK(world.process("cs1").pinged == 0);
    CHECK(world.process("cs2").pinged == 10);
}

TEST_CASE("link: a narrow one makes the bytes of a message take longer", "[faults]") {
    const auto arrival = [](std::optional<std::uint64_t> bandwidth) {
        World world;
        FaultSpec narrow = fault_between(0ms, "link", actor("w.1"), actor("cs1"));
        narrow.link.bandwidth = bandwidth;
        world.start(narrow);
        world.ping("w.1", "cs1", 1);
        world.run_until(100ms);
        return world.process("cs1").pinged_at.at(0);
    };
    CHECK(arrival(100'000) > arrival(std::nullopt) + 200us);
}

TEST_CASE("link: damaged messages are sent again, each time-out twice the last", "[faults]") {
    World world;
    FaultSpec noisy = fault_between(0ms, "link", actor("w.1"), actor("cs1"));
    noisy.direction = Direction::forward;
    noisy.link.corrupt = sim::Ratio{1, 2};
    world.start(noisy);
    world.ping("w.1", "cs1", 100);
    world.run_until(30s);
    const std::vector<sim::Time>& arrived = world.process("cs1").pinged_at;
    // One in 64 is damaged six times in a row, and given up.
    CHECK(arrived.size() > 85);
    CHECK(arrived.size() <= 100);
    CHECK(arrived.back() > at(1s));
    for (std::size_t i = 1; i < arrived.size(); ++i) CHECK(arrived[i] >= arrived[i - 1]);
}

TEST_CASE("link: when every copy is damaged the connection gives up", "[faults]") {
    World world;
    FaultSpec noisy = fault_between(0ms, "link", actor("w.1"), actor("cs1"));
    noisy.link.corrupt = sim::Ratio{1, 1};
    world.start(noisy);
    world.ping("w.1", "cs1", 5);
    world.run_until(60s);
    CHECK(world.process("cs1").pinged == 0);
}

}  // namespace
}  // namespace gfs::faults::testing
