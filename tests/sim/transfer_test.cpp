// SPDX-License-Identifier: Apache-2.0
// Data along a chain of hosts (GFS 3.2).

#include "sim/network/transfer.h"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "tests/sim/small_world.h"

namespace sim::testing {
namespace {

constexpr std::uint64_t megabyte = 1'000'000;

struct Arrival {
    bool complete = false;
    Time at{};
};

Task<void> receive(Host& host, std::shared_ptr<Transfer> transfer, Arrival& arrival) {
    const std::optional<Transfer::Arrived> got = co_await transfer->received(host, 10s);
    arrival = {got.has_value(), host.engine().now()};
}

// h0 pushes 1 MB to h1; every next host forwards `forward_after` the first byte has come.
struct Chain {
    explicit Chain(Duration forward_after) : world(4) {
        transfer = Transfer::start(world.network, HostId{0}, HostId{1}, megabyte);
        for (std::uint32_t i = 1; i < 4; ++i) {
            const Time first_byte = time_zero + (100us + forward_after) * i - forward_after;
            world.engine.at(first_byte, [this, i] {
                world.host(i).spawn("receive", receive(world.host(i), transfer, arrivals[i]));
            });
            if (i == 3) continue;
            world.engine.at(first_byte + forward_after,
                            [this, i] { transfer->forward(HostId{i}, HostId{i + 1}); });
        }
    }

    SmallWorld world;
    std::shared_ptr<Transfer> transfer;
    Arrival arrivals[4];
};

TEST_CASE("transfer: a pipelined chain takes B/T + R*L", "[network][gfs-3.2]") {
    Chain chain(0us);
    chain.world.run();
    // 1 MB at 12.5 MB/s is 80 ms, and 100 us a hop.
    for (std::uint32_t i = 1; i < 4; ++i) {
        CHECK(chain.arrivals[i].complete);
        CHECK(chain.arrivals[i].at == time_zero + 80ms + 100us * i);
    }
}

TEST_CASE("transfer: a host that forwards late sends all of it from its buffer",
          "[network][gfs-3.2]") {
    Chain chain(10ms);
    chain.world.run();
    CHECK(chain.arrivals[1].at == time_zero + 80ms + 100us);
    CHECK(chain.arrivals[2].at == time_zero + 10ms + 80ms + 200us);
    CHECK(chain.arrivals[3].at == time_zero + 20ms + 80ms + 300us);
}

TEST_CASE("transfer: when a host in the middle dies, those before it still get everything",
          "[network][gfs-3.2]") {
    Chain chain(0us);
    chain.world.engine.at(time_zero + 40ms, [&] {
        chain.world.host(2).kill();
        chain.world.network.process_ended(HostId{2});
    });
    chain.world.run();
    CHECK(chain.arrivals[1].complete);
    CHECK(chain.arrivals[1].at == time_zero + 80ms + 100us);
    CHECK_FALSE(chain.arrivals[2].complete);
    CHECK_FALSE(chain.arrivals[3].complete);
}

TEST_CASE("transfer: a cut stops what is behind it", "[network]") {
    Chain chain(0us);
    chain.world.engine.at(time_zero + 40ms, [&] {
        chain.world.network.cut(HostSet({HostId{1}}), HostSet({HostId{2}}));
    });
    chain.world.run();
    CHECK(chain.arrivals[1].complete);
    CHECK_FALSE(chain.arrivals[2].complete);
    CHECK_FALSE(chain.arrivals[3].complete);
}

TEST_CASE("transfer: when nobody shares it any more, its flow ends", "[network]") {
    SmallWorld world(2);
    auto transfer = Transfer::start(world.network, HostId{0}, HostId{1}, 1000 * megabyte);
    world.engine.at(time_zero + 1ms, [&] { transfer.reset(); });
    world.run();
    CHECK(world.engine.now() == time_zero + 1ms);
}

}  // namespace
}  // namespace sim::testing
