// SPDX-License-Identifier: Apache-2.0
// What link faults change of the way between two hosts, and how several of them compose.

#include <catch2/catch.hpp>

#include "tests/sim/small_world.h"

namespace sim::testing {
namespace {

// h0 and h2 are in one rack, h1 in another.
struct TwoRacks : SmallWorld {
    static NetworkOptions options() {
        NetworkOptions options;
        options.same_rack.latency = Distribution::constant(100);
        options.cross_rack.latency = Distribution::constant(200);
        return options;
    }
    TwoRacks() : SmallWorld(3, 2, options()) {}

    std::int64_t latency(std::uint32_t from, std::uint32_t to) const {
        return network.path(HostId{from}, HostId{to})->latency.first();
    }
    Ratio loss(std::uint32_t from, std::uint32_t to) const {
        return network.path(HostId{from}, HostId{to})->loss;
    }
};

const HostSet h0({HostId{0}});
const HostSet h1({HostId{1}});
const HostSet everyone({HostId{0}, HostId{1}, HostId{2}});

TEST_CASE("link change: what it does not name stays as it was, in each rack", "[network]") {
    TwoRacks world;
    const PathChange lossy{.loss = Ratio{1, 2}};
    world.network.degrade(h0, everyone, lossy);
    CHECK(world.loss(0, 1) == Ratio{1, 2});
    CHECK(world.loss(0, 2) == Ratio{1, 2});
    CHECK(world.latency(0, 1) == 200);
    CHECK(world.latency(0, 2) == 100);
}

TEST_CASE("link change: it concerns one direction", "[network]") {
    TwoRacks world;
    const PathChange slow{.latency = Distribution::constant(5000)};
    world.network.degrade(h0, h1, slow);
    CHECK(world.latency(0, 1) == 5000);
    CHECK(world.latency(1, 0) == 200);
    CHECK(world.latency(0, 2) == 100);
}

TEST_CASE("link change: two of them compose, and heal in any order", "[network]") {
    TwoRacks world;
    const PathChange slow{.latency = Distribution::constant(5000)};
    const PathChange lossy{.loss = Ratio{1, 2}};
    const BarrierId first = world.network.degrade(h0, h1, slow);
    const BarrierId second = world.network.degrade(h0, h1, lossy);
    CHECK(world.latency(0, 1) == 5000);
    CHECK(world.loss(0, 1) == Ratio{1, 2});
    world.network.heal(first);
    CHECK(world.latency(0, 1) == 200);
    CHECK(world.loss(0, 1) == Ratio{1, 2});
    world.network.heal(second);
    CHECK(world.loss(0, 1) == Ratio{0, 1});
}

TEST_CASE("link change: of two that speak of the same thing the later one holds", "[network]") {
    TwoRacks world;
    const PathChange slow{.latency = Distribution::constant(5000)};
    const PathChange slower{.latency = Distribution::constant(9000)};
    world.network.degrade(h0, h1, slow);
    const BarrierId second = world.network.degrade(h0, h1, slower);
    CHECK(world.latency(0, 1) == 9000);
    world.network.heal(second);
    CHECK(world.latency(0, 1) == 5000);
}

}  // namespace
}  // namespace sim::testing
