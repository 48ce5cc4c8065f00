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
// between two questions for the earliest, which a heap would reorder one by one. Here a change is
// a store, and the minima of blocks of 64 slots are renewed when the question comes.
class FlowCalendar {
  public:
    void set_slot_count(std::size_t count) {
        ends_.resize((count + block_size - 1) / block_size * block_size, time_never);
        minima_.resize(ends_.size() / block_size, time_never);
        stale_.resize((minima_.size() + 63) / 64, 0);
    }

    void set(std::uint32_t slot, Time end) {
        ends_[slot] = end;
        const std::uint32_t block = slot / block_size;
        stale_[block / 64] |= std::uint64_t{1} << (block % 64);
    }
    Time end(std::uint32_t slot) const { return ends_[slot]; }

    // time_never if nothing will end.
    Time earliest() {
        renew_minima();
        Time found = time_never;
        for (const Time minimum : minima_) found = std::min(found, minimum);
        return found;
    }

    // Appends all slots that end at or before `limit`, in order of slots, and takes their ends
    // away.
    void take_until(Time limit, std::vector<std::uint32_t>& slots) {
        SIM_ASSERT(limit < time_never);
        renew_minima();
        for (std::uint32_t block = 0; block < minima_.size(); ++block) {
            if (minima_[block] > limit) continue;
            const std::uint32_t first = block * block_size;
            for (std::uint32_t slot = first; slot < first + block_size; ++slot) {
                if (ends_[slot] > limit) continue;
                slots.push_back(slot);
                set(slot, time_never);
            }
        }
    }

  private:
    static constexpr std::uint32_t block_size = 64;

    void renew_minima() {
        for (std::size_t word = 0; word < stale_.size(); ++word) {
            for (; stale_[word] != 0; stale_[word] &= stale_[word] - 1) {
                const std::size_t block =
                    word * 64 + static_cast<std::size_t>(std::countr_zero(stale_[word]));
                const auto first = ends_.begin() + static_cast<std::ptrdiff_t>(block * block_size);
                minima_[block] = *std::min_element(first, first + block_size);
            }
        }
    }

    std::vector<Time> ends_;            // by slot
    std::vector<Time> minima_;          // by block of slots
    std::vector<std::uint64_t> stale_;  // one bit per block whose minimum must be renewed
};

}  // namespace sim
