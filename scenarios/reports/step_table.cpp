// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/step_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include "sim/assert.h"

namespace gfs::reports {
namespace {

using results::SweptRun;
using results::Verdict;

std::string param(const SweptRun& run, const std::string& name) {
    for (const auto& [known, value] : run.params)
        if (known == name) return value;
    return {};
}

// The role of the host that crashed, or what the message was held back past.
std::string column_of(const SweptRun& run) {
    const std::string role = param(run, "role");
    return role.empty() ? param(run, "past") : role;
}

// "mutation.applied:write", "message.sent:ApplyMutation (to)"; what whose event it is needs no
// word.
std::string row_of(const SweptRun& run) {
    const std::string part = param(run, "part");
    const bool own = part == "actor" || part == "server" || part == "from" || part == "primary" ||
                     !param(run, "past").empty();
    return param(run, "step") + (own ? "" : " (" + part + ")");
}

struct Cell {
    std::uint64_t runs = 0;
    std::map<Verdict, std::uint64_t> other;  // than passed
};

// One line of the table.
struct Row {
    std::map<std::size_t, Cell> cells;
    // Where messages were held back: of each two machines, which were, and how many there are.
    using Pair = std::array<std::string, 3>;  // file, seed, both
    std::set<std::pair<Pair, std::string>> covered;
    std::map<Pair, std::uint64_t> of;
};

void count_messages(Row& row, const SweptRun& run) {
    const std::string of = param(run, "of");
    const Row::Pair pair{run.file, std::to_string(run.seed), param(run, "part")};
    row.covered.emplace(pair, param(run, "nth"));
    std::from_chars(of.data(), of.data() + of.size(), row.of[pair]);
}

std::string messages_text(const Row& row) {
    std::uint64_t all = 0;
    for (const auto& [pair, count] : row.of) all += count;
    return fmt::format("{} of {}", row.covered.size(), all);
}

std::string text_of(const Cell& cell) {
    if (cell.runs == 0) return "";
    std::string text = std::to_string(cell.runs);
    for (const auto& [verdict, count] : cell.other)
        text += fmt::format(", {} {}", count, results::name(verdict));
    return text;
}

// The position of a name in a list, at whose end it is put when it is new.
std::size_t place(std::vector<std::string>& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    names.push_back(name);
    return names.size() - 1;
}

}  // namespace

bool is_of_steps(const std::vector<SweptRun>& runs) {
    return !runs.empty() && std::all_of(runs.begin(), runs.end(), [](const SweptRun& run) {
        return !run.params.empty() && run.params.front().first == "step";
    });
}

Table step_table(const std::vector<SweptRun>& runs) {
    SIM_ASSERT(is_of_steps(runs));
    std::vector<std::string> columns;
    std::map<std::string, Row> rows;
    bool of_messages = false;
    for (const SweptRun& run : runs) {
        Row& row = rows[row_of(run)];
        Cell& cell = row.cells[place(columns, column_of(run))];
        ++cell.runs;
        if (run.verdict != Verdict::passed) ++cell.other[run.verdict];
        if (param(run, "of").empty()) continue;
        of_messages = true;
        count_messages(row, run);
    }
    std::vector<Table::Column> headings{{"step"}};
    if (of_messages) headings.push_back({"messages"});
    for (const std::string& column : columns) headings.push_back({column});
    Table table(std::move(headings));
    for (const auto& [name, row] : rows) {
        std::vector<std::string> line{name};
        if (of_messages) line.push_back(messages_text(row));
        for (std::size_t i = 0; i < columns.size(); ++i)
            line.push_back(row.cells.contains(i) ? text_of(row.cells.at(i)) : "");
        table.add(std::move(line));
    }
    return table;
}

}  // namespace gfs::reports
