// SPDX-License-Identifier: Apache-2.0
// What clients called and were told, in the shape of Jepsen's histories: an entry when a call
// begins (`invoke`), one when it ends (`ok`, `fail`, `info`).

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "scenarios/reports/client_calls.h"
#include "scenarios/reports/trace_export.h"

namespace gfs::reports {
namespace {

using Json = nlohmann::ordered_json;

// Jepsen's checkers want processes that do one thing at a time, and never again after an `info`.
// A client of a simulation may have many calls in flight, so it gets as many processes as it needs.
class Processes {
  public:
    std::uint64_t take(const std::string& client) {
        std::vector<std::uint64_t>& idle = idle_[client];
        if (idle.empty()) return next_++;
        const auto lowest = std::min_element(idle.begin(), idle.end());
        const std::uint64_t process = *lowest;
        idle.erase(lowest);
        return process;
    }
    void give_back(const std::string& client, std::uint64_t process) {
        idle_[client].push_back(process);
    }

  private:
    std::map<std::string, std::vector<std::uint64_t>> idle_;
    std::uint64_t next_ = 0;
};

Json value_of(const Call& call, bool ended) {
    Json value{{"file", call.file}};
    if (!call.to.empty()) value["to"] = call.to;
    const bool writes = call.kind == "write" || call.kind == "append";
    if (writes) value["data"] = call.data;
    if (call.kind == "write" || call.kind == "read") value["offset"] = call.offset;
    if (writes || call.kind == "read") value["length"] = call.length;
    if (!ended || call.ending != Ending::ok) return value;
    if (call.kind == "append") value["offset"] = call.told_offset;
    if (call.kind == "read") value["bytes"] = call.told_bytes;
    return value;
}

class History final : public TraceExport {
  public:
    explicit History(const Parameters&) {}

    void event(const EventLine& line) override { history_.event(line); }
    std::string file_name() const override { return "history.json"; }

    std::string text() override {
        struct Moment {
            std::uint64_t event;
            const Call* call;
            bool ends;
        };
        std::vector<Moment> moments;
        for (const Call& call : history_.calls()) {
            moments.push_back({call.began, &call, false});
            if (call.ended_ns) moments.push_back({call.ended, &call, true});
        }
        std::stable_sort(moments.begin(), moments.end(),
                         [](const Moment& a, const Moment& b) { return a.event < b.event; });
        Processes processes;
        std::map<std::uint64_t, std::uint64_t> process_of;  // by operation
        std::string lines;
        std::uint64_t index = 0;
        for (const auto& [event, call, ends] : moments) {
            if (!ends) process_of[call->op] = processes.take(call->client);
            const std::uint64_t process = process_of.at(call->op);
            if (ends && call->ending != Ending::info) processes.give_back(call->client, process);
            Json entry{{"index", index},
                       {"type", ends ? to_string(call->ending) : "invoke"},
                       {"process", process},
                       {"f", call->kind},
                       {"value", value_of(*call, ends)},
                       {"time", ends ? *call->ended_ns : call->began_ns},
                       {"client", call->client},
                       {"event", event}};
            if (ends && call->ending != Ending::ok) entry["error"] = call->code;
            lines += (index == 0 ? "\n  " : ",\n  ") +
                     entry.dump(-1, ' ', false, Json::error_handler_t::replace);
            ++index;
        }
        return "[" + lines + "\n]\n";
    }

  private:
    CallHistory history_;
};

SIM_REGISTER(TraceExport, "history", "what clients called and were told, as Jepsen has it", History)

}  // namespace
}  // namespace gfs::reports
