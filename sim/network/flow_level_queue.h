// SPDX-License-Identifier: Apache-2.0
// The flow solver's work list: links to be levelled, lowest level first, roughly.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "sim/assert.h"

namespace sim {

// A set of small integers ordered by a level. Levels are sorted into buckets, 128 to an octave, so
// that push and pop take constant time; within a bucket the last pushed leaves first. The rough
// order is enough: it decides how much work the solver does, never what it finds.
class FlowLevelQueue {
  public:
    // Items 0 to `count` - 1 may be pushed from now on.
    void set_item_count(std::size_t count) { next_.resize(count, absent); }

    bool empty() const { return occupied_groups_ == 0; }
    bool contains(std::uint32_t item) const { return next_[item] != absent; }

    // REQUIRES: !contains(item), level >= 0.
    void push(std::uint32_t item, std::int64_t level) {
        const std::uint32_t bucket = bucket_of(level);
        std::uint32_t& head = heads_[bucket];
        next_[item] = head;
        head = item;
        occupied_[bucket / 64] |= std::uint64_t{1} << (bucket % 64);
        occupied_groups_ |= std::uint64_t{1} << (bucket / 64);
    }

    // The next item, with its bucket. REQUIRES: !empty().
    struct Entry {
        std::uint32_t item;
        std::uint32_t bucket;
    };
    Entry pop() {
        SIM_ASSERT(!empty());
        const auto group = static_cast<std::uint32_t>(std::countr_zero(occupied_groups_));
        const auto bit = static_cast<std::uint32_t>(std::countr_zero(occupied_[group]));
        const std::uint32_t bucket = group * 64 + bit;
        const std::uint32_t item = heads_[bucket];
        heads_[bucket] = next_[item];
        next_[item] = absent;
        if (heads_[bucket] == end_of_list) {
            occupied_[group] &= occupied_[group] - 1;
            if (occupied_[group] == 0) occupied_groups_ &= occupied_groups_ - 1;
        }
        return {item, bucket};
    }

    // Monotone in `level`: its magnitude and the bits after the leading one.
    static std::uint32_t bucket_of(std::int64_t level) {
        const auto value = static_cast<std::uint64_t>(level) >> dropped_bits;
        constexpr std::uint64_t small = std::uint64_t{1} << step_bits;
        if (value < small) return static_cast<std::uint32_t>(value);
        const int shift = std::bit_width(value) - 1 - step_bits;
        const auto octave = static_cast<std::uint32_t>(shift + 1);
        return octave * static_cast<std::uint32_t>(small) +
               static_cast<std::uint32_t>((value >> shift) - small);
    }

  private:
    static constexpr int step_bits = 7;
    // Levels have at most 62 bits; below this they are not told apart, which makes the octaves
    // fit into 64 groups of 64 buckets.
    static constexpr int dropped_bits = 24;
    static constexpr std::uint32_t bucket_count = 64 * 64;
    static constexpr std::uint32_t end_of_list = 0xffff'fffe;
    static constexpr std::uint32_t absent = 0xffff'ffff;

    static constexpr std::array<std::uint32_t, bucket_count> no_items() {
        std::array<std::uint32_t, bucket_count> heads{};
        heads.fill(end_of_list);
        return heads;
    }

    std::vector<std::uint32_t> next_;  // the rest of the item's bucket; `absent` if not queued
    std::array<std::uint32_t, bucket_count> heads_ = no_items();
    std::array<std::uint64_t, 64> occupied_{};
    std::uint64_t occupied_groups_ = 0;
};

}  // namespace sim
