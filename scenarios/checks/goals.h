// SPDX-License-Identifier: Apache-2.0
// How many replicas a chunk should have, as the names of its files say (GFS 2.3, rule U24).
#pragma once

#include <cstdint>

#include "core/common/ids.h"
#include "scenarios/checks/flat_map.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {

// The highest goal of the regions that its files lie in; `known` has the chunks of files from
// before the run, whose goal is in the scenario.
std::uint32_t goal_of(const Surroundings& around, const FlatMap& known, ChunkHandle chunk);

}  // namespace gfs::checks
