// SPDX-License-Identifier: Apache-2.0
// The whole interaction of one client operation, put together from the events of a run (GFS 5.3:
// "by matching requests with replies and collating RPC records on different machines, we can
// reconstruct the entire interaction history to diagnose a problem").
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/reports/event_lines.h"

namespace gfs::reports {

// Goes through all events of the run, in order; may be called again.
using ForEachEvent = std::function<void(const std::function<void(const EventLine&)>&)>;

// The operation that the text names: a number as events have it, "writers.1#3" (the third of that
// client), or "#812" (the one that event 812 is about). Nothing when there is none.
std::optional<std::uint64_t> find_operation(const ForEachEvent& events, const std::string& text);

// Lines of text: what the operation was and how it ended, then everything that was done for it, in
// an order that no cause contradicts: messages with their replies, retries, mutations with their
// serial numbers on each replica, log records and their flush. Work that was asked for by a message
// is indented under it. Empty when no event tells of the operation.
std::string interaction_text(const ForEachEvent& events, std::uint64_t op);

// One line for each operation that failed or was retried, at most `most`.
std::vector<std::string> troubled_operations(const ForEachEvent& events, std::size_t most);

}  // namespace gfs::reports
