// SPDX-License-Identifier: Apache-2.0
// The cluster, the constants of the file system and the workload of a campaign. Private to it.
#pragma once

#include <string>
#include <vector>

#include "faults/nemesis/nemesis.h"

namespace gfs::run {

struct DrawnWorld {
    faults::ObjectText cluster;
    faults::ObjectText gfs;
    faults::ObjectText network;
    faults::ObjectText clock;
    faults::ObjectText workload;
    faults::Arena arena;
    sim::Duration calm{};    // nothing breaks from here on
    sim::Duration within{};  // so long after it everything must have come right
    sim::Duration settle{};  // after the last operation
    // Beside `within`, for the clones of all that a campaign can take away.
    sim::Duration cloning{};
    bool appends = false;    // a group does nothing but append
    std::vector<std::string> drawn;
};

DrawnWorld draw_world(faults::Profile profile, sim::Random& random);

}  // namespace gfs::run
