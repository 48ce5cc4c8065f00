// SPDX-License-Identifier: Apache-2.0
// switch_off and add: a rack goes, and servers come.

#include <catch2/catch.hpp>

#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

FaultSpec rack_fault(Duration start, const std::string& kind, const std::string& rack_name) {
    FaultSpec fault = fault_at(start, kind, kind);
    fault.rack = rack_name;
    return fault;
}

TEST_CASE("switch_off: without power every machine of the rack goes down with its cache",
          "[faults][gfs-4.2]") {
    World world;
    world.start(rack_fault(25ms, "switch_off", "r2"));
    world.run_until(100ms);
    CHECK(world.machines.calls == Log{"power_loss with cache cs3", "power_loss with cache cs4",
                                      "power_loss with cache cs5"});
    CHECK(world.log == Log{"25ms fired switch_off cs3", "25ms fired switch_off cs4",
                           "25ms fired switch_off cs5"});
    CHECK(world.process("cs1").beats.size() == 10);
}

TEST_CASE("switch_off: when the power is back the machines start again", "[faults]") {
    World world;
    FaultSpec off = rack_fault(25ms, "switch_off", "r2");
    off.duration = 50ms;
    world.start(off);
    world.run_until(100ms);
    CHECK(world.host("cs4").incarnation() == 2);
    CHECK(world.process("cs4").beats == std::vector<sim::Time>{at(85ms), at(95ms)});
    CHECK(world.report("switch_off").firings.at(0).healed == at(75ms));
}

TEST_CASE("switch_off: a machine that is down already is refused, the others go", "[faults]") {
    World world;
    const FaultSpec crash = fault_on(10ms, "crash", actor("cs4"));
    world.start({{}, {crash, rack_fault(20ms, "switch_off", "r2")}});
    world.run_until(100ms);
    CHECK(world.log == Log{"10ms fired crash cs4", "20ms fired switch_off cs3",
                           "20ms refused switch_off: cs4 is down", "20ms fired switch_off cs5"});
}

TEST_CASE("switch_off: without its switch the machines run and hear nobody, not each other either",
          "[faults][gfs-4.2]") {
    World world;
    FaultSpec off = rack_fault(20ms, "switch_off", "r2");
    off.rack_loses = RackLoss::network;
    off.duration = 50ms;
    world.start(off);
    world.run_until(30ms);
    CHECK(world.cut("cs1", "cs3"));
    CHECK(world.cut("cs3", "cs1"));
    CHECK(world.cut("cs3", "cs4"));
    CHECK_FALSE(world.cut("cs1", "cs2"));
    CHECK(world.host("cs3").up());
    world.run_until(80ms);
    CHECK_FALSE(world.cut("cs1", "cs3"));
    CHECK(world.process("cs3").beats.size() == 8);
    CHECK(world.machines.calls.empty());
}

TEST_CASE("add: new chunkservers start on the rack under the next free names", "[faults]") {
    World world;
    FaultSpec add = rack_fault(20ms, "add", "r2");
    add.servers = 2;
    world.start(add);
    world.run_until(100ms);
    CHECK(world.machines.calls == Log{"add cs6", "restart cs6", "add cs7", "restart cs7"});
    CHECK(world.log == Log{"20ms fired add cs6", "20ms fired add cs7"});
    CHECK(world.process("cs7").beats.front() == at(30ms));
}

TEST_CASE("add: a later fault can name the servers that joined", "[faults]") {
    World world;
    const FaultSpec crash = fault_on(50ms, "crash", glob("cs6"));
    const FaultSpec off = rack_fault(60ms, "switch_off", "r1");
    world.start({{}, {rack_fault(20ms, "add", "r1"), crash, off}});
    world.run_until(100ms);
    CHECK(world.log.at(1) == "50ms fired crash cs6");
    CHECK(world.log.back() == "60ms refused switch_off: cs6 is down");
}

}  // namespace
}  // namespace gfs::faults::testing
