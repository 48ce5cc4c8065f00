// SPDX-License-Identifier: Apache-2.0
// The yardsticks of the event queue: what a hand-written simulator would use that needs nothing but
// speed. An event is a virtual call, a time and a link; nothing can be cancelled; now is not
// checked.
//
//  PlainWheel     the 64-way timing wheel of the engine, singly linked. In order for equal times.
//  RadixHeap      a bucket for each highest bit that differs. Not in order for equal times.
//  BinaryHeap     std::priority_queue by (time, sequence).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

namespace reference {

class Event {
  public:
    virtual void fire() = 0;
    std::uint64_t when = 0;  // nanoseconds
    Event* next = nullptr;   // for the queue

  protected:
    ~Event() = default;
};

class PlainWheel {
  public:
    void insert(Event& event, std::uint64_t when) {
        event.when = when;
        append(event);
    }

    // Null when there is none.
    Event* pop() {
        while (levels_ != 0) {
            const auto level = static_cast<unsigned>(std::countr_zero(levels_));
            const auto digit = static_cast<unsigned>(std::countr_zero(occupied_[level]));
            Slot& slot = slots_[level * 64 + digit];
            Event* const first = slot.first;
            if (level == 0 || first->next == nullptr) {
                slot.first = first->next;
                if (slot.first == nullptr) vacate(level, digit);
                position_ = first->when;
                return first;
            }
            slot.first = nullptr;
            vacate(level, digit);
            position_ = first->when >> (6 * level) << (6 * level);
            for (Event* event = first; event != nullptr;) {
                Event* const next = event->next;
                append(*event);
                event = next;
            }
        }
        return nullptr;
    }

  private:
    struct Slot {
        Event* first = nullptr;
        Event* last = nullptr;
    };

    void append(Event& event) {
        const auto differing =
            63U - static_cast<unsigned>(std::countl_zero((event.when ^ position_) | 1));
        const unsigned level = differing / 6;
        const unsigned digit = (event.when >> (6 * level)) % 64;
        Slot& slot = slots_[level * 64 + digit];
        event.next = nullptr;
        if (slot.first == nullptr) {
            slot.first = &event;
            occupied_[level] |= std::uint64_t{1} << digit;
            levels_ |= 1U << level;
        } else {
            slot.last->next = &event;
        }
        slot.last = &event;
    }

    void vacate(unsigned level, unsigned digit) {
        occupied_[level] &= ~(std::uint64_t{1} << digit);
        if (occupied_[level] == 0) levels_ &= ~(1U << level);
    }

    std::uint64_t position_ = 0;
    std::uint32_t levels_ = 0;
    std::array<std::uint64_t, 11> occupied_{};
    std::array<Slot, 11 * 64> slots_{};
};

class RadixHeap {
  public:
    void insert(Event& event, std::uint64_t when) {
        event.when = when;
        push({when, &event});
    }

    // REQUIRES: not empty.
    Event* pop() {
        if (buckets_[0].empty()) refill();
        Event* const event = buckets_[0].back().second;
        buckets_[0].pop_back();
        return event;
    }

  private:
    using Entry = std::pair<std::uint64_t, Event*>;

    void push(Entry entry) {
        const int bucket = std::bit_width(entry.first ^ last_);
        buckets_[static_cast<std::size_t>(bucket)].push_back(entry);
        occupied_ |= bucket == 0 ? 0 : std::uint64_t{1} << (bucket - 1);
    }

    void refill() {
        const auto lowest = static_cast<std::size_t>(std::countr_zero(occupied_));
        std::vector<Entry>& bucket = buckets_[lowest + 1];
        last_ = bucket.front().first;
        for (const Entry& entry : bucket) last_ = std::min(last_, entry.first);
        occupied_ &= occupied_ - 1;
        for (const Entry& entry : bucket) push(entry);
        bucket.clear();
    }

    std::uint64_t last_ = 0;
    std::uint64_t occupied_ = 0;  // bit b: bucket b + 1 has entries
    std::array<std::vector<Entry>, 65> buckets_;
};

class BinaryHeap {
  public:
    void insert(Event& event, std::uint64_t when) {
        event.when = when;
        heap_.push({when, next_sequence_++, &event});
    }

    // REQUIRES: not empty.
    Event* pop() {
        Event* const event = heap_.top().event;
        heap_.pop();
        return event;
    }

  private:
    struct Entry {
        std::uint64_t when;
        std::uint64_t sequence;
        Event* event;
        bool operator<(const Entry& other) const {
            return std::tie(other.when, other.sequence) < std::tie(when, sequence);
        }
    };

    std::uint64_t next_sequence_ = 0;
    std::priority_queue<Entry> heap_;
};

}  // namespace reference
