// SPDX-License-Identifier: Apache-2.0
// A run for other people's tools, made from its events: `gfsim export RUN --to FORMAT`. One format
// a file, which ends with SIM_REGISTER(TraceExport, "history", "...", History). The formats are
// described in docs/formats/histories.md.
#pragma once

#include <string>
#include <vector>

#include "scenarios/reports/event_lines.h"
#include "sim/registry.h"

namespace gfs::reports {

class TraceExport {
  public:
    struct Parameters {};
    virtual ~TraceExport() = default;

    // All events of the run, in order.
    virtual void event(const EventLine& line) = 0;
    // Once, after the last event.
    virtual std::string text() = 0;
    // What it is called beside the run: "history.json".
    virtual std::string file_name() const = 0;
};

inline std::vector<std::string> export_names() {
    std::vector<std::string> names;
    for (const auto* const entry : sim::Registry<TraceExport>::all())
        names.emplace_back(entry->name);
    return names;
}

}  // namespace gfs::reports
