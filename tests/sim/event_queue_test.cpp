// SPDX-License-Identifier: Apache-2.0

#include "sim/event_queue.h"

#include <catch2/catch.hpp>
#include <limits>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace sim {
namespace {

class Item final : public QueueItem {
  public:
    void fire() override { ++fired; }
    void discard() noexcept override { ++discarded; }
    int fired = 0;
    int discarded = 0;
};

std::vector<std::size_t> pop_all(EventQueue& queue, const std::vector<Item>& items) {
    std::vector<std::size_t> order;
    while (QueueItem* const item = queue.pop(time_never))
        order.push_back(static_cast<std::size_t>(static_cast<Item*>(item) - items.data()));
    return order;
}

// The queue beside a sorted map that is obviously right, driven by random steps.
class Comparison {
  public:
    Comparison(std::uint64_t seed, std::int64_t longest_delay)
        : generator_(seed), longest_delay_(longest_delay), items_(200) {}

    void step() {
        const std::uint64_t kind = generator_() % 16;
        if (kind < 7)
            insert();
        else if (kind < 8)
            insert_burst();
        else if (kind < 10)
            cancel();
        else if (kind < 11)
            pop_one(limit_near());
        else
            pop_one(time_never);
        compare();
    }

    void drain() {
        while (!expected_.empty()) pop_one(time_never);
        compare();
    }

  private:
    using Key = std::pair<Time, std::uint64_t>;

    // Spread over all magnitudes, so that every level of the wheel takes part; zero is frequent.
    Duration delay() {
        const std::uint64_t magnitude = generator_() % 64;
        const auto bits = static_cast<std::int64_t>(generator_() >> 1 >> magnitude);
        return Duration{bits % (longest_delay_ + 1)};
    }

    Time later(Duration by) const {
        return by > time_never - queue_.now() ? time_never : queue_.now() + by;
    }

    Time limit_near() {
        // Often just before, at, or just after an item, where mistakes hide.
        if (expected_.empty() || generator_() % 4 == 0) return later(delay());
        const Time first = expected_.begin()->first.first;
        const std::int64_t nudge = static_cast<std::int64_t>(generator_() % 3) - 1;
        if (nudge > 0 && first == time_never) return first;
        return std::max(queue_.now(), first + Duration{nudge});
    }

    void insert_at(Time when) {
        Item& item = items_[generator_() % items_.size()];
        if (item.queued()) return;
        const std::uint64_t sequence = queue_.next_sequence();
        queue_.insert(item, when);
        REQUIRE(item.queued());
        REQUIRE(item.when() == when);
        REQUIRE(queue_.next_sequence() == sequence + 1);
        expected_.insert({{when, sequence}, &item});
    }

    void insert() {
        // Aim at the time of a waiting item now and then: that is where order by sequence matters.
        if (!expected_.empty() && generator_() % 3 == 0)
            insert_at(std::next(expected_.begin(), index())->first.first);
        else
            insert_at(later(delay()));
    }

    void insert_burst() {
        const Time when = later(delay());
        for (int i = 0; i < 8; ++i) insert_at(when);
    }

    std::ptrdiff_t index() { return static_cast<std::ptrdiff_t>(generator_() % expected_.size()); }

    void cancel() {
        if (expected_.empty()) return;
        const auto victim = std::next(expected_.begin(), index());
        queue_.remove(*victim->second);
        REQUIRE(!victim->second->queued());
        expected_.erase(victim);
    }

    void pop_one(Time limit) {
        const Time before = queue_.now();
        QueueItem* const item = queue_.pop(limit);
        if (expected_.empty() || expected_.begin()->first.first > limit) {
            REQUIRE(item == nullptr);
            REQUIRE(queue_.now() == (limit == time_never ? before : limit));
            return;
        }
        REQUIRE(item == expected_.begin()->second);
        REQUIRE(item->when() == expected_.begin()->first.first);
        REQUIRE(!item->queued());
        REQUIRE(queue_.now() == item->when());
        expected_.erase(expected_.begin());
    }

    void compare() {
        REQUIRE(queue_.size() == expected_.size());
        REQUIRE(queue_.empty() == expected_.empty());
        const Time first = expected_.empty() ? time_never : expected_.begin()->first.first;
        REQUIRE(queue_.next_time() == first);
    }

