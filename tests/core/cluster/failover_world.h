// SPDX-License-Identifier: Apache-2.0
// A cluster whose master may have to move to another machine (GFS 5.1.3).
#pragma once

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <vector>

#include "sim/rpc.h"
#include "tests/core/cluster/cluster_world.h"

namespace gfs::testing {
inline Config quick() {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.master_restart = 2s;
    config.client_timeout = 1s;
    config.master_failover_after = 5s;
    config.log_replica_timeout = 3s;
    return config;
}

inline Task<void> create(ClusterWorld& world, std::string file, std::optional<Code>& got) {
    const Result<Done> done = co_await world.client().create(std::move(file));
    got = done.code();
}

inline Task<void> create_and_append(ClusterWorld& world, std::string file, bool& done) {
    const Result<Done> created = co_await world.client().create(file);
    REQUIRE(created.ok());
    const DataId data = world.cluster.data().add(world.client().id(), "hi");
    const AppendRequest append{.file = std::move(file), .data = data, .length = 2};
    const Result<std::uint64_t> offset = co_await world.client().append(append);
    done = offset.ok();
}

inline Task<void> read_two_bytes(ClusterWorld& world, std::string file, std::optional<Code>& got) {
    Client& client = world.client(1);
    const ReadRequest read{.file = std::move(file), .offset = 0, .length = 2};
    const Result<FileData> back = co_await client.read(read);
    got = back.code();
}

template <typename M>
inline Task<void> put(ClusterWorld& world, HostId to, M request, std::optional<Code>& got) {
    sim::Host& from = world.client_host();
    const typename M::Reply answer = co_await sim::call(from, to, std::move(request), 1s);
    got = answer.code();
}

struct FailoverWorld : ClusterWorld {
    explicit FailoverWorld(const Config& config = quick(), std::uint32_t shadows = 0)
        : ClusterWorld(spec(shadows), config, 1, 2) {
        cluster.start();
        run_for(500ms);
    }
    static ClusterSpec spec(std::uint32_t shadows) {
        ClusterSpec two = one_rack(4);
        two.racks.push_back({.name = "r2", .chunkservers = 1, .shadows = shadows});
        return two;
    }
    Code create_file(const std::string& file) {
        std::optional<Code> got;
        client_host().spawn("create", create(*this, file, got));
        for (int i = 0; i < 600 && !got; ++i) run_for(100ms);
        return got.value_or(Code::timeout);
    }
    HostId host(const std::string& name) { return *cluster.find(name); }
    bool has_file(const std::string& file) {
        return cluster.metadata().files().find(file) != nullptr;
    }
    // Nothing passes between a host and the others, in both directions.
    void cut_off(const std::string& name, const std::vector<std::string>& from) {
        std::vector<HostId> others;
        for (const std::string& other : from) others.push_back(host(other));
        const sim::HostSet one({host(name)});
        const sim::HostSet rest(others);
        cuts.push_back(cluster.network().cut(one, rest));
        cuts.push_back(cluster.network().cut(rest, one));
    }
    std::vector<std::string> all_but(const std::string& name) {
        std::vector<std::string> names;
        for (const Machine& machine : cluster.machines())
            if (machine.name != name) names.push_back(machine.name);
        return names;
    }
    void heal() {
        for (const sim::BarrierId cut : cuts) cluster.network().heal(cut);
        cuts.clear();
    }
    std::vector<sim::BarrierId> cuts;
};

}  // namespace gfs::testing
