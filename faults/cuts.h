// SPDX-License-Identifier: Apache-2.0
// What the faults of the network share: barriers between two groups, in one direction or both.
#pragma once

#include <vector>

#include "faults/fault.h"

namespace gfs::faults {

// `forward` leads from the first group to the second.
struct Sides {
    std::vector<HostId> first;
    std::vector<HostId> second;
};

class Barriers {
  public:
    void cut(sim::Network& network, const Sides& sides, Direction direction);
    void degrade(sim::Network& network, const Sides& sides, Direction direction,
                 const sim::PathChange& change);
    void heal(sim::Network& network);

  private:
    std::vector<sim::BarrierId> ids_;
};

// The two groups of a fault's `between`; nothing, after a refusal, if one of them is empty, or both
// are the same one host.
std::optional<Sides> sides_of(FaultContext& context, const std::vector<Who>& between);

// Says that the fault has taken effect on the groups: on the only host of the first one, or else on
// nobody in particular.
void fired_between(FaultContext& context, const Sides& sides);

}  // namespace gfs::faults
