// SPDX-License-Identifier: Apache-2.0

#include "tests/house/paper_map.h"

#include <algorithm>
#include <map>
#include <utility>

namespace house {
namespace {

// How many rules each letter has.
constexpr std::pair<char, int> letters[] = {
    {'A', 11}, {'B', 7}, {'C', 9}, {'D', 8}, {'E', 7}, {'F', 7}, {'G', 8}, {'H', 4}, {'I', 8},
    {'J', 6},  {'K', 5}, {'L', 6}, {'M', 8}, {'N', 4}, {'O', 4}, {'P', 7}, {'Q', 3}, {'U', 25},
};

// Sections of the paper, and those that have parts.
bool is_section(std::string_view text) {
    static constexpr std::string_view sections[] = {
        "1",     "2",     "2.1",   "2.2",   "2.3",   "2.4",   "2.5",   "2.6",   "2.6.1",
        "2.6.2", "2.6.3", "2.7",   "2.7.1", "2.7.2", "3",     "3.1",   "3.2",   "3.3",
        "3.4",   "4",     "4.1",   "4.2",   "4.3",   "4.4",   "4.4.1", "4.4.2", "4.5",
        "5",     "5.1",   "5.1.1", "5.1.2", "5.1.3", "5.2",   "5.3",   "6",     "6.1",
        "6.1.1", "6.1.2", "6.1.3", "6.2",   "6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5",
        "6.3",   "6.3.1", "6.3.2", "6.3.3", "6.3.4", "7",     "8",     "9"};
    return std::find(std::begin(sections), std::end(sections), text) != std::end(sections);
}

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return "";
    return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells;
    line.remove_prefix(1);
    for (std::size_t bar = line.find('|'); bar != std::string_view::npos; bar = line.find('|')) {
        cells.push_back(trimmed(line.substr(0, bar)));
        line.remove_prefix(bar + 1);
    }
    return cells;
}

// "[x](../core/x.cpp)" leads to "core/x.cpp".
std::string target_of(const std::string& cell) {
    const std::size_t begin = cell.find("](../");
    if (begin == std::string::npos || cell.back() != ')') return cell;
    return cell.substr(begin + 5, cell.size() - begin - 6);
}

bool is_rule(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() >= 2 && text.size() <= 3 && text[0] >= 'A' && text[0] <= 'Z' &&
           std::all_of(text.begin() + 1, text.end(), is_digit);
}

// The number that begins at `at`: "2.6.3" of "2.6.3, and".
std::string section_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && (text[end] == '.' || (text[end] >= '0' && text[end] <= '9'))) ++end;
    while (end > at && text[end - 1] == '.') --end;
    return std::string(text.substr(at, end - at));
}

// What follows each `mark` in the line.
void collect(std::string_view line, std::string_view mark, const std::string& where,
             std::vector<std::pair<std::string, std::string>>& found) {
    for (std::size_t at = line.find(mark); at != std::string_view::npos;
         at = line.find(mark, at + 1)) {
        std::string section = section_at(line, at + mark.size());
        if (!section.empty()) found.emplace_back(std::move(section), where);
    }
}

void collect_rules(std::string_view line, const std::string& where,
                   std::vector<std::pair<std::string, std::string>>& found) {
    constexpr std::string_view mark = "(rule ";
    for (std::size_t at = line.find(mark); at != std::string_view::npos;
         at = line.find(mark, at + 1)) {
        const std::string_view rest = line.substr(at + mark.size());
        const std::size_t end = rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        found.emplace_back(std::string(rest.substr(0, end)), where);
    }
}

// A name may be on the line after TEST_CASE, and in pieces.
void collect_tests(const Source& source, std::set<std::string>& tests) {
    for (std::size_t i = 0; i < source.text.size(); ++i) {
        if (source.code[i].find("TEST_CASE(") == std::string::npos) continue;
        std::string text = source.text[i];
        for (std::size_t next = i + 1; next < std::min(i + 4, source.text.size()); ++next)
            text += source.text[next];
        const std::size_t begin = text.find('"', text.find("TEST_CASE("));
        if (begin == std::string::npos) continue;
        std::string name;
        for (std::size_t at = begin + 1; at < text.size() && text[at] != '"'; ++at) {
            if (text[at] == '\\' && at + 1 < text.size()) ++at;
            name += text[at];
        }
        tests.insert(std::move(name));
    }
}

}  // namespace

