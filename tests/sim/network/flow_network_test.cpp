// SPDX-License-Identifier: Apache-2.0
#include "sim/network/flow_network.h"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

namespace sim {
namespace {

constexpr Rate mega_bytes_per_second(std::uint64_t mega) {
    return Rate::bytes_per_second(mega * 1'000'000);
}
constexpr std::uint64_t mega_bytes = 1'000'000;
constexpr Time at(Duration since_start) {
    return time_zero + since_start;
}

// Every completion up to the time when nothing moves any more.
std::vector<std::pair<FlowId, Time>> run_to_end(FlowNetwork& network) {
    std::vector<std::pair<FlowId, Time>> completions;
    for (Time now = network.next_completion(); now != time_never; now = network.next_completion()) {
        while (const auto completion = network.pop_completed(now)) {
            completions.emplace_back(completion->flow, completion->time);
        }
    }
    return completions;
}

using Completions = std::vector<std::pair<FlowId, Time>>;

TEST_CASE("flow network: without flows nothing will complete", "[network][flows]") {
    FlowNetwork network;
    const LinkId link = network.add_link(mega_bytes_per_second(100));
    CHECK(network.next_completion() == time_never);
    CHECK(!network.pop_completed(at(1s)));
    CHECK(network.load(at(1s), link) == Rate{});
    CHECK(network.bytes_carried(at(1s), link) == 0);
}

TEST_CASE("flow network: a flow alone runs at the speed of its slowest link", "[network][flows]") {
    FlowNetwork network;
    const LinkId fast = network.add_link(mega_bytes_per_second(100));
    const LinkId slow = network.add_link(mega_bytes_per_second(40));
    const FlowId flow = network.start(at(1s), std::vector{fast, slow}, 80 * mega_bytes);
    CHECK(network.rate(at(1s), flow) == mega_bytes_per_second(40));
    CHECK(network.utilisation_ppm(at(1s), fast) == 400'000);
    CHECK(network.utilisation_ppm(at(1s), slow) == 1'000'000);
    CHECK(run_to_end(network) == Completions{{flow, at(3s)}});
}

TEST_CASE("flow network: a flow without bytes or without links is complete at once",
          "[network][flows]") {
    FlowNetwork network;
    const LinkId link = network.add_link(mega_bytes_per_second(100));
    const FlowId moving = network.start(at(1s), std::vector{link}, 100 * mega_bytes);
    const FlowId no_bytes = network.start(at(1s), std::vector{link}, 0);
    const FlowId same_host = network.start(at(1s), {}, 100 * mega_bytes);
    CHECK(network.next_completion() == at(1s));
    CHECK(network.bytes_done(at(1s), same_host) == 100 * mega_bytes);
    CHECK(network.rate(at(1s), same_host) == Rate{});
    CHECK(run_to_end(network) ==
          Completions{{no_bytes, at(1s)}, {same_host, at(1s)}, {moving, at(2s)}});
}

TEST_CASE("flow network: a link that a chain passes twice carries every byte twice",
          "[network][flows]") {
    FlowNetwork network;
    const LinkId first_nic = network.add_link(mega_bytes_per_second(100));
    const LinkId uplink = network.add_link(mega_bytes_per_second(90));
    const LinkId second_nic = network.add_link(mega_bytes_per_second(100));
    // The client's data leave the rack, and the first replica sends them out of its rack, which is
    // the same one.
    const FlowId chain = network.start(
        time_zero, std::vector{first_nic, uplink, second_nic, uplink}, 45 * mega_bytes);
    CHECK(network.rate(time_zero, chain) == mega_bytes_per_second(45));
    const FlowId single = network.start(time_zero, std::vector{uplink}, 90 * mega_bytes);
    CHECK(network.rate(time_zero, chain) == mega_bytes_per_second(30));
    CHECK(network.rate(time_zero, single) == mega_bytes_per_second(30));
    CHECK(network.load(time_zero, uplink) == mega_bytes_per_second(90));
    CHECK(network.bytes_carried(at(1s), uplink) == 90 * mega_bytes);
    CHECK(network.bytes_carried(at(1s), first_nic) == 30 * mega_bytes);
    CHECK(run_to_end(network) == Completions{{chain, at(1500ms)}, {single, at(2s)}});
    CHECK(network.bytes_carried(at(2s), uplink) == 180 * mega_bytes);
}

TEST_CASE("flow network: a flow keeps to its rate limit and leaves the rest to others",
          "[network][flows]") {
    FlowNetwork network;
    const LinkId link = network.add_link(mega_bytes_per_second(100));
    const FlowId limited =
        network.start(time_zero, std::vector{link}, 20 * mega_bytes, mega_bytes_per_second(20));
    const FlowId free = network.start(time_zero, std::vector{link}, 180 * mega_bytes);
    CHECK(network.rate(time_zero, limited) == mega_bytes_per_second(20));
    CHECK(network.rate(time_zero, free) == mega_bytes_per_second(80));
    CHECK(run_to_end(network) == Completions{{limited, at(1s)}, {free, at(2s)}});

    SECTION("a later flow has a limit of its own") {
        const FlowId later =
            network.start(at(2s), std::vector{link}, 50 * mega_bytes, mega_bytes_per_second(50));
        CHECK(network.rate(at(2s), later) == mega_bytes_per_second(50));
    }
    SECTION("a limit holds on one host too, where no link does") {
        const FlowId local = network.start(at(2s), {}, 5 * mega_bytes, mega_bytes_per_second(5));
        CHECK(run_to_end(network) == Completions{{local, at(3s)}});
    }
}

TEST_CASE("flow network: across a cut link nothing moves until it is restored",
          "[network][flows]") {
    FlowNetwork network;
    const LinkId cut = network.add_link(mega_bytes_per_second(100));
    const LinkId whole = network.add_link(mega_bytes_per_second(100));
    const FlowId across = network.start(time_zero, std::vector{cut, whole}, 100 * mega_bytes);
    const FlowId beside = network.start(time_zero, std::vector{whole}, 150 * mega_bytes);

    network.set_capacity(at(1s), cut, Rate{});
    CHECK(network.rate(at(1s), across) == Rate{});
    CHECK(network.bytes_done(at(1s), across) == 50 * mega_bytes);
    CHECK(network.utilisation_ppm(at(1s), cut) == 0);
    CHECK(run_to_end(network) == Completions{{beside, at(2s)}});
    CHECK(network.next_completion() == time_never);
    CHECK(network.bytes_done(at(10s), across) == 50 * mega_bytes);

    network.set_capacity(at(10s), cut, mega_bytes_per_second(25));
    CHECK(run_to_end(network) == Completions{{across, at(12s)}});
}

TEST_CASE("flow network: a flow that starts across a cut link waits for it", "[network][flows]") {
    FlowNetwork network;
    const LinkId link = network.add_link(Rate{});
    const FlowId flow = network.start(time_zero, std::vector{link}, 100 * mega_bytes);
    CHECK(network.next_completion() == time_never);
    network.set_capacity(at(5s), link, mega_bytes_per_second(100));
    CHECK(run_to_end(network) == Completions{{flow, at(6s)}});
}

// A level that changes at the instant of a start once escaped the newcomer.
TEST_CASE("flow network: a link that is cut at the instant when a flow starts holds it",
          "[network][flows]") {
    FlowNetwork network;
    const LinkId narrow = network.add_link(mega_bytes_per_second(50));
    const LinkId wide = network.add_link(mega_bytes_per_second(100));
    const FlowId beside = network.start(time_zero, std::vector{narrow}, 100 * mega_bytes);
    const FlowId across = network.start(at(1s), std::vector{narrow, wide}, 50 * mega_bytes);
    network.set_capacity(at(1s), wide, Rate{});
    CHECK(network.rate(at(1s), across) == Rate{});
    CHECK(network.rate(at(1s), beside) == mega_bytes_per_second(50));
}

TEST_CASE("flow network: a cancelled flow leaves its share to the others", "[network][flows]") {
    FlowNetwork network;
    const LinkId link = network.add_link(mega_bytes_per_second(100));
    const FlowId stays = network.start(time_zero, std::vector{link}, 150 * mega_bytes);
    const FlowId goes = network.start(time_zero, std::vector{link}, 150 * mega_bytes);
    network.cancel(at(1s), goes);
    CHECK(!network.contains(goes));
    CHECK(network.rate(at(1s), stays) == mega_bytes_per_second(100));
    CHECK(network.bytes_carried(at(1s), link) == 100 * mega_bytes);
    CHECK(run_to_end(network) == Completions{{stays, at(2s)}});
}

TEST_CASE("flow network: a completion that was not collected can be withdrawn",
          "[network][flows]") {
    FlowNetwork network;
    const LinkId link = network.add_link(mega_bytes_per_second(100));
    const FlowId flow = network.start(time_zero, std::vector{link}, 100 * mega_bytes);
    const FlowId empty = network.start(at(1s), {}, 0);
    CHECK(network.next_completion() == at(1s));
    network.cancel(at(1s), flow);
    CHECK(run_to_end(network) == Completions{{empty, at(1s)}});
    CHECK(network.bytes_carried(at(1s), link) == 100 * mega_bytes);
}

TEST_CASE("flow network: an id is not given out again", "[network][flows]") {
    FlowNetwork network;
    const LinkId link = network.add_link(mega_bytes_per_second(100));
    const FlowId first = network.start(time_zero, std::vector{link}, 1);
    network.cancel(time_zero, first);
    const FlowId second = network.start(time_zero, std::vector{link}, 1);
    CHECK(first != second);
    CHECK(!network.contains(first));
    CHECK(network.contains(second));
    CHECK_THROWS_AS(network.bytes_done(time_zero, first), AssertionFailed);
}

TEST_CASE("flow network: completions of one instant come in the order of starting",
          "[network][flows]") {
    FlowNetwork network;
    std::vector<LinkId> links;
    for (int i = 0; i < 200; ++i) links.push_back(network.add_link(mega_bytes_per_second(100)));
    // Slots are reused in another order than they were first given out.
    std::vector<FlowId> early;
    for (int i = 0; i < 100; ++i) early.push_back(network.start(time_zero, {&links[0], 1}, 1));
    for (std::size_t i = 0; i < early.size(); i += 3) network.cancel(time_zero, early[i]);
    for (std::size_t i = 1; i < early.size(); i += 3) network.cancel(time_zero, early[i]);
    for (std::size_t i = 2; i < early.size(); i += 3) network.cancel(time_zero, early[i]);

    Completions expected;
    for (std::size_t i = links.size(); i-- > 0;) {
        const FlowId flow = network.start(time_zero, {&links[i], 1}, 100 * mega_bytes);
        expected.emplace_back(flow, at(1s));
    }
    CHECK(run_to_end(network) == expected);
}

TEST_CASE("flow network: time may pass over completions, which keep their times",
          "[network][flows]") {
    FlowNetwork network;
    const LinkId link = network.add_link(mega_bytes_per_second(100));
    const FlowId small = network.start(time_zero, std::vector{link}, 50 * mega_bytes);
    const FlowId large = network.start(time_zero, std::vector{link}, 100 * mega_bytes);
    // At 1 s the small one ends, at 1.5 s the large one, alone by then.
    const FlowId late = network.start(at(5s), std::vector{link}, 100 * mega_bytes);
    CHECK(network.next_completion() == at(5s));
    CHECK(run_to_end(network) == Completions{{small, at(1s)}, {large, at(1500ms)}, {late, at(6s)}});
}

TEST_CASE("flow network: thousands of flows that end at one instant cost one visit of each link",
          "[network][flows]") {
    FlowNetwork network;
    const LinkId sink = network.add_link(mega_bytes_per_second(1'000));
    std::vector<LinkId> sources;
    for (int i = 0; i < 5'000; ++i) {
        sources.push_back(network.add_link(mega_bytes_per_second(1)));
        network.start(time_zero, std::vector{sources.back(), sink}, 200'000);
    }
    CHECK(network.next_completion() == at(1s));
    const std::uint64_t before = network.levellings();
    CHECK(run_to_end(network).size() == 5'000);
    CHECK(network.levellings() - before <= 5'001);
}

TEST_CASE("flow network: a change is not noticed beyond the links that it touches",
          "[network][flows]") {
    FlowNetwork network;
    const LinkId here = network.add_link(mega_bytes_per_second(100));
    std::vector<LinkId> others;
    for (int i = 0; i < 1'000; ++i) {
        others.push_back(network.add_link(mega_bytes_per_second(100)));
        network.start(time_zero, std::vector{others.back()}, 1'000 * mega_bytes);
    }
    CHECK(network.next_completion() == at(10s));
    const std::uint64_t before = network.levellings();

    SECTION("elsewhere") {
        const FlowId flow = network.start(at(1s), std::vector{here}, 100 * mega_bytes);
        CHECK(network.next_completion() == at(2s));
        CHECK(network.pop_completed(at(2s))->flow == flow);
        CHECK(network.next_completion() == at(10s));
        CHECK(network.levellings() - before <= 2);
    }
    SECTION("nor on a shared link that has room to spare") {
        const LinkId roomy = network.add_link(mega_bytes_per_second(10'000));
        for (const LinkId link : others) {
            network.start(at(1s), std::vector{link, roomy}, 1'000, mega_bytes_per_second(1));
        }
        network.next_completion();
        const std::uint64_t crowded = network.levellings();
        const FlowId flow = network.start(at(1s), std::vector{here, roomy}, 100 * mega_bytes);
        CHECK(network.rate(at(1s), flow) == mega_bytes_per_second(100));
        CHECK(network.levellings() - crowded <= 2);
    }
}

TEST_CASE("flow network: many changes at one instant are solved together", "[network][flows]") {
    FlowNetwork network;
    const LinkId link = network.add_link(mega_bytes_per_second(100));
    std::vector<FlowId> flows;
    for (int i = 0; i < 1'000; ++i) {
        flows.push_back(network.start(at(1s), std::vector{link}, mega_bytes));
    }
    CHECK(network.levellings() == 0);
    CHECK(network.rate(at(1s), flows.front()) == Rate::bytes_per_second(100'000));
    CHECK(network.levellings() == 1);
    CHECK(run_to_end(network).size() == 1'000);
}

TEST_CASE("flow network: a third of a link rounds up to whole nanoseconds", "[network][flows]") {
    FlowNetwork network;
    const LinkId link = network.add_link(Rate::bytes_per_second(3));
    const FlowId flow = network.start(time_zero, std::vector{link}, 1);
    CHECK(run_to_end(network) == Completions{{flow, time_from_ns(333'333'334)}});
}

}  // namespace
}  // namespace sim
