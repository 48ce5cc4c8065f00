// SPDX-License-Identifier: Apache-2.0
// The first that the master names, as in the article: every client reads a chunk from the same
// server.

#include "core/policy/replica_choice.h"

namespace gfs {
namespace {

class FirstReplica final : public ReplicaChoice {
  public:
    explicit FirstReplica(const sim::Params&) {}
    void order(std::vector<ReadCandidate>&, sim::Random&) override {}
};

SIM_REGISTER(ReplicaChoice, "first", "the first that the master names", FirstReplica)

}  // namespace
}  // namespace gfs
