// SPDX-License-Identifier: Apache-2.0
// A whole cluster with clients that run a function, for tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/client/client.h"
#include "core/cluster/cluster.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/operation.h"

namespace gfs::testing {

using namespace std::chrono_literals;

inline ClusterSpec one_rack(std::uint32_t chunkservers) {
    ClusterSpec spec;
    spec.racks.push_back({.name = "r1", .chunkservers = chunkservers, .master = true});
    return spec;
}

class EventCounts final : public sim::EventObserver {
  public:
    void on_event(const sim::Event& event) override { events.push_back(event); }
    std::size_t count(sim::EventKind kind) const {
        std::size_t found = 0;
        for (const sim::Event& event : events) found += event.kind == kind ? 1 : 0;
        return found;
    }
    std::vector<sim::Event> events;
};

struct ClusterWorld {
    explicit ClusterWorld(const ClusterSpec& spec, const Config& config = {},
                          std::uint64_t seed = 1, std::uint32_t clients = 1)
        : engine({.seed = seed, .events = &event_table()}), cluster(engine, config, spec) {
        engine.observe(log);
        for (std::uint32_t i = 0; i < clients; ++i)
            client_hosts.push_back(cluster.add_client("c" + std::to_string(i + 1), std::nullopt));
    }

    Client& client(std::size_t i = 0) { return cluster.client(client_hosts.at(i)); }
    sim::Host& client_host(std::size_t i = 0) { return engine.host(client_hosts.at(i)); }
    void run_for(Duration d) { engine.run(engine.now() + d); }
    // All current replicas of a file's chunk, by the master.
    std::vector<ServerId> replicas_of(const std::string& file, std::size_t index) const;

    sim::Engine engine;
    Cluster cluster;
    EventCounts log;
    std::vector<HostId> client_hosts;
};

}  // namespace gfs::testing
