// SPDX-License-Identifier: Apache-2.0

#include "faults/fault.h"

namespace gfs::faults {

std::vector<HostId> FaultContext::hosts(const Who& who) {
    const Targets::Chosen chosen = targets_.use(who);
    if (chosen.skip)
        log_.on_skipped();
    else if (chosen.hosts.empty())
        refused("nobody is " + to_string(who));
    return chosen.hosts;
}

bool listens(const FaultSpec& spec) { return spec.until_event.has_value(); }

}  // namespace gfs::faults
