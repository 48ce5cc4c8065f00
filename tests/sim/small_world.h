// SPDX-License-Identifier: Apache-2.0
// A small engine with a network and hosts that are up, for tests.
#pragma once

#include <string>
#include <vector>

#include "sim/engine.h"
#include "sim/network/network.h"
#include "sim/operation.h"

namespace sim::testing {

inline const EventTable& sim_events() {
    static const EventTable table(std::span<const EventTable::Row>{});
    return table;
}

// Hosts h0, h1, ... alternate between the racks.
struct SmallWorld {
    explicit SmallWorld(std::size_t hosts, std::uint32_t racks = 1,
                        const NetworkOptions& options = {})
        : engine({.seed = 7, .events = &sim_events()}), network(engine, options) {
        for (std::size_t i = 0; i < hosts; ++i) {
            Host& host = engine.add_host("h" + std::to_string(i),
                                         static_cast<std::uint32_t>(i % racks));
            network.connect(host);
            host.start();
        }
    }
    ~SmallWorld() { engine.shut_down(); }

    Host& host(std::uint32_t i) { return engine.host(HostId{i}); }
    void run() { engine.run(time_never); }
    void run_until(Duration d) { engine.run(time_zero + d); }

    Engine engine;
    Network network;
};

}  // namespace sim::testing
