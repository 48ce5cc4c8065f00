// SPDX-License-Identifier: Apache-2.0
// Looking up rules, excuses, and how findings are printed. Reading files is in source.cpp.

#include "tests/house/lint.h"

#include <algorithm>
#include <stdexcept>

#include "tests/house/rules.h"

namespace house {
namespace {

constexpr Rule all_rules[] = {
    {"include-table", "a room includes only what the table in docs/architecture.md allows it",
     check_include_table},
    {"banned-name", "nothing that makes two runs differ is named in a simulation's sources",
     check_banned_names},
    {"static-local", "no function remembers anything between two calls", check_static_locals},
    {"pointer-key", "no container is ordered by addresses", check_pointer_keys},
    {"floating-point", "floating point stays in reports and in the flow solver",
     check_floating_point},
    {"brace-in-await", "an awaited expression has names in it, not braces", check_brace_in_await},
    {"file-length", "a file has at most 400 lines", check_file_length},
    {"function-length", "a function has at most 60 lines", check_function_length},
    {"columns", "a line has at most 100 columns, no tab and no space at its end", check_columns},
    {"file-head", "a file says its license at once, and a header has #pragma once",
     check_file_head},
    {"synonym", "core/ uses the paper's words", check_synonyms},
    {"left-over", "no marker of unfinished work stays in the tree", check_left_overs},
    {"foreign-path", "no file mentions a path outside the repository", check_foreign_paths},
};

// The excuse on a line for the given rule, or npos: "allow(rule):" and then a reason.
std::size_t find_excuse(const std::string& line, std::string_view rule_name) {
    return line.find("allow(" + std::string(rule_name) + "):");
}

bool has_reason(const std::string& line, std::size_t excuse) {
    const std::size_t colon = line.find(':', excuse);
    return line.find_first_not_of(" \t", colon + 1) != std::string::npos;
}

bool is_excused(const Source& source, Finding& finding, std::string_view rule_name) {
    const std::size_t at = static_cast<std::size_t>(finding.line) - 1;
    const std::size_t candidates[] = {at, at - 1};  // the line, then the one above
    for (const std::size_t line : candidates) {
        if (line >= source.text.size()) continue;
        const std::size_t excuse = find_excuse(source.text[line], rule_name);
        if (excuse == std::string::npos) continue;
        const bool is_above = line != at;
        const std::size_t code = source.code[line].find_first_not_of(" \t");
        if (is_above && code != std::string::npos) continue;  // it excuses its own line
        if (has_reason(source.text[line], excuse)) return true;
        finding.message += " (and its excuse gives no reason)";
        return false;
    }
    return false;
}

}  // namespace

std::span<const Rule> rules() {
    return all_rules;
}

const Rule& rule(std::string_view name) {
    for (const Rule& each : all_rules)
        if (each.name == name) return each;
    throw std::invalid_argument("no house rule is called " + std::string(name));
}

std::vector<Finding> check(const Rule& rule, const Source& source) {
    std::vector<Finding> findings;
    rule.check(source, findings);
    std::erase_if(findings,
                  [&](Finding& finding) { return is_excused(source, finding, rule.name); });
    return findings;
}

std::string describe(std::span<const Finding> findings) {
    std::string text;
    for (const Finding& finding : findings)
        text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.message + "\n";
    return text;
}

bool is_cpp(std::string_view path) {
    return path.ends_with(".h") || path.ends_with(".cpp") || path.ends_with(".def");
}

bool starts_with_any(std::string_view path, std::span<const std::string_view> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view prefix) { return path.starts_with(prefix); });
}

bool is_word_char(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace house
