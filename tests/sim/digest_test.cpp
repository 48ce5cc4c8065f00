// SPDX-License-Identifier: Apache-2.0

#include "sim/digest.h"

#include <bit>
#include <catch2/catch.hpp>
#include <functional>
#include <set>
#include <vector>

namespace sim {
namespace {

Event numbered(std::uint64_t number) {
    Event event{};
    event.time = time_from_ns(static_cast<std::int64_t>(number) * 1'000);
    event.sequence = number;
    event.actor = HostId{3};
    event.kind = EventKind{7};
    event.field_count = 3;
    event.fields = {number * number, 5, 6};
    return event;
}

std::uint64_t digest_of(const std::vector<Event>& events) {
    Digest digest;
    for (const Event& event : events) digest.add_event(event);
    return digest.value();
}

// A run of so many events, of which one (if any) goes another way.
Digest run(std::uint64_t events, std::uint64_t odd_one = 0) {
    Digest digest;
    for (std::uint64_t number = 1; number <= events; ++number) {
        Event event = numbered(number);
        if (number == odd_one) event.fields[1] = 1;
        digest.add_event(event);
    }
    return digest;
}

// Recorded digests of users hang on these, and so does every golden digest of the library.
TEST_CASE("digest: the values are the same for ever", "[digest]") {
    Digest digest;
    CHECK(to_hex(digest.value()) == "55ba897d2af3577c");
    digest.add(std::uint64_t{42});
    CHECK(to_hex(digest.value()) == "e30604053573bed0");
    digest.add("primary");
    CHECK(to_hex(digest.value()) == "4779a89631557cc0");
    digest.add("a text longer than one word");
    CHECK(to_hex(digest.value()) == "02d719640b08ce66");
    digest.add_event(numbered(9));
    CHECK(to_hex(digest.value()) == "f2a13fe53659081d");
    CHECK(to_hex(run(1'000).value()) == "fbf17e494883d9d2");
}

TEST_CASE("digest: every part of an event counts", "[digest]") {
    const std::vector<std::function<void(Event&)>> changes{
        [](Event&) {},
        [](Event& e) { e.time += 1ns; },
        [](Event& e) { ++e.sequence; },
        [](Event& e) { e.actor = HostId{4}; },
        [](Event& e) { e.actor = no_host; },
        [](Event& e) { e.kind = EventKind{8}; },
        [](Event& e) { ++e.fields[0]; },
        [](Event& e) { ++e.fields[1]; },
        [](Event& e) { ++e.fields[2]; },
        [](Event& e) { std::swap(e.fields[0], e.fields[1]); },
        [](Event& e) { e.field_count = 2; },
        [](Event& e) { e.field_count = 4; },  // the fourth is 0
    };
    std::set<std::uint64_t> values;
    for (const auto& change : changes) {
        Event event = numbered(9);
        change(event);
        values.insert(digest_of({event}));
    }
    REQUIRE(values.size() == changes.size());
}

TEST_CASE("digest: fields that an event does not have do not count", "[digest]") {
    Event event = numbered(9);
    const std::uint64_t before = digest_of({event});
    event.fields[7] = 99;
    REQUIRE(digest_of({event}) == before);
}

TEST_CASE("digest: the order of events counts", "[digest]") {
    REQUIRE(digest_of({numbered(1), numbered(2)}) != digest_of({numbered(2), numbered(1)}));
}

TEST_CASE("digest: texts that run together differ", "[digest]") {
    const auto of = [](std::string_view a, std::string_view b) {
        Digest digest;
        digest.add(a);
        digest.add(b);
        return digest.value();
    };
    const std::set<std::uint64_t> values{of("ab", "c"), of("a", "bc"), of("abc", ""), of("", "abc"),
                                         of(std::string_view("abc\0", 4), "")};
    REQUIRE(values.size() == 5);
}

TEST_CASE("digest: a flipped bit anywhere flips half of the result", "[digest]") {
    const std::uint64_t before = digest_of({numbered(9), numbered(10)});
    for (std::size_t field = 0; field < 3; ++field) {
        int flipped = 0;
        for (int bit = 0; bit < 64; ++bit) {
            Event event = numbered(9);
            event.fields[field] ^= std::uint64_t{1} << bit;
            const int changed = std::popcount(digest_of({event, numbered(10)}) ^ before);
            REQUIRE(changed >= 10);
            flipped += changed;
        }
        REQUIRE(flipped > 64 * 29);
        REQUIRE(flipped < 64 * 35);
    }
}

TEST_CASE("digest: no collision among a million small inputs", "[digest][.slow]") {
    std::set<std::uint64_t> values;
    for (std::uint64_t a = 0; a < 1'000; ++a) {
        for (std::uint64_t b = 0; b < 1'000; ++b) {
            Digest digest;
            digest.add(a);
            digest.add(b);
            values.insert(digest.value());
        }
    }
    REQUIRE(values.size() == 1'000'000);
}

TEST_CASE("digest: the ladder is bounded, evenly spaced, and of the run alone", "[digest]") {
    const std::uint64_t events = GENERATE(0, 1, 100, 4'096, 4'097, 4'098, 8'192, 8'193, 100'000);
    const Digest digest = run(events);
    const auto& ladder = digest.ladder();
    REQUIRE(digest.events() == events);
    REQUIRE(ladder.size() <= Digest::most_rungs);
    REQUIRE(ladder.size() == events / digest.spacing());
    if (events > 0) REQUIRE(ladder.size() * 2 + 1 >= std::min(events, std::uint64_t{4'096}));
    for (std::size_t i = 0; i < ladder.size(); ++i) {
        REQUIRE(ladder[i].events == (i + 1) * digest.spacing());
        REQUIRE(ladder[i].time == numbered(ladder[i].events).time);
    }
    REQUIRE(run(events).ladder() == ladder);
}

TEST_CASE("digest: the value at a rung is that of the run up to it", "[digest]") {
    const Digest digest = run(20'000);
    const Digest::Rung rung = digest.ladder()[digest.ladder().size() / 2];
    REQUIRE(run(rung.events).value() == rung.value);
}

TEST_CASE("digest: the ladder leads to the first event that differs", "[digest]") {
    const std::uint64_t events = GENERATE(1, 50, 4'097, 30'000);
    const Digest good = run(events);
    REQUIRE(!first_difference(good, run(events)));
    for (const std::uint64_t odd_one :
         {std::uint64_t{1}, events / 3 + 1, events / 2 + 1, events - events / 50}) {
        if (odd_one > events) continue;
        const std::optional<EventRange> range = first_difference(good, run(events, odd_one));
        REQUIRE(range);
        REQUIRE(range->first <= odd_one);
        REQUIRE(odd_one <= range->last);
        REQUIRE(range->last - range->first < good.spacing());
    }
}

TEST_CASE("digest: a run that ends early differs at its end, one that parts before, there",
          "[digest]") {
    REQUIRE(first_difference(run(10), run(12)) == EventRange{11, 11});
    REQUIRE(first_difference(run(0), run(1)) == EventRange{1, 1});
    REQUIRE(first_difference(run(10), run(30, 4)) == EventRange{4, 4});
    // The longer run has its rungs 8 events apart.
    REQUIRE(first_difference(run(30), run(30'000, 20)) == EventRange{17, 24});
    REQUIRE(first_difference(run(30), run(30'000)) == EventRange{25, 31});
}

TEST_CASE("digest: prints sixteen digits", "[digest]") {
    REQUIRE(to_hex(0) == "0000000000000000");
    REQUIRE(to_hex(0x0123456789abcdef) == "0123456789abcdef");
    REQUIRE(to_hex(~std::uint64_t{0}) == "ffffffffffffffff");
}

}  // namespace
}  // namespace sim
