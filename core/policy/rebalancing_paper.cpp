// SPDX-License-Identifier: Apache-2.0
// From the fullest disk to the emptiest, few replicas at a time (GFS 4.3): a new chunkserver is
// filled gradually instead of being swamped with chunks, and with the heavy writing that comes with
// those that are new.
//
// Choice (not in GFS): the paper does not say when disks are balanced. Two disks are when their
// used shares differ by no more than `band`.

#include <algorithm>

#include "core/policy/rebalancing.h"
#include "sim/wide.h"

namespace gfs {
namespace {

class PaperRebalancing final : public RebalancingPolicy {
  public:
    explicit PaperRebalancing(const sim::Params& params)
        : band_(params.ratio("band", {1, 10}, "difference of used shares that is left alone")),
          at_once_(params.count("at_once", 1, "moves to one server at the same time")) {}

    std::optional<Move> choose(const std::vector<BalanceView>& live) override {
        const BalanceView* giver = nullptr;
        const BalanceView* taker = nullptr;
        for (const BalanceView& one : live) {
            if (one.server.disk_capacity == 0) continue;
            if (giver == nullptr || is_fuller(one.server, giver->server)) giver = &one;
            if (one.moves >= at_once_) continue;
            if (taker == nullptr || is_better(one, *taker)) taker = &one;
        }
        if (giver == nullptr || taker == nullptr) return std::nullopt;
        if (!differ(giver->server, taker->server)) return std::nullopt;
        return Move{giver->server.id, taker->server.id};
    }

  private:
    static bool is_fuller(const ServerView& a, const ServerView& b) {
        return sim::multiply_wide(a.disk_used, b.disk_capacity) >
               sim::multiply_wide(b.disk_used, a.disk_capacity);
    }
    // The emptiest; among equals the one with less to do. Recent creations predict heavy writing.
    static bool is_better(const BalanceView& a, const BalanceView& b) {
        if (is_fuller(b.server, a.server)) return true;
        if (is_fuller(a.server, b.server)) return false;
        if (a.server.recent_creations != b.server.recent_creations)
            return a.server.recent_creations < b.server.recent_creations;
        return a.clones < b.clones;
    }
    // used_a / capacity_a - used_b / capacity_b > band
    bool differ(const ServerView& a, const ServerView& b) const {
        const auto scale = [](const ServerView& server, std::uint64_t parts) {
            return sim::multiply_wide(server.disk_used, parts) / server.disk_capacity;
        };
        constexpr std::uint64_t whole = 1'000'000'000;
        const auto band = sim::multiply_wide(band_.numerator, whole) / band_.denominator;
        return scale(a, whole) > scale(b, whole) + band;
    }

    sim::Ratio band_;
    std::uint64_t at_once_;
};

SIM_REGISTER(RebalancingPolicy, "paper",
             "from the fullest disk to the emptiest, a few replicas at a time (GFS 4.3)",
             PaperRebalancing)

}  // namespace
}  // namespace gfs
