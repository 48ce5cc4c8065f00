// SPDX-License-Identifier: Apache-2.0
// When each flow will end at its present rate.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "sim/assert.h"
#include "sim/time.h"

namespace sim {

// A time per slot, and the earliest of them. One solve of the network may move thousands of ends
// between two questions for the earliest, which a heap would reorder one by one. Here a change is a
// store and a bit. Above the slots stands a tree whose nodes hold the least of 64 values below; the
// nodes above a change are renewed when the question comes.
class FlowCalendar {
  public:
    FlowCalendar() { set_slot_count(0); }

    // Slots 0 to `count` - 1 may be set from now on.
    void set_slot_count(std::size_t count) {
        if (!tree_.empty() && count <= tree_[0].below.size()) return;
        std::size_t values = std::bit_ceil(std::max(count, width));
        for (std::size_t level = 0;; ++level) {
            if (level == tree_.size()) tree_.emplace_back();
            const std::size_t nodes = (values + width - 1) / width;
            tree_[level].below.resize(nodes * width, time_never);
            tree_[level].stale.resize((nodes + 63) / 64);
            for (std::size_t node = 0; node < nodes; ++node) mark_stale(level, node);
            if (nodes == 1) return;
            values = nodes;
        }
    }

    void set(std::uint32_t slot, Time end) {
        tree_[0].below[slot] = end;
        mark_stale(0, slot / width);
    }

    // time_never if nothing will end.
    Time earliest() {
        if (!renewed_) renew();
        return earliest_;
    }

    // Appends all slots that end at or before `limit`, in order of slots, and takes their ends
    // away.
    void take_until(Time limit, std::vector<std::uint32_t>& slots) {
        SIM_ASSERT(limit < time_never);
        if (earliest() <= limit) take_below(tree_.size() - 1, 0, limit, slots);
    }

  private:
    static constexpr std::size_t width = 64;

    struct Level {
        std::vector<Time> below;           // the slots, or the minima of the nodes one level down
        std::vector<std::uint64_t> stale;  // one bit per node of 64 values
    };

    void mark_stale(std::size_t level, std::size_t node) {
        tree_[level].stale[node / 64] |= std::uint64_t{1} << (node % 64);
        renewed_ = false;
    }

    Time minimum(std::size_t level, std::size_t node) const {
        const auto first = tree_[level].below.begin() + static_cast<std::ptrdiff_t>(node * width);
        return *std::min_element(first, first + width);
    }

    void renew() {
        for (std::size_t level = 0; level < tree_.size(); ++level) {
            for (std::size_t word = 0; word < tree_[level].stale.size(); ++word) {
                std::uint64_t& stale = tree_[level].stale[word];
                for (; stale != 0; stale &= stale - 1) {
                    const auto bit = static_cast<std::size_t>(std::countr_zero(stale));
                    pass_up(level, word * 64 + bit);
                }
            }
        }
        renewed_ = true;
    }

    void pass_up(std::size_t level, std::size_t node) {
        const Time found = minimum(level, node);
        if (level + 1 == tree_.size()) {
            earliest_ = found;
        } else if (tree_[level + 1].below[node] != found) {
            tree_[level + 1].below[node] = found;
            mark_stale(level + 1, node / width);
        }
    }

    void take_below(std::size_t level, std::size_t node, Time limit,
                    std::vector<std::uint32_t>& slots) {
        for (std::size_t i = node * width; i < (node + 1) * width; ++i) {
            if (tree_[level].below[i] > limit) continue;
            if (level > 0) {
                take_below(level - 1, i, limit, slots);
            } else {
                slots.push_back(static_cast<std::uint32_t>(i));
                set(static_cast<std::uint32_t>(i), time_never);
            }
        }
    }

    std::vector<Level> tree_;  // from the slots upwards; the last level is one node
    Time earliest_ = time_never;
    bool renewed_ = false;
};

}  // namespace sim
