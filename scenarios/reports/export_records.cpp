// SPDX-License-Identifier: Apache-2.0
// For each file what was appended to it, with what became of it, and what readers of records met
// (GFS 3.3, 2.7.2). Enough to check "at least once" from outside.

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "scenarios/reports/client_calls.h"
#include "scenarios/reports/trace_export.h"

namespace gfs::reports {
namespace {

using Json = nlohmann::ordered_json;

class Records final : public TraceExport {
  public:
    explicit Records(const Parameters&) {}

    void event(const EventLine& line) override {
        history_.event(line);
        const auto text = [&](std::string_view field) {
            return std::string(line.field(field).value_or(""));
        };
        if (line.event == "record.read")
            meeting_.push_back(
                {{"data", text("data")}, {"offset", line.number_of("offset").value_or(0)}});
        if (line.event != "records.read") return;
        scans_[text("file")].push_back({{"client", line.actor},
                                        {"time", line.time_ns},
                                        {"met", std::exchange(meeting_, Json::array())}});
    }
    std::string file_name() const override { return "records.ndjson"; }

    // One line a file.
    std::string text() override {
        std::map<std::string, Json> appends;
        for (const Call& call : history_.calls()) {
            if (call.kind != "append" && call.kind != "write_record") continue;
            Json one{{"client", call.client},
                     {"data", call.data},
                     {"length", call.length},
                     {"began", call.began_ns},
                     {"type", to_string(call.ending)}};
            if (call.ended_ns) one["ended"] = *call.ended_ns;
            if (call.ending == Ending::ok) one["offset"] = call.told_offset;
            if (call.ending != Ending::ok && !call.code.empty()) one["code"] = call.code;
            appends.try_emplace(call.file, Json::array()).first->second.push_back(std::move(one));
        }
        for (const auto& [file, scans] : scans_) appends.try_emplace(file, Json::array());
        std::string lines;
        for (const auto& [file, of_file] : appends) {
            const auto scans = scans_.find(file);
            const Json line{{"file", file},
                            {"appends", of_file},
                            {"scans", scans == scans_.end() ? Json::array() : scans->second}};
            lines += line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
        }
        return lines;
    }

  private:
    CallHistory history_;
    Json meeting_ = Json::array();  // by the scan that ends with the next records.read
    std::map<std::string, Json> scans_;
};

SIM_REGISTER(TraceExport, "records",
             "the records of each file: appended, acknowledged, met by readers", Records)

}  // namespace
}  // namespace gfs::reports
