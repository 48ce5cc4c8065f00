// SPDX-License-Identifier: Apache-2.0
// The fault budget: what random faults must leave standing, and the calm at the end of a run.

#include <catch2/catch.hpp>

#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

FaultSpec random(FaultSpec fault) {
    fault.random = true;
    fault.optional = true;
    return fault;
}

FaultSpec crash(const std::string& name, Duration start, const std::string& server,
                std::optional<Duration> duration = std::nullopt) {
    return named(fault_on(start, "crash", actor(server), duration), name);
}

PlanSpec plan_of(std::vector<FaultSpec> faults, BudgetSpec budget) {
    PlanSpec plan;
    plan.faults = std::move(faults);
    plan.budget = budget;
    return plan;
}

BudgetSpec at_least_up(std::uint32_t servers) {
    BudgetSpec budget;
    budget.min_up = servers;
    return budget;
}

TEST_CASE("budget: a random fault waits until enough servers are up", "[faults][budget]") {
    World world;
    world.start(plan_of({random(crash("one", 1s, "cs1", 5s)), random(crash("two", 2s, "cs2"))},
                        at_least_up(4)));
    world.run_until(10s);
    CHECK(world.log == Log{"1s fired one cs1",
                           "2s refused two: put off: 3 chunkservers would be left, min_up is 4",
                           "6s healed one", "6s fired two cs2"});
    const FaultReport two = world.report("two");
    REQUIRE(two.deferrals.size() == 1);
    CHECK(two.deferrals[0].since == at(2s));
    CHECK(two.deferrals[0].until == at(6s));
    CHECK_FALSE(two.deferrals[0].given_up);
}

TEST_CASE("budget: a fault that somebody wrote on purpose does not wait", "[faults][budget]") {
    World world;
    world.start(plan_of({random(crash("one", 1s, "cs1")), crash("two", 2s, "cs2")},
                        at_least_up(4)));
    world.run_until(10s);
    CHECK(world.log == Log{"1s fired one cs1", "2s fired two cs2"});
}

TEST_CASE("budget: without one, random faults do not wait either", "[faults][budget]") {
    World world;
    world.start(plan_of({random(crash("one", 1s, "cs1")), random(crash("two", 2s, "cs2"))}, {}));
    world.run_until(10s);
    CHECK(world.log == Log{"1s fired one cs1", "2s fired two cs2"});
}

TEST_CASE("budget: what is put off for too long is given up", "[faults][budget]") {
    World world;
    BudgetSpec budget = at_least_up(5);
    budget.give_up_after = 3s;
    world.start(plan_of({random(crash("one", 1s, "cs1"))}, budget));
    world.run_until(20s);
    CHECK(world.log == Log{"1s refused one: put off: 4 chunkservers would be left, min_up is 5"});
    const FaultReport one = world.report("one");
    REQUIRE(one.deferrals.size() == 1);
    CHECK(one.deferrals[0].given_up);
    CHECK_FALSE(one.vacuous);
    CHECK(one.never_fired == "the budget: 4 chunkservers would be left, min_up is 5");
}

TEST_CASE("budget: paused and isolated servers are not up", "[faults][budget]") {
    World world;
    const FaultSpec pause = named(fault_on(1s, "pause", actor("cs1"), 5s), "pause");
    const FaultSpec cut = named(fault_on(1s, "isolate", actor("cs2"), 5s), "cut");
    world.start(plan_of({pause, cut, random(crash("one", 2s, "cs3"))}, at_least_up(3)));
    world.run_until(4s);
    CHECK(world.report("one").firings.empty());
    CHECK(world.report("one").deferrals.size() == 1);
    world.run_until(7s);
    CHECK(world.report("one").firings.size() == 1);
}

TEST_CASE("budget: a chunk keeps its good copies", "[faults][budget]") {
    World world;
    world.truth.replicas[ChunkHandle{7}] = {world.id("cs1"), world.id("cs2")};
    BudgetSpec budget;
    budget.min_copies = 1;
    world.start(plan_of({random(crash("one", 1s, "cs1")), random(crash("two", 2s, "cs2")),
                         random(crash("three", 3s, "cs3"))},
                        budget));
    world.run_until(4s);
    CHECK(world.log ==
          Log{"1s fired one cs1",
              "2s refused two: put off: chunk 7 would have 0 good copies, min_copies is 1",
              "3s fired three cs3"});
}

