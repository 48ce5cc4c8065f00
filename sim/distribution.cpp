// SPDX-License-Identifier: Apache-2.0

#include "sim/distribution.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "sim/assert.h"
#include "sim/distribution_tables.h"
#include "sim/wide.h"

namespace sim {
namespace {

constexpr unsigned table_bits = 56;                 // fraction bits of the tables
constexpr std::uint64_t ln_2 = 0x00b17217f7d1cf7a;  // 56 fraction bits
constexpr std::uint64_t one_over_z99 = 0x6e0b31f7;  // 1 / 2.3263478740, 32 fraction bits
constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();

// From a towards b by `fraction` / 2^64.
std::uint64_t interpolate(std::uint64_t a, std::uint64_t b, std::uint64_t fraction) {
    return a <= b ? a + high_half(multiply_wide(b - a, fraction))
                  : a - high_half(multiply_wide(a - b, fraction));
}

// A number in [0, 2^64) as 2^-octave times a mantissa in [1/2, 1): the octave by counting zeros,
// the mantissa's position between two of `2^step_bits` steps for a table look-up.
struct Position {
    unsigned octave;
    std::size_t step;
    std::uint64_t fraction;
};

Position position_of(std::uint64_t v, unsigned step_bits) {
    v = std::max<std::uint64_t>(v, 1);
    const auto octave = static_cast<unsigned>(std::countl_zero(v));
    const std::uint64_t behind_leading_one = v << octave << 1;
    return {octave, behind_leading_one >> (64 - step_bits), behind_leading_one << step_bits};
}

// -ln(v / 2^64) with 56 fraction bits. The octave is exact, so the tail is as good as the rest.
std::uint64_t minus_ln(std::uint64_t v) {
    const Position p = position_of(v, 8);
    return p.octave * ln_2 +
           interpolate(tables::minus_ln[p.step], tables::minus_ln[p.step + 1], p.fraction);
}

// log2(v) with 32 fraction bits, bit by bit: squaring doubles the logarithm. REQUIRES: v >= 1.
std::uint64_t log_2(std::uint64_t v) {
    const auto whole = static_cast<std::uint64_t>(std::bit_width(v)) - 1;
    std::uint64_t mantissa = v << (63 - whole);  // [1, 2) with 63 fraction bits
    std::uint64_t result = whole;
    for (int bit = 0; bit < 32; ++bit) {
        const std::uint64_t square =
            high_half(multiply_wide(mantissa, mantissa));  // 62 fraction bits
        const bool doubled = square >> 63 != 0;
        mantissa = doubled ? square : square << 1;
        result = result << 1 | (doubled ? 1 : 0);
    }
    return result;
}

// value * 2^exponent, the exponent with 32 fraction bits; rounded, at most the largest value.
std::int64_t scale_by_power(std::uint64_t value, std::int64_t exponent) {
    const std::int64_t whole = exponent >> 32;  // rounds down
    const std::uint64_t fraction = static_cast<std::uint64_t>(exponent) << 32;
    const std::size_t step = fraction >> 56;
    const std::uint64_t factor =
        interpolate(tables::power_of_two[step], tables::power_of_two[step + 1], fraction << 8);
    const UnsignedWide product = multiply_wide(value, factor);  // 56 fraction bits
    const std::int64_t shift = std::int64_t{table_bits} - whole;
    if (shift > 127) return 0;
    if (shift <= 0) {
        const bool fits = -shift <= 63 && product >> (63 + shift) == 0;
        return static_cast<std::int64_t>(fits ? low_half(product << -shift) : largest);
    }
    const UnsignedWide rounded = (product + (UnsignedWide{1} << (shift - 1))) >> shift;
    return static_cast<std::int64_t>(rounded > largest ? largest : low_half(rounded));
}

std::int64_t uniform_at(std::int64_t low, std::int64_t high, std::uint64_t u) {
    const std::uint64_t width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    const UnsignedWide steps = (static_cast<UnsignedWide>(width) + 1) * u;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + high_half(steps));
}

std::int64_t exponential_at(std::int64_t mean, std::uint64_t u) {
    // ~u is as uniform as u, and makes a large u a large value.
    const UnsignedWide product = multiply_wide(static_cast<std::uint64_t>(mean), minus_ln(~u));
    const UnsignedWide half = UnsignedWide{1} << (table_bits - 1);
    return static_cast<std::int64_t>(
        std::min<UnsignedWide>((product + half) >> table_bits, largest));
}

std::int64_t lognormal_at(std::int64_t median, std::uint64_t scale, std::uint64_t u) {
    // The top bit is the sign; the others, with a one behind them, the probability of the tail.
    const Position p = position_of(u << 1 | 1, 5);
    const std::size_t entry = (63 - p.octave) * 32 + p.step;
    const std::uint64_t z =
        interpolate(std::uint64_t{tables::normal_tail[entry]} << 28,
                    std::uint64_t{tables::normal_tail[entry + 1]} << 28, p.fraction);
    const auto doublings =
        static_cast<std::int64_t>(multiply_wide(scale, z) >> 56);  // 32 fraction bits
    return scale_by_power(static_cast<std::uint64_t>(median),
                          u >> 63 != 0 ? doublings : -doublings);
}

// The middle between two values, rounded down, without overflow.
std::int64_t middle(std::int64_t low, std::int64_t high) {
    return static_cast<std::int64_t>((static_cast<Wide>(low) + high) >> 1);
}

}  // namespace

