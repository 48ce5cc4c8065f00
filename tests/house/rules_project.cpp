// SPDX-License-Identifier: Apache-2.0
// Rules that only the whole project can break.

#include <cctype>

#include "tests/house/rules.h"

namespace house {
namespace {

bool has_code(const std::string& line) {
    return line.find_first_not_of(" \t{}();,") != std::string::npos;
}

// The section after "GFS " at `at`: "3.1", "2.7.2"; empty if no number follows.
std::string section_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() &&
           (std::isdigit(static_cast<unsigned char>(text[end])) != 0 || text[end] == '.'))
        ++end;
    std::string section(text.substr(at, end - at));
    while (section.ends_with('.')) section.pop_back();  // the end of a sentence
    return section;
}

bool map_lists(const Source& paper_map, const std::string& section) {
    for (const std::string& line : paper_map.text) {
        for (std::size_t at = line.find(section); at != std::string::npos;
             at = line.find(section, at + 1)) {
            const bool starts = at == 0 || (line[at - 1] != '.' && !is_word_char(line[at - 1]));
            const std::size_t end = at + section.size();
            const bool longer = end + 1 < line.size() && line[end] == '.' &&
                                std::isdigit(static_cast<unsigned char>(line[end + 1])) != 0;
            if (starts && !longer && (end == line.size() || !is_word_char(line[end]))) return true;
        }
    }
    return false;
}

}  // namespace

double AssertionCount::per_hundred_lines() const {
    return code_lines == 0 ? 0 : 100.0 * assertions / code_lines;
}

AssertionCount count_assertions(const std::vector<Source>& project, std::string_view room) {
    AssertionCount count;
    for (const Source& source : project) {
        if (!source.path.starts_with(room) || !is_cpp(source.path)) continue;
        if (source.path.ends_with(".def")) continue;  // a table asserts nothing
        for (const std::string& line : source.code) {
            if (has_code(line)) ++count.code_lines;
            for (const std::string_view name : {"SIM_ASSERT(", "static_assert("})
                for (std::size_t at = line.find(name); at != std::string::npos;
                     at = line.find(name, at + 1))
                    ++count.assertions;
        }
    }
    return count;
}

std::vector<Finding> unknown_paper_tags(const std::vector<Source>& project,
                                        const Source& paper_map) {
    std::vector<Finding> findings;
    constexpr std::string_view tag = "GFS ";
    for (const Source& source : project) {
        if (!is_cpp(source.path)) continue;
        for (std::size_t line = 0; line < source.text.size(); ++line) {
            const std::string& text = source.text[line];
            for (std::size_t at = text.find(tag); at != std::string::npos;
                 at = text.find(tag, at + 1)) {
                const std::string section = section_at(text, at + tag.size());
                if (!section.empty() && !map_lists(paper_map, section))
                    add(findings, source, line, "GFS " + section + " is not in docs/paper_map.md");
            }
        }
    }
    return findings;
}

}  // namespace house
