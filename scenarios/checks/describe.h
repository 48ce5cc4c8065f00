// SPDX-License-Identifier: Apache-2.0
// Times, hosts and events in words, for messages and witnesses.
#pragma once

#include <cstdint>
#include <string>

#include "core/common/ids.h"
#include "sim/engine.h"
#include "sim/event.h"
#include "sim/time.h"

namespace gfs::checks {

// "61.2 s", "12.5 ms", "250 us", "7 ns", "-3 s": exact, in the largest unit that is not above it.
std::string describe(sim::Duration duration);
// True time since the start of the run.
std::string describe(sim::Time time);
// The machine's name; "nobody" for none.
std::string describe(const sim::Engine& engine, HostId host);

// The value of an event's field.
std::string describe_field(const sim::Engine& engine, sim::FieldType type, std::uint64_t bits);

}  // namespace gfs::checks
