// SPDX-License-Identifier: Apache-2.0
// What the solver promises to the flow network; the rates themselves are judged through it, in
// flow_property_test.cpp.
#include "sim/network/flow_solver.h"

#include <catch2/catch.hpp>
#include <vector>

namespace sim {
namespace {

std::vector<LinkId> add_links(FlowSolver& solver, std::initializer_list<std::uint64_t> capacities) {
    std::vector<LinkId> links;
    for (const std::uint64_t capacity : capacities) {
        links.push_back(solver.add_link(Rate::bytes_per_second(capacity)));
    }
    return links;
}

TEST_CASE("flow solver: it names each flow whose rate changed once, and no other",
          "[network][flows]") {
    FlowSolver solver;
    const std::vector<LinkId> links = add_links(solver, {90, 300, 50});
    solver.insert(0, std::vector{links[0]});
    solver.insert(1, std::vector{links[0], links[1]});
    solver.insert(2, std::vector{links[2]});
    CHECK(solver.solve().size() == 3);
    CHECK(solver.settled());

    solver.insert(3, std::vector{links[0]});
    const auto changed = solver.solve();
    CHECK(std::vector(changed.begin(), changed.end()).size() == 3);
    for (const std::uint32_t flow : changed) CHECK(flow != 2);
    CHECK(solver.solve().empty());
}

TEST_CASE("flow solver: a slot serves many flows one after the other, on paths of any length",
          "[network][flows]") {
    FlowSolver solver;
    const std::vector<LinkId> links = add_links(solver, {80, 90, 100, 110, 120});
    for (std::size_t length = 1; length <= links.size(); ++length) {
        solver.insert(7, std::span(links).last(length));
        solver.solve();
        CHECK(solver.rate(7) == solver.capacity(links[links.size() - length]));
        CHECK(solver.path(7).size() == length);
        solver.erase(7);
    }
    solver.solve();
    for (const LinkId link : links) CHECK(solver.load(link) == Rate{});
}

TEST_CASE("flow solver: an overfull link is no overflow, however many senders fill it",
          "[network][flows]") {
    FlowSolver solver;
    const Rate most = Rate::bytes_per_second(Rate::bytes_per_second_max);
    const LinkId sink = solver.add_link(most);
    constexpr std::uint32_t senders = 3'000;
    for (std::uint32_t flow = 0; flow < senders; ++flow) {
        solver.insert(flow, std::vector{solver.add_link(most), sink});
    }
    solver.solve();
    CHECK(solver.rate(0).units() == most.units() / senders);
    CHECK(solver.load(sink) <= most);
}

TEST_CASE(
    "flow solver: when its patience is at an end it still comes to rest within the capacities",
    "[network][flows]") {
    FlowSolver solver(0);
    const std::vector<LinkId> links = add_links(solver, {100, 70, 90, 55, 130, 35});
    // A fixed walk over pairs of links; each third flow leaves again.
    for (std::uint32_t flow = 0; flow < 60; ++flow) {
        const LinkId from = links[flow % 6];
        const LinkId to = links[(flow * 5 + flow / 6 + 1) % 6];
        solver.insert(flow, std::vector{from, to});
        if (flow % 3 == 2) solver.erase(flow - 1);
        solver.solve();
        CHECK(solver.settled());
        for (const LinkId link : links) {
            std::int64_t sum = 0;
            for (const FlowSolver::Crossing& crossing : solver.crossings(link)) {
                sum += solver.rate(crossing.flow).units() * solver.hop(crossing).weight;
            }
            CHECK(sum <= solver.capacity(link).units());
        }
    }
}

}  // namespace
}  // namespace sim
