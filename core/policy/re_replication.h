// SPDX-License-Identifier: Apache-2.0
// Which chunk that lacks replicas is cloned next (GFS 4.3). One policy a file, chosen by
// `/gfs/re_replication`.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "core/common/config.h"
#include "core/common/ids.h"
#include "sim/params.h"
#include "sim/random.h"
#include "sim/registry.h"

namespace gfs {

// A chunk that waits for a clone.
struct RepairView {
    std::uint32_t missing = 0;  // replicas; 0: at its goal, and all on one rack
    bool live = true;           // of a file that is not deleted
    bool blocking = false;      // a client waits for it
    std::int64_t since_ns = 0;  // below its goal, on the master's clock
};

// Compared from the first number on; the highest is cloned first, and among equals the older chunk.
using Rank = std::array<std::int64_t, 3>;

class ReReplicationPolicy {
  public:
    using Parameters = sim::Params;
    virtual ~ReReplicationPolicy() = default;

    // Asked whenever something about the chunk has changed. The same argument and the same random
    // numbers give the same answer.
    virtual Rank rank(const RepairView& chunk, sim::Random& random) = 0;
};

// The policy that `spec` names. REQUIRES: there is one, and it knows all the parameters.
std::unique_ptr<ReReplicationPolicy> make_re_replication(const PolicySpec& spec);

}  // namespace gfs
