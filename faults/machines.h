// SPDX-License-Identifier: Apache-2.0
// The machines that faults act on. Those of a real cluster are in cluster_machines.h; the
// tests of the fault language have a smaller world.
#pragma once

#include <string>
#include <vector>

#include "core/cluster/cluster.h"

namespace gfs::faults {

struct MachineInfo {
    HostId host;
    std::string name;
    MachineRole role;  // when this was asked: a failover makes a log replica the master
    std::string rack;
};

class Machines {
  public:
    virtual sim::Engine& engine() = 0;
    virtual sim::Network& network() = 0;
    // All machines, by host id.
    virtual std::vector<MachineInfo> all() const = 0;
    // What it is now.
    virtual MachineRole role(HostId host) const = 0;
    // A new chunkserver with an empty disk, down until it is restarted.
    virtual MachineInfo add_chunkserver(const std::string& rack) = 0;

    // REQUIRES for all: the host's process is up (restart: down; resume: paused). What they mean
    // is said at Cluster.
    virtual void crash(HostId host) = 0;
    virtual void stop(HostId host) = 0;
    virtual void power_loss(HostId host, bool lose_unsynced, Torn torn) = 0;
    virtual void restart(HostId host) = 0;
    virtual void pause(HostId host) = 0;
    virtual void resume(HostId host) = 0;

    // The replicas on a chunkserver's disk, its process up or down; null for any other machine.
    virtual ChunkStore* chunks(HostId host) = 0;
    // Null for a machine without one.
    virtual sim::Disk* disk(HostId host) = 0;

  protected:
    ~Machines() = default;
};

}  // namespace gfs::faults
