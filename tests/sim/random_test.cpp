// SPDX-License-Identifier: Apache-2.0

#include "sim/random.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sim {
namespace {

using Numbers = std::vector<std::uint64_t>;

Numbers draw(Random& random, std::size_t count) {
    Numbers numbers;
    while (numbers.size() < count) numbers.push_back(random.next());
    return numbers;
}

Numbers draw(Random&& random, std::size_t count) {
    return draw(random, count);
}

TEST_CASE("random: a block is that of the published test vectors of Philox4x32-10", "[random]") {
    using Block = std::array<std::uint32_t, 4>;
    const std::uint32_t ones = 0xffffffff;
    REQUIRE(philox4x32({0, 0, 0, 0}, {0, 0}) ==
            Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    REQUIRE(philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
            Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    REQUIRE(
        philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

// Computed by a second implementation, in Python. Every digest of every run hangs on these.
TEST_CASE("random: the streams are the same for ever", "[random]") {
    REQUIRE(draw(Random(1, "net.loss"), 4) == Numbers{0x0832dc8a6eae8fa0, 0x6ee55618fb69b7ab,
                                                      0x36bde71d480daf06, 0x5fa11a3e00c02c2d});
    REQUIRE(
        draw(Random(0xfeedfacecafebeef, "placement", 7), 4) ==
        Numbers{0xf4dc0140f2d84f0d, 0x3626db88f01066d9, 0x8753af908dbc234e, 0x0e3459b01c6991a0});
}

TEST_CASE("random: no two streams of a thousand names, actors and seeds share a number",
          "[random]") {
    std::set<std::uint64_t> seen;
    std::size_t drawn = 0;
    const auto take = [&](Random random) {
        for (const std::uint64_t number : draw(random, 16)) seen.insert(number);
        drawn += 16;
    };
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        take(Random(1, "stream" + std::to_string(i)));
        take(Random(1, "actors", i));
        take(Random(i + 2, "seeds"));
    }
    REQUIRE(seen.size() == drawn);
}

TEST_CASE("random: a draw in one stream shifts no other", "[random]") {
    const Numbers undisturbed = draw(Random(3, "b"), 10);
    Random a(3, "a");
    Random b(3, "b");
    Numbers interleaved;
    for (int i = 0; i < 10; ++i) {
        draw(a, static_cast<std::size_t>(i));
        interleaved.push_back(b.next());
    }
    REQUIRE(interleaved == undisturbed);
}

TEST_CASE("random: the count of draws is the state", "[random]") {
    Random random(5, "x");
    draw(random, 7);
    REQUIRE(random.counter() == 7);
    Random moved = std::move(random);
    REQUIRE(moved.counter() == 7);
    REQUIRE(moved.next() == draw(Random(5, "x"), 8).back());
}

TEST_CASE("random: below is uniform, also for bounds that divide no power of two", "[random]") {
    Random random(11, "below");
    const std::uint64_t bound = GENERATE(1, 2, 3, 7, 10, 48);
    const std::uint64_t draws = 48'000;
    std::map<std::uint64_t, std::uint64_t> counts;
    for (std::uint64_t i = 0; i < draws; ++i) ++counts[random.below(bound)];
    REQUIRE(counts.size() == bound);
    REQUIRE(counts.rbegin()->first == bound - 1);
    // Chi squared: mean bound - 1, variance twice that; seven deviations.
    const double expected = static_cast<double>(draws) / static_cast<double>(bound);
    double chi_squared = 0;
    for (const auto& [value, count] : counts) {
        const double off = static_cast<double>(count) - expected;
        chi_squared += off * off / expected;
    }
    const double freedom = static_cast<double>(bound - 1);
    REQUIRE(chi_squared <= freedom + 7 * std::sqrt(2 * freedom));
}

TEST_CASE("random: below redraws what would be biased", "[random]") {
    // Two thirds of 2^64: without redrawing, every second value would be twice as likely.
    const std::uint64_t bound = std::numeric_limits<std::uint64_t>::max() / 3 * 2;
    Random random(13, "bias");
    std::size_t low = 0;
    for (int i = 0; i < 10'000; ++i) low += random.below(bound) < bound / 2 ? 1 : 0;
    REQUIRE(low > 4'800);
    REQUIRE(low < 5'200);
    REQUIRE(random.counter() > 13'000);  // a third was drawn again, and again
}

TEST_CASE("random: between includes both ends, to the full width of 64 bits", "[random]") {
    constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
    constexpr auto highest = std::numeric_limits<std::int64_t>::max();
    Random random(17, "between");
    std::set<std::int64_t> seen;
    for (int i = 0; i < 200; ++i) seen.insert(random.between(-2, 2));
    REQUIRE(seen == std::set<std::int64_t>{-2, -1, 0, 1, 2});
    REQUIRE(random.between(highest, highest) == highest);
    int negative = 0;
    for (int i = 0; i < 1'000; ++i) negative += random.between(lowest, highest) < 0 ? 1 : 0;
    REQUIRE(negative > 400);
    REQUIRE(negative < 600);
    REQUIRE_THROWS_AS(random.between(1, 0), AssertionFailed);
}

TEST_CASE("random: a chance of 0 never comes, of 1 always, of 3/10 three times in ten",
          "[random]") {
    Random random(19, "chance");
    int some = 0;
    for (int i = 0; i < 10'000; ++i) {
        REQUIRE(!random.chance({0, 5}));
        REQUIRE(random.chance({5, 5}));
        some += random.chance({3, 10}) ? 1 : 0;
    }
    REQUIRE(some > 2'800);
    REQUIRE(some < 3'200);
    REQUIRE_THROWS_AS(random.chance({2, 1}), AssertionFailed);
    REQUIRE_THROWS_AS(random.chance({0, 0}), AssertionFailed);
}

TEST_CASE("random: a shuffle reaches every order equally often", "[random]") {
    Random random(23, "shuffle");
    std::map<std::vector<int>, int> orders;
    for (int i = 0; i < 24'000; ++i) {
        std::vector<int> cards{1, 2, 3, 4};
        random.shuffle(cards);
        ++orders[cards];
    }
    REQUIRE(orders.size() == 24);
    for (const auto& [order, count] : orders) {
        REQUIRE(count > 800);
        REQUIRE(count < 1'200);
    }
}

TEST_CASE("random: pick takes each element, and refuses to take from nothing", "[random]") {
    Random random(29, "pick");
    const std::vector<std::string> words{"a", "b", "c"};
    std::set<std::string> picked;
    for (int i = 0; i < 100; ++i) picked.insert(random.pick(words));
    REQUIRE(picked.size() == 3);
    REQUIRE_THROWS_AS(random.pick(std::vector<int>{}), AssertionFailed);
}

TEST_CASE("ratio: decimal text becomes the exact fraction", "[random]") {
    const auto is = [](const char* text, Ratio expected) {
        const std::optional<Ratio> ratio = parse_ratio(text);
        return ratio && ratio->numerator == expected.numerator &&
               ratio->denominator == expected.denominator;
    };
    CHECK(is("0", {0, 1}));
    CHECK(is("1", {1, 1}));
    CHECK(is("0.05", {1, 20}));
    CHECK(is("0.50", {1, 2}));
    CHECK(is("2.5e-7", {1, 4'000'000}));
    CHECK(is("1E3", {1'000, 1}));
    CHECK(is("1.5e+1", {15, 1}));
    CHECK(is("0.000000000000000001", {1, 1'000'000'000'000'000'000}));
    CHECK(is("0e999", {0, 1}));
    for (const char* bad : {"",
                            ".",
                            ".5",
                            "5.",
                            "-1",
                            "+1",
                            "1..2",
                            "1.2.3",
                            "1e",
                            "1e+",
                            "1e1.5",
                            "5%",
                            "0x1",
                            " 1",
                            "1 ",
                            "nan",
                            "1e999",
                            "1e-19",
                            "0.0000000000000000001",
                            "1234567890123456789",
                            "1e9999"}) {
        INFO(bad);
        CHECK(!parse_ratio(bad));
    }
}

TEST_CASE("ratio: equal by value, ordered without overflow", "[random]") {
    constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
    REQUIRE(Ratio{1, 2} == Ratio{2, 4});
    REQUIRE(!(Ratio{1, 2} == Ratio{1, 3}));
    REQUIRE(Ratio{huge - 1, huge} < Ratio{1, 1});
    REQUIRE(!(Ratio{huge, huge} < Ratio{huge, huge}));
    REQUIRE(Ratio::parts_per_billion(50'000'000) == Ratio{1, 20});
}

}  // namespace
}  // namespace sim
