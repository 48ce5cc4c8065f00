// SPDX-License-Identifier: Apache-2.0
// The three wishes of GFS 4.2: disks that are used less than the average, few recent creations on
// each server (a creation predicts heavy writing), and replicas spread over racks.

#include <algorithm>

#include "core/policy/placement.h"
#include "sim/wide.h"

namespace gfs {
namespace {

class PaperPlacement final : public PlacementPolicy {
  public:
    explicit PaperPlacement(const sim::Params& params)
        : full_at_(params.ratio("full_at", {9, 10}, "skip disks fuller than this")) {}

    std::vector<ServerId> choose(const ClusterView& view, std::size_t copies,
                                 sim::Random& random) override {
        const sim::Ratio average = average_utilisation(view);
        std::vector<Candidate> candidates;
        for (const ServerView& server : view.live)
            if (!server.fuller_than(full_at_))
                candidates.push_back({server, server.fuller_than(average)});
        // What is equal in all wishes is left to chance.
        random.shuffle(candidates);

        std::vector<std::uint32_t> racks;
        for (const ServerView& holder : view.holders) racks.push_back(holder.rack);
        std::vector<ServerId> chosen;
        while (chosen.size() < copies && !candidates.empty()) {
            const auto better = [&](const Candidate& a, const Candidate& b) {
                return is_better(a, b, racks);
            };
            const auto best = std::min_element(candidates.begin(), candidates.end(), better);
            chosen.push_back(best->server.id);
            racks.push_back(best->server.rack);
            candidates.erase(best);
        }
        return chosen;
    }

  private:
    struct Candidate {
        ServerView server;
        bool above_average;
    };

    static sim::Ratio average_utilisation(const ClusterView& view) {
        sim::Ratio average{0, 0};
        for (const ServerView& server : view.live) {
            average.numerator += server.disk_used;
            average.denominator += server.disk_capacity;
        }
        return average.denominator > 0 ? average : sim::Ratio{1, 1};
    }

    // The spread over racks comes first: it is about losing the chunk, the others about speed.
    static bool is_better(const Candidate& a, const Candidate& b,
                          const std::vector<std::uint32_t>& racks) {
        const auto in_a = std::count(racks.begin(), racks.end(), a.server.rack);
        const auto in_b = std::count(racks.begin(), racks.end(), b.server.rack);
        if (in_a != in_b) return in_a < in_b;
        if (a.above_average != b.above_average) return b.above_average;
        return a.server.recent_creations < b.server.recent_creations;
    }

    sim::Ratio full_at_;
};

SIM_REGISTER(PlacementPolicy, "paper",
             "below-average disks, few recent creations, spread over racks (GFS 4.2)",
             PaperPlacement)

}  // namespace
}  // namespace gfs
