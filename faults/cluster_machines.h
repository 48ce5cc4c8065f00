// SPDX-License-Identifier: Apache-2.0
// The machines of a real cluster, for faults to act on.
#pragma once

#include <vector>

#include "core/cluster/cluster.h"
#include "faults/machines.h"

namespace gfs::faults {

class ClusterMachines final : public Machines {
  public:
    // Not owned: the cluster; it outlives this.
    explicit ClusterMachines(Cluster& cluster) : cluster_(cluster) {}

    sim::Engine& engine() override { return cluster_.engine(); }
    sim::Network& network() override { return cluster_.network(); }
    std::vector<MachineInfo> all() const override {
        std::vector<MachineInfo> infos;
        for (const Machine& machine : cluster_.machines()) infos.push_back(info(machine));
        return infos;
    }
    MachineRole role(HostId host) const override { return cluster_.machine(host).role; }
    MachineInfo add_chunkserver(const std::string& rack) override {
        return info(cluster_.machine(cluster_.add_chunkserver(rack)));
    }
    void crash(HostId host) override { cluster_.crash(host); }
    void stop(HostId host) override { cluster_.stop(host); }
    void power_loss(HostId host, bool lose_unsynced, Torn torn) override {
        cluster_.power_loss(host, lose_unsynced, torn);
    }
    void restart(HostId host) override { cluster_.restart(host); }
    void pause(HostId host) override { cluster_.pause(host); }
    void resume(HostId host) override { cluster_.resume(host); }
    ChunkStore* chunks(HostId host) override { return cluster_.machine(host).chunks.get(); }
    sim::Disk* disk(HostId host) override { return cluster_.machine(host).disk.get(); }

  private:
    static MachineInfo info(const Machine& machine) {
        return {machine.host, machine.name, machine.role, machine.rack};
    }

    Cluster& cluster_;
};

}  // namespace gfs::faults
