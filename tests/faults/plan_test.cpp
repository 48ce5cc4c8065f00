// SPDX-License-Identifier: Apache-2.0
// When faults start and end, and what is said of them afterwards.

#include "faults/plan.h"

#include <catch2/catch.hpp>

#include "sim/digest.h"
#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

FaultSpec cut(const std::string& name, const std::string& server,
              std::optional<Duration> duration = std::nullopt) {
    return named(fault_on(10ms, "isolate", actor(server), duration), name);
}

TEST_CASE("at: the fault starts at its time, plus its delay", "[faults]") {
    World world;
    FaultSpec late = cut("late", "cs2");
    late.delay = 7ms;
    world.start({{}, {late, cut("cut", "cs1")}});
    world.run_until(50ms);
    CHECK(world.log == Log{"10ms fired cut cs1", "17ms fired late cs2"});
}

TEST_CASE("at: faults of one instant start in the order of the scenario", "[faults]") {
    World world;
    world.start({{}, {cut("b", "cs2"), cut("c", "cs3"), cut("a", "cs1")}});
    world.run_until(50ms);
    CHECK(world.log == Log{"10ms fired b cs2", "10ms fired c cs3", "10ms fired a cs1"});
}

TEST_CASE("when: the nth matching event starts the fault, once", "[faults]") {
    World world;
    world.start(when(cut("cut", "cs1"), heartbeats(2, "cs3")));
    world.heartbeat_at(10ms, "cs3");
    world.heartbeat_at(20ms, "cs4");
    for (const Duration d : {30ms, 40ms, 50ms}) world.heartbeat_at(d, "cs3");
    world.run_until(100ms);
    CHECK(world.log == Log{"30ms fired cut cs1"});
}

TEST_CASE("when: the delay runs from the event", "[faults]") {
    World world;
    Trigger trigger = heartbeats(1);
    trigger.delay = 5ms;
    FaultSpec fault = when(cut("cut", "cs1"), trigger);
    fault.delay = 2ms;
    world.start(fault);
    world.heartbeat_at(10ms, "cs3");
    world.run_until(100ms);
    CHECK(world.log == Log{"17ms fired cut cs1"});
}

TEST_CASE("when: an event after `by` does not count; the report says how many came", "[faults]") {
    World world;
    Trigger trigger = heartbeats(3);
    trigger.by = 30ms;
    world.start(when(cut("cut", "cs1"), trigger));
    for (const Duration d : {10ms, 30ms, 31ms, 40ms}) world.heartbeat_at(d, "cs3");
    world.run_until(100ms);
    CHECK(world.log.empty());
    const FaultReport report = world.report("cut");
    CHECK(report.vacuous);
    CHECK(report.never_fired == "event heartbeat.sent seen 2 times, needed 3, by 30ms");
    CHECK_FALSE(world.plan().report().bites());
}

TEST_CASE("when: an event at `by` still counts", "[faults]") {
    World world;
    Trigger trigger = heartbeats(1);
    trigger.by = 30ms;
    world.start(when(cut("cut", "cs1"), trigger));
    world.heartbeat_at(30ms, "cs3");
    world.run_until(100ms);
    CHECK(world.log == Log{"30ms fired cut cs1"});
}

TEST_CASE("when: events count since a fault, since its heal, since a mark", "[faults]") {
    World world;
    const auto counted = [](CountSince::Kind kind, const std::string& name) {
        Trigger trigger = heartbeats(1);
        trigger.event.since = {kind, name};
        return trigger;
    };
    world.start({{},
                 {cut("first", "cs1", 20ms),
                  when(cut("in", "cs2"), counted(CountSince::Kind::fault, "first")),
                  when(cut("healed", "cs3"), counted(CountSince::Kind::healed, "first")),
                  when(cut("marked", "cs4"), counted(CountSince::Kind::mark, "full")),
                  when(cut("never", "cs5"), counted(CountSince::Kind::mark, "empty"))}});
    world.mark_at(40ms, "full");
    for (const Duration d : {5ms, 15ms, 35ms, 45ms}) world.heartbeat_at(d, "cs3");
    world.run_until(100ms);
    CHECK(world.log == Log{"10ms fired first cs1", "15ms fired in cs2", "30ms healed first",
                           "35ms fired healed cs3", "45ms fired marked cs4"});
    CHECK(world.report("never").never_fired ==
          "event heartbeat.sent seen 0 times since the mark `empty`, needed 1");
}

