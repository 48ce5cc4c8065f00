// SPDX-License-Identifier: Apache-2.0
// Replicas stay where they are: new servers fill up with new chunks only. It shows what the
// rebalancing of GFS 4.3 is for.

#include "core/policy/rebalancing.h"

namespace gfs {
namespace {

class NoRebalancing final : public RebalancingPolicy {
  public:
    explicit NoRebalancing(const sim::Params&) {}
    std::optional<Move> choose(const std::vector<BalanceView>&) override { return std::nullopt; }
};

SIM_REGISTER(RebalancingPolicy, "none", "replicas stay where they are", NoRebalancing)

}  // namespace
}  // namespace gfs
