// SPDX-License-Identifier: Apache-2.0
// The events of a finished run, read back from its events.ndjson: what one line says. The reverse
// of EventText::json, and of nothing else: flat objects of strings and whole numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gfs::reports {

struct EventLine {
    std::uint64_t number = 0;
    std::int64_t time_ns = 0;
    std::string actor;
    std::string event;
    std::vector<std::pair<std::string, std::string>> fields;  // in the order of the line

    // The text of a field, or nothing when the event has no such field.
    std::optional<std::string_view> field(std::string_view name) const;
    // The same as a number; nothing also when it is none.
    std::optional<std::uint64_t> number_of(std::string_view name) const;
};

// Nothing for a line that is no event.
std::optional<EventLine> read_event(std::string_view line);

}  // namespace gfs::reports
