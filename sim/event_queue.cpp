// SPDX-License-Identifier: Apache-2.0
// The slower parts of the event queue; the rest is inline in the header.

#include "sim/event_queue.h"

#include <algorithm>

namespace sim {

void EventQueue::remove(QueueItem& item) noexcept {
    SIM_ASSERT(item.queued());
    const unsigned index = slot_of(item.when_);
    Slot& slot = slots_[index];
    (item.prev_ == nullptr ? slot.first : item.prev_->next_) = item.next_;
    (item.next_ == nullptr ? slot.last : item.next_->prev_) = item.prev_;
    if (slot.first == nullptr) vacate(index);
    item.next_ = &item;
    ++left_;
}

bool EventQueue::descend(Time limit) {
    while (levels_ != 0) {
        const unsigned index = first_slot();
        const Slot& slot = slots_[index];
        if (index < slots_per_level || slot.first == slot.last) return true;
        // The position may enter the slot only when now() will follow, or an insertion before the
        // slot would no longer find its place.
        const unsigned shift = index / slots_per_level * digit_bits;
        const std::uint64_t slot_begin = bits_of(slot.first->when_) >> shift << shift;
        if (slot_begin > bits_of(limit)) return false;
        position_ = slot_begin;
        cascade(index);
    }
    return false;
}

void EventQueue::cascade(unsigned slot_index) {
    QueueItem* item = slots_[slot_index].first;
    slots_[slot_index].first = nullptr;
    vacate(slot_index);
    SIM_ASSERT(levels_ == 0 || first_slot() > slot_index);
    while (item != nullptr) {
        QueueItem* const next = item->next_;
        append(*item);
        item = next;
    }
}

Time EventQueue::next_time() const {
    if (levels_ == 0) return time_never;
    const unsigned index = first_slot();
    const QueueItem* item = slots_[index].first;
    Time earliest = item->when_;
    if (index < slots_per_level) return earliest;  // all the same
    for (; item != nullptr; item = item->next_) earliest = std::min(earliest, item->when_);
    return earliest;
}

void EventQueue::discard_all() noexcept {
    while (levels_ != 0) {
        const unsigned index = first_slot();
        QueueItem& item = *slots_[index].first;
        unlink_first(index);
        ++left_;
        item.discard();
    }
}

}  // namespace sim