TEST_CASE("after: one fault follows another, or its heal, with a delay", "[faults]") {
    World world;
    FaultSpec second = after(cut("second", "cs2"), "first");
    second.delay = 3ms;
    const FaultSpec third = after(cut("third", "cs3"), "first", true);
    world.start({{}, {third, second, cut("first", "cs1", 20ms)}});
    world.run_until(50ms);
    CHECK(world.log == Log{"10ms fired first cs1", "13ms fired second cs2", "30ms healed first",
                           "30ms fired third cs3"});
}

TEST_CASE("after: a message fault has fired when it has hit", "[faults]") {
    World world;
    FaultSpec drop = fault_at(0ms, "drop", "drop");
    drop.message.type = "Ping";
    drop.message.nth = 3;
    world.start({{}, {drop, after(cut("cut", "cs1"), "drop")}});
    world.ping("w.1", "cs2", 5);
    world.run_until(50ms);
    CHECK(world.log == Log{"3ms fired drop cs2", "3ms fired cut cs1"});
}

TEST_CASE("after: a fault that never fired starts nothing, and both are reported", "[faults]") {
    World world;
    const FaultSpec first = fault_on(10ms, "restart", actor("cs1"));
    world.start({{}, {first, after(cut("cut", "cs1"), "restart")}});
    world.run_until(50ms);
    CHECK(world.report("cut").never_fired == "fault `restart` never fired, or too late");
    CHECK(world.report("cut").vacuous);
}

FaultSpec every(FaultSpec fault, const sim::Distribution& period) {
    fault.start.kind = Start::Kind::every;
    fault.start.period = period;
    return fault;
}
const sim::Distribution twenty_ms = sim::Distribution::constant(20'000'000);

TEST_CASE("every: the fault comes again and again, the first time after one period", "[faults]") {
    World world;
    world.start(every(cut("cut", "cs1", 5ms), twenty_ms));
    world.run_until(50ms);
    CHECK(world.log ==
          Log{"20ms fired cut cs1", "25ms healed cut", "40ms fired cut cs1", "45ms healed cut"});
    CHECK(world.report("cut").firings.size() == 2);
}

TEST_CASE("every: `times` and `until` end it", "[faults]") {
    World world;
    FaultSpec thrice = every(cut("thrice", "cs1", 5ms), twenty_ms);
    thrice.start.times = 3;
    FaultSpec early = every(cut("early", "cs2", 5ms), twenty_ms);
    early.start.until = 40ms;
    world.start({{}, {thrice, early}});
    world.run_until(200ms);
    CHECK(world.report("thrice").firings.size() == 3);
    CHECK(world.report("early").firings.size() == 2);
}

TEST_CASE("every: drawn periods are in the stream of events and come from the seed", "[faults]") {
    const auto run = [](std::uint64_t seed) {
        World world(seed);
        world.start(every(cut("cut", "cs1", 1ms), sim::Distribution::exponential(20'000'000)));
        world.run_until(500ms);
        return world.log;
    };
    CHECK(run(1) == run(1));
    CHECK(run(1) != run(2));
    CHECK(run(1).size() > 10);
}

TEST_CASE("for: it is counted from the moment the fault is applied", "[faults]") {
    World world;
    FaultSpec fault = cut("cut", "cs1", 20ms);
    fault.delay = 5ms;
    world.start(fault);
    world.run_until(50ms);
    CHECK(world.log == Log{"15ms fired cut cs1", "35ms healed cut"});
}

FaultSpec heal(Duration start, const std::string& fault) {
    FaultSpec spec = fault_at(start, "heal", "heal");
    spec.healed_fault = fault;
    return spec;
}

TEST_CASE("heal: another fault ends early, and its own end does nothing more", "[faults]") {
    World world;
    world.start({{}, {cut("cut", "cs1", 50ms), heal(20ms, "cut")}});
    world.run_until(100ms);
    CHECK_FALSE(world.cut("cs1", "master"));
    CHECK(world.log == Log{"10ms fired cut cs1", "20ms fired heal nobody", "20ms healed cut"});
}

