// SPDX-License-Identifier: Apache-2.0
// Targets that are nobody: whether that is a mistake, and what is said of it.

#include <catch2/catch.hpp>

#include "faults/targets.h"
#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

struct Holders : World {
    Holders() {
        truth.chunks["/log#0"] = ChunkHandle{9};
        truth.replicas[ChunkHandle{9}] = {id("cs1"), id("cs3"), id("cs4")};
        truth.primaries[ChunkHandle{9}] = id("cs3");
    }
};

TEST_CASE("target: one whose trigger has come is not bound before its delay is over", "[faults]") {
    World world;
    TargetSpec spec = servers();
    spec.bind_on = heartbeats(1);
    spec.bind_on->delay = 20ms;
    world.heartbeat_at(10ms, "cs5");
    world.start({{spec}, {fault_on(20ms, "isolate", target("t"))}});
    world.run_until(25ms);
    CHECK(world.report("isolate").never_fired ==
          "@t is not bound yet: the delay after heartbeat.sent is not over");
}

TEST_CASE("target: nobody to choose is an error, and the run does not pass", "[faults]") {
    World world;
    TargetSpec spec = servers();
    spec.rack = "r9";
    world.start({{spec}, {fault_on(10ms, "crash", target("t"))}});
    world.run_until(20ms);
    CHECK(world.report("crash").vacuous);
    CHECK(world.report("crash").never_fired == "nobody is @t: none of them is in rack r9");
    const TargetReport report = world.plan().report().targets.at(0);
    REQUIRE(report.empty);
    CHECK(report.empty->at == at(10ms));
    CHECK(report.empty->why == "none of them is in rack r9");
    CHECK_FALSE(report.empty->unbound);
    CHECK_FALSE(world.plan().report().bites());
}

TEST_CASE("target: nobody to choose is no error where the scenario skips it", "[faults]") {
    World world;
    TargetSpec spec = servers();
    spec.rack = "r9";
    spec.on_empty = TargetSpec::OnEmpty::skip;
    world.start({{spec}, {fault_on(10ms, "crash", target("t"))}});
    world.run_until(20ms);
    CHECK(world.log.empty());
    CHECK(world.report("crash").never_fired == "nobody is @t: none of them is in rack r9");
    CHECK(world.plan().report().bites());
}

TEST_CASE("target: a fault that is skipped before its target is bound says so", "[faults]") {
    World world;
    TargetSpec spec = servers();
    spec.bind_on = heartbeats(3);
    spec.on_empty = TargetSpec::OnEmpty::skip;
    world.heartbeat_at(5ms, "cs1");
    world.start({{spec}, {fault_on(10ms, "crash", target("t"))}});
    world.run_until(20ms);
    CHECK(world.report("crash").never_fired ==
          "@t is not bound yet: event heartbeat.sent seen 1 time, needed 3");
    CHECK(world.plan().report().bites());
}

TEST_CASE("target: the condition that leaves nobody is named", "[faults]") {
    const auto why = [](const TargetSpec& spec, Holders& world) {
        world.start({{spec}, {fault_on(10ms, "crash", target("t"))}});
        world.run_until(20ms);
        return world.plan().report().targets.at(0).empty.value().why;
    };
    Holders world;
    TargetSpec spec = servers();
    SECTION("role") {
        spec.role = MachineRole::shadow;
        CHECK(why(spec, world) == "no machine is a shadow");
    }
    SECTION("name") {
        spec.actor = "x*";
        CHECK(why(spec, world) == "no chunkserver is called x*");
    }
    SECTION("a chunk that is not there") {
        spec.holds = HeldChunk{"/none", ChunkIndex{3}, {}};
        CHECK(why(spec, world) == "there is no chunk /none#3");
    }
    SECTION("a name that is not bound") {
        spec.holds = HeldChunk{{}, {}, "c"};
        CHECK(why(spec, world) == "there is no chunk @c");
    }
    SECTION("a chunk that is lost") {
        world.truth.replicas[ChunkHandle{9}].clear();
        spec.holds = HeldChunk{"/log", ChunkIndex{0}, {}};
        CHECK(why(spec, world) == "no disk has the current version of /log#0");
    }
    SECTION("a lease") {
        world.truth.primaries.clear();
        spec.holds = HeldChunk{"/log", ChunkIndex{0}, {}};
        spec.as = TargetSpec::As::primary;
        CHECK(why(spec, world) == "no lease on /log#0 is in force");
    }
    SECTION("a secondary") {
        world.truth.replicas[ChunkHandle{9}] = {world.id("cs3")};
        spec.holds = HeldChunk{"/log", ChunkIndex{0}, {}};
        spec.as = TargetSpec::As::secondary;
        CHECK(why(spec, world) == "only the primary has /log#0");
    }
    SECTION("a holder elsewhere") {
        world.truth.replicas[ChunkHandle{9}] = {world.id("cs3")};
        spec.rack = "r1";
        spec.holds = HeldChunk{"/log", ChunkIndex{0}, {}};
        CHECK(why(spec, world) == "none of them holds /log#0 so");
    }
    SECTION("state") {
        spec.state = TargetSpec::Alive::down;
        CHECK(why(spec, world) == "none of them is down");
    }
    SECTION("leave") {
        spec.leave = 9;
        CHECK(why(spec, world) == "of 5 of them `count` and `leave` choose none");
    }
}

TEST_CASE("target: resolved at the start, it was empty then and not at its use", "[faults]") {
    World world;
    TargetSpec spec = servers();
    spec.resolve = TargetSpec::Resolve::start;
    spec.holds = HeldChunk{"/log", ChunkIndex{0}, {}};
    world.start({{spec}, {fault_on(10ms, "crash", target("t"))}});
    world.run_until(20ms);
    CHECK(world.plan().report().targets.at(0).empty.value().at == at(0s));
}

}  // namespace
}  // namespace gfs::faults::testing
