// SPDX-License-Identifier: Apache-2.0
// Whom targets stand for, and when they bind.

#include "faults/targets.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

TargetSpec all_servers() {
    TargetSpec spec = servers();
    spec.count_kind = TargetSpec::Count::all;
    return spec;
}

// Whom a use of the target at the start chooses.
Log chosen(World& world, const TargetSpec& spec) {
    FaultPlan& plan = world.start({{spec}, {}});
    Log names;
    for (const HostId host : plan.targets().use(target("t")).hosts)
        names.push_back(plan.targets().name_of(host));
    return names;
}

TEST_CASE("target: role, name, rack and state narrow down who can be meant", "[faults]") {
    World world;
    CHECK(chosen(world, all_servers()) == Log{"cs1", "cs2", "cs3", "cs4", "cs5"});
    TargetSpec spec = all_servers();
    spec.rack = "r2";
    CHECK(chosen(world, spec) == Log{"cs3", "cs4", "cs5"});
    spec.actor = "cs?";
    CHECK(chosen(world, spec) == Log{"cs3", "cs4", "cs5"});
    spec.actor = "cs4";
    CHECK(chosen(world, spec) == Log{"cs4"});
    spec = all_servers();
    spec.role = MachineRole::client;
    CHECK(chosen(world, spec) == Log{"w.1"});
    spec.role = std::nullopt;
    CHECK(chosen(world, spec).size() == 7);
}

TEST_CASE("target: by default only machines that are up can be meant", "[faults]") {
    World world;
    world.machines.crash(world.id("cs1"));
    TargetSpec spec = all_servers();
    CHECK(chosen(world, spec) == Log{"cs2", "cs3", "cs4", "cs5"});
    spec.state = TargetSpec::Alive::down;
    CHECK(chosen(world, spec) == Log{"cs1"});
    spec.state = TargetSpec::Alive::any;
    CHECK(chosen(world, spec).size() == 5);
}

struct Holders : World {
    Holders() {
        truth.chunks["/log#0"] = ChunkHandle{9};
        truth.replicas[ChunkHandle{9}] = {id("cs1"), id("cs3"), id("cs4")};
        truth.primaries[ChunkHandle{9}] = id("cs3");
    }
    Log holders(TargetSpec::As as, std::uint32_t index = 0) {
        TargetSpec spec = all_servers();
        spec.holds = HeldChunk{"/log", ChunkIndex{index}, {}};
        spec.as = as;
        return chosen(*this, spec);
    }
};

TEST_CASE("target: holds chooses by the true state: any replica, the primary, the others",
          "[faults]") {
    Holders world;
    CHECK(world.holders(TargetSpec::As::any) == Log{"cs1", "cs3", "cs4"});
    CHECK(world.holders(TargetSpec::As::primary) == Log{"cs3"});
    CHECK(world.holders(TargetSpec::As::secondary) == Log{"cs1", "cs4"});
    CHECK(world.holders(TargetSpec::As::any, 1).empty());
}

TEST_CASE("target: without a lease in force nobody is primary or secondary", "[faults]") {
    Holders world;
    world.truth.primaries.clear();
    CHECK(world.holders(TargetSpec::As::any).size() == 3);
    CHECK(world.holders(TargetSpec::As::primary).empty());
    CHECK(world.holders(TargetSpec::As::secondary).empty());
}

TEST_CASE("target: holds takes the chunk that a locations step bound", "[faults]") {
    Holders world;
    world.truth.bounds["kept"] = {ChunkHandle{9}, {world.id("cs5")}};
    TargetSpec spec = all_servers();
    spec.holds = HeldChunk{{}, {}, "kept"};
    CHECK(chosen(world, spec) == Log{"cs1", "cs3", "cs4"});
    CHECK(world.plan().targets().named_chunk("t") == ChunkHandle{9});
    CHECK(world.plan().targets().named_chunk("kept") == ChunkHandle{9});
    CHECK(world.plan().targets().is_named("kept", world.id("cs5")));
    CHECK_FALSE(world.plan().targets().is_named("kept", world.id("cs1")));
}

