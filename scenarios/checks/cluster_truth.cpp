// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/cluster_truth.h"

namespace gfs::checks {

const std::vector<ServerId>& ClusterTruth::chunkservers() const {
    const auto& machines = cluster_.machines();
    for (; machines_seen_ < machines.size(); ++machines_seen_)
        if (machines[machines_seen_].role == MachineRole::chunkserver)
            chunkservers_.push_back(machines[machines_seen_].host);
    return chunkservers_;
}

std::optional<MachineLoad> ClusterTruth::load(HostId host) const {
    const Machine& machine = cluster_.machine(host);
    if (machine.disk == nullptr) return std::nullopt;
    return MachineLoad{.nic_bytes_per_s = cluster_.network().nic_bytes_per_second(),
                       .flow_bytes_sent = cluster_.network().flow_bytes_sent(host),
                       .disk_used_bytes = machine.disk->used(),
                       .disk_busy = machine.disk->busy()};
}

}  // namespace gfs::checks
