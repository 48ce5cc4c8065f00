// SPDX-License-Identifier: Apache-2.0
// 128-bit integers, for products and sums that 64 bits do not hold. Both compilers have them; the
// standard does not, hence the extension mark.
#pragma once

#include <cstdint>
#include <limits>

namespace sim {

__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

constexpr UnsignedWide multiply_wide(std::uint64_t a, std::uint64_t b) {
    return static_cast<UnsignedWide>(a) * b;
}
constexpr std::uint64_t high_half(UnsignedWide v) {
    return static_cast<std::uint64_t>(v >> 64);
}
constexpr std::uint64_t low_half(UnsignedWide v) {
    return static_cast<std::uint64_t>(v);
}

// The nearest value that 64 bits hold.
constexpr std::int64_t saturate(Wide v) {
    constexpr Wide lowest = std::numeric_limits<std::int64_t>::min();
    constexpr Wide highest = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(v < lowest ? lowest : v > highest ? highest : v);
}

}  // namespace sim
