// SPDX-License-Identifier: Apache-2.0

#include "faults/process_end.h"

#include "sim/assert.h"

namespace gfs::faults {

void ProcessEnd::apply(FaultContext& context) {
    for (const HostId id : hit(context)) {
        const sim::Host& host = context.host(id);
        if (!host.up()) {
            context.refused(id, "is down");
            continue;
        }
        if (const std::string_view reason = obstacle(host); !reason.empty()) {
            context.refused(id, reason);
            continue;
        }
        ended_.push_back({id, host.incarnation()});
        context.fired(id);
        end(context.machines(), id);
        SIM_ASSERT(!host.up());
    }
}

// A process that somebody else has started again is not touched, nor one that has died again since:
// its own fault brings it back.
void ProcessEnd::heal(FaultContext& context) {
    for (const Ended& ended : ended_) {
        const sim::Host& host = context.host(ended.host);
        if (!host.up() && host.incarnation() == ended.incarnation)
            context.machines().restart(ended.host);
    }
}

}  // namespace gfs::faults
