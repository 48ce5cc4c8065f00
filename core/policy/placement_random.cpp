// SPDX-License-Identifier: Apache-2.0
// Chooses uniformly among live chunkservers that are not nearly full. The strawman which GFS 4.2
// improves on: compare with placement_paper.cpp.

#include "core/policy/placement.h"

namespace gfs {
namespace {

class RandomPlacement final : public PlacementPolicy {
  public:
    explicit RandomPlacement(const sim::Params& params)
        : full_at_(params.ratio("full_at", {9, 10}, "skip disks fuller than this")) {}

    std::vector<ServerId> choose(const ClusterView& view, std::size_t copies,
                                 sim::Random& random) override {
        std::vector<ServerId> candidates;
        for (const ServerView& server : view.live)
            if (!server.fuller_than(full_at_)) candidates.push_back(server.id);
        random.shuffle(candidates);
        if (candidates.size() > copies) candidates.resize(copies);
        return candidates;
    }

    bool spreads() const override { return false; }

  private:
    sim::Ratio full_at_;
};

SIM_REGISTER(PlacementPolicy, "random", "uniform over live servers", RandomPlacement)

}  // namespace
}  // namespace gfs
