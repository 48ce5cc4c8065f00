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

}  // namespace gfs::checks
