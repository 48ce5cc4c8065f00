// SPDX-License-Identifier: Apache-2.0
// The chunk in most danger first (GFS 4.3): the one farthest from its goal, then those of live
// files before those of deleted ones, then those that a client waits for.
//
// Choice (not in GFS): the paper names the three and does not weigh them. The distance from the
// goal is about losing data, the others are about waiting for it.

#include "core/policy/re_replication.h"

namespace gfs {
namespace {

class PaperReReplication final : public ReReplicationPolicy {
  public:
    explicit PaperReReplication(const sim::Params&) {}
    Rank rank(const RepairView& chunk, sim::Random&) override {
        return {chunk.missing, chunk.live ? 1 : 0, chunk.blocking ? 1 : 0};
    }
};

SIM_REGISTER(ReReplicationPolicy, "paper",
             "most replicas missing, then live files, then chunks that clients wait for (GFS 4.3)",
             PaperReReplication)

}  // namespace
}  // namespace gfs
