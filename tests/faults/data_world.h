// SPDX-License-Identifier: Apache-2.0
// A real cluster with a file of three chunks, for faults of disks and of what they store.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/common/chunk_store.h"
#include "core/master/master.h"
#include "faults/cluster_machines.h"
#include "faults/plan.h"
#include "tests/core/cluster/cluster_world.h"
#include "tests/faults/fault_words.h"

namespace gfs::faults::testing {

using gfs::testing::ClusterWorld;
using gfs::testing::one_rack;

class DiskTruth final : public Truth {
  public:
    explicit DiskTruth(const Cluster& cluster) : cluster_(cluster) {}
    std::optional<ChunkHandle> chunk_of(const std::string& file, ChunkIndex index) const override {
        const std::vector<ChunkHandle> chunks = cluster_.master()->chunks_of(file);
        if (to_number(index) >= chunks.size()) return std::nullopt;
        return chunks[to_number(index)];
    }
    std::vector<ServerId> current_replicas(ChunkHandle) const override { return {}; }
    std::optional<ServerId> primary(ChunkHandle) const override { return std::nullopt; }
    std::uint64_t load_bytes(HostId) const override { return 0; }
    std::optional<Bound> bound(const std::string&) const override { return std::nullopt; }
    std::vector<ServerId> good_replicas(ChunkHandle chunk) const override {
        const auto found = good.find(chunk);
        return found == good.end() ? std::vector<ServerId>{} : found->second;
    }

    std::map<ChunkHandle, std::vector<ServerId>> good;  // as a test has it, for the budget

  private:
    const Cluster& cluster_;
};

// Five chunkservers; /f has three chunks of 200,000 bytes with three replicas each.
struct DataWorld : ClusterWorld {
    static Config config() {
        Config config;
        config.chunk_size = 1 * MiB;
        config.heartbeat = 1s;
        config.dead_after = 5s;
        config.idle_scan_every = 10s;
        return config;
    }
    explicit DataWorld(const Config& config = DataWorld::config(),
                       const ClusterSpec& spec = one_rack(5))
        : ClusterWorld(spec, config), machines(cluster), truth(cluster) {
        first = cluster.preload({.path = "/f", .chunks = 3, .fill = 200'000, .replicas = 3});
        cluster.start();
        for (const ServerId server : cluster.chunkservers()) {
            if (cluster.replica(server, first) == nullptr)
                without = server;
            else
                with = server;
        }
    }
    static FaultSpec on(const std::string& kind, const std::string& target) {
        return fault_on(10s, kind, actor(target));
    }
    FaultSpec on_first(const std::string& kind) const {
        FaultSpec fault = on(kind, name(with));
        fault.chunk = HeldChunk{"/f", ChunkIndex{0}, {}};
        return fault;
    }
    const std::string& name(HostId host) const { return cluster.machine(host).name; }
    FaultReport run_with(const FaultSpec& fault, Duration length) {
        start({fault});
        run_for(length);
        return plan->report().faults.at(0);
    }
    void start(const std::vector<FaultSpec>& faults) {
        PlanSpec spec{{}, faults};
        spec.budget = budget;
        plan = std::make_unique<FaultPlan>(spec, machines, truth);
        plan->start();
    }
    std::vector<std::uint64_t> damaged(ServerId server, ChunkHandle chunk) const {
        std::vector<std::uint64_t> offsets;
        for (const Extent& extent : cluster.replica(server, chunk)->content.extents())
            if (extent.damaged) offsets.push_back(extent.offset);
        return offsets;
    }
    bool is_repaired() const { return cluster.master()->is_repaired(); }

    // A budget that keeps every chunk of `with` but the first, of which two more copies are good.
    void keep_all_but_first() {
        budget.min_copies = 1;
        std::vector<ServerId> others = cluster.chunkservers();
        std::erase(others, with);
        for (const auto& [chunk, replica] : cluster.machine(with).chunks->replicas())
            truth.good[chunk] = {with, others[0]};
        truth.good[first] = {with, others[0], others[1]};
    }

    ClusterMachines machines;
    BudgetSpec budget;
    DiskTruth truth;
    std::unique_ptr<FaultPlan> plan;
    ChunkHandle first{};
    ServerId with{};     // has a replica of the first chunk
    ServerId without{};  // has none
};

}  // namespace gfs::faults::testing
