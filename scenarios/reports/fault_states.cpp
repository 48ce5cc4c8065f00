// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/fault_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include <nlohmann/json.hpp>

#include "scenarios/reports/table.h"

namespace gfs::reports {
namespace {

using results::FaultStatesRow;

constexpr std::size_t columns_at_once = 8;

const std::string& heading_of(const FaultStatesRow& row) {
    return row.fault.empty() ? row.kind : row.fault;
}

std::string cell(const FaultStatesRow& row, const std::string& state) {
    for (const auto& [name, times] : row.met)
        if (name == state) return times == 0 ? "never" : std::to_string(times);
    return "-";
}

std::string part(std::span<const FaultStatesRow> rows, bool plain) {
    std::vector<Table::Column> columns{{"states that faults met"}};
    std::vector<std::string> states;
    for (const FaultStatesRow& row : rows) {
        columns.push_back({heading_of(row), true});
        for (const auto& [state, times] : row.met)
            if (std::find(states.begin(), states.end(), state) == states.end())
                states.push_back(state);
    }
    Table table(std::move(columns));
    for (const std::string& state : states) {
        std::vector<std::string> cells{state};
        for (const FaultStatesRow& row : rows) cells.push_back(cell(row, state));
        table.add(std::move(cells));
    }
    std::string text;
    for (const std::string& line : table.lines(plain)) text += line + "\n";
    return text;
}

}  // namespace

std::string fault_states_text(const std::vector<FaultStatesRow>& rows, bool plain) {
    std::string text;
    for (std::size_t first = 0; first < rows.size(); first += columns_at_once) {
        const std::size_t count = std::min(columns_at_once, rows.size() - first);
        text += (text.empty() ? "" : "\n") + part(std::span(rows).subspan(first, count), plain);
    }
    return text;
}

nlohmann::ordered_json fault_states_json(const std::vector<FaultStatesRow>& rows) {
    using Json = nlohmann::ordered_json;
    Json list = Json::array();
    for (const FaultStatesRow& row : rows) {
        Json met = Json::object();
        Json never = Json::array();
        for (const auto& [state, times] : row.met) {
            if (times == 0)
                never.push_back(state);
            else
                met[state] = times;
        }
        list.push_back({{"fault", row.fault}, {"do", row.kind}, {"met", met}, {"never", never}});
    }
    return list;
}

std::vector<FaultStatesRow> fault_states_of(const std::vector<results::SweptRun>& runs) {
    const bool several_files = std::any_of(
        runs.begin(), runs.end(), [&](const auto& run) { return run.file != runs.front().file; });
    std::vector<FaultStatesRow> sum;
    for (const results::SweptRun& run : runs)
        results::add_rows(sum, run.fault_states, several_files);
    return sum;
}

}  // namespace gfs::reports
