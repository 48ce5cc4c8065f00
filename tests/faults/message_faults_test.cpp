// SPDX-License-Identifier: Apache-2.0
// drop, delay, duplicate, hold, corrupt_message: exactly the messages that were meant.

#include <catch2/catch.hpp>

#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

FaultSpec on_pings(Duration start, const std::string& kind, std::uint64_t nth,
                   std::uint64_t count = 1) {
    FaultSpec fault = fault_at(start, kind, kind);
    fault.message.type = "Ping";
    fault.message.nth = nth;
    fault.message.count = count;
    return fault;
}

// Pings from w.1 to cs1 at 1 ms, 2 ms, ...: which of them arrived, to the millisecond.
std::vector<std::int64_t> arrivals(World& world, int pings) {
    world.ping("w.1", "cs1", pings);
    world.run_until(100ms);
    std::vector<std::int64_t> milliseconds;
    for (const sim::Time time : world.process("cs1").pinged_at)
        milliseconds.push_back(sim::to_ns(time) / 1'000'000);
    return milliseconds;
}

TEST_CASE("drop: exactly the nth message is lost, and that is when the fault fires", "[faults]") {
    World world;
    world.start(on_pings(0ms, "drop", 3));
    CHECK(arrivals(world, 5) == std::vector<std::int64_t>{1, 2, 4, 5});
    CHECK(world.log == Log{"3ms fired drop cs1"});
    CHECK(world.report("drop").firings.at(0).at == at(3ms));
}

TEST_CASE("drop: so many from the nth on are lost", "[faults]") {
    World world;
    world.start(on_pings(0ms, "drop", 2, 3));
    CHECK(arrivals(world, 6) == std::vector<std::int64_t>{1, 5, 6});
    CHECK(world.report("drop").firings.size() == 1);
    CHECK(world.report("drop").firings.at(0).targets == Log{"cs1", "cs1", "cs1"});
}

TEST_CASE("drop: messages count from the moment the fault is applied", "[faults]") {
    World world;
    world.start(on_pings(2ms + 500us, "drop", 2));
    CHECK(arrivals(world, 5) == std::vector<std::int64_t>{1, 2, 3, 5});
}

TEST_CASE("drop: messages of another type do not count", "[faults]") {
    World world;
    FaultSpec drop = on_pings(0ms, "drop", 2);
    drop.message.type = "PingReply";
    world.start(drop);
    CHECK(arrivals(world, 3) == std::vector<std::int64_t>{1, 2, 3});
    CHECK(world.report("drop").firings.at(0).targets == Log{"w.1"});
}

TEST_CASE("drop: sender and receiver can be named in every way", "[faults]") {
    World world;
    FaultSpec drop = on_pings(0ms, "drop", 1);
    drop.message.from = role(MachineRole::client);
    drop.message.to = glob("cs*");
    world.start(drop);
    world.ping("cs2", "cs1", 1);     // not from a client
    world.ping("w.1", "master", 1);  // not to a chunkserver
    CHECK(arrivals(world, 2) == std::vector<std::int64_t>{1, 2});
    CHECK(world.process("master").pinged == 1);
}

TEST_CASE("drop: a match looks at the fields of the message", "[faults]") {
    World world;
    FaultSpec drop = on_pings(0ms, "drop", 1);
    MatchValue value;
    value.text = "cs2";
    FieldCondition condition;
    condition.field = "to";
    condition.values = {value};
    drop.message.match = {condition};
    world.start(drop);
    world.ping("w.1", "cs2", 1);
    CHECK(arrivals(world, 2) == std::vector<std::int64_t>{1, 2});
    CHECK(world.process("cs2").pinged == 0);
}

TEST_CASE("drop: a target in `to` binds at the first message that could be meant", "[faults]") {
    World world;
    TargetSpec holder;
    holder.name = "holder";
    holder.holds = HeldChunk{"/log", ChunkIndex{0}, {}};
    FaultSpec drop = on_pings(0ms, "drop", 1);
    drop.message.to = target("holder");
    world.truth.chunks["/log#0"] = ChunkHandle{9};
    world.start({{holder}, {drop}});
    // Nobody holds the chunk at first.
    world.engine().at(at(2ms + 500us),
                      [&] { world.truth.replicas[ChunkHandle{9}] = {world.id("cs1")}; });
    CHECK(arrivals(world, 4) == std::vector<std::int64_t>{1, 2, 4});
    CHECK(world.log == Log{"3ms bound holder cs1", "3ms fired drop cs1"});
}

