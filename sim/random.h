// SPDX-License-Identifier: Apache-2.0
// Randomness in named streams. A stream is a pure function of (seed, name, actor) and of how many
// numbers were drawn from it: it does not matter when it was made, what other streams there are, or
// how much was drawn from them. So a draw that is added in one component shifts no other.
//
// The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011): ten rounds of multiplications that turn a counter and a key into random bits. The seed
// is the key; the counter's lower half counts blocks of two numbers, its upper half is the stream.
//
// One draw a statement: two in one expression happen in an order that the compiler chooses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/assert.h"
#include "sim/wide.h"

namespace sim {

// An exact fraction; probabilities are ratios between 0 and 1.
struct Ratio {
    std::uint64_t numerator = 0;
    std::uint64_t denominator = 1;

    static constexpr Ratio parts_per_billion(std::uint64_t parts) { return {parts, 1'000'000'000}; }

    constexpr bool is_probability() const { return denominator > 0 && numerator <= denominator; }

    // By value: 1/2 equals 2/4. REQUIRES: the denominators are not 0.
    friend constexpr bool operator==(Ratio a, Ratio b) {
        return multiply_wide(a.numerator, b.denominator) ==
               multiply_wide(b.numerator, a.denominator);
    }
    friend constexpr bool operator<(Ratio a, Ratio b) {
        return multiply_wide(a.numerator, b.denominator) <
               multiply_wide(b.numerator, a.denominator);
    }
};

// "0.05", "1", "2.5e-7" -> the exact fraction in lowest terms. Nothing for any other text, and for
// numbers that need more than 18 decimal digits before or behind the point.
std::optional<Ratio> parse_ratio(std::string_view text);

// One block of Philox4x32-10, as published.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

class Random {
  public:
    // `name` says what the numbers are for ("net.loss"), `actor` for whom; actor 0 is also
    // "nobody".
    Random(std::uint64_t seed, std::string_view name, std::uint64_t actor = 0);

    // A copy would draw the same numbers again.
    Random(const Random&) = delete;
    Random& operator=(const Random&) = delete;
    Random(Random&&) = default;
    Random& operator=(Random&&) = default;

    // 64 random bits.
    std::uint64_t next() {
        if (drawn_++ % 2 != 0) return spare_;
        return next_block();
    }

    // Uniform in [0, bound), exactly. REQUIRES: bound > 0.
    std::uint64_t below(std::uint64_t bound) {
        SIM_ASSERT(bound > 0);
        UnsignedWide product = multiply_wide(next(), bound);
        if (low_half(product) <
            bound) {  // Lemire's method: redraw in the part that would be biased
            const std::uint64_t biased = -bound % bound;
            while (low_half(product) < biased) product = multiply_wide(next(), bound);
        }
        return high_half(product);
    }

    // Uniform in [low, high], both included. REQUIRES: low <= high.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        SIM_ASSERT(low <= high);
        const std::uint64_t width =
            static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
        const std::uint64_t step = width == ~std::uint64_t{0} ? next() : below(width + 1);
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + step);
    }

    // True with this probability, exactly. Draws also when the answer is certain.
    // REQUIRES: it is a probability.
    bool chance(Ratio probability) {
        SIM_ASSERT(probability.is_probability());
        return below(probability.denominator) < probability.numerator;
    }

    // Brings the elements into one of all orders, each as likely (Fisher and Yates).
    template <typename T>
    void shuffle(std::vector<T>& elements) {
        for (std::size_t left = elements.size(); left > 1; --left) {
            const std::uint64_t chosen = below(left);
            using std::swap;
            swap(elements[left - 1], elements[chosen]);
        }
    }

    // One of the elements. REQUIRES: there is one.
    template <typename T>
    T& pick(std::span<T> elements) {
        SIM_ASSERT(!elements.empty());
        return elements[below(elements.size())];
    }
    template <typename T>
    const T& pick(const std::vector<T>& elements) {
        return pick(std::span<const T>(elements));
    }

    // How many numbers were drawn: with seed, name and actor this is the whole state.
    std::uint64_t counter() const { return drawn_; }

  private:
    std::uint64_t next_block();

    std::uint64_t seed_;
    std::uint64_t stream_;  // hash of name and actor
    std::uint64_t drawn_ = 0;
    std::uint64_t spare_ = 0;  // the second number of the last block
};

}  // namespace sim
