// SPDX-License-Identifier: Apache-2.0
// Any: readers are spread over the replicas, and many reads cross the network.

#include "core/policy/replica_choice.h"

namespace gfs {
namespace {

class RandomReplica final : public ReplicaChoice {
  public:
    explicit RandomReplica(const sim::Params&) {}
    void order(std::vector<ReadCandidate>& replicas, sim::Random& random) override {
        random.shuffle(replicas);
    }
};

SIM_REGISTER(ReplicaChoice, "random", "any", RandomReplica)

}  // namespace
}  // namespace gfs
