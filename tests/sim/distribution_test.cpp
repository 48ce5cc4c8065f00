// SPDX-License-Identifier: Apache-2.0

#include "sim/distribution.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "sim/distribution_tables.h"

namespace sim {
namespace {

constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

// The u below which a share p of all numbers lies.
std::uint64_t share(long double p) {
    return static_cast<std::uint64_t>(std::ldexp(p, 64));
}

// The mean over evenly spaced u: the distribution's own, without the noise of random draws.
double mean_of(const Distribution& distribution, std::uint64_t points) {
    long double sum = 0;
    const std::uint64_t step = top / points;
    for (std::uint64_t i = 0; i < points; ++i)
        sum += static_cast<long double>(distribution.at(step / 2 + i * step));
    return static_cast<double>(sum / static_cast<long double>(points));
}

TEST_CASE("distribution: the tables are what the C library computes", "[distribution]") {
    for (std::size_t i = 0; i <= 256; ++i) {
        const long double x = 0.5L + static_cast<long double>(i) / 512;
        const long double ln = std::ldexp(static_cast<long double>(tables::minus_ln[i]), -56);
        REQUIRE(std::abs(ln + std::log(x)) < 1e-16L);
        const long double power =
            std::ldexp(static_cast<long double>(tables::power_of_two[i]), -56);
        REQUIRE(std::abs(power - std::exp2(static_cast<long double>(i) / 256)) < 1e-16L);
    }
    for (std::size_t i = 0; i < tables::normal_tail.size(); ++i) {
        const long double p =
            std::ldexp(1 + static_cast<long double>(i % 32) / 32, static_cast<int>(i / 32) - 65);
        const long double z = std::ldexp(static_cast<long double>(tables::normal_tail[i]), -28);
        // The slope of the logarithm of the tail is about -z, and z is rounded to 2^-29.
        const long double tail = std::erfc(z / std::sqrt(2.0L)) / 2;
        REQUIRE(std::abs(tail / p - 1) < 3e-8L);
    }
}

TEST_CASE("distribution: a draw takes one number, whatever the kind", "[distribution]") {
    const std::vector<Distribution> all{
        Distribution(),
        Distribution::constant(5),
        Distribution::uniform(0, 9),
        Distribution::exponential(100),
        Distribution::lognormal(10, 20),
        Distribution::table({{1, 1, 1}, {2, 9, 3}}),
    };
    Random random(1, "one");
    for (const Distribution& distribution : all) {
        const std::uint64_t before = random.counter();
        distribution.draw(random);
        REQUIRE(random.counter() == before + 1);
    }
}

TEST_CASE("distribution: the draws are the same for ever", "[distribution]") {
    Random random(42, "golden");
    std::vector<std::int64_t> drawn;
    for (int i = 0; i < 3; ++i) {
        drawn.push_back(Distribution::uniform(-1'000, 1'000).draw(random));
        drawn.push_back(Distribution::exponential(1'000'000'000).draw(random));
        drawn.push_back(Distribution::lognormal(1'000'000, 50'000'000).draw(random));
        drawn.push_back(
            Distribution::table({{0, 0, 4}, {1, 1'023, 2}, {1'024, 65'536, 94}}).draw(random));
    }
    REQUIRE(drawn == std::vector<std::int64_t>{294, 1415478439, 1508332, 26007, 208, 750679128,
                                               175251, 53953, 306, 1728917831, 540618, 62915});
}

TEST_CASE("distribution: constant is constant", "[distribution]") {
    REQUIRE(Distribution().at(77) == 0);
    REQUIRE(Distribution::constant(-3).at(0) == -3);
    REQUIRE(Distribution::constant(-3).at(top) == -3);
    REQUIRE(Distribution::constant(-3).mean() == -3);
}

TEST_CASE("distribution: uniform covers both ends and every width", "[distribution]") {
    const Distribution dice = Distribution::uniform(1, 6);
    REQUIRE(dice.at(0) == 1);
    REQUIRE(dice.at(top) == 6);
    std::map<std::int64_t, int> counts;
    for (std::uint64_t i = 0; i < 6'000; ++i) ++counts[dice.at(top / 6'000 * i)];
    for (const auto& [value, count] : counts) {
        REQUIRE(count >= 999);
        REQUIRE(count <= 1'001);
    }
    const Distribution all = Distribution::uniform(-largest - 1, largest);
    REQUIRE(all.at(0) == -largest - 1);
    REQUIRE(all.at(top) == largest);
    REQUIRE(all.mean() == -1);
    REQUIRE_THROWS_AS(Distribution::uniform(2, 1), AssertionFailed);
}

TEST_CASE("distribution: exponential has its mean and its quantiles", "[distribution]") {
    const std::int64_t mean = 1'000'000'000;
    const Distribution exponential = Distribution::exponential(mean);
    REQUIRE(mean_of(exponential, 1'000'000) == Approx(1e9).epsilon(2e-5));
    for (const long double p : {0.001L, 0.1L, 0.25L, 0.5L, 0.9L, 0.99L, 0.999999L}) {
        const auto expected = static_cast<double>(-std::log1p(-p) * mean);
        REQUIRE(std::abs(static_cast<double>(exponential.at(share(p))) - expected) < 2e-6 * mean);
    }
    REQUIRE(exponential.at(0) == 0);
    // The very last number stands for a share of 2^-64.
    REQUIRE(static_cast<double>(exponential.at(top)) == Approx(64 * std::log(2.0) * mean));
    REQUIRE(Distribution::exponential(0).at(top) == 0);
    REQUIRE(Distribution::exponential(largest).at(top) == largest);
    REQUIRE_THROWS_AS(Distribution::exponential(-1), AssertionFailed);
}

TEST_CASE("distribution: exponential grows with u across every seam of its table",
          "[distribution]") {
    const Distribution exponential = Distribution::exponential(1'000'000'000'000'000);
    std::int64_t last = 0;
    for (int octave = 0; octave < 64; ++octave) {
        for (std::uint64_t step = 0; step < 256; ++step) {
            const std::uint64_t v = ((std::uint64_t{1} << 63) + ((255 - step) << 55)) >> octave;
            for (const std::uint64_t near : {v + 1, v, v - 1}) {
                if (near == 0) continue;
                const std::int64_t value = exponential.at(~near);
                if (octave < 50) REQUIRE(value >= last);
                last = value;
            }
        }
    }
}

TEST_CASE("distribution: lognormal has its median, its p99, its mean and both tails",
          "[distribution]") {
    const std::int64_t median = 1'000'000'000;
    const std::int64_t p99 = 5'000'000'000;
    const Distribution lognormal = Distribution::lognormal(median, p99);
    const double sigma = std::log(5.0) / 2.3263478740408408;
    // The top bit is the sign: the upper half of the numbers from small to large tails.
    const auto quantile = [&](bool above, long double tail) {
        const std::uint64_t sign = above ? std::uint64_t{1} << 63 : 0;
        return static_cast<double>(lognormal.at(sign + share(tail)));
    };
    REQUIRE(quantile(true, 0.4999999999L) == Approx(1e9).epsilon(1e-6));
    REQUIRE(quantile(true, 0.01L) == Approx(5e9).epsilon(2e-4 * sigma));
    REQUIRE(quantile(false, 0.01L) == Approx(0.2e9).epsilon(2e-4 * sigma));
    REQUIRE(quantile(true, 0.158655253931457L) == Approx(1e9 * std::exp(sigma)).epsilon(2e-4));
    REQUIRE(quantile(false, 0.158655253931457L) == Approx(1e9 * std::exp(-sigma)).epsilon(2e-4));
    const double expected = 1e9 * std::exp(sigma * sigma / 2);
    REQUIRE(static_cast<double>(lognormal.mean()) == Approx(expected).epsilon(1e-5));
    REQUIRE(mean_of(lognormal, 1'000'000) == Approx(expected).epsilon(2e-4));
}

TEST_CASE("distribution: lognormal stays within its type at the extremes", "[distribution]") {
    REQUIRE(Distribution::lognormal(7, 7).at(0) == 7);
    REQUIRE(Distribution::lognormal(7, 7).at(top) == 7);
    const Distribution wide = Distribution::lognormal(1, largest);
    REQUIRE(wide.at(std::uint64_t{1} << 63) == largest);
    REQUIRE(wide.at(0) == 0);
    REQUIRE(wide.mean() == largest);
    REQUIRE(Distribution::lognormal(largest, largest).at(5) == largest);
    REQUIRE_THROWS_AS(Distribution::lognormal(0, 5), AssertionFailed);
    REQUIRE_THROWS_AS(Distribution::lognormal(6, 5), AssertionFailed);
}

TEST_CASE("distribution: a table hits its rows by weight and spreads within them",
          "[distribution]") {
    const Distribution table =
        Distribution::table({{0, 0, 4}, {1, 1'000, 1}, {2'000, 2'000, 0}, {5'000, 5'999, 95}});
    const std::uint64_t points = 100'000;
    std::map<std::int64_t, int> counts;
    int lower_half = 0;
    for (std::uint64_t i = 0; i < points; ++i) {
        const std::int64_t value = table.at(top / points * i);
        ++counts[value < 1 ? 0 : value <= 1'000 ? 1 : 2];
        lower_half += value >= 5'000 && value < 5'500 ? 1 : 0;
        REQUIRE((value <= 1'000 || (value >= 5'000 && value <= 5'999)));
    }
    REQUIRE(counts[0] == Approx(4'000).margin(1));
    REQUIRE(counts[1] == Approx(1'000).margin(1));
    REQUIRE(counts[2] == Approx(95'000).margin(1));
    REQUIRE(lower_half == Approx(47'500).margin(1));
    REQUIRE(table.at(0) == 0);
    REQUIRE(table.at(top) == 5'999);
    REQUIRE(table.mean() == 5'229);  // (0 * 4 + 500 * 1 + 5,499 * 95) / 100
}

TEST_CASE("distribution: a table without weight, or with an inverted row, is refused",
          "[distribution]") {
    REQUIRE_THROWS_AS(Distribution::table({}), AssertionFailed);
    REQUIRE_THROWS_AS(Distribution::table({{1, 2, 0}}), AssertionFailed);
    REQUIRE_THROWS_AS(Distribution::table({{2, 1, 1}}), AssertionFailed);
    REQUIRE_THROWS_AS(Distribution::table({{1, 2, top}}), AssertionFailed);
}

TEST_CASE("distribution: says what it is", "[distribution]") {
    REQUIRE(Distribution::constant(65'536).describe() == "constant 65536");
    REQUIRE(Distribution::uniform(1, 6).describe() == "uniform, 1 to 6");
    REQUIRE(Distribution::exponential(10).describe() == "exponential, mean 10");
    REQUIRE(Distribution::lognormal(10, 20).describe() == "lognormal, median 10, p99 20");
    REQUIRE(Distribution::table({{1, 3, 1}}).describe() == "table of 1 ranges, mean 2");
    REQUIRE(Distribution::uniform(1, 6) == Distribution::uniform(1, 6));
    REQUIRE(!(Distribution::uniform(1, 6) == Distribution::uniform(1, 7)));
}

}  // namespace
}  // namespace sim
