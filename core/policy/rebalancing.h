// SPDX-License-Identifier: Apache-2.0
// Which chunkservers give and take replicas for better disk space and load (GFS 4.3). One policy a
// file, chosen by `/gfs/rebalancing`.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/common/config.h"
#include "core/common/ids.h"
#include "core/policy/placement.h"
#include "sim/params.h"
#include "sim/registry.h"

namespace gfs {

struct Move {
    ServerId from;
    ServerId to;
};

// A chunkserver that may give or take replicas.
struct BalanceView {
    ServerView server;
    std::uint64_t clones = 0;  // under way from here or to here
    std::uint64_t moves = 0;   // those that come here for balance
};

class RebalancingPolicy {
  public:
    using Parameters = sim::Params;
    virtual ~RebalancingPolicy() = default;

    // The next move of one replica; nothing when all is well enough, or must wait. `live` is
    // ordered by id. The same argument gives the same answer.
    virtual std::optional<Move> choose(const std::vector<BalanceView>& live) = 0;
};

// The policy that `spec` names. REQUIRES: there is one, and it knows all the parameters.
std::unique_ptr<RebalancingPolicy> make_rebalancing(const PolicySpec& spec);

}  // namespace gfs
