// SPDX-License-Identifier: Apache-2.0
// How long repairs and operations may take at most, by the configuration (GFS 4.3, 3.1).
#pragma once

#include <cstdint>

#include "core/common/config.h"

namespace gfs::checks {

struct Backlog {
    std::uint64_t replicas = 0;      // that are missing, of all chunks
    std::uint64_t live_servers = 0;  // that may give and take them
};

// From the moment that nothing breaks any more until every replica is there: the time after which
// the dead are noticed, the leases that have to run out, and then all clones, as few at once as the
// limits allow, each as slow as the master lets it be.
Duration repair_bound(const Config& config, const Backlog& backlog);

// From then, or from its beginning, until an operation of so many bytes has ended, well or not.
Duration operation_bound(const Config& config, std::uint64_t bytes);

}  // namespace gfs::checks
