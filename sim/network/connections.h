// SPDX-License-Identifier: Apache-2.0
// The order of messages on connections: for each pair of hosts, when the last message arrives.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/event.h"
#include "sim/time.h"

namespace sim {

// An open-addressing table; never iterated, so that its layout cannot reach the simulation.
class Connections {
  public:
    Connections() : slots_(64) {}

    // The arrival of a message that left `from` for `to` and would alone arrive at `alone`: not
    // before the one sent before it.
    Time in_order(HostId from, HostId to, Time alone) {
        Slot& slot = find(key(from, to));
        if (alone < slot.last) alone = slot.last;
        slot.last = alone;
        return alone;
    }

  private:
    struct Slot {
        std::uint64_t key = 0;  // 0: free
        Time last{};
    };

    static std::uint64_t key(HostId from, HostId to) {
        return ((std::uint64_t{to_index(from)} + 1) << 32) | to_index(to);
    }

    Slot& find(std::uint64_t wanted) {
        if (used_ * 2 >= slots_.size()) grow();
        Slot& slot = probe(slots_, wanted);
        if (slot.key == 0) {
            slot.key = wanted;
            ++used_;
        }
        return slot;
    }

    static Slot& probe(std::vector<Slot>& slots, std::uint64_t wanted) {
        const std::size_t mask = slots.size() - 1;
        std::size_t at = (wanted * 0x9e37'79b9'7f4a'7c15ULL >> 20) & mask;
        while (slots[at].key != 0 && slots[at].key != wanted) at = (at + 1) & mask;
        return slots[at];
    }

    void grow() {
        std::vector<Slot> larger(slots_.size() * 2);
        for (const Slot& slot : slots_)
            if (slot.key != 0) probe(larger, slot.key) = slot;
        slots_ = std::move(larger);
    }

    std::vector<Slot> slots_;  // a power of two
    std::size_t used_ = 0;
};

}  // namespace sim