TEST_CASE("budget: what destroys copies needs no machine to go down", "[faults][budget]") {
    CHECK(what_it_takes("wipe") == Takes::copies);
    CHECK(what_it_takes("bitrot") == Takes::one_copy);
    World world;
    world.truth.replicas[ChunkHandle{7}] = {world.id("cs1")};
    BudgetSpec budget = at_least_up(5);
    budget.min_copies = 1;
    world.start(
        plan_of({random(named(fault_on(1s, "wipe", actor("cs1")), "empty"))}, budget));
    world.run_until(2s);
    CHECK(world.log ==
          Log{"1s refused empty: put off: chunk 7 would have 0 good copies, min_copies is 1"});
}

TEST_CASE("budget: a copy that may be counted out is not one to fall back on",
          "[faults][budget]") {
    World world;
    world.truth.replicas[ChunkHandle{7}] = {world.id("cs1"), world.id("cs2")};
    world.truth.failed = {world.id("cs2")};
    BudgetSpec budget;
    budget.min_copies = 1;
    SECTION("when the only other one is destroyed") {
        world.start(
            plan_of({random(named(fault_on(1s, "wipe", actor("cs1")), "empty"))}, budget));
        world.run_until(2s);
        CHECK(world.log == Log{"1s refused empty: put off: chunk 7 would have 0 good copies, "
                               "min_copies is 1"});
    }
    SECTION("but may be destroyed itself") {
        world.start(
            plan_of({random(named(fault_on(1s, "wipe", actor("cs2")), "empty"))}, budget));
        world.run_until(2s);
        // The budget has nothing against it; this world has no disks to empty.
        CHECK(world.log == Log{"1s refused empty: cs2 is no chunkserver"});
    }
    SECTION("unless it is the last") {
        world.truth.replicas[ChunkHandle{7}] = {world.id("cs2")};
        world.start(
            plan_of({random(named(fault_on(1s, "wipe", actor("cs2")), "empty"))}, budget));
        world.run_until(2s);
        CHECK(world.log == Log{"1s refused empty: put off: chunk 7 would have 0 good copies, "
                               "min_copies is 1"});
    }
    SECTION("and serves while a machine is down that comes back") {
        world.start(plan_of({random(crash("one", 1s, "cs1"))}, budget));
        world.run_until(2s);
        CHECK(world.report("one").firings.size() == 1);
    }
}

TEST_CASE("budget: damage that nobody knows of leaves two, of which one may be counted out",
          "[faults][budget]") {
    World world;
    world.truth.chunks["/f#0"] = ChunkHandle{7};
    std::vector<ServerId>& replicas = world.truth.replicas[ChunkHandle{7}];
    replicas = {world.id("cs1"), world.id("cs2"), world.id("cs3")};
    BudgetSpec budget;
    budget.min_copies = 1;
    FaultSpec fault = random(named(fault_on(1s, "bitrot", actor("cs1")), "one"));
    fault.chunk = HeldChunk{"/f", ChunkIndex{0}, {}};
    const Log allowed{"1s refused one: cs1 is no chunkserver"};  // this world has no disks
    const Log put_off{"1s refused one: put off: chunk 7 would have 1 good copies beside one that "
                      "is bad unseen, and 2 are needed"};
    const auto log_of = [&] {
        world.start(plan_of({fault}, budget));
        world.run_until(1500ms);
        return world.log;
    };
    SECTION("they are there") { CHECK(log_of() == allowed); }
    SECTION("one is not") {
        replicas.pop_back();
        CHECK(log_of() == put_off);
    }
    SECTION("one failed in a mutation") {
        world.truth.failed = {world.id("cs3")};
        CHECK(log_of() == put_off);
    }
    SECTION("one is paused") {
        world.host("cs3").pause();
        CHECK(log_of() == put_off);
    }
    SECTION("its machine is down, and brings back the only one") {
        replicas = {world.id("cs1")};
        world.host("cs1").kill();
        CHECK(log_of() ==
              Log{"1s refused one: put off: chunk 7 would have 0 good copies, min_copies is 1"});
    }
    SECTION("its own copy is not good") {
        replicas = {world.id("cs2")};
        CHECK(log_of() == allowed);
    }
    SECTION("a file that disappears is noticed") {
        fault.kind = "lose_chunk";
        replicas.pop_back();
        CHECK(log_of() == allowed);
    }
    SECTION("without a budget nothing is put off") {
        budget.min_copies.reset();
        replicas = {world.id("cs1")};
        CHECK(log_of() == allowed);
    }
}

TEST_CASE("budget: the operation log stays readable", "[faults][budget]") {
    World world;
    world.truth.logs = {world.id("master"), world.id("cs5")};
    BudgetSpec budget;
    budget.master_log_copies = 2;
    world.start(plan_of({random(crash("one", 1s, "master"))}, budget));
    world.run_until(2s);
    CHECK(world.log == Log{"1s refused one: put off: 1 copies of the operation log would be left, "
                           "master_log_copies is 2"});
}

