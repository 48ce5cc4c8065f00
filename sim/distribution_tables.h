// SPDX-License-Identifier: Apache-2.0
// The functions behind the distributions, in fixed point. The test derives them again with libm.
#pragma once

#include <array>
#include <cstdint>

namespace sim::tables {

// -ln(1/2 + i/512), i = 0 ... 256, with 56 fraction bits.
extern const std::array<std::uint64_t, 257> minus_ln;

// 2^(i/256), i = 0 ... 256, with 56 fraction bits.
extern const std::array<std::uint64_t, 257> power_of_two;

// The z that a standard normal variable exceeds with probability p, with 28 fraction bits. Entry
// 32 o + j is for p = 2^(o - 65) (1 + j/32): 64 octaves from 2^-65 to 1/2 in 32 steps each, so that
// the far tail is as smooth as the middle.
extern const std::array<std::uint32_t, 64 * 32 + 1> normal_tail;

}  // namespace sim::tables
