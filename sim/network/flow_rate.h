// SPDX-License-Identifier: Apache-2.0
// A data rate in fixed point. The flow solver adds and subtracts rates by the million; with whole
// units the sums are exact, so that no rounding builds up over a run and no order of summation
// shows.
#pragma once

#include <compare>
#include <cstdint>

#include "sim/assert.h"

namespace sim {

// A rate below 2^42 bytes per second (4 TB/s), in units of 2^-20 bytes per second.
class Rate {
  public:
    static constexpr int fraction_bits = 20;
    static constexpr std::uint64_t bytes_per_second_max = (std::uint64_t{1} << 42) - 1;

    constexpr Rate() = default;

    static constexpr Rate bytes_per_second(std::uint64_t bytes) {
        SIM_ASSERT(bytes <= bytes_per_second_max);
        return Rate{static_cast<std::int64_t>(bytes << fraction_bits)};
    }
    static constexpr Rate from_units(std::int64_t units) { return Rate{units}; }

    constexpr std::int64_t units() const { return units_; }
    // Rounded down.
    constexpr std::uint64_t whole_bytes_per_second() const {
        return static_cast<std::uint64_t>(units_) >> fraction_bits;
    }

    friend constexpr auto operator<=>(Rate, Rate) = default;

  private:
    constexpr explicit Rate(std::int64_t units) : units_(units) {}

    std::int64_t units_ = 0;
};

}  // namespace sim
