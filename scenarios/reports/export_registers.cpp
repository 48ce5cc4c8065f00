// SPDX-License-Identifier: Apache-2.0
// For each path of the namespace the calls that are about it, in the shape of Porcupine's
// operations: a register that is there or not. A rename and a snapshot are in two histories.

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/reports/client_calls.h"
#include "scenarios/reports/trace_export.h"

namespace gfs::reports {
namespace {

using Json = nlohmann::ordered_json;

// Of what changes a name or asks for it. Content is not in these histories.
bool is_about_names(const std::string& kind) {
    static const std::set<std::string> kinds = {"create", "mkdir",    "delete",   "expedite",
                                                "rename", "snapshot", "undelete", "open",
                                                "stat",   "list"};
    return kinds.count(kind) != 0;
}

class Registers final : public TraceExport {
  public:
    explicit Registers(const Parameters&) {}

    void event(const EventLine& line) override { history_.event(line); }
    std::string file_name() const override { return "registers.ndjson"; }

    // One line a path.
    std::string text() override {
        std::map<std::string, Json> paths;
        std::map<std::string, std::uint64_t> clients;
        for (const Call& call : history_.calls()) {
            if (!is_about_names(call.kind)) continue;
            const std::uint64_t number =
                clients.try_emplace(call.client, clients.size()).first->second;
            Json input{{"op", call.kind}, {"path", call.file}};
            if (!call.to.empty()) input["to"] = call.to;
            Json output{{"type", to_string(call.ending)}};
            if (call.ending != Ending::ok) output["code"] = call.code;
            Json operation{{"client_id", number},
                           {"client", call.client},
                           {"input", std::move(input)},
                           {"call", call.began_ns},
                           {"output", std::move(output)}};
            // What is not known to have ended may happen until the end of time.
            operation["return"] =
                call.ending == Ending::info || !call.ended_ns ? Json() : Json(*call.ended_ns);
            if (!call.to.empty()) add(paths, call.to, operation);
            add(paths, call.file, operation);
        }
        std::string lines;
        for (const auto& [path, operations] : paths)
            lines += Json{{"path", path}, {"operations", operations}}.dump(
                         -1, ' ', false, Json::error_handler_t::replace) +
                     "\n";
        return lines;
    }

  private:
    static void add(std::map<std::string, Json>& paths, const std::string& path,
                    const Json& operation) {
        paths.try_emplace(path, Json::array()).first->second.push_back(operation);
    }

    CallHistory history_;
};

SIM_REGISTER(TraceExport, "registers", "the calls about each path, as Porcupine has them",
             Registers)

}  // namespace
}  // namespace gfs::reports
