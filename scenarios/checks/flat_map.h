// SPDX-License-Identifier: Apache-2.0
// A map from 64-bit keys to numbers, in one flat array: what an observer of every event can afford.
// It cannot be iterated, so that no order of its own can reach a result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/assert.h"
#include "sim/wide.h"

namespace gfs::checks {

class FlatMap {
  public:
    // Key 0 stands for an empty slot and is not allowed.
    std::optional<std::uint32_t> find(std::uint64_t key) const {
        SIM_ASSERT(key != 0);
        if (slots_.empty()) return std::nullopt;
        const Slot& slot = slots_[place_of(key)];
        if (slot.key == 0) return std::nullopt;
        return slot.value;
    }

    // Sets or replaces.
    void set(std::uint64_t key, std::uint32_t value) {
        SIM_ASSERT(key != 0);
        if (4 * (used_ + 1) > 3 * slots_.size()) grow();
        Slot& slot = slots_[place_of(key)];
        if (slot.key == 0) ++used_;
        slot = {key, value};
    }

    void erase(std::uint64_t key) {
        SIM_ASSERT(key != 0);
        if (slots_.empty()) return;
        std::size_t hole = place_of(key);
        if (slots_[hole].key == 0) return;
        --used_;
        slots_[hole].key = 0;
        // Whoever had to step over the hole moves into it.
        for (std::size_t at = next(hole); slots_[at].key != 0; at = next(at)) {
            const std::size_t home = home_of(slots_[at].key);
            const std::size_t behind_home = (at - home) & (slots_.size() - 1);
            const std::size_t behind_hole = (at - hole) & (slots_.size() - 1);
            if (behind_home < behind_hole) continue;
            slots_[hole] = slots_[at];
            slots_[at].key = 0;
            hole = at;
        }
    }

    std::size_t size() const { return used_; }

  private:
    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t value = 0;
    };
    static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;

    std::size_t home_of(std::uint64_t key) const {
        const sim::UnsignedWide product = sim::multiply_wide(key, golden);
        return (sim::high_half(product) ^ sim::low_half(product)) & (slots_.size() - 1);
    }
    std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }
    std::size_t place_of(std::uint64_t key) const {
        std::size_t at = home_of(key);
        while (slots_[at].key != 0 && slots_[at].key != key) at = next(at);
        return at;
    }
    void grow() {
        std::vector<Slot> old(slots_.empty() ? 16 : 2 * slots_.size());
        std::swap(old, slots_);
        for (const Slot& slot : old)
            if (slot.key != 0) slots_[place_of(slot.key)] = slot;
    }

    std::vector<Slot> slots_;  // a power of two of them, or none
    std::size_t used_ = 0;
};

}  // namespace gfs::checks
