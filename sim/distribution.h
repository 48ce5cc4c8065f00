// SPDX-License-Identifier: Apache-2.0
// Distributions of 64-bit integers (nanoseconds, bytes), drawn by integer arithmetic from tables:
// the same values from every compiler and processor, which no floating point library promises.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/random.h"

namespace sim {

class Distribution {
  public:
    enum class Kind : std::uint8_t { constant, uniform, exponential, lognormal, table };

    // Uniform in [low, high], both included, chosen in proportion to `weight`.
    struct Row {
        std::int64_t low = 0;
        std::int64_t high = 0;
        std::uint64_t weight = 0;
        friend bool operator==(const Row&, const Row&) = default;
    };

    Distribution() = default;  // constant 0

    static Distribution constant(std::int64_t value);

    // REQUIRES: low <= high; both are included.
    static Distribution uniform(std::int64_t low, std::int64_t high);

    // REQUIRES: mean >= 0. Errors: of a quantile below 2e-6 of the mean, of the mean of all draws
    // below 1e-6. The tail reaches 44 times the mean.
    static Distribution exponential(std::int64_t mean);

    // REQUIRES: 1 <= median <= p99, the value that 99 of 100 draws stay below. Error of a quantile
    // below 2e-4 standard deviations of the logarithm. Values beyond 64 bits become the largest
    // one.
    static Distribution lognormal(std::int64_t median, std::int64_t p99);

    // REQUIRES: every row has low <= high, and the weights have a sum between 1 and 2^63.
    static Distribution table(std::vector<Row> rows);

    // Takes exactly one number of the stream, whatever the kind and the result: to change a
    // distribution shifts no other draw. Ranges are hit without rejection, so a value of a range of
    // n values has its probability to within 2^-64.
    std::int64_t draw(Random& random) const { return at(random.next()); }

    // What a draw makes of the number u: a monotone function of u but for lognormal, where the top
    // bit is the sign.
    std::int64_t at(std::uint64_t u) const;

    // Exact for constant; otherwise rounded, for lognormal from the exact formula.
    std::int64_t mean() const;

    // "exponential, mean 1000000", in the unit of the values.
    std::string describe() const;

    Kind kind() const { return kind_; }
    // constant: value; uniform: low; exponential: mean; lognormal: median.
    std::int64_t first() const { return first_; }
    // uniform: high; lognormal: p99.
    std::int64_t second() const { return second_; }
    const std::vector<Row>& rows() const { return rows_; }

    friend bool operator==(const Distribution&, const Distribution&) = default;

  private:
    Distribution(Kind kind, std::int64_t first, std::int64_t second)
        : kind_(kind), first_(first), second_(second) {}

    std::int64_t table_at(std::uint64_t u) const;

    Kind kind_ = Kind::constant;
    std::int64_t first_ = 0;
    std::int64_t second_ = 0;
    std::uint64_t scale_ = 0;  // lognormal: doublings for each standard deviation, 32 fraction bits
    std::uint64_t weight_ = 0;  // table: of all rows
    std::vector<Row> rows_;
};

}  // namespace sim
