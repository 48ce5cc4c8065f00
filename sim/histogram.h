// SPDX-License-Identifier: Apache-2.0
// Histograms of 64-bit integers with reproducible quantiles.
//
// While there are few different values (at most `most_exact`), every value is kept with its count
// and every answer is exact. Beyond that the values go to buckets: one for each value below 256 in
// magnitude, and 128 for each further doubling. Count, sum, mean, min and max stay exact; a
// quantile strictly between min and max is the middle of its bucket, at most 1/256 of the value
// away.
//
// What a histogram answers depends only on which values it holds, not on their order, nor on how
// they were merged from parts. Memory is bounded: 36 KiB exact, at most 58 KiB for each sign after.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/random.h"
#include "sim/wide.h"

namespace sim {

class Histogram {
  public:
    static constexpr std::size_t most_exact = 2048;

    void add(std::int64_t value) { add(value, 1); }
    void add(std::int64_t value, std::uint64_t count);

    // Adds all values of the other, as if they had been added one by one.
    void merge(const Histogram& other);

    std::uint64_t count() const { return count_; }
    bool empty() const { return count_ == 0; }

    // Exact; the sum is the largest 64-bit number when it does not fit.
    std::int64_t sum() const { return saturate(sum_); }

    // Of an empty histogram these are 0. The mean is rounded to the nearest, halves up.
    std::int64_t mean() const;
    std::int64_t min() const { return empty() ? 0 : min_; }
    std::int64_t max() const { return empty() ? 0 : max_; }

    // The smallest value that at least this share of all values does not exceed ("nearest rank"):
    // {1, 2} is the median, {99, 100} the p99, {0, 1} the minimum. 0 when empty.
    // REQUIRES: share is between 0 and 1.
    std::int64_t quantile(Ratio share) const;

    // Whether quantiles are exact, too.
    bool exact() const;

  private:
    struct ValueCount {
        std::int64_t value;
        std::uint64_t count;
    };
    // Counts by bucket of the magnitude; grows to the largest one used.
    using Buckets = std::vector<std::uint64_t>;

    void settle() const;
    void add_to_bucket(std::int64_t value, std::uint64_t count) const;
    std::int64_t at_rank(std::uint64_t rank) const;

    std::uint64_t count_ = 0;
    Wide sum_ = 0;
    std::int64_t min_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t max_ = std::numeric_limits<std::int64_t>::min();

    // Three forms of the same contents, and settling, which moves them on, shows nowhere outside:
    // first `recent_` in the order of arrival, then `exact_` by value, then the buckets.
    mutable std::vector<ValueCount> recent_;
    mutable std::vector<ValueCount> exact_;
    mutable bool bucketed_ = false;
    mutable Buckets negative_;
    mutable Buckets positive_;  // and zero
};

}  // namespace sim