TEST_CASE("drop: a message that a cut takes counts too", "[faults]") {
    World world;
    const FaultSpec cut = fault_between(1ms + 500us, "partition", actor("w.1"), actor("cs1"), 1ms);
    world.start({{}, {cut, on_pings(0ms, "drop", 3)}});
    CHECK(arrivals(world, 4) == std::vector<std::int64_t>{1, 4});
}

TEST_CASE("delay: a cut can still take the message on its late way", "[faults]") {
    World world;
    FaultSpec delay = on_pings(0ms, "delay", 2);
    delay.extra_delay = 10ms;
    const FaultSpec cut = fault_between(11ms, "partition", actor("w.1"), actor("cs1"));
    world.start({{}, {delay, cut}});
    CHECK(arrivals(world, 4) == std::vector<std::int64_t>{1, 3, 4});
}

TEST_CASE("drop: too few messages make it vacuous, with their number", "[faults]") {
    World world;
    world.start(on_pings(0ms, "drop", 7));
    arrivals(world, 5);
    CHECK(world.report("drop").vacuous);
    CHECK(world.report("drop").never_fired == "message Ping seen 5 times, needed 7");
    world.plan().heal_all();
    CHECK(world.report("drop").never_fired == "message Ping seen 5 times, needed 7");
}

TEST_CASE("drop: after heal_all it lies in wait no more", "[faults]") {
    World world;
    world.start(on_pings(0ms, "drop", 3));
    world.engine().at(at(2ms + 500us), [&] { world.plan().heal_all(); });
    CHECK(arrivals(world, 5) == std::vector<std::int64_t>{1, 2, 3, 4, 5});
}

TEST_CASE("delay: exactly the nth message is late, and those behind it overtake it", "[faults]") {
    World world;
    FaultSpec delay = on_pings(0ms, "delay", 2);
    delay.extra_delay = 10ms;
    world.start(delay);
    CHECK(arrivals(world, 4) == std::vector<std::int64_t>{1, 3, 4, 12});
    CHECK(world.log == Log{"2ms fired delay cs1"});
}

TEST_CASE("duplicate: exactly the nth message arrives twice", "[faults]") {
    World world;
    world.start(on_pings(0ms, "duplicate", 2));
    CHECK(arrivals(world, 4) == std::vector<std::int64_t>{1, 2, 2, 3, 4});
    CHECK(world.log == Log{"2ms fired duplicate cs1"});
}

TEST_CASE("message faults: two of them count the same messages on their own", "[faults]") {
    World world;
    FaultSpec delay = on_pings(0ms, "delay", 3);
    delay.extra_delay = 10ms;
    world.start({{}, {on_pings(0ms, "duplicate", 3), delay, on_pings(0ms, "drop", 4)}});
    CHECK(arrivals(world, 5) == std::vector<std::int64_t>{1, 2, 5, 13, 13});
}

FaultSpec held(std::uint64_t nth, std::uint64_t count = 1) {
    return on_pings(0ms, "hold", nth, count);
}

TEST_CASE("hold: exactly the nth message waits for its time, and those behind it overtake it",
          "[faults]") {
    World world;
    FaultSpec hold = held(2);
    hold.until_time = 10ms;
    world.start(hold);
    CHECK(arrivals(world, 4) == std::vector<std::int64_t>{1, 3, 4, 12});
    CHECK(world.log == Log{"2ms fired hold cs1"});
    CHECK(world.report("hold").never_fired.empty());
}

TEST_CASE("hold: each of several waits as long from its own sending", "[faults]") {
    World world;
    FaultSpec hold = held(2, 2);
    hold.until_time = 10ms;
    world.start(hold);
    CHECK(arrivals(world, 4) == std::vector<std::int64_t>{1, 4, 12, 13});
}

TEST_CASE("hold: messages wait for an event that comes after the first of them, and go on in order",
          "[faults]") {
    World world;
    FaultSpec hold = held(2, 2);
    hold.until_event = heartbeats(2);
    world.start(hold);
    world.heartbeat_at(1ms + 500us, "cs1");  // before the message: does not count
    world.heartbeat_at(20ms, "cs1");
    world.heartbeat_at(30ms, "cs1");
    CHECK(arrivals(world, 4) == std::vector<std::int64_t>{1, 4, 30, 30});
}

