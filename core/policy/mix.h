// SPDX-License-Identifier: Apache-2.0
// Numbers that look drawn and depend on nothing but what they are made from.
#pragma once

#include <array>
#include <cstdint>

#include "sim/random.h"

namespace gfs {

// The same 64 bits for the same two numbers, on every machine.
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    const auto low = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
    const std::array<std::uint32_t, 4> counter{low(a), low(a >> 32), low(b), low(b >> 32)};
    const std::array<std::uint32_t, 2> key{0x67667331, 0x32303033};
    const std::array<std::uint32_t, 4> bits = sim::philox4x32(counter, key);
    return (std::uint64_t{bits[0]} << 32) | bits[1];
}

}  // namespace gfs
