// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/repair_bound.h"

#include <algorithm>

namespace gfs::checks {

Duration repair_bound(const Config& config, const Backlog& backlog) {
    const auto full_s =
        static_cast<std::int64_t>(config.chunk_size / config.clone_bandwidth) + 1;
    const Duration one_clone = 4 * config.client_timeout + 2 * std::chrono::seconds{full_s};
    std::uint64_t at_once = config.clone_limit.amount;
    if (config.clone_limit.percent) at_once = backlog.live_servers * at_once / 100;
    at_once = std::max<std::uint64_t>(at_once, 1);
    // Half of the places may stand empty where servers are at their own limits.
    std::uint64_t clones_in_turn = 2 * backlog.replicas / at_once;
    if (backlog.places)
        clones_in_turn = std::max(clones_in_turn,
                                  backlog.replicas / std::max<std::uint64_t>(*backlog.places, 1));
    const auto rounds = static_cast<std::int64_t>(clones_in_turn + 2);
    const Duration noticed = config.dead_after + config.master_restart + config.rereplicate_after;
    return noticed + config.lease + config.lease_guard + 2 * config.heartbeat + rounds * one_clone;
}

Duration report_bound(const Config& config, std::uint64_t replicas) {
    const auto beats = static_cast<std::int64_t>(replicas / config.heartbeat_reports + 2);
    return 2 * beats * (config.heartbeat + config.client_timeout);
}

Duration operation_bound(const Config& config, std::uint64_t bytes) {
    // Twice what the client library waits for without any progress.
    const Duration silence = 2 * (config.lease + config.lease_guard) + 3 * config.client_timeout +
                             config.master_restart + config.dead_after;
    constexpr std::int64_t slowest_ns_per_byte = 1000;
    return 2 * silence + Duration{static_cast<std::int64_t>(bytes) * slowest_ns_per_byte};
}

}  // namespace gfs::checks
