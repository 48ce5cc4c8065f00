// SPDX-License-Identifier: Apache-2.0
// The truth about a cluster, from its const views.
#pragma once

#include "core/cluster/cluster.h"
#include "core/cluster/logged_copies.h"
#include "scenarios/checks/truth.h"

namespace gfs::checks {

class ClusterTruth final : public Truth {
  public:
    // Not owned: the cluster; it outlives this.
    explicit ClusterTruth(Cluster& cluster) : cluster_(cluster) {}

    const StoredReplica* replica(ServerId server, ChunkHandle chunk) const override {
        return cluster_.replica(server, chunk);
    }
    const std::vector<ServerId>& chunkservers() const override;
    std::optional<std::span<const ServerId>> began_on(ChunkHandle chunk) const override {
        return cluster_.preloaded_on(chunk);
    }
    bool up(HostId host) const override { return cluster_.engine().host(host).up(); }
    HostId master() const override { return cluster_.master_host(); }
    std::vector<log::ChunkCopied> logged_copies(HostId host) const override {
        return gfs::logged_copies(cluster_.machine(host));
    }
    const DataTable& data() const override { return cluster_.data(); }
    std::string rack_name(std::uint32_t rack) const override { return cluster_.racks().at(rack); }
    std::optional<MachineLoad> load(HostId host) const override;

  private:
    Cluster& cluster_;  // const but for asking the network how far its flows are
    mutable std::vector<ServerId> chunkservers_;  // of the first `machines_seen_` machines
    mutable std::size_t machines_seen_ = 0;
};

}  // namespace gfs::checks
