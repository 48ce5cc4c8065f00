// SPDX-License-Identifier: Apache-2.0
// What faults and checks may know of a running simulation, beside the stream of events: the true
// state of cluster, master and workload. Looking changes nothing.
#pragma once

#include <string>
#include <vector>

#include "core/cluster/cluster.h"
#include "faults/truth.h"
#include "scenarios/checks/truth.h"
#include "scenarios/workloads/runner.h"

namespace gfs::run {

// Not owned: the cluster and the workload; they outlive the views. The workload comes after the
// faults have been built, and is set then.
class FaultView final : public faults::Truth {
  public:
    explicit FaultView(const Cluster& cluster) : cluster_(cluster) {}
    void set_workload(const workloads::WorkloadRunner& runner) { runner_ = &runner; }

    std::optional<ChunkHandle> chunk_of(const std::string& file, ChunkIndex index) const override;
    std::vector<ServerId> current_replicas(ChunkHandle chunk) const override;
    std::vector<ChunkHandle> live_chunks() const override;
    std::vector<ServerId> good_replicas(ChunkHandle chunk) const override;
    bool may_be_counted_out(ChunkHandle chunk, ServerId server,
                            const ByteRange& being_written) const override;
    std::vector<HostId> log_holders() const override;
    std::optional<ServerId> primary(ChunkHandle chunk) const override;
    std::uint64_t load_bytes(HostId host) const override;
    std::optional<Bound> bound(const std::string& name) const override;

  private:
    std::vector<ServerId> replicas_that_may_count(ChunkHandle chunk) const;

    const Cluster& cluster_;
    const workloads::WorkloadRunner* runner_ = nullptr;
};

class CheckProbe final : public checks::Probe {
  public:
    explicit CheckProbe(const Cluster& cluster) : cluster_(cluster) {}
    void set_workload(const workloads::WorkloadRunner& runner) { runner_ = &runner; }

    bool all_ops_done() const override { return runner_ != nullptr && runner_->done(); }
    std::optional<std::uint64_t> chunks_below(std::uint32_t replicas) const override;
    std::optional<ChunkHandle> chunk_at(const std::string& path,
                                        ChunkIndex index) const override;
    std::optional<bool> has_file(const std::string& path) const override;
    std::optional<std::vector<std::string>> names() const override;
    std::optional<LogDifference> log_difference() const override;
    std::optional<Memory> master_memory() const override;

  private:
    const Cluster& cluster_;
    const workloads::WorkloadRunner* runner_ = nullptr;
};

// Client machines for the workload.
class ClusterClients final : public workloads::ClientMachines {
  public:
    explicit ClusterClients(Cluster& cluster) : cluster_(cluster) {}
    HostId add_client(const std::string& name, const workloads::Group& group) override {
        return cluster_.add_client(name, group.rack, group.user);
    }
    Client* client(HostId host) override { return cluster_.machine(host).client.get(); }

  private:
    Cluster& cluster_;
};

}  // namespace gfs::run
