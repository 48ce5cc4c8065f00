// SPDX-License-Identifier: Apache-2.0
// Where new replicas go (GFS 4.2, 4.3). One policy a file, chosen by `/gfs/placement`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/common/config.h"
#include "core/common/ids.h"
#include "sim/params.h"
#include "sim/random.h"
#include "sim/registry.h"

namespace gfs {

// A chunkserver as the master knows it.
struct ServerView {
    ServerId id;
    std::uint32_t rack = 0;
    std::uint64_t disk_capacity = 0;  // bytes
    std::uint64_t disk_used = 0;      // bytes
    std::uint64_t recent_creations = 0;

    // REQUIRES: share.denominator > 0.
    bool fuller_than(sim::Ratio share) const {
        return sim::multiply_wide(disk_used, share.denominator) >
               sim::multiply_wide(disk_capacity, share.numerator);
    }
};

struct ClusterView {
    std::vector<ServerView> live;     // may take a replica; ordered by id
    std::vector<ServerView> holders;  // have one of this chunk already; ordered by id
    ChunkHandle chunk{};
    std::optional<std::uint32_t> local_rack;  // of the client that is about to write to it
};

class PlacementPolicy {
  public:
    using Parameters = sim::Params;
    virtual ~PlacementPolicy() = default;

    // Distinct servers out of view.live for `copies` new replicas of one chunk; fewer, or none,
    // when no more are fit. The same arguments and the same random numbers give the same answer.
    virtual std::vector<ServerId> choose(const ClusterView& view, std::size_t copies,
                                         sim::Random& random) = 0;
    // It wants the replicas of a chunk on several racks: those that had to share one are spread
    // again when another is there.
    virtual bool spreads() const { return true; }
};

// The policy that `spec` names. REQUIRES: there is one, and it knows all the parameters.
std::unique_ptr<PlacementPolicy> make_placement(const PolicySpec& spec);

}  // namespace gfs