    std::mt19937_64 generator_;
    std::int64_t longest_delay_;
    std::vector<Item> items_;
    EventQueue queue_;
    std::map<Key, Item*> expected_;
};

TEST_CASE("event queue: agrees with a sorted map under random inserts, cancels, limits and peeks",
          "[queue]") {
    const auto longest_delay = GENERATE(as<std::int64_t>{}, 3, 100, 5'000, 300'000, 1'000'000'000,
                                        std::numeric_limits<std::int64_t>::max() - 1);
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Comparison comparison(seed, longest_delay);
        for (int i = 0; i < 2'000; ++i) comparison.step();
        comparison.drain();
    }
}

TEST_CASE("event queue: items of one time leave in the order of insertion, whichever way they came",
          "[queue]") {
    std::vector<Item> items(4);
    Item stepping_stone;
    EventQueue queue;
    const Time meeting = time_from_ns(64 * 64 * 5 + 64 * 3 + 7);
    queue.insert(items[0], meeting);  // three levels up
    queue.insert(stepping_stone, meeting - 70ns);
    REQUIRE(queue.pop(meeting - 70ns) == &stepping_stone);
    queue.insert(items[1], meeting);  // from one level up
    queue.insert(stepping_stone, meeting - 1ns);
    REQUIRE(queue.pop(time_never) == &stepping_stone);
    queue.insert(items[2], meeting);  // straight into the lowest
    queue.insert(stepping_stone, meeting);
    REQUIRE(queue.pop(time_never) == &items[0]);
    queue.insert(items[3], meeting);  // at the present instant
    queue.remove(stepping_stone);
    REQUIRE(pop_all(queue, items) == std::vector<std::size_t>{1, 2, 3});
}

TEST_CASE("event queue: a peek does not forbid inserting before what it saw", "[queue]") {
    std::vector<Item> items(3);
    EventQueue queue;
    queue.insert(items[0], time_from_ns(1'000'000));
    queue.insert(items[1], time_from_ns(1'000'001));
    REQUIRE(queue.next_time() == time_from_ns(1'000'000));
    queue.insert(items[2], time_from_ns(5));
    REQUIRE(queue.next_time() == time_from_ns(5));
    REQUIRE(pop_all(queue, items) == std::vector<std::size_t>{2, 0, 1});
}

TEST_CASE("event queue: a pop that finds nothing by its limit moves the time there and no further",
          "[queue]") {
    std::vector<Item> items(3);
    EventQueue queue;
    // Two in one high slot whose beginning is before the limit and whose items are behind it.
    queue.insert(items[0], time_from_ns(64 * 64 + 100));
    queue.insert(items[1], time_from_ns(64 * 64 + 90));
    REQUIRE(queue.pop(time_from_ns(64 * 64 + 10)) == nullptr);
    REQUIRE(queue.now() == time_from_ns(64 * 64 + 10));
    queue.insert(items[2], time_from_ns(64 * 64 + 10));
    REQUIRE_THROWS_AS(queue.insert(items[2], time_from_ns(64 * 64 + 9)), AssertionFailed);
    REQUIRE(pop_all(queue, items) == std::vector<std::size_t>{2, 1, 0});
}

TEST_CASE("event queue: an empty queue without a limit keeps the time", "[queue]") {
    EventQueue queue;
    REQUIRE(queue.pop(time_never) == nullptr);
    REQUIRE(queue.now() == time_zero);
    REQUIRE(queue.next_time() == time_never);
}

TEST_CASE("event queue: the end of time is a time like any other", "[queue]") {
    std::vector<Item> items(3);
    EventQueue queue;
    queue.insert(items[0], time_never);
    queue.insert(items[1], time_never);
    queue.insert(items[2], time_zero);
    REQUIRE(pop_all(queue, items) == std::vector<std::size_t>{2, 0, 1});
    REQUIRE(queue.now() == time_never);
    queue.insert(items[2], time_never);
    REQUIRE(queue.pop(time_never) == &items[2]);
}

TEST_CASE("event queue: inserting twice, in the past, or popping into the past is refused",
          "[queue]") {
    Item item;
    Item other;
    EventQueue queue;
    queue.insert(item, time_from_ns(10));
    REQUIRE_THROWS_AS(queue.insert(item, time_from_ns(11)), AssertionFailed);
    REQUIRE(queue.pop(time_never) == &item);
    REQUIRE_THROWS_AS(queue.insert(other, time_from_ns(9)), AssertionFailed);
    REQUIRE_THROWS_AS(queue.pop(time_from_ns(9)), AssertionFailed);
    REQUIRE(!other.queued());
}

TEST_CASE(
    "event queue: discarding reaches every level and what a discard queues, and fires nothing",
    "[queue]") {
    struct Chain final : QueueItem {
        explicit Chain(EventQueue& in) : queue(in) {}
        void fire() override { FAIL("fired"); }
        void discard() noexcept override {
            if (++discards < 3) queue.insert(*this, queue.now());
        }
        EventQueue& queue;
        int discards = 0;
    };
    EventQueue queue;
    Chain chain(queue);
    std::vector<Item> items(11);
    for (std::size_t level = 0; level < items.size(); ++level)
        queue.insert(items[level], time_from_ns(std::int64_t{1} << (6 * level)));
    queue.insert(chain, time_from_ns(77));
    queue.discard_all();
    REQUIRE(queue.empty());
    REQUIRE(chain.discards == 3);
    for (const Item& item : items) {
        REQUIRE(item.discarded == 1);
        REQUIRE(item.fired == 0);
        REQUIRE(!item.queued());
    }
}

TEST_CASE("event queue: what is still queued when it ends is discarded", "[queue]") {
    Item item;
    {
        EventQueue queue;
        queue.insert(item, time_from_ns(1));
    }
    REQUIRE(item.discarded == 1);
}

}  // namespace
}  // namespace sim
