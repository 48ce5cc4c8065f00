// SPDX-License-Identifier: Apache-2.0
// Sizes, and what every file starts with. Tables (.def) may be as long as what they list.

#include "tests/house/rules.h"

namespace house {
namespace {

constexpr std::size_t lines_max = 400;
constexpr std::size_t function_lines_max = 60;
constexpr std::size_t columns_max = 100;

bool is_table(std::string_view path) {
    return path.ends_with(".def");
}

bool is_script(std::string_view path) {
    return path.ends_with(".sh") || path.ends_with(".cmake") || path.ends_with("CMakeLists.txt") ||
           path == "dev" || path == ".ci/run";
}

// Text for people in a raw literal: it has the width that it is printed in.
bool is_raw_text(const Source& source, std::size_t line) {
    const std::size_t first = source.text[line].find_first_not_of(' ');
    if (first == std::string::npos) return false;
    const bool is_comment = source.text[line].compare(first, 2, "//") == 0;
    const bool is_directive = source.text[line][first] == '#';
    const bool has_code = source.code[line].find_first_not_of(' ') != std::string::npos;
    return is_cpp(source.path) && !is_comment && !is_directive && !has_code;
}

// Characters, not bytes: the continuation bytes of UTF-8 do not count.
std::size_t width(const std::string& line) {
    std::size_t characters = 0;
    for (const char c : line)
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++characters;
    return characters;
}

}  // namespace

void check_file_length(const Source& source, std::vector<Finding>& findings) {
    if (!is_cpp(source.path) || is_table(source.path)) return;
    if (source.text.size() > lines_max)
        add(findings, source, lines_max,
            std::to_string(source.text.size()) + " lines; split it by section of the paper");
}

void check_function_length(const Source& source, std::vector<Finding>& findings) {
    if (!is_cpp(source.path) || is_table(source.path)) return;
    for (const Function& function : functions_of(source)) {
        const std::size_t length = function.last - function.first + 1;
        if (length > function_lines_max)
            add(findings, source, function.first,
                "a function of " + std::to_string(length) + " lines; name its parts");
    }
}

void check_columns(const Source& source, std::vector<Finding>& findings) {
    if (!is_cpp(source.path) && !is_script(source.path)) return;
    for (std::size_t line = 0; line < source.text.size(); ++line) {
        const std::string& text = source.text[line];
        const bool wide = is_cpp(source.path) && !is_table(source.path) &&
                          width(text) > columns_max && !is_raw_text(source, line);
        if (wide) add(findings, source, line, std::to_string(width(text)) + " columns");
        if (text.find('\t') != std::string::npos) add(findings, source, line, "a tab");
        if (text.ends_with(' ')) add(findings, source, line, "a space at the end");
        if (text.ends_with('\r')) add(findings, source, line, "a carriage return");
    }
}

void check_file_head(const Source& source, std::vector<Finding>& findings) {
    if (!is_cpp(source.path) && !is_script(source.path)) return;
    const std::size_t head = source.text.empty() || !source.text[0].starts_with("#!") ? 0 : 1;
    const bool licensed =
        source.text.size() > head &&
        source.text[head].find("SPDX-License-Identifier: Apache-2.0") != std::string::npos;
    if (!licensed) add(findings, source, head, "no SPDX-License-Identifier: Apache-2.0 here");
    if (!source.path.ends_with(".h")) return;
    for (const std::string& line : source.text)
        if (line == "#pragma once") return;
    add(findings, source, 0, "a header without #pragma once");
}

}  // namespace house
