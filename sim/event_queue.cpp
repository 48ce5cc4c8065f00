// SPDX-License-Identifier: Apache-2.0
// The parts of the event queue that walk a slot; the rest is inline in the header.

#include "sim/event_queue.h"

#include <algorithm>

namespace sim {

EventQueue::EventQueue() {
    for (Link& slot : slots_) slot.next = slot.prev = &slot;
}

QueueItem* EventQueue::pop(Time limit) {
    SIM_ASSERT(limit >= now_);
    while (levels_ != 0) {
        const unsigned index = first_slot();
        Link& slot = slots_[index];
        QueueItem& first = item_of(*slot.next);
        // At level 0 all items of a slot have one time; alone, an item is the first anywhere.
        if (index < slots_per_level || slot.next == slot.prev) {
            if (first.when_ > limit) break;
            SIM_ASSERT(first.when_ >= now_);
            unlink(first);
            --size_;
            now_ = first.when_;
            position_ = bits_of(now_);
            return &first;
        }
        // The position may enter the slot only when now() will follow, or an insertion before the
        // slot would no longer find its place.
        const unsigned shift = index / slots_per_level * digit_bits;
        const std::uint64_t slot_begin = bits_of(first.when_) >> shift << shift;
        if (slot_begin > bits_of(limit)) break;
        position_ = slot_begin;
        cascade(index);
    }
    if (limit != time_never) now_ = limit;
    return nullptr;
}

void EventQueue::cascade(unsigned slot_index) {
    Link& slot = slots_[slot_index];
    Link* link = slot.next;
    slot.next = slot.prev = &slot;
    vacate(slot_index);
    SIM_ASSERT(levels_ == 0 || first_slot() > slot_index);
    while (link != &slot) {
        Link* const next = link->next;
        append(item_of(*link));
        link = next;
    }
}

Time EventQueue::next_time() const {
    if (levels_ == 0) return time_never;
    const unsigned index = first_slot();
    const Link& slot = slots_[index];
    Time earliest = time_never;
    for (const Link* link = slot.next; link != &slot; link = link->next) {
        earliest = std::min(earliest, static_cast<const QueueItem*>(link)->when_);
        if (index < slots_per_level) break;  // all the same
    }
    return earliest;
}

void EventQueue::discard_all() noexcept {
    while (levels_ != 0) {
        QueueItem& item = item_of(*slots_[first_slot()].next);
        unlink(item);
        --size_;
        item.discard();
    }
}

}  // namespace sim
