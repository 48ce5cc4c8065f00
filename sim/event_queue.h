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
//  2. Items of a lower level come before items of a higher one; within a level, slots are in order.
//  3. Every slot's list is ordered by sequence: an item is appended when it is inserted, and a
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

namespace detail {
struct QueueLink {
    QueueLink* next = nullptr;
    QueueLink* prev = nullptr;
};
}  // namespace detail

// Something that is going to happen. Derive from it; the queue links items, it never allocates.
// A queued item must stay where it is, and be removed before it is destroyed. An item may be queued
// again once it has left the queue, also from within its own fire().
class QueueItem : private detail::QueueLink {
  public:
    QueueItem() = default;
    QueueItem(const QueueItem&) = delete;
    QueueItem& operator=(const QueueItem&) = delete;

    // The item's time has come. It has already left the queue, and may destroy itself.
    virtual void fire() = 0;

    // The simulation ends, or whoever waits is gone: destroy without firing. Already out of the
    // queue.
    virtual void discard() noexcept = 0;

    bool queued() const { return next != nullptr; }

    // Of the last insertion; kept after the item has left the queue.
    Time when() const { return when_; }
    std::uint64_t sequence() const { return sequence_; }

  protected:
    virtual ~QueueItem() =
        default;  // nobody deletes through the base: items end in fire or discard

  private:
    friend class EventQueue;
    Time when_{};
    std::uint64_t sequence_ = 0;
};

class EventQueue {
  public:
    EventQueue();
    EventQueue(const EventQueue&) = delete;
    EventQueue& operator=(const EventQueue&) = delete;
    ~EventQueue() { discard_all(); }

    // Gives the item the next sequence number and queues it.
    // REQUIRES: the item is not queued, when >= now().
    void insert(QueueItem& item, Time when) {
        SIM_ASSERT(!item.queued());
        SIM_ASSERT(when >= now_);
        item.when_ = when;
        item.sequence_ = next_sequence_++;
        append(item);
        ++size_;
    }

    // Takes the item out without firing or discarding it. REQUIRES: it is in this queue.
    void remove(QueueItem& item) noexcept {
        SIM_ASSERT(item.queued());
        unlink(item);
        --size_;
    }

    // Takes out the first item if its time is at most `limit`, and moves now() to its time.
    // Otherwise returns null and moves now() to `limit` (not for time_never, which means no limit).
    // REQUIRES: limit >= now().
    QueueItem* pop(Time limit);

    // The time of the first item, time_never when there is none. Changes nothing: an earlier item
    // can still be inserted. Costs a look at every item of the first slot.
    Time next_time() const;

    // Discards every item, also those that are queued by a discard.
    void discard_all() noexcept;

    Time now() const { return now_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    // The number that the next insertion will get: the count of insertions so far.
    std::uint64_t next_sequence() const { return next_sequence_; }

  private:
    using Link = detail::QueueLink;

    static constexpr unsigned digit_bits = 6;
    static constexpr unsigned slots_per_level = 1U << digit_bits;
    static constexpr unsigned level_count = 11;  // 11 digits hold any non-negative 64-bit time

    static QueueItem& item_of(Link& link) { return static_cast<QueueItem&>(link); }
    static std::uint64_t bits_of(Time t) { return static_cast<std::uint64_t>(to_ns(t)); }

    // Queues the item by its time and the position, behind all that share its slot.
    void append(QueueItem& item) {
        const std::uint64_t when = bits_of(item.when_);
        const unsigned differing =
            63U - static_cast<unsigned>(std::countl_zero((when ^ position_) | 1));
        const unsigned level = differing / digit_bits;
        const unsigned digit = (when >> (level * digit_bits)) % slots_per_level;
        Link& slot = slots_[level * slots_per_level + digit];
        Link& link = item;
        link.next = &slot;
        link.prev = slot.prev;
        slot.prev->next = &link;
        slot.prev = &link;
        occupied_[level] |= std::uint64_t{1} << digit;
        levels_ |= 1U << level;
    }

    void unlink(Link& link) noexcept {
        Link* const next = link.next;
        Link* const prev = link.prev;
        next->prev = prev;
        prev->next = next;
        link.next = nullptr;
        // Both neighbours are the same: the slot's own link, and so the slot is empty now.
        if (next == prev) vacate(static_cast<unsigned>(next - slots_.data()));
    }

    void vacate(unsigned slot_index) noexcept {
        const unsigned level = slot_index / slots_per_level;
        occupied_[level] &= ~(std::uint64_t{1} << slot_index % slots_per_level);
        if (occupied_[level] == 0) levels_ &= ~(1U << level);
    }

    // REQUIRES: not empty. The slot that holds the first item: by invariant 2, the lowest one.
    unsigned first_slot() const {
        const auto level = static_cast<unsigned>(std::countr_zero(levels_));
        const auto digit = static_cast<unsigned>(std::countr_zero(occupied_[level]));
        return level * slots_per_level + digit;
    }

    void cascade(unsigned slot_index);

    Time now_{};
    std::uint64_t position_ = 0;  // nanoseconds
    std::uint64_t next_sequence_ = 0;
    std::size_t size_ = 0;
    std::uint32_t levels_ = 0;                               // bit l: level l has items
    std::array<std::uint64_t, level_count> occupied_{};      // bit d: slot d of the level has items
    std::array<Link, level_count * slots_per_level> slots_;  // rings; a slot's own link is its ends
};

}  // namespace sim