TEST_CASE("target: count says how many of them", "[faults]") {
    World world;
    const auto count = [&](TargetSpec::Count kind, std::uint32_t number, sim::Ratio percent) {
        TargetSpec spec = servers();
        spec.count_kind = kind;
        spec.count = number;
        spec.percent = percent;
        return chosen(world, spec).size();
    };
    using Count = TargetSpec::Count;
    CHECK(count(Count::number, 2, {}) == 2);
    CHECK(count(Count::number, 9, {}) == 5);
    CHECK(count(Count::majority, 0, {}) == 3);
    CHECK(count(Count::minority, 0, {}) == 2);
    CHECK(count(Count::percent, 0, {40, 100}) == 2);
    CHECK(count(Count::percent, 0, {41, 100}) == 3);
    CHECK(count(Count::percent, 0, {1, 100}) == 1);
    CHECK(count(Count::percent, 0, {0, 100}) == 0);
}

TEST_CASE("target: of an even number a majority is more than half, a minority less", "[faults]") {
    World world;
    world.machines.crash(world.id("cs5"));
    TargetSpec spec = servers();
    spec.count_kind = TargetSpec::Count::majority;
    CHECK(chosen(world, spec).size() == 3);
    spec.count_kind = TargetSpec::Count::minority;
    CHECK(chosen(world, spec).size() == 1);
}

TEST_CASE("target: leave spares so many, also from all", "[faults]") {
    World world;
    TargetSpec spec = all_servers();
    spec.leave = 2;
    CHECK(chosen(world, spec) == Log{"cs1", "cs2", "cs3"});
    spec.leave = 9;
    CHECK(chosen(world, spec).empty());
}

TEST_CASE("target: pick says which of them", "[faults]") {
    World world;
    world.truth.load = {{world.id("cs2"), 50}, {world.id("cs4"), 90}, {world.id("cs5"), 50}};
    const auto two = [&](TargetSpec::Pick pick) {
        TargetSpec spec = servers();
        spec.count = 2;
        spec.pick = pick;
        return chosen(world, spec);
    };
    using Pick = TargetSpec::Pick;
    CHECK(two(Pick::first) == Log{"cs1", "cs2"});
    CHECK(two(Pick::last) == Log{"cs4", "cs5"});
    CHECK(two(Pick::most_loaded) == Log{"cs2", "cs4"});  // of equals the first
    CHECK(two(Pick::least_loaded) == Log{"cs1", "cs3"});
}

TEST_CASE("target: random choices come from the seed and the target's name alone", "[faults]") {
    const auto pick = [](std::uint64_t seed, const std::string& other) {
        World world(seed);
        TargetSpec spec = servers();
        spec.pick = TargetSpec::Pick::random;
        TargetSpec second = spec;
        second.name = other;
        FaultPlan& plan = world.start({{second, spec}, {}});
        if (!other.empty()) plan.targets().use(target(other));
        return plan.targets().use(target("t")).hosts;
    };
    std::set<std::vector<HostId>> results;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CHECK(pick(seed, "a") == pick(seed, "b"));
        results.insert(pick(seed, "a"));
    }
    CHECK(results.size() == 5);
}

TEST_CASE("target: it binds at its first use and stays who it is", "[faults]") {
    Holders world;
    TargetSpec spec = servers();
    spec.holds = HeldChunk{"/log", ChunkIndex{0}, {}};
    spec.as = TargetSpec::As::primary;
    const FaultSpec first = named(fault_on(10ms, "isolate", target("t"), 5ms), "first");
    const FaultSpec second = named(fault_on(30ms, "isolate", target("t"), 5ms), "second");
    world.start({{spec}, {first, second}});
    world.engine().at(at(20ms), [&] { world.truth.primaries[ChunkHandle{9}] = world.id("cs4"); });
    world.run_until(50ms);
    CHECK(world.log == Log{"10ms bound t cs3", "10ms fired first cs3", "15ms healed first",
                           "30ms fired second cs3", "35ms healed second"});
    const TargetReport report = world.plan().report().targets.at(0);
    REQUIRE(report.bindings.size() == 1);
    CHECK(report.bindings[0].hosts == Log{"cs3"});
    CHECK(report.bindings[0].at == at(10ms));
}

TEST_CASE("target: with each_use it is chosen anew", "[faults]") {
    Holders world;
    TargetSpec spec = servers();
    spec.holds = HeldChunk{"/log", ChunkIndex{0}, {}};
    spec.as = TargetSpec::As::primary;
    spec.resolve = TargetSpec::Resolve::each_use;
    FaultSpec isolate = fault_on(10ms, "isolate", target("t"), 5ms);
    isolate.start.kind = Start::Kind::every;
    isolate.start.period = sim::Distribution::constant(10'000'000);
    world.start({{spec}, {isolate}});
    world.engine().at(at(15ms), [&] { world.truth.primaries[ChunkHandle{9}] = world.id("cs4"); });
    world.run_until(25ms);
    CHECK(world.plan().report().targets.at(0).bindings.size() == 2);
    CHECK(world.report("isolate").firings.at(0).targets == Log{"cs3"});
    CHECK(world.report("isolate").firings.at(1).targets == Log{"cs4"});
}

