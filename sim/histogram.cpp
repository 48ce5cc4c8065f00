// SPDX-License-Identifier: Apache-2.0

#include "sim/histogram.h"

#include <algorithm>
#include <bit>

#include "sim/assert.h"

namespace sim {
namespace {

constexpr std::size_t most_recent = 256;
constexpr unsigned step_bits = 7;  // 128 buckets for each doubling
constexpr std::uint64_t first_stepped = std::uint64_t{1} << (step_bits + 1);

std::size_t bucket_of(std::uint64_t magnitude) {
    if (magnitude < first_stepped) return magnitude;
    const auto shift = static_cast<unsigned>(std::bit_width(magnitude)) - 1 - step_bits;
    // The leading one of the shifted magnitude makes each doubling start behind the one before.
    return (std::size_t{shift} << step_bits) + (magnitude >> shift);
}

// The middle of the bucket, rounded down.
std::uint64_t middle_of(std::size_t bucket) {
    if (bucket < first_stepped) return bucket;
    const std::size_t shift = (bucket >> step_bits) - 1;
    const std::uint64_t begin = (bucket - (shift << step_bits)) << shift;
    return begin + ((std::uint64_t{1} << shift) - 1) / 2;
}

std::uint64_t magnitude_of(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    return value < 0 ? -bits : bits;
}

void add_at(std::vector<std::uint64_t>& buckets, std::size_t bucket, std::uint64_t count) {
    if (bucket >= buckets.size()) buckets.resize(bucket + 1);
    buckets[bucket] += count;
}

}  // namespace

void Histogram::add(std::int64_t value, std::uint64_t count) {
    if (count == 0) return;
    SIM_ASSERT(count_ <= std::numeric_limits<std::uint64_t>::max() - count);
    count_ += count;
    sum_ += static_cast<Wide>(value) * static_cast<Wide>(count);
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
    if (bucketed_) return add_to_bucket(value, count);
    recent_.push_back({value, count});
    if (recent_.size() == most_recent) settle();
}

void Histogram::merge(const Histogram& other) {
    SIM_ASSERT(&other != this);
    other.settle();
    if (!other.bucketed_) {
        for (const ValueCount& entry : other.exact_) add(entry.value, entry.count);
        return;
    }
    if (other.empty()) return;
    // The other has more different values than may be kept exactly, so both together have, too.
    settle();
    for (const ValueCount& entry : exact_) add_to_bucket(entry.value, entry.count);
    exact_ = {};
    bucketed_ = true;
    for (std::size_t i = 0; i < other.negative_.size(); ++i)
        if (other.negative_[i] > 0) add_at(negative_, i, other.negative_[i]);
    for (std::size_t i = 0; i < other.positive_.size(); ++i)
        if (other.positive_[i] > 0) add_at(positive_, i, other.positive_[i]);
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

std::int64_t Histogram::mean() const {
    if (empty()) return 0;
    const auto count = static_cast<Wide>(count_);
    const Wide doubled = 2 * sum_ + count;
    // Division rounds towards zero, and we want it down.
    const Wide quotient = doubled / (2 * count);
    const bool inexact_negative = doubled < 0 && quotient * 2 * count != doubled;
    return saturate(quotient - (inexact_negative ? 1 : 0));
}

std::int64_t Histogram::quantile(Ratio share) const {
    SIM_ASSERT(share.is_probability());
    if (empty()) return 0;
    const UnsignedWide scaled = multiply_wide(count_, share.numerator);
    const UnsignedWide rounded_up = (scaled + share.denominator - 1) / share.denominator;
    const auto rank = std::max<std::uint64_t>(low_half(rounded_up), 1);
    SIM_ASSERT(rank <= count_);
    return at_rank(rank);
}

bool Histogram::exact() const {
    settle();
    return !bucketed_;
}

// Sorts the recent values into the exact ones, and moves all to the buckets when those have become
// too many.
void Histogram::settle() const {
    if (recent_.empty()) return;
    SIM_ASSERT(!bucketed_);
    const auto by_value = [](const ValueCount& a, const ValueCount& b) {
        return a.value < b.value;
    };
    std::stable_sort(recent_.begin(), recent_.end(), by_value);
    std::vector<ValueCount> all;
    all.reserve(exact_.size() + recent_.size());
    std::merge(exact_.begin(), exact_.end(), recent_.begin(), recent_.end(),
               std::back_inserter(all), by_value);
    recent_.clear();
    exact_.clear();
    for (const ValueCount& entry : all) {
        if (!exact_.empty() && exact_.back().value == entry.value)
            exact_.back().count += entry.count;
        else
            exact_.push_back(entry);
    }
    if (exact_.size() <= most_exact) return;
    for (const ValueCount& entry : exact_) add_to_bucket(entry.value, entry.count);
    bucketed_ = true;
    exact_ = {};
    recent_ = {};
}

void Histogram::add_to_bucket(std::int64_t value, std::uint64_t count) const {
    add_at(value < 0 ? negative_ : positive_, bucket_of(magnitude_of(value)), count);
}

std::int64_t Histogram::at_rank(std::uint64_t rank) const {
    settle();
    // The ends are known exactly in either form.
    if (rank == 1) return min_;
    if (rank == count_) return max_;
    for (const ValueCount& entry : exact_) {
        if (rank <= entry.count) return entry.value;
        rank -= entry.count;
    }
    // A bucket at an end reaches beyond the values in it, or even beyond 64 bits.
    const auto within = [this](Wide value) { return std::clamp(saturate(value), min_, max_); };
    for (std::size_t i = negative_.size(); i-- > 0;) {
        if (rank <= negative_[i]) return within(-static_cast<Wide>(middle_of(i)));
        rank -= negative_[i];
    }
    for (std::size_t i = 0; i < positive_.size(); ++i) {
        if (rank <= positive_[i]) return within(static_cast<Wide>(middle_of(i)));
        rank -= positive_[i];
    }
    SIM_ASSERT(!"the buckets hold fewer values than were added");
    return max_;
}

}  // namespace sim
