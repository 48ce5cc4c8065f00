// SPDX-License-Identifier: Apache-2.0
// How long repairs and operations may take at most, by the configuration (GFS 4.3, 3.1).
#pragma once

#include <cstdint>
#include <optional>

#include "core/common/config.h"

namespace gfs::checks {

struct Backlog {
    std::uint64_t replicas = 0;      // that are missing, of all chunks
    std::uint64_t live_servers = 0;  // that may give and take them
    // Clones that some of the replicas can go to at once, if not to all servers alike.
    std::optional<std::uint64_t> places{};
};

// From the moment that nothing breaks any more until every replica is there: the time after which
// the dead are noticed, the leases that have to run out, and then all clones, as few at once as the
// limits allow, each as slow as the master lets it be.
Duration repair_bound(const Config& config, const Backlog& backlog);

// Until the master has heard from a server of all its replicas, so many there are, one by one in
// HeartBeats, also when one of these is lost.
Duration report_bound(const Config& config, std::uint64_t replicas);

// From then, or from its beginning, until an operation of so many bytes has ended, well or not.
Duration operation_bound(const Config& config, std::uint64_t bytes);

}  // namespace gfs::checks
