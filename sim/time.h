// SPDX-License-Identifier: Apache-2.0
// Virtual time. Two clocks that the type system keeps apart: the true time of the engine and the
// oracles, and the local time which a host's own, possibly wrong, clock shows. Both count
// nanoseconds in 64 bits (292 years).
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace sim {

using Duration = std::chrono::duration<std::int64_t, std::nano>;

// Tags for time points; neither has a now(), because nothing global may be asked for the time.
struct TrueClock {};
struct HostClock {};

// True virtual time since the start of the run. Only the engine, faults and oracles see it.
using Time = std::chrono::time_point<TrueClock, Duration>;

// What a host's clock shows. The only time that protocol code may decide by.
using LocalTime = std::chrono::time_point<HostClock, Duration>;

inline constexpr Time time_zero{};
inline constexpr Time time_never{Duration{std::numeric_limits<std::int64_t>::max()}};

constexpr std::int64_t to_ns(Duration d) { return d.count(); }
constexpr std::int64_t to_ns(Time t) { return t.time_since_epoch().count(); }
constexpr std::int64_t to_ns(LocalTime t) { return t.time_since_epoch().count(); }
constexpr Time time_from_ns(std::int64_t ns) { return Time{Duration{ns}}; }

using namespace std::chrono_literals;

}  // namespace sim
