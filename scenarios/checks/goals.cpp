// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/goals.h"

#include <algorithm>
#include <optional>

#include "core/common/regions.h"

namespace gfs::checks {

std::uint32_t goal_of(const Surroundings& around, const FlatMap& known, ChunkHandle chunk) {
    if (const auto goal = known.find(static_cast<std::uint64_t>(chunk))) return *goal;
    if (around.config.regions.empty()) return around.config.replication;
    const bool is_highest = around.config.shared_goal == SharedGoal::highest;
    std::optional<std::uint32_t> chosen;
    for (const FileMap::Place& place : around.files.places(chunk)) {
        const std::uint32_t goal = replication_at(around.config, around.files.path(place));
        chosen = is_highest ? std::max(chosen.value_or(goal), goal)
                            : std::min(chosen.value_or(goal), goal);
    }
    return chosen.value_or(around.config.replication);
}

}  // namespace gfs::checks
