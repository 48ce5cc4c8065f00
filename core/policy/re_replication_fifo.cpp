// SPDX-License-Identifier: Apache-2.0
// The chunk that has waited longest first: fair, and blind to danger. A chunk with one replica left
// waits behind all that lost one before. It shows what the priorities of GFS 4.3 are for.

#include "core/policy/re_replication.h"

namespace gfs {
namespace {

class FifoReReplication final : public ReReplicationPolicy {
  public:
    explicit FifoReReplication(const sim::Params&) {}
    Rank rank(const RepairView& chunk, sim::Random&) override { return {-chunk.since_ns, 0, 0}; }
};

SIM_REGISTER(ReReplicationPolicy, "fifo", "the chunk that has waited longest", FifoReReplication)

}  // namespace
}  // namespace gfs