TEST_CASE("heal: all applications of the fault end", "[faults]") {
    World world;
    TargetSpec any;
    any.name = "any";
    any.resolve = TargetSpec::Resolve::each_use;
    const FaultSpec cuts = every(named(fault_on(0s, "isolate", target("any")), "cuts"), twenty_ms);
    world.start({{any}, {cuts, heal(50ms, "cuts")}});
    world.run_until(55ms);
    for (const char* const server : {"cs1", "cs2", "cs3", "cs4", "cs5"})
        CHECK_FALSE(world.cut(server, "master"));
    CHECK(world.report("cuts").firings.at(1).healed == at(50ms));
}

TEST_CASE("heal: of a fault of which nothing lasts it is refused", "[faults]") {
    World world;
    world.start({{}, {cut("cut", "cs1", 5ms), heal(20ms, "cut")}});
    world.run_until(100ms);
    CHECK(world.report("heal").never_fired == "nothing lasts of `cut`");
}

TEST_CASE("heal_all: everything that lasts ends, and nothing begins any more", "[faults]") {
    World world;
    const FaultSpec later = fault_on(80ms, "crash", actor("cs3"));
    world.start(
        {{},
         {cut("cut", "cs1"), fault_on(20ms, "crash", actor("cs2")), later,
          every(cut("again", "cs5", 5ms), twenty_ms), when(cut("late", "cs4"), heartbeats(1))}});
    world.run_until(50ms);
    world.plan().heal_all();
    world.heartbeat_at(60ms, "cs3");
    world.run_until(200ms);
    CHECK(world.host("cs2").up());
    CHECK_FALSE(world.cut("cs1", "master"));
    CHECK(world.report("cut").firings.at(0).healed == at(50ms));
    CHECK(world.report("again").firings.size() == 2);
    CHECK(world.report("late").vacuous);
}

TEST_CASE("report: a fault whose time never came says when the run ended", "[faults]") {
    World world;
    world.start(fault_on(80ms, "crash", actor("cs3")));
    world.run_until(50ms);
    CHECK(world.report("crash").vacuous);
    CHECK(world.report("crash").never_fired == "its time had not come when the run ended, at 50ms");
}

TEST_CASE("report: a period that was not over by `until` is named", "[faults]") {
    World world;
    FaultSpec fault = every(cut("cut", "cs1", 5ms), twenty_ms);
    fault.start.until = 15ms;
    world.start(fault);
    world.run_until(50ms);
    CHECK(world.report("cut").vacuous);
    CHECK(world.report("cut").never_fired == "its first period was not over by 15ms");
    // Not when the run has ended before.
    World shorter;
    fault.start.until = 70ms;
    shorter.start(fault);
    shorter.run_until(10ms);
    CHECK(shorter.report("cut").never_fired ==
          "its time had not come when the run ended, at 10ms");
}

TEST_CASE("report: an optional fault may never fire", "[faults]") {
    World world;
    FaultSpec fault = fault_on(80ms, "crash", actor("cs3"));
    fault.optional = true;
    world.start(fault);
    world.run_until(50ms);
    CHECK_FALSE(world.report("crash").vacuous);
    CHECK_FALSE(world.report("crash").never_fired.empty());
    CHECK(world.plan().report().bites());
}

TEST_CASE("report: durations read as in a scenario file", "[faults]") {
    CHECK(to_string(0ns) == "0s");
    CHECK(to_string(12ns) == "12ns");
    CHECK(to_string(1500ns) == "1.5us");
    CHECK(to_string(2ms) == "2ms");
    CHECK(to_string(Duration(1500ms)) == "1.5s");
    CHECK(to_string(Duration(90s)) == "1m30s");
    CHECK(to_string(Duration(2h)) == "2h");
    CHECK(to_string(Duration(1h + 1ns)) == "1h0.000000001s");
    CHECK(to_string(Duration(-5s)) == "-5s");
}

TEST_CASE("plan: the same seed gives the same run, event for event", "[faults]") {
    const auto digest = [](std::uint64_t seed) {
        World world(seed);
        TargetSpec any;
        any.name = "any";
        any.resolve = TargetSpec::Resolve::each_use;
        FaultSpec ring = named(fault_at(30ms, "partition", "ring"), "ring");
        ring.shape = Shape::ring;
        world.start({{any},
                     {every(named(fault_on(0s, "crash", target("any"), 30ms), "crashes"),
                            sim::Distribution::exponential(15'000'000)),
                      ring}});
        world.ping("w.1", "cs1", 50);
        world.run_until(300ms);
        return world.engine().digest().value();
    };
    CHECK(digest(1) == digest(1));
    CHECK(digest(1) != digest(2));
}

