// SPDX-License-Identifier: Apache-2.0

#include "scenarios/results/fault_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace gfs::results {
namespace {

std::string listed(const FaultStatesRow& row, bool met) {
    std::string text;
    for (const auto& [state, times] : row.met) {
        if ((times > 0) != met) continue;
        text += (text.empty() ? "" : ", ") + state;
        if (met) text += fmt::format(" {}", times);
    }
    return text;
}

void add_met(FaultStatesRow& to, const FaultStatesRow& row) {
    for (const auto& met : row.met) {
        const auto known = std::find_if(to.met.begin(), to.met.end(),
                                        [&](const auto& one) { return one.first == met.first; });
        if (known == to.met.end())
            to.met.push_back(met);
        else
            known->second += met.second;
    }
}

// What is before the first `end`, which is taken off `text` with it; all of it where there is none.
std::string_view take(std::string_view& text, std::string_view end) {
    const std::size_t place = text.find(end);
    const std::string_view part = text.substr(0, place);
    text.remove_prefix(place == std::string_view::npos ? text.size() : place + end.size());
    return part;
}

std::optional<FaultStatesRow> read_row(std::string_view text) {
    FaultStatesRow row;
    row.fault = take(text, "/");
    row.kind = take(text, " ");
    while (!text.empty()) {
        std::string_view one = take(text, " ");
        const std::string state(take(one, "="));
        std::uint64_t times = 0;
        const auto [rest, error] = std::from_chars(one.data(), one.data() + one.size(), times);
        if (state.empty() || error != std::errc() || rest != one.data() + one.size())
            return std::nullopt;
        row.met.emplace_back(state, times);
    }
    if (row.kind.empty()) return std::nullopt;
    return row;
}

}  // namespace

std::string met_text(const FaultStatesRow& row) {
    return listed(row, true);
}

std::string never_met_text(const FaultStatesRow& row) {
    return listed(row, false);
}

void add_rows(std::vector<FaultStatesRow>& to, const std::vector<FaultStatesRow>& rows,
              bool by_kind) {
    for (const FaultStatesRow& row : rows) {
        const std::string fault = by_kind ? std::string() : row.fault;
        const auto known = std::find_if(to.begin(), to.end(), [&](const FaultStatesRow& one) {
            return one.fault == fault && one.kind == row.kind;
        });
        FaultStatesRow& sum = known != to.end() ? *known : to.emplace_back();
        sum.fault = fault;
        sum.kind = row.kind;
        add_met(sum, row);
    }
}

std::string to_text(const std::vector<FaultStatesRow>& rows) {
    std::string text;
    for (const FaultStatesRow& row : rows) {
        text += fmt::format("{}{}/{}", text.empty() ? "" : "; ", row.fault, row.kind);
        for (const auto& [state, times] : row.met) text += fmt::format(" {}={}", state, times);
    }
    return text;
}

std::optional<std::vector<FaultStatesRow>> read_fault_states(const std::string& text) {
    std::vector<FaultStatesRow> rows;
    std::string_view left = text;
    while (!left.empty()) {
        auto row = read_row(take(left, "; "));
        if (!row) return std::nullopt;
        rows.push_back(std::move(*row));
    }
    return rows;
}

}  // namespace gfs::results
