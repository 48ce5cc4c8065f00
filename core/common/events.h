// SPDX-License-Identifier: Apache-2.0
// Identifiers of the events in events.def, and the table of all events of a run.
#pragma once

#include "sim/event.h"

namespace gfs {

namespace event {
enum GfsEvent : std::uint16_t {
    before_first = sim::event::count_of_sim - 1,
#define GFS_EVENT(identifier, ...) gfs_##identifier,
#include "core/common/events.def"
#undef GFS_EVENT
};
#define GFS_EVENT(identifier, ...) inline constexpr sim::EventKind identifier{gfs_##identifier};
#include "core/common/events.def"
#undef GFS_EVENT
}  // namespace event

// The events of sim/events.def and of core/common/events.def, in that order.
const sim::EventTable& event_table();

}  // namespace gfs
