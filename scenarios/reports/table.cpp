// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/assert.h"

namespace gfs::reports {
namespace {

// How many characters a terminal shows: code points, not bytes.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
    SIM_ASSERT(cells.size() == columns_.size());
    rows_.push_back(std::move(cells));
}

std::vector<std::string> Table::headings() const {
    std::vector<std::string> cells;
    for (const Column& column : columns_) cells.push_back(column.heading);
    return cells;
}

std::vector<std::string> Table::lines(bool plain) const {
    std::vector<std::vector<std::string>> all{headings()};
    all.insert(all.end(), rows_.begin(), rows_.end());
    std::vector<std::string> lines;
    if (plain) {
        for (const auto& cells : all) lines.push_back(fmt::format("{}", fmt::join(cells, "\t")));
        return lines;
    }
    std::vector<std::size_t> widths(columns_.size());
    for (const auto& cells : all)
        for (std::size_t i = 0; i < cells.size(); ++i)
            widths[i] = std::max(widths[i], width_of(cells[i]));
    for (const auto& cells : all) {
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string room(widths[i] - width_of(cells[i]), ' ');
            line += columns_[i].is_number ? room + cells[i] : cells[i] + room;
            if (i + 1 < cells.size()) line += "  ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string Table::markdown() const {
    const auto row = [](const std::vector<std::string>& cells) {
        return fmt::format("| {} |\n", fmt::join(cells, " | "));
    };
    std::string text = row(headings()) + "|";
    for (const Column& column : columns_) text += column.is_number ? " ---: |" : " --- |";
    text += "\n";
    for (const auto& cells : rows_) text += row(cells);
    return text;
}

}  // namespace gfs::reports