// lease.accepted or its like at `now`: a lease of chunk 1 at cs1, which ends at `expires`.
void lease_at(World& world, Duration now, sim::EventKind kind, Duration expires) {
    const HostId server = world.id("cs1");
    world.engine().at(at(now), [&world, server, kind, expires] {
        const sim::LocalTime end{expires};
        if (kind == event::lease_revoked)
            world.engine().emit(server, kind, {ChunkHandle{1}, server, 1});
        else
            world.engine().emit(server, kind, {ChunkHandle{1}, server, 1, end});
    });
}
// A pause of cs2, so long before a lease ends.
FaultSpec before_expiry(Duration length, std::uint64_t nth = 1) {
    Trigger trigger;
    trigger.event.pattern.event = "lease.expired";
    trigger.event.nth = nth;
    trigger.delay = -length;
    return when(fault_on(0ms, "pause", actor("cs2"), 1ms), trigger);
}

TEST_CASE("when: a negative delay starts the fault so long before a lease ends", "[faults]") {
    World world;
    world.start(before_expiry(10ms));
    lease_at(world, 5ms, event::lease_accepted, 100ms);
    lease_at(world, 100ms, event::lease_expired, 100ms);
    world.run_until(200ms);
    CHECK(world.log == Log{"90ms fired pause cs2", "91ms healed pause"});
}

TEST_CASE("when: an extension moves the end of the lease, and the fault with it", "[faults]") {
    World world;
    world.start(before_expiry(10ms));
    lease_at(world, 5ms, event::lease_accepted, 100ms);
    lease_at(world, 50ms, event::lease_prolonged, 150ms);
    world.run_until(200ms);
    CHECK(world.log.at(0) == "140ms fired pause cs2");
}

TEST_CASE("when: a lease that is given back, or whose holder ends, does not expire", "[faults]") {
    World world;
    SECTION("given back") {
        world.start(before_expiry(10ms));
        lease_at(world, 50ms, event::lease_revoked, 0ms);
    }
    SECTION("the holder ends") {
        FaultSpec crash = fault_on(50ms, "crash", actor("cs1"), 1ms);
        world.start({{}, {before_expiry(10ms), crash}});
    }
    lease_at(world, 5ms, event::lease_accepted, 100ms);
    world.run_until(200ms);
    CHECK(world.report("pause").vacuous);
    CHECK(world.report("pause").never_fired == "event lease.expired seen 0 times, needed 1");
}

TEST_CASE("when: the end is one by the holder's clock, also when that changes", "[faults]") {
    World world;
    FaultSpec back = fault_on(20ms, "clock_offset", actor("cs1"));
    back.clock_offset = -30ms;
    world.start({{}, {before_expiry(10ms), back}});
    lease_at(world, 5ms, event::lease_accepted, 100ms);
    world.run_until(200ms);
    CHECK(world.log.at(1) == "120ms fired pause cs2");
}

TEST_CASE("when: nth counts the leases that come so near to their end", "[faults]") {
    World world;
    world.start(before_expiry(10ms, 2));
    lease_at(world, 5ms, event::lease_accepted, 100ms);
    lease_at(world, 110ms, event::lease_accepted, 150ms);
    world.run_until(200ms);
    CHECK(world.log.at(0) == "140ms fired pause cs2");
}

TEST_CASE("when: a lease shorter than that starts the fault as soon as it is taken up",
          "[faults]") {
    World world;
    world.start(before_expiry(500ms));
    lease_at(world, 5ms, event::lease_accepted, 100ms);
    world.run_until(200ms);
    CHECK(world.log.at(0) == "5ms fired pause cs2");
}

TEST_CASE("when: a lease end foreseen after `by` does not count", "[faults]") {
    World world;
    FaultSpec fault = before_expiry(10ms);
    fault.start.when->by = 80ms;
    world.start(fault);
    lease_at(world, 5ms, event::lease_accepted, 100ms);
    world.run_until(200ms);
    CHECK(world.report("pause").vacuous);
}

}  // namespace
}  // namespace gfs::faults::testing