Distribution Distribution::constant(std::int64_t value) {
    return Distribution(Kind::constant, value, 0);
}

Distribution Distribution::uniform(std::int64_t low, std::int64_t high) {
    SIM_ASSERT(low <= high);
    return Distribution(Kind::uniform, low, high);
}

Distribution Distribution::exponential(std::int64_t mean) {
    SIM_ASSERT(mean >= 0);
    return Distribution(Kind::exponential, mean, 0);
}

Distribution Distribution::lognormal(std::int64_t median, std::int64_t p99) {
    SIM_ASSERT(median >= 1);
    SIM_ASSERT(median <= p99);
    Distribution result(Kind::lognormal, median, p99);
    const std::uint64_t doublings =
        log_2(static_cast<std::uint64_t>(p99)) - log_2(static_cast<std::uint64_t>(median));
    result.scale_ = static_cast<std::uint64_t>(multiply_wide(doublings, one_over_z99) >> 32);
    return result;
}

Distribution Distribution::table(std::vector<Row> rows) {
    Distribution result(Kind::table, 0, 0);
    for (const Row& row : rows) {
        SIM_ASSERT(row.low <= row.high);
        SIM_ASSERT(row.weight <= largest - result.weight_);
        result.weight_ += row.weight;
    }
    SIM_ASSERT(result.weight_ > 0);
    result.rows_ = std::move(rows);
    return result;
}

std::int64_t Distribution::at(std::uint64_t u) const {
    switch (kind_) {
        case Kind::constant:
            return first_;
        case Kind::uniform:
            return uniform_at(first_, second_, u);
        case Kind::exponential:
            return exponential_at(first_, u);
        case Kind::lognormal:
            return lognormal_at(first_, scale_, u);
        case Kind::table:
            return table_at(u);
    }
    SIM_ASSERT(!"unknown kind of distribution");
    return 0;
}

// u * weight: the upper half falls into a row by weight, the lower half says where in the row.
std::int64_t Distribution::table_at(std::uint64_t u) const {
    const UnsignedWide place = multiply_wide(u, weight_);
    std::uint64_t left = high_half(place);
    for (const Row& row : rows_) {
        if (left < row.weight) {
            // Spread over the whole row, not over one unit of its weight.
            const UnsignedWide within = (static_cast<UnsignedWide>(left) << 64 | low_half(place));
            return uniform_at(row.low, row.high, low_half(within / row.weight));
        }
        left -= row.weight;
    }
    SIM_ASSERT(!"the weights do not have the sum that was computed");
    return 0;
}

std::int64_t Distribution::mean() const {
    switch (kind_) {
        case Kind::constant:
        case Kind::exponential:
            return first_;
        case Kind::uniform:
            return middle(first_, second_);
        case Kind::lognormal: {
            // median * e^(sigma^2 / 2), where sigma = scale * ln 2.
            const UnsignedWide squared = multiply_wide(scale_, scale_) >> 32;
            const UnsignedWide exponent = (squared * (ln_2 >> 24)) >> 33;
            return scale_by_power(static_cast<std::uint64_t>(first_),
                                  static_cast<std::int64_t>(exponent));
        }
        case Kind::table: {
            Wide sum = 0;
            for (const Row& row : rows_)
                sum += static_cast<Wide>(middle(row.low, row.high)) * row.weight;
            return saturate(sum / static_cast<Wide>(weight_));
        }
    }
    SIM_ASSERT(!"unknown kind of distribution");
    return 0;
}

std::string Distribution::describe() const {
    const std::string first = std::to_string(first_);
    const std::string second = std::to_string(second_);
    switch (kind_) {
        case Kind::constant:
            return "constant " + first;
        case Kind::uniform:
            return "uniform, " + first + " to " + second;
        case Kind::exponential:
            return "exponential, mean " + first;
        case Kind::lognormal:
            return "lognormal, median " + first + ", p99 " + second;
        case Kind::table:
            return "table of " + std::to_string(rows_.size()) + " ranges, mean " +
                   std::to_string(mean());
    }
    SIM_ASSERT(!"unknown kind of distribution");
    return {};
}

}  // namespace sim
