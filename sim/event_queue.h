// SPDX-License-Identifier: Apache-2.0
// The event queue: everything that is going to happen, in the order (time, sequence).
//
// A hierarchical timing wheel. Times are read as 11 digits of base 64. An item lies at the level of
// the highest digit in which its time differs from the wheel's position, in the slot of its own
// digit there. When the position enters a slot, the slot's items move down ("cascade"). All
// operations are O(1) but for at most 10 moves in the life of an item, most often none to three.
//
// Invariants:
//  1. position <= now <= time of every item.
//  2. Where an item lies is a function of its time and the position alone, so it need not be kept.
//  3. Items of a lower level come before items of a higher one; within a level, slots are in order.
//  4. Every slot's list is ordered by sequence: an item is appended when it is inserted, and a
//     cascade appends to empty slots, in order. So equal times, which always share a slot, leave
//     in the order in which they were inserted, whatever way they came down.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/assert.h"
#include "sim/time.h"

namespace sim {

// Something that is going to happen. Derive from it; the queue links items, it never allocates.
// A queued item must stay where it is, and be removed before it is destroyed. An item may be queued
// again once it has left the queue, also from within its own fire().
class QueueItem {
  public:
    QueueItem() = default;
    QueueItem(const QueueItem&) = delete;
    QueueItem& operator=(const QueueItem&) = delete;

    // The item's time has come. It has already left the queue, and may destroy itself.
    virtual void fire() = 0;

    // The simulation ends, or whoever waits is gone: destroy without firing. As with fire, the item
    // has already left the queue.
    virtual void discard() noexcept = 0;

    bool queued() const { return next_ != this; }

    // Of the last insertion; kept after the item has left the queue. The sequence number is not:
    // the order of the lists carries it (EventQueue, invariant 4).
    Time when() const { return when_; }

  protected:
    virtual ~QueueItem() = default;  // protected: an item ends itself, in fire or in discard

  private:
    friend class EventQueue;
    QueueItem* next_ = this;  // itself: not queued; null: the last of its slot
    QueueItem* prev_ = nullptr;
    Time when_{};
};

class EventQueue {
  public:
    EventQueue() = default;
    EventQueue(const EventQueue&) = delete;
    EventQueue& operator=(const EventQueue&) = delete;
    ~EventQueue() { discard_all(); }

    // Gives the item the next sequence number and queues it.
    // REQUIRES: the item is not queued, when >= now().
    void insert(QueueItem& item, Time when) {
        SIM_ASSERT(!item.queued());
        SIM_ASSERT(when >= now_);
        item.when_ = when;
        ++next_sequence_;
        append(item);
    }

    // Takes the item out without firing or discarding it. REQUIRES: it is in this queue.
    void remove(QueueItem& item) noexcept;

    // Takes out the first item if its time is at most `limit`, and moves now() to its time.
    // Otherwise returns null and moves now() to `limit` (not for time_never, which means no limit).
    // REQUIRES: limit >= now().
    QueueItem* pop(Time limit) {
        SIM_ASSERT(limit >= now_);
        if (levels_ != 0) {
            unsigned index = first_slot();
            // At level 0 all items of a slot have one time; alone, an item is the first anywhere.
            if (index >= slots_per_level && slots_[index].first != slots_[index].last) {
                if (!descend(limit)) return nothing_until(limit);
                index = first_slot();
            }
            QueueItem& first = *slots_[index].first;
            if (first.when_ <= limit) {
                unlink_first(index);
                ++left_;
                now_ = first.when_;
                position_ = bits_of(now_);
                return &first;
            }
        }
        return nothing_until(limit);
    }

    // The time of the first item, time_never when there is none. Changes nothing: an earlier item
    // can still be inserted. Costs a look at every item of the first slot.
    Time next_time() const;

    // Discards every item, also those that are queued by a discard.
    void discard_all() noexcept;

    Time now() const { return now_; }
    std::size_t size() const { return next_sequence_ - left_; }
    bool empty() const { return levels_ == 0; }

    // The number that the next insertion will get: the count of insertions so far.
    std::uint64_t next_sequence() const { return next_sequence_; }

  private:
    struct Slot {
        QueueItem* first = nullptr;
        QueueItem* last = nullptr;  // means something only when there is a first
    };

    static constexpr unsigned digit_bits = 6;
    static constexpr unsigned slots_per_level = 1U << digit_bits;
    static constexpr unsigned level_count = 11;  // 11 digits hold any non-negative 64-bit time

    static std::uint64_t bits_of(Time t) { return static_cast<std::uint64_t>(to_ns(t)); }

    // Where an item of this time lies, or would lie, now: invariant 2.
    unsigned slot_of(Time when) const {
        const std::uint64_t bits = bits_of(when);
        const auto differing =
            63U - static_cast<unsigned>(std::countl_zero((bits ^ position_) | 1));
        const unsigned level = differing / digit_bits;
        const unsigned digit = (bits >> (level * digit_bits)) % slots_per_level;
        return level * slots_per_level + digit;
    }

    // Puts the item into its slot, behind all others.
    void append(QueueItem& item) {
        const unsigned index = slot_of(item.when_);
        Slot& slot = slots_[index];
        item.next_ = nullptr;
        if (slot.first == nullptr) {
            item.prev_ = nullptr;
            slot.first = &item;
            const unsigned level = index / slots_per_level;
            occupied_[level] |= std::uint64_t{1} << index % slots_per_level;
            levels_ |= 1U << level;
        } else {
            item.prev_ = slot.last;
            slot.last->next_ = &item;
        }
        slot.last = &item;
    }

    void unlink_first(unsigned slot_index) noexcept {
        Slot& slot = slots_[slot_index];
        QueueItem* const first = slot.first;
        slot.first = first->next_;
        first->next_ = first;
        if (slot.first != nullptr)
            slot.first->prev_ = nullptr;
        else
            vacate(slot_index);
    }

    void vacate(unsigned slot_index) noexcept {
        const unsigned level = slot_index / slots_per_level;
        occupied_[level] &= ~(std::uint64_t{1} << slot_index % slots_per_level);
        if (occupied_[level] == 0) levels_ &= ~(1U << level);
    }

    // REQUIRES: not empty. The slot that holds the first item: by invariant 3, the lowest one.
    unsigned first_slot() const {
        const auto level = static_cast<unsigned>(std::countr_zero(levels_));
        const auto digit = static_cast<unsigned>(std::countr_zero(occupied_[level]));
        return level * slots_per_level + digit;
    }

    QueueItem* nothing_until(Time limit) {
        if (limit != time_never) now_ = limit;
        return nullptr;
    }

    // Cascades until the first slot's first item is the first of all. False when that is later than
    // `limit`, as far as is known without entering a slot that begins after it.
    bool descend(Time limit);
    void cascade(unsigned slot_index);

    Time now_{};
    std::uint64_t position_ = 0;  // nanoseconds
    std::uint64_t next_sequence_ = 0;
    std::uint64_t left_ = 0;                             // items popped, removed or discarded
    std::uint32_t levels_ = 0;                           // bit l: level l has items
    std::array<std::uint64_t, level_count> occupied_{};  // bit d: slot d of the level has items
    std::array<Slot, level_count * slots_per_level> slots_{};
};

}  // namespace sim
