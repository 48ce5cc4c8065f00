// SPDX-License-Identifier: Apache-2.0
// How far one flow is on its way, and when it will arrive.
//
// The only floating point of the simulator is here, in IEEE basic operations, comparisons and
// conversions, which every compiler rounds alike under -ffp-contract=off. An exact count of what is
// left would need 128 bits and a division of them for each change of a rate, the most frequent
// operation of a busy network.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/network/flow_rate.h"
#include "sim/time.h"

namespace sim {

// A way of some bytes, travelled at a rate that changes from time to time.
class FlowProgress {
  public:
    FlowProgress() = default;
    FlowProgress(Time now, std::uint64_t bytes)
        : left_(static_cast<double>(bytes) * work_per_byte), since_(now) {}

    // Returns false if this is the present rate already.
    bool set_rate(Time now, Rate rate) {
        const auto units = static_cast<double>(rate.units());
        if (units == rate_) return false;
        left_ = left_at(now);
        rate_ = units;
        since_ = now;
        return true;
    }

    // The first whole nanosecond at which less than 2^-10 ns of the way is left; time_never at rate
    // zero.
    Time end() const {
        if (rate_ == 0) return time_never;
        // A way of k ns that became k + 1e-7 ns by rounding is not to take k + 1.
        const double way_ns = left_ / rate_ - 1.0 / 1024;
        if (way_ns <= 0) return since_;
        if (way_ns >= ns_max - static_cast<double>(to_ns(since_))) return time_never;
        return since_ + Duration{static_cast<std::int64_t>(rounded_up(way_ns))};
    }

    // Rounded up to whole bytes, less 2^-10 of a byte: rounded rates are not to make 49,999,999
    // bytes out of fifty million.
    std::uint64_t bytes_left(Time now) const {
        const double bytes = left_at(now) / work_per_byte - 1.0 / 1024;
        return bytes <= 0 ? 0 : rounded_up(bytes);
    }

  private:
    // What is left is counted in units of Rate times nanoseconds, so that a step of time at a rate
    // needs no scaling.
    static constexpr double work_per_byte = 1e9 * (std::int64_t{1} << Rate::fraction_bits);

    // Beyond this many nanoseconds (146 years) an end is not worth telling from never.
    static constexpr double ns_max = 4611686018427387904.0;

    double left_at(Time now) const {
        return std::max(left_ - rate_ * static_cast<double>((now - since_).count()), 0.0);
    }
    // std::ceil is a call into libm on some processors.
    static std::uint64_t rounded_up(double value) {
        const auto whole = static_cast<std::int64_t>(value);
        return static_cast<std::uint64_t>(whole) + (static_cast<double>(whole) < value ? 1 : 0);
    }

    double left_ = 0;  // at since_
    double rate_ = 0;  // from since_ on, in units of Rate
    Time since_{};
};

}  // namespace sim
