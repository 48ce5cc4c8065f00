// SPDX-License-Identifier: Apache-2.0

#include "faults/fault.h"

namespace gfs::faults {

std::vector<HostId> FaultContext::hosts(const Who& who) {
    const Targets::Chosen chosen = targets_.use(who);
    if (!chosen.hosts.empty()) return chosen.hosts;
    std::string reason = "nobody is " + to_string(who);
    if (chosen.nobody)
        reason = (chosen.nobody->unbound ? to_string(who) + " is not bound yet: " : reason + ": ") +
                 chosen.nobody->why;
    if (chosen.skip)
        log_.on_skipped(reason);
    else
        refused(reason);
    return {};
}

bool listens(const FaultSpec& spec) { return spec.until_event.has_value(); }

}  // namespace gfs::faults
