// SPDX-License-Identifier: Apache-2.0
// Choosing servers rack by rack, for policies with a rule about racks.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/policy/placement.h"

namespace gfs {

class RackPicker {
  public:
    // Servers that are not fuller than `full_at`, in an order that is drawn.
    RackPicker(const ClusterView& view, sim::Ratio full_at, sim::Random& random) {
        for (const ServerView& server : view.live)
            if (!server.fuller_than(full_at)) candidates_.push_back(server);
        random.shuffle(candidates_);
        for (const ServerView& holder : view.holders) racks_.push_back(holder.rack);
    }

    const std::vector<ServerId>& chosen() const { return chosen_; }
    // Of the replicas that are there or chosen, in that order.
    const std::vector<std::uint32_t>& racks() const { return racks_; }
    bool empty() const { return candidates_.empty(); }

    // The next server whose rack is fit, or false.
    template <typename Fit>
    bool take(Fit is_fit) {
        const auto found = std::find_if(candidates_.begin(), candidates_.end(),
                                        [&](const ServerView& one) { return is_fit(one.rack); });
        if (found == candidates_.end()) return false;
        chosen_.push_back(found->id);
        racks_.push_back(found->rack);
        candidates_.erase(found);
        return true;
    }
    bool take_any() {
        return take([](std::uint32_t) { return true; });
    }
    bool take_on(std::uint32_t rack) {
        return take([rack](std::uint32_t other) { return other == rack; });
    }
    bool take_on_new_rack() {
        return take([this](std::uint32_t rack) {
            return std::find(racks_.begin(), racks_.end(), rack) == racks_.end();
        });
    }

  private:
    std::vector<ServerView> candidates_;
    std::vector<std::uint32_t> racks_;
    std::vector<ServerId> chosen_;
};

}  // namespace gfs
