// SPDX-License-Identifier: Apache-2.0

#include "sim/histogram.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <vector>

#include "sim/assert.h"

namespace sim {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

std::int64_t nearest_rank(std::vector<std::int64_t> values, Ratio share) {
    std::stable_sort(values.begin(), values.end());
    const std::size_t rank =
        (values.size() * share.numerator + share.denominator - 1) / share.denominator;
    return values[std::max<std::size_t>(rank, 1) - 1];
}

const std::vector<Ratio> shares{{0, 1}, {1, 100}, {1, 4}, {1, 2}, {9, 10}, {99, 100}, {1, 1}};

// So many values over all magnitudes below 2^bits, some negative if asked.
std::vector<std::int64_t> scattered(std::size_t count, unsigned bits, bool negative) {
    std::mt19937_64 generator(count + bits);
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t magnitude = generator() >> (64 - bits) >> generator() % bits;
        const auto value = static_cast<std::int64_t>(magnitude);
        values.push_back(negative && generator() % 2 == 0 ? -value : value);
    }
    return values;
}

Histogram histogram_of(const std::vector<std::int64_t>& values) {
    Histogram histogram;
    for (const std::int64_t value : values) histogram.add(value);
    return histogram;
}

void require_same(const Histogram& a, const Histogram& b) {
    REQUIRE(a.count() == b.count());
    REQUIRE(a.sum() == b.sum());
    REQUIRE(a.min() == b.min());
    REQUIRE(a.max() == b.max());
    REQUIRE(a.mean() == b.mean());
    REQUIRE(a.exact() == b.exact());
    for (std::uint64_t i = 0; i <= 200; ++i) REQUIRE(a.quantile({i, 200}) == b.quantile({i, 200}));
}

TEST_CASE("histogram: nothing in it is zero everywhere", "[histogram]") {
    const Histogram empty;
    REQUIRE(empty.empty());
    REQUIRE(empty.exact());
    REQUIRE(empty.mean() == 0);
    REQUIRE(empty.min() == 0);
    REQUIRE(empty.max() == 0);
    REQUIRE(empty.quantile({1, 2}) == 0);
}