TEST_CASE("hold: once the event has come no message waits any more", "[faults]") {
    World world;
    FaultSpec hold = held(1, 100);
    hold.until_event = heartbeats(1);
    world.start(hold);
    world.heartbeat_at(2ms + 500us, "cs1");
    CHECK(arrivals(world, 4) == std::vector<std::int64_t>{2, 2, 3, 4});
}

TEST_CASE("hold: the event may be followed by a delay", "[faults]") {
    World world;
    FaultSpec hold = held(1);
    hold.until_event = heartbeats(1);
    hold.until_event->delay = 15ms;
    world.start(hold);
    world.heartbeat_at(5ms, "cs1");
    CHECK(arrivals(world, 1) == std::vector<std::int64_t>{20});
}

TEST_CASE("hold: a message that is let go into a cut, or to a new process, is lost", "[faults]") {
    World world;
    FaultSpec hold = held(2);
    hold.until_time = 10ms;
    SECTION("cut") {
        world.start({{}, {hold, fault_between(8ms, "partition", actor("w.1"), actor("cs1"))}});
        CHECK(arrivals(world, 4) == std::vector<std::int64_t>{1, 3, 4});
    }
    SECTION("process") {
        world.start({{}, {hold, fault_on(6ms, "crash", actor("cs1"), 1ms)}});
        CHECK(arrivals(world, 4).empty());  // the new process has heard of none
    }
}

TEST_CASE("hold: what no event lets go arrives in the calm at the end", "[faults]") {
    World world;
    FaultSpec hold = held(2);
    hold.until_event = heartbeats(1);
    world.start(hold);
    world.engine().at(at(50ms), [&] { world.plan().heal_all(); });
    CHECK(arrivals(world, 3) == std::vector<std::int64_t>{1, 3, 50});
}

TEST_CASE("hold: both copies of a doubled message wait", "[faults]") {
    World world;
    FaultSpec hold = held(2);
    hold.until_time = 10ms;
    world.start({{}, {on_pings(0ms, "duplicate", 2), hold}});
    CHECK(arrivals(world, 3) == std::vector<std::int64_t>{1, 3, 12, 12});
}

TEST_CASE("corrupt_message: the message is sent again, and those behind it wait for it",
          "[faults]") {
    World world;
    world.start(on_pings(0ms, "corrupt_message", 2));
    world.ping("w.1", "cs1", 4);
    world.run_until(100ms);
    CHECK(world.process("cs1").pinged == 1);
    world.run_until(1s);
    const std::vector<sim::Time>& arrived = world.process("cs1").pinged_at;
    REQUIRE(arrived.size() == 4);
    CHECK(arrived[1] > at(202ms));  // 200 ms is what TCP waits for
    CHECK(arrived[1] < at(203ms));
    CHECK(arrived[3] == arrived[1]);
    CHECK(world.log == Log{"2ms fired corrupt_message cs1"});
}

TEST_CASE("corrupt_message: the damaged copy is in the stream of events as a loss", "[faults]") {
    World world;
    struct Losses final : sim::EventObserver {
        void on_event(const sim::Event& event) override {
            lost += event.kind == sim::event::message_dropped ? 1 : 0;
        }
        int lost = 0;
    } losses;
    world.engine().observe(losses);
    world.start(on_pings(0ms, "corrupt_message", 2, 2));
    world.ping("w.1", "cs1", 4);
    world.run_until(1s);
    CHECK(losses.lost == 2);
    CHECK(world.process("cs1").pinged == 4);
}

TEST_CASE("corrupt_message: a second fault on the same message doubles the time-out", "[faults]") {
    World world;
    world.start({{},
                 {named(on_pings(0ms, "corrupt_message", 1), "one"),
                  named(on_pings(0ms, "corrupt_message", 1), "two")}});
    world.ping("w.1", "cs1", 1);
    world.run_until(2s);
    CHECK(world.process("cs1").pinged_at.at(0) > at(601ms));
    CHECK(world.process("cs1").pinged_at.at(0) < at(602ms));
}

}  // namespace
}  // namespace gfs::faults::testing