TEST_CASE("target: resolved at the start it binds before anything happens", "[faults]") {
    World world;
    TargetSpec spec = servers();
    spec.resolve = TargetSpec::Resolve::start;
    const FaultSpec crash = fault_on(10ms, "crash", actor("cs1"));
    const FaultSpec isolate = fault_on(20ms, "isolate", target("t"));
    world.start({{spec}, {crash, isolate}});
    world.run_until(30ms);
    CHECK(world.log == Log{"0s bound t cs1", "10ms fired crash cs1", "20ms fired isolate cs1"});
}

TEST_CASE("target: bind_on names another moment, and before it the target is nobody", "[faults]") {
    World world;
    TargetSpec spec = servers();
    spec.bind_on = heartbeats(2, "cs5");
    const FaultSpec early = named(fault_on(10ms, "isolate", target("t")), "early");
    const FaultSpec late = named(fault_on(60ms, "isolate", target("t")), "late");
    world.heartbeat_at(20ms, "cs5");
    world.heartbeat_at(30ms, "cs4");
    world.heartbeat_at(40ms, "cs5");
    world.start({{spec}, {early, late}});
    world.run_until(70ms);
    CHECK(world.log == Log{"10ms refused early: @t is not bound yet: event heartbeat.sent seen 0 "
                           "times, needed 2",
                           "40ms bound t cs1", "60ms fired late cs1"});
    const TargetReport report = world.plan().report().targets.at(0);
    REQUIRE(report.empty);
    CHECK(report.empty->at == at(10ms));
    CHECK(report.empty->unbound);
}

TEST_CASE("target: in a match it binds at the first event that could be it", "[faults]") {
    Holders world;
    TargetSpec spec = servers();
    spec.holds = HeldChunk{"/log", ChunkIndex{0}, {}};
    spec.as = TargetSpec::As::primary;
    Trigger trigger = heartbeats(2, "ignored");
    MatchValue value;
    value.kind = MatchValue::Kind::named;
    value.text = "t";
    trigger.event.pattern.conditions[0].values = {value};
    world.start({{spec}, {when(fault_on(0s, "isolate", target("t")), trigger)}});
    world.heartbeat_at(10ms, "cs1");  // not the primary
    world.heartbeat_at(20ms, "cs3");
    world.engine().at(at(25ms), [&] { world.truth.primaries[ChunkHandle{9}] = world.id("cs4"); });
    world.heartbeat_at(30ms, "cs4");  // the primary now, but not the target
    world.heartbeat_at(40ms, "cs3");
    world.run_until(50ms);
    CHECK(world.log == Log{"20ms bound t cs3", "40ms fired isolate cs3"});
}

TEST_CASE("role: after a failover it is the machine that acts as master now", "[faults]") {
    World world;
    TargetSpec master;
    master.name = "m";
    master.role = MachineRole::master;
    const FaultSpec first = named(fault_on(10ms, "pause", role(MachineRole::master), 5ms), "first");
    const FaultSpec then = named(fault_on(30ms, "pause", role(MachineRole::master), 5ms), "then");
    const FaultSpec chosen = named(fault_on(50ms, "pause", target("m"), 5ms), "chosen");
    const FaultSpec by_name = named(fault_on(70ms, "pause", actor("master"), 5ms), "by-name");
    const FaultSpec logs =
        named(fault_on(90ms, "pause", role(MachineRole::log_replica), 5ms), "logs");
    world.start({{master}, {first, then, chosen, by_name, logs}});
    world.engine().at(at(20ms), [&] {
        world.machines.become(world.id("master"), MachineRole::log_replica);
        world.machines.become(world.id("cs4"), MachineRole::master);
    });
    world.run_until(100ms);
    const auto hit = [&](const char* name) { return world.report(name).firings.at(0).targets; };
    CHECK(hit("first") == Log{"master"});
    CHECK(hit("then") == Log{"cs4"});
    CHECK(hit("chosen") == Log{"cs4"});
    CHECK(hit("by-name") == Log{"master"});
    CHECK(hit("logs") == Log{"master"});
}

}  // namespace
}  // namespace gfs::faults::testing