TEST_CASE("histogram: few different values give exact quantiles, however many there are",
          "[histogram]") {
    Histogram histogram;
    std::vector<std::int64_t> values;
    std::mt19937_64 generator(1);
    for (int i = 0; i < 20'000; ++i) {
        const auto value = static_cast<std::int64_t>(generator() % 2'000) * 1'000'003 - 500'000'000;
        values.push_back(value);
        histogram.add(value);
    }
    REQUIRE(histogram.exact());
    for (const Ratio share : shares)
        REQUIRE(histogram.quantile(share) == nearest_rank(values, share));
}

TEST_CASE("histogram: many different values give quantiles within 1/256, the rest exactly",
          "[histogram]") {
    const unsigned bits = GENERATE(16, 40, 63);
    const bool negative = GENERATE(false, true);
    const std::vector<std::int64_t> values = scattered(50'000, bits, negative);
    const Histogram histogram = histogram_of(values);
    REQUIRE(!histogram.exact());
    REQUIRE(histogram.count() == values.size());
    REQUIRE(histogram.min() == *std::min_element(values.begin(), values.end()));
    REQUIRE(histogram.max() == *std::max_element(values.begin(), values.end()));
    REQUIRE(histogram.quantile({0, 1}) == histogram.min());
    REQUIRE(histogram.quantile({1, 1}) == histogram.max());
    for (const Ratio share : shares) {
        const std::int64_t expected = nearest_rank(values, share);
        const std::int64_t off = histogram.quantile(share) - expected;
        REQUIRE(std::abs(off) <= std::abs(expected) / 256);
    }
}

TEST_CASE("histogram: values below 256 stay exact among many different ones", "[histogram]") {
    Histogram histogram;
    for (std::int64_t value = 0; value < 10'000; ++value) {
        histogram.add(value);
        histogram.add(-value);
    }
    REQUIRE(!histogram.exact());
    // Ranks 10,001 - v and 10,000 + v hold -v and v (and there are two zeros).
    for (std::uint64_t v = 0; v < 256; ++v) {
        const auto value = static_cast<std::int64_t>(v);
        REQUIRE(histogram.quantile({10'001 + v, 20'000}) == value);
        REQUIRE(histogram.quantile({10'000 - v, 20'000}) == -value);
    }
}

TEST_CASE("histogram: quantiles never fall as the share grows", "[histogram]") {
    const Histogram histogram = histogram_of(scattered(30'000, 50, true));
    std::int64_t last = histogram.min();
    for (std::uint64_t i = 0; i <= 10'000; ++i) {
        const std::int64_t value = histogram.quantile({i, 10'000});
        REQUIRE(value >= last);
        last = value;
    }
}

TEST_CASE("histogram: order of arrival and looking in between make no difference", "[histogram]") {
    const std::size_t count = GENERATE(1, 127, 128, 2'048, 2'049, 20'000);
    std::vector<std::int64_t> values = scattered(count, 60, true);
    const Histogram forward = histogram_of(values);
    std::reverse(values.begin(), values.end());
    Histogram watched;
    for (const std::int64_t value : values) {
        watched.add(value);
        if (watched.count() % 50 == 0) watched.quantile({1, 2});
    }
    require_same(forward, watched);
}

TEST_CASE("histogram: merging parts is the same as adding all, whichever way they are merged",
          "[histogram]") {
    const std::size_t count = GENERATE(0, 10, 1'500, 2'049, 30'000);
    const std::size_t cut = GENERATE(0, 1, 2, 3);  // quarters
    const std::vector<std::int64_t> values = scattered(count, 60, true);
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(count / 4 * cut);
    const Histogram first = histogram_of({values.begin(), middle});
    const Histogram second = histogram_of({middle, values.end()});
    Histogram there;
    there.merge(first);
    there.merge(second);
    Histogram back;
    back.merge(second);
    back.merge(first);
    require_same(there, histogram_of(values));
    require_same(back, there);
}

TEST_CASE("histogram: the limit of exactness counts different values of both parts",
          "[histogram]") {
    Histogram low;
    Histogram high;
    for (std::int64_t i = 0; i < 1'024; ++i) low.add(i * 1'000);
    for (std::int64_t i = 1'024; i < 2'048; ++i) high.add(i * 1'000);
    Histogram both;
    both.merge(low);
    both.merge(high);
    REQUIRE(both.exact());
    REQUIRE(both.quantile({1, 2}) == 1'023'000);
    both.add(1);
    REQUIRE(!both.exact());
}

TEST_CASE("histogram: a count is as many single values", "[histogram]") {
    Histogram one_by_one;
    for (int i = 0; i < 5; ++i) one_by_one.add(7);
    one_by_one.add(9);
    Histogram at_once;
    at_once.add(7, 5);
    at_once.add(8, 0);
    at_once.add(9);
    require_same(at_once, one_by_one);
    REQUIRE(at_once.max() == 9);
}

TEST_CASE("histogram: the mean is rounded to the nearest, halves up, on both sides of zero",
          "[histogram]") {
    const auto mean = [](const std::vector<std::int64_t>& values) {
        return histogram_of(values).mean();
    };
    CHECK(mean({1, 2}) == 2);
    CHECK(mean({1, 1, 2}) == 1);
    CHECK(mean({1, 2, 2}) == 2);
    CHECK(mean({-1, -2}) == -1);
    CHECK(mean({-1, -1, -2}) == -1);
    CHECK(mean({-1, -2, -2}) == -2);
    CHECK(mean({-3, 3}) == 0);
}

TEST_CASE("histogram: the largest values do not overflow", "[histogram]") {
    Histogram histogram;
    histogram.add(largest, 1'000'000'000'000);
    REQUIRE(histogram.sum() == largest);
    REQUIRE(histogram.mean() == largest);
    REQUIRE(histogram.quantile({999'999'999'999, 1'000'000'000'000}) == largest);
    Histogram ends = histogram_of(scattered(5'000, 63, true));
    ends.add(lowest, 10'000);
    ends.add(largest, 20'000);
    REQUIRE(ends.quantile({1, 4}) == lowest);
    REQUIRE(ends.quantile({3, 4}) >= largest - largest / 256);
    REQUIRE_THROWS_AS(histogram.quantile({2, 1}), AssertionFailed);
}

}  // namespace
}  // namespace sim
