// SPDX-License-Identifier: Apache-2.0
// Faults of the network and of machines, further: the end of one of two, the order of letting go,
// bulk data, and machines that join in the midst of a fault.

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "sim/network/transfer.h"
#include "tests/faults/fault_world.h"

namespace gfs::faults::testing {
namespace {

TEST_CASE("link: when the later of two changes heals, the earlier one holds again", "[faults]") {
    World world;
    FaultSpec first = named(fault_between(0ms, "link", actor("w.1"), actor("cs1"), 100ms), "first");
    first.link.latency = sim::Distribution::constant(1'000'000);
    FaultSpec later =
        named(fault_between(10ms + 500us, "link", actor("w.1"), actor("cs1"), 10ms), "later");
    later.link.latency = sim::Distribution::constant(400'000'000);
    world.start({{}, {first, later}});
    world.ping("w.1", "cs1", 150);
    world.run_until(1s);
    const std::vector<sim::Time>& arrived = world.process("cs1").pinged_at;
    REQUIRE(arrived.size() == 150);
    const auto arrived_by = [&](Duration from, Duration to) {
        return std::count_if(arrived.begin(), arrived.end(), [&](sim::Time time) {
            return time > at(from) && time < at(to);
        });
    };
    CHECK(arrived[0] > at(2ms));                          // the first: a millisecond
    CHECK(arrived[0] < at(2ms + 200us));
    CHECK(arrived_by(411ms, 422ms) >= 10);                // the later
    CHECK(arrived_by(411ms, 1s) == 150 - arrived_by(0ms, 411ms));
}

// Who was heard of first when three hosts that had been clogged were let go.
Log freed(ReleaseOrder order, std::uint64_t seed = 7) {
    struct Deliveries final : sim::EventObserver {
        explicit Deliveries(World& all) : world(all) { world.engine().observe(*this); }
        void on_event(const sim::Event& event) override {
            const HostId to{static_cast<std::uint32_t>(event.fields[2])};
            if (event.kind == sim::event::message_delivered && to != world.id("w.1"))
                names.push_back(world.engine().host(to).name());
        }
        World& world;
        Log names;
    };
    World world(seed);
    Deliveries deliveries(world);
    FaultSpec fault = fault_on(0ms, "clog", rack("r2"), 60ms);
    fault.order = order;
    world.start(fault);
    for (const std::string host : {"cs5", "cs3", "cs4"}) world.ping("w.1", host, 1);
    world.run_until(100ms);
    return deliveries.names;
}

TEST_CASE("clog: hosts are let go in the order that is said", "[faults]") {
    CHECK(freed(ReleaseOrder::same) == Log{"cs3", "cs4", "cs5"});
    CHECK(freed(ReleaseOrder::reverse) == Log{"cs5", "cs4", "cs3"});
    std::set<Log> orders;
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        orders.insert(freed(ReleaseOrder::random, seed));
    CHECK(orders.size() > 3);
}

// 1 MB from w.1 to cs1 from the first millisecond on, which takes 80 ms: when it was there.
Task<void> transfer(World& world, std::optional<sim::Time>& received) {
    const auto data =
        sim::Transfer::start(world.machines.network(), world.id("w.1"), world.id("cs1"), 1'000'000);
    const auto arrived = co_await data->received(world.host("cs1"), 10s);
    if (arrived) received = world.engine().now();
}
std::optional<sim::Time> transfer_with(const std::optional<FaultSpec>& fault) {
    World world;
    if (fault) world.start(*fault);
    std::optional<sim::Time> received;
    world.engine().at(at(1ms),
                      [&] { world.host("cs1").spawn("transfer", transfer(world, received)); });
    world.run_until(20s);
    return received;
}

TEST_CASE("clog: flows that run go on", "[faults]") {
    const auto alone = transfer_with(std::nullopt);
    REQUIRE(alone.has_value());
    CHECK(transfer_with(fault_on(40ms, "clog", actor("cs1"), 10s)) == alone);
}

TEST_CASE("link: bulk data is not touched where every message is damaged", "[faults]") {
    FaultSpec noisy = fault_between(0ms, "link", actor("w.1"), actor("cs1"));
    noisy.link.corrupt = sim::Ratio{1, 1};
    CHECK(transfer_with(noisy) == transfer_with(std::nullopt));
}

Task<void> ask_three_times(World& world, int& answers) {
    for (int i = 0; i < 3; ++i) {
        const Ping ping{};
        const auto answer = co_await sim::call(world.host("w.1"), world.id("cs1"), ping, 100ms);
        if (answer.ok()) ++answers;
    }
}

TEST_CASE("duplicate: a second copy of a reply finds nobody who waits", "[faults]") {
    struct Replies final : sim::EventObserver {
        explicit Replies(World& all) : world(all) { world.engine().observe(*this); }
        void on_event(const sim::Event& event) override {
            const HostId to{static_cast<std::uint32_t>(event.fields[2])};
            if (event.kind == sim::event::message_delivered && to == world.id("w.1")) ++delivered;
        }
        World& world;
        int delivered = 0;
    };
    World world;
    Replies replies(world);
    FaultSpec twice = fault_at(0ms, "duplicate", "twice");
    twice.message.type = "PingReply";
    twice.message.count = 2;
    world.start(twice);
    int answers = 0;
    world.host("w.1").spawn("ask", ask_three_times(world, answers));
    world.run_until(1s);
    CHECK(answers == 3);
    CHECK(world.process("cs1").pinged == 3);
    CHECK(replies.delivered == 5);
}

FaultSpec rack_fault(Duration start, const std::string& kind, const std::string& rack_name) {
    FaultSpec fault = fault_at(start, kind, kind);
    fault.rack = rack_name;
    return fault;
}

TEST_CASE("switch_off: a machine that joins the rack meanwhile is not hit", "[faults]") {
    World world;
    FaultSpec off = rack_fault(20ms, "switch_off", "r2");
    off.rack_loses = GENERATE(RackLoss::power, RackLoss::network);
    off.duration = 50ms;
    world.start({{}, {off, rack_fault(30ms, "add", "r2")}});
    world.run_until(60ms);
    CHECK(world.host("cs6").up());
    CHECK_FALSE(world.cut("cs6", "master"));
    CHECK((world.cut("cs3", "master") || !world.host("cs3").up()));
    world.run_until(100ms);
    CHECK(world.host("cs6").incarnation() == 1);  // the heal does not start it again
    CHECK(world.report("switch_off").firings.at(0).targets == Log{"cs3", "cs4", "cs5"});
}

TEST_CASE("add: a target that has bound before stays who it was", "[faults]") {
    World world;
    TargetSpec before;
    before.name = "before";
    before.count_kind = TargetSpec::Count::all;
    TargetSpec later = before;
    later.name = "later";
    const FaultSpec first = named(fault_on(10ms, "pause", target("before"), 1ms), "first");
    const FaultSpec again = named(fault_on(30ms, "pause", target("before"), 1ms), "again");
    const FaultSpec then = named(fault_on(40ms, "pause", target("later"), 1ms), "then");
    world.start({{before, later}, {first, rack_fault(20ms, "add", "r1"), again, then}});
    world.run_until(100ms);
    const auto hit = [&](const char* name) { return world.report(name).firings.at(0).targets; };
    CHECK(hit("again") == Log{"cs1", "cs2", "cs3", "cs4", "cs5"});
    CHECK(hit("then") == Log{"cs1", "cs2", "cs3", "cs4", "cs5", "cs6"});
}

}  // namespace
}  // namespace gfs::faults::testing
