// SPDX-License-Identifier: Apache-2.0
// The operations of clients as a history: who called what when, and what it was told when. What
// every export of histories begins with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/reports/event_lines.h"

namespace gfs::reports {

// How a call ended: Jepsen's words. `fail` is definite, it did not happen; of `info` nobody knows,
// and a call that never ended is `info` too.
enum class Ending : std::uint8_t { ok, fail, info };
const char* to_string(Ending ending);

struct Call {
    std::uint64_t op;
    std::string client;
    std::string kind;  // "create", "append", "read", ...
    std::string file;
    std::string to;    // of a rename or snapshot
    std::string data;  // "writers.1#3": what a write or an append wrote
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::int64_t began_ns = 0;
    std::uint64_t began = 0;  // the number of the event
    std::optional<std::int64_t> ended_ns;
    std::uint64_t ended = 0;
    Ending ending = Ending::info;
    std::string code;               // of an error
    std::uint64_t told_offset = 0;  // of an append: where GFS put it
    std::uint64_t told_bytes = 0;
};

class CallHistory {
  public:
    void event(const EventLine& line);
    // In the order in which they began.
    const std::vector<Call>& calls() const { return calls_; }

  private:
    std::vector<Call> calls_;
    std::map<std::uint64_t, std::size_t> open_;  // operation -> index in calls_
};

}  // namespace gfs::reports
