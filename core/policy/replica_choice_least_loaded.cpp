// SPDX-License-Identifier: Apache-2.0
// The server that this client has read from least. It knows nothing of the other clients; each
// spreads its own load.

#include <algorithm>

#include "core/policy/replica_choice.h"

namespace gfs {
namespace {

class LeastLoadedReplica final : public ReplicaChoice {
  public:
    explicit LeastLoadedReplica(const sim::Params&) {}
    void order(std::vector<ReadCandidate>& replicas, sim::Random& random) override {
        random.shuffle(replicas);
        std::stable_sort(
            replicas.begin(), replicas.end(),
            [](const ReadCandidate& a, const ReadCandidate& b) { return a.asked < b.asked; });
    }
};

SIM_REGISTER(ReplicaChoice, "least_loaded", "the one that this client has read from least",
             LeastLoadedReplica)

}  // namespace
}  // namespace gfs
