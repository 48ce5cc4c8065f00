// SPDX-License-Identifier: Apache-2.0

#include "sim/network/connections.h"

#include <catch2/catch.hpp>
#include <algorithm>
#include <map>
#include <utility>

#include "sim/random.h"

namespace sim::testing {
namespace {

TEST_CASE("connections: a message does not arrive before the one sent before it", "[network]") {
    Connections connections;
    const HostId a{0};
    const HostId b{1};
    CHECK(connections.in_order(time_zero, a, b, time_zero + 100us) == time_zero + 100us);
    CHECK(connections.in_order(time_zero + 10us, a, b, time_zero + 50us) == time_zero + 100us);
    // The way back and other pairs are connections of their own.
    CHECK(connections.in_order(time_zero + 10us, b, a, time_zero + 50us) == time_zero + 50us);
    CHECK(connections.in_order(time_zero + 10us, a, a, time_zero + 60us) == time_zero + 60us);
}

TEST_CASE("connections: the same arrivals as from a table that never forgets", "[network]") {
    Connections connections;
    std::map<std::pair<HostId, HostId>, Time> all;
    Random random(1, "test");
    Time now = time_zero;
    for (int i = 0; i < 20'000; ++i) {
        now += Duration{static_cast<std::int64_t>(random.below(30))};
        const HostId from{static_cast<std::uint32_t>(random.below(20))};
        const HostId to{static_cast<std::uint32_t>(random.below(20))};
        const Time alone = now + Duration{static_cast<std::int64_t>(random.below(5'000))};
        Time& last = all[{from, to}];
        last = std::max(last, alone);
        REQUIRE(connections.in_order(now, from, to, alone) == last);
    }
}

TEST_CASE("connections: pairs that fell silent take no room", "[network]") {
    Connections connections;
    Time now = time_zero;
    for (std::uint32_t i = 0; i < 100'000; ++i) {
        now += 10us;
        connections.in_order(now, HostId{i}, HostId{i + 1}, now + 100us);  // ten on their way
    }
    CHECK(connections.capacity() <= 256);
}

}  // namespace
}  // namespace sim::testing
