// SPDX-License-Identifier: Apache-2.0

#include "faults/lease_edge.h"

namespace gfs::faults {

std::optional<int> worst_sign(FaultContext& context, HostId host) {
    for (const MachineInfo& machine : context.targets().machines()) {
        if (machine.host != host) continue;
        if (machine.role == MachineRole::master) return 1;
        if (machine.role == MachineRole::chunkserver) return -1;
    }
    return std::nullopt;
}

}  // namespace gfs::faults
