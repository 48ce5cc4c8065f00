// SPDX-License-Identifier: Apache-2.0
// Any chunk that waits. The strawman which GFS 4.3 improves on.

#include <limits>

#include "core/policy/re_replication.h"

namespace gfs {
namespace {

class RandomReReplication final : public ReReplicationPolicy {
  public:
    explicit RandomReReplication(const sim::Params&) {}
    Rank rank(const RepairView&, sim::Random& random) override {
        const std::int64_t drawn = random.between(0, std::numeric_limits<std::int64_t>::max());
        return {drawn, 0, 0};
    }
};

SIM_REGISTER(ReReplicationPolicy, "random", "any chunk that waits", RandomReReplication)

}  // namespace
}  // namespace gfs