TEST_CASE("budget: what has gone below it already does not hold up others", "[faults][budget]") {
    World world;
    world.truth.replicas[ChunkHandle{7}] = {world.id("cs1"), world.id("cs2")};
    BudgetSpec budget;
    budget.min_copies = 2;
    world.start(plan_of({crash("meant", 1s, "cs1"), random(crash("other", 2s, "cs4"))}, budget));
    world.run_until(3s);
    CHECK(world.report("other").firings.size() == 1);
}

TEST_CASE("budget: messages and links take nothing away", "[faults][budget]") {
    World world;
    world.start(plan_of(
        {random(named(fault_between(1s, "partition", actor("cs1"), actor("master")), "cut"))},
        at_least_up(5)));
    world.run_until(2s);
    CHECK(world.report("cut").firings.size() == 1);
}

// Of those who are up one is chosen at each use.
PlanSpec crash_of_any(BudgetSpec budget, std::uint32_t count = 1) {
    TargetSpec any;
    any.name = "any";
    any.count = count;
    any.resolve = TargetSpec::Resolve::each_use;
    PlanSpec plan = plan_of({random(fault_on(1s, "crash", target("any"), 2s))}, budget);
    plan.faults[0].start.kind = Start::Kind::every;
    plan.faults[0].start.period = sim::Distribution::constant(5'000'000'000);
    plan.targets = {any};
    return plan;
}

TEST_CASE("budget: of a target that is chosen anew each time, those who are drawn are asked about",
          "[faults][budget]") {
    World world;
    world.start(crash_of_any(at_least_up(4)));
    world.run_until(19s);
    CHECK(world.report("crash").deferrals.empty());
    REQUIRE(world.report("crash").firings.size() == 3);
    const TargetReport report = world.plan().report().targets.at(0);
    REQUIRE(report.bindings.size() == 3);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(report.bindings[i].hosts == world.report("crash").firings[i].targets);
}

TEST_CASE("budget: it takes no other draws than a fault that asks nobody", "[faults][budget]") {
    const auto hosts = [](const BudgetSpec& budget) {
        World world;
        world.start(crash_of_any(budget, 2));
        world.run_until(60s);
        std::vector<Log> all;
        const TargetReport report = world.plan().report().targets.at(0);
        for (const auto& binding : report.bindings) all.push_back(binding.hosts);
        return all;
    };
    CHECK(hosts({}).size() == 12);
    CHECK(hosts({}) == hosts(at_least_up(3)));
}

TEST_CASE("budget: those who are drawn and may not be hit put the fault off, with the true reason",
          "[faults][budget]") {
    World world;
    BudgetSpec budget = at_least_up(4);
    budget.give_up_after = 3s;
    world.start(crash_of_any(budget, 2));
    world.run_until(9s);
    CHECK(world.log == Log{"5s refused crash: put off: 3 chunkservers would be left, min_up is 4"});
    CHECK(world.plan().report().targets.at(0).bindings.empty());
}

TEST_CASE("budget: what is put off draws anew when it asks again", "[faults][budget]") {
    // Everybody but cs4 has the only copy of something.
    int put_off = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        World world(seed);
        for (const int i : {1, 2, 3, 5})
            world.truth.replicas[ChunkHandle{static_cast<std::uint64_t>(i)}] = {
                world.id("cs" + std::to_string(i))};
        BudgetSpec budget;
        budget.min_copies = 1;
        PlanSpec plan = crash_of_any(budget);
        plan.faults[0].start.times = 1;
        world.start(plan);
        world.run_until(60s);
        const FaultReport crash = world.report("crash");
        for (const auto& firing : crash.firings) CHECK(firing.targets == Log{"cs4"});
        put_off += crash.deferrals.empty() ? 0 : 1;
        CHECK(crash.firings.size() == 1);
    }
    CHECK(put_off >= 5);
}

TEST_CASE("calm: what lasts ends, and nothing begins any more", "[faults][budget]") {
    World world;
    PlanSpec plan = plan_of({crash("one", 1s, "cs1"), crash("late", 6s, "cs2"),
                             random(crash("waits", 2s, "cs3"))},
                            at_least_up(4));
    plan.calm = 5s;
    world.start(plan);
    world.run_until(20s);
    CHECK(world.host("cs1").up());
    CHECK(world.report("one").firings.at(0).healed == at(5s));
    CHECK(world.report("late").firings.empty());
    CHECK(world.report("waits").firings.empty());
    CHECK(world.report("waits").deferrals.at(0).given_up);
}

}  // namespace
}  // namespace gfs::faults::testing
