// SPDX-License-Identifier: Apache-2.0

#include "sim/random.h"

#include <algorithm>
#include <numeric>

namespace sim {
namespace {

std::uint32_t low_word(std::uint64_t v) {
    return static_cast<std::uint32_t>(v);
}
std::uint32_t high_word(std::uint64_t v) {
    return static_cast<std::uint32_t>(v >> 32);
}

// FNV-1a, 64 bits.
std::uint64_t hash_of(std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

// The finisher of SplitMix64: one to one, and every bit of the input reaches every bit of the
// result.
std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Digits, perhaps with a point among them, as mantissa * 10^-places.
struct Decimal {
    std::uint64_t mantissa = 0;
    int places = 0;
};

// Takes a decimal number off the front of `text`. Nothing when there is none, or it is too long.
std::optional<Decimal> take_decimal(std::string_view& text) {
    Decimal result;
    bool point = false;
    int digits = 0;
    while (!text.empty() && (is_digit(text.front()) || (text.front() == '.' && !point))) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c == '.') {
            if (digits == 0 || text.empty() || !is_digit(text.front())) return std::nullopt;
            point = true;
            continue;
        }
        ++digits;
        if (result.mantissa >= 100'000'000'000'000'000) return std::nullopt;  // 18 digits fit
        result.mantissa = result.mantissa * 10 + static_cast<std::uint64_t>(c - '0');
        result.places += point ? 1 : 0;
    }
    if (digits == 0) return std::nullopt;
    return result;
}

// "e-7" -> -7, "" -> 0.
std::optional<int> parse_exponent(std::string_view text) {
    if (text.empty()) return 0;
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    text.remove_prefix(1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || text.size() > 3) return std::nullopt;
    if (!std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    int value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return negative ? -value : value;
}

}  // namespace

std::optional<Ratio> parse_ratio(std::string_view text) {
    std::optional<Decimal> decimal = take_decimal(text);
    const std::optional<int> exponent = parse_exponent(text);
    if (!decimal || !exponent) return std::nullopt;
    if (decimal->mantissa == 0) return Ratio{0, 1};

    Ratio ratio{decimal->mantissa, 1};
    int places = decimal->places - *exponent;
    // Trailing zeros first, so that "0.50000e-18" is not refused for digits that say nothing.
    while (places > 0 && ratio.numerator % 10 == 0) ratio.numerator /= 10, --places;
    if (places > 18) return std::nullopt;
    for (; places > 0; --places) ratio.denominator *= 10;
    for (; places < 0; ++places) {
        if (ratio.numerator >= 100'000'000'000'000'000) return std::nullopt;
        ratio.numerator *= 10;
    }
    const std::uint64_t common = std::gcd(ratio.numerator, ratio.denominator);
    return Ratio{ratio.numerator / common, ratio.denominator / common};
}

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{0xd2511f53} * counter[0];
        const std::uint64_t p1 = std::uint64_t{0xcd9e8d57} * counter[2];
        counter = {high_word(p1) ^ counter[1] ^ key[0], low_word(p1),
                   high_word(p0) ^ counter[3] ^ key[1], low_word(p0)};
        key[0] += 0x9e3779b9;
        key[1] += 0xbb67ae85;
    }
    return counter;
}

// Within a name no two actors share a stream, because both steps are one to one. That two names do
// is as unlikely as a collision of 64-bit hashes.
Random::Random(std::uint64_t seed, std::string_view name, std::uint64_t actor)
    : seed_(seed), stream_(mix(mix(hash_of(name)) + actor)) {}

std::uint64_t Random::next_block() {
    const std::uint64_t block = (drawn_ - 1) / 2;
    const std::array<std::uint32_t, 4> out =
        philox4x32({low_word(block), high_word(block), low_word(stream_), high_word(stream_)},
                   {low_word(seed_), high_word(seed_)});
    spare_ = std::uint64_t{out[3]} << 32 | out[2];
    return std::uint64_t{out[1]} << 32 | out[0];
}

}  // namespace sim
