// SPDX-License-Identifier: Apache-2.0
// The closest in the network (GFS 2.4); among equals any.

#include <algorithm>

#include "core/policy/replica_choice.h"

namespace gfs {
namespace {

class ClosestReplica final : public ReplicaChoice {
  public:
    explicit ClosestReplica(const sim::Params&) {}
    void order(std::vector<ReadCandidate>& replicas, sim::Random& random) override {
        random.shuffle(replicas);
        std::stable_sort(
            replicas.begin(), replicas.end(),
            [](const ReadCandidate& a, const ReadCandidate& b) { return a.distance < b.distance; });
    }
};

SIM_REGISTER(ReplicaChoice, "closest", "the closest in the network (GFS 2.4)", ClosestReplica)

}  // namespace
}  // namespace gfs
