// SPDX-License-Identifier: Apache-2.0

#include "faults/lease_edge.h"

namespace gfs::faults {

std::optional<int> worst_sign(FaultContext& context, HostId host) {
    const MachineRole role = context.machines().role(host);
    if (role == MachineRole::master) return 1;
    if (role == MachineRole::chunkserver) return -1;
    return std::nullopt;
}

}  // namespace gfs::faults
