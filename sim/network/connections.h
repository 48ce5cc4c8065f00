// SPDX-License-Identifier: Apache-2.0
// The order of messages on connections: for each pair of hosts, when the last message arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/assert.h"
#include "sim/event.h"
#include "sim/time.h"

namespace sim {

// An open-addressing table; never iterated for anything that reaches the simulation.
//
// Only messages that are still on their way can hold up others. So an entry whose time has passed
// is as good as none, and the table stays as small as the traffic of the moment, however many pairs
// of hosts have ever spoken: it fits in a cache, which a table of all pairs would not.
class Connections {
  public:
    Connections() : slots_(smallest) {}

    // The arrival of a message that leaves `from` for `to` at `now` and would alone arrive at
    // `alone`: not before the one sent before it. REQUIRES: `now` never goes back.
    Time in_order(Time now, HostId from, HostId to, Time alone) {
        SIM_ASSERT(alone >= now);
        if (used_ * 2 >= slots_.size()) rebuild(now);
        Slot& slot = find(now, key(from, to));
        if (alone < slot.last) alone = slot.last;
        slot.last = alone;
        return alone;
    }

    // Slots in use and free, for tests.
    std::size_t capacity() const { return slots_.size(); }

  private:
    struct Slot {
        std::uint64_t key = 0;  // 0: never used
        Time last{};
    };
    static constexpr std::size_t smallest = 64;  // a power of two, as all sizes

    static std::uint64_t key(HostId from, HostId to) {
        return ((std::uint64_t{to_index(from)} + 1) << 32) | to_index(to);
    }

    // The slot of this pair. A new pair takes the first slot on its way whose time has passed; only
    // behind a slot that was never used can there be nothing of it.
    Slot& find(Time now, std::uint64_t wanted) {
        Slot* passed = nullptr;
        std::size_t at = home(wanted);
        while (slots_[at].key != 0) {
            if (slots_[at].key == wanted) return slots_[at];
            if (passed == nullptr && slots_[at].last <= now) passed = &slots_[at];
            at = next(at);
        }
        if (passed == nullptr) {
            passed = &slots_[at];
            ++used_;
        }
        *passed = Slot{wanted, time_zero};
        return *passed;
    }

    std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }
    std::size_t home(std::uint64_t of) const {
        return (of * 0x9e37'79b9'7f4a'7c15ULL >> 32) & (slots_.size() - 1);
    }

    // Drops the entries whose time has passed; at most an eighth is in use afterwards.
    void rebuild(Time now) {
        used_ = 0;
        for (const Slot& slot : slots_) used_ += slot.last > now ? 1 : 0;
        std::size_t size = smallest;
        while (size < used_ * 8) size *= 2;
        const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(size));
        for (const Slot& slot : old) {
            if (slot.last <= now) continue;
            std::size_t at = home(slot.key);
            while (slots_[at].key != 0) at = next(at);
            slots_[at] = slot;
        }
    }

    std::vector<Slot> slots_;
    std::size_t used_ = 0;  // slots with a key
};

}  // namespace sim
