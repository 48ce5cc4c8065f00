// SPDX-License-Identifier: Apache-2.0
// One event as a line of text for people, and as a line of JSON for programs (events.ndjson).
#pragma once

#include <cstdint>
#include <string>

#include "sim/engine.h"
#include "sim/event.h"

namespace gfs::reports {

// "1.234567890s": virtual time with all its nanoseconds.
std::string time_text(sim::Time t);
// "1.5s", "250us", "2m": a duration as a scenario file writes it.
std::string duration_text(sim::Duration d);
// "64MiB", "200KiB", "1234B".
std::string bytes_text(std::uint64_t bytes);
// A text as a JSON string, with its quotes.
std::string json_string(std::string_view text);

class EventText {
  public:
    // Not owned: the engine whose hosts and texts the events name.
    explicit EventText(const sim::Engine& engine) : engine_(engine) {}

    // "  1.000200000s master         lease.granted chunk=3 primary=cs2 version=2 expires=61s"
    std::string line(const sim::Event& event) const;
    // {"n":12,"t":1000200000,"actor":"master","event":"lease.granted","chunk":3,...}
    // Times are nanoseconds; hosts, texts, codes and messages are names; the rest are numbers.
    std::string json(const sim::Event& event) const;

    // A field's value as a person reads it.
    std::string value(sim::FieldType type, std::uint64_t bits) const;
    std::string host_name(sim::HostId host) const;

  private:
    const sim::Engine& engine_;
};

}  // namespace gfs::reports