PaperMap parse_paper_map(const Source& page) {
    PaperMap map;
    constexpr std::string_view open_mark = "Still open, in whole or in part (`-` in the row): ";
    for (const std::string& line : page.text) {
        if (line.starts_with(open_mark)) {
            std::string rule;
            for (const char c : line.substr(open_mark.size())) {
                if (c != ',' && c != ' ' && c != '.') {
                    rule += c;
                    continue;
                }
                if (is_rule(rule)) map.open.insert(rule);
                rule.clear();
            }
        }
        if (!line.starts_with('|')) continue;
        const std::vector<std::string> cells = cells_of(line);
        if (cells.size() == 6 && is_rule(cells[0]))
            map.rows.push_back(
                {cells[0], cells[1], target_of(cells[3]), cells[4], target_of(cells[5])});
        if (cells.size() == 2 && is_section(cells[0]))
            map.index.push_back(cells[0] + ' ' + cells[1]);
    }
    return map;
}

Checkout read_checkout(std::span<const Source> project) {
    Checkout checkout;
    for (const Source& source : project) {
        checkout.files.insert(source.path);
        if (!is_cpp(source.path) || source.path.starts_with("tests/house/")) continue;
        if (source.path.starts_with("tests/")) collect_tests(source, checkout.tests);
        for (std::size_t i = 0; i < source.text.size(); ++i) {
            const std::string where = source.path + ':' + std::to_string(i + 1);
            collect(source.text[i], "[gfs-", where, checkout.sections);
            collect(source.text[i], "(GFS ", where, checkout.sections);
            collect_rules(source.text[i], where, checkout.rules);
        }
    }
    return checkout;
}

std::vector<std::string> faults_of(const PaperMap& map, const Checkout& checkout) {
    std::vector<std::string> faults;
    std::set<std::string> expected;
    for (const auto& [letter, count] : letters)
        for (int number = 1; number <= count; ++number)
            expected.insert(letter + std::to_string(number));

    std::set<std::string> seen;
    std::map<std::string, std::string> by_section;
    const auto exists = [&](const std::string& path) {
        return path == "-" || checkout.files.contains(path);
    };
    for (const PaperRow& row : map.rows) {
        by_section[row.section] += ' ' + row.rule;
        if (!expected.contains(row.rule)) faults.push_back(row.rule + ": there is no such rule");
        if (!seen.insert(row.rule).second) faults.push_back(row.rule + ": has two rows");
        if (!is_section(row.section))
            faults.push_back(row.rule + ": the paper has no section " + row.section);
        if (row.code.empty() || row.test.empty() || row.scenario.empty())
            faults.push_back(row.rule + ": a cell is empty");
        if (!exists(row.code)) faults.push_back(row.rule + ": there is no file " + row.code);
        if (!exists(row.scenario))
            faults.push_back(row.rule + ": there is no scenario " + row.scenario);
        if (row.test != "-" && !checkout.tests.contains(row.test))
            faults.push_back(row.rule + ": there is no test \"" + row.test + '"');
        if (row.is_open() != map.open.contains(row.rule))
            faults.push_back(row.rule + ": the row and the list of what is open disagree");
    }
    for (const std::string& rule : expected)
        if (!seen.contains(rule)) faults.push_back(rule + ": has no row");
    for (const std::string& rule : map.open)
        if (!seen.contains(rule)) faults.push_back(rule + ": is called open and has no row");

    std::vector<std::string> index;
    for (const auto& [section, rules] : by_section) index.push_back(section + rules);
    std::vector<std::string> written = map.index;
    std::sort(index.begin(), index.end());
    std::sort(written.begin(), written.end());
    if (index != written) faults.push_back("the index by section does not list what the rows say");

    for (const auto& [section, where] : checkout.sections)
        if (!is_section(section)) faults.push_back(where + ": the paper has no section " + section);
    // G1 to G21 are also the guarantees.
    for (const auto& [rule, where] : checkout.rules)
        if (!expected.contains(rule) && !rule.starts_with('G'))
            faults.push_back(where + ": there is no rule " + rule);
    return faults;
}

}  // namespace house
