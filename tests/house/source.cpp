// SPDX-License-Identifier: Apache-2.0
// Reading files, and blanking what is not code: comments, the insides of literals, preprocessor
// lines.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>

#include "tests/house/lint.h"

namespace house {
namespace {

std::vector<std::string> lines_of(std::string_view content) {
    std::vector<std::string> lines;
    while (!content.empty()) {
        const std::size_t end = std::min(content.find('\n'), content.size());
        lines.emplace_back(content.substr(0, end));
        content.remove_prefix(std::min(end + 1, content.size()));
    }
    return lines;
}

// Blanks a stretch, keeping line ends.
void blank(std::string& text, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, text.size()); ++i)
        if (text[i] != '\n') text[i] = ' ';
}

// The place after the literal that opens with the quote at `open`.
std::size_t end_of_literal(const std::string& text, std::size_t open) {
    for (std::size_t i = open + 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == text[open] || text[i] == '\n') {
            return i + 1;
        }
    }
    return text.size();
}

// The place after R"x(...)x", whose quote is at `open`.
std::size_t end_of_raw_literal(const std::string& text, std::size_t open) {
    const std::size_t paren = text.find('(', open);
    if (paren == std::string::npos) return text.size();
    const std::string closing = ")" + text.substr(open + 1, paren - open - 1) + "\"";
    const std::size_t end = text.find(closing, paren);
    return end == std::string::npos ? text.size() : end + closing.size();
}

// The place after a preprocessor line and its continuations.
std::size_t end_of_directive(const std::string& text, std::size_t at) {
    std::size_t end = text.find('\n', at);
    while (end != std::string::npos && end > 0 && text[end - 1] == '\\')
        end = text.find('\n', end + 1);
    return end == std::string::npos ? text.size() : end;
}

// Blanks what starts at `i` if it is not code; says where code goes on.
std::size_t blank_at(std::string& text, std::size_t i, bool first_on_line) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '#' && first_on_line) {
        const std::size_t end = end_of_directive(text, i);
        blank(text, i, end);
        return end;
    }
    if (text[i] == '/' && next == '/') {
        const std::size_t end = std::min(text.find('\n', i), text.size());
        blank(text, i, end);
        return end;
    }
    if (text[i] == '/' && next == '*') {
        const std::size_t close = text.find("*/", i + 2);
        const std::size_t end = close == std::string::npos ? text.size() : close + 2;
        blank(text, i, end);
        return end;
    }
    const bool digit_separator = text[i] == '\'' && i > 0 && is_word_char(text[i - 1]);
    if (text[i] == '"' || (text[i] == '\'' && !digit_separator)) {
        const bool raw = text[i] == '"' && i > 0 && text[i - 1] == 'R';
        const std::size_t end = raw ? end_of_raw_literal(text, i) : end_of_literal(text, i);
        blank(text, i + 1, end - 1);
        return end;
    }
    return i + 1;
}

std::string code_of(std::string text) {
    bool first_on_line = true;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        const std::size_t next = blank_at(text, i, first_on_line);
        if (c == '\n') {
            first_on_line = true;
        } else if (c != ' ' && c != '\t') {
            first_on_line = false;
        }
        i = next;
    }
    return text;
}

std::vector<std::string> list_by_git(const std::string& top) {
    const std::string command =
        "git -C '" + top + "' ls-files -co --exclude-standard --deduplicate 2>/dev/null";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string listing;
    char buffer[4096];
    while (pipe && std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) listing += buffer;
    return lines_of(listing);
}

std::vector<std::string> list_by_walking(const std::string& top) {
    namespace fs = std::filesystem;
    std::vector<std::string> paths;
    for (auto entry = fs::recursive_directory_iterator(top);
         entry != fs::recursive_directory_iterator(); ++entry) {
        const std::string path = fs::relative(entry->path(), top).generic_string();
        const bool skipped = path.starts_with("build") || path.starts_with(".git") ||
                             path == ".cache" || path == "runs";
        if (entry->is_directory() && skipped) entry.disable_recursion_pending();
        if (entry->is_regular_file()) paths.push_back(path);
    }
    return paths;
}

}  // namespace

Source parse(std::string path, std::string_view content) {
    Source source{.path = std::move(path), .text = lines_of(content), .code = {}};
    source.code = is_cpp(source.path) ? lines_of(code_of(std::string(content))) : source.text;
    return source;
}

std::vector<Source> read_project(const std::string& top) {
    std::vector<std::string> paths = list_by_git(top);
    if (paths.empty()) paths = list_by_walking(top);
    std::sort(paths.begin(), paths.end());
    std::vector<Source> project;
    for (const std::string& path : paths) {
        const std::string full = top + "/" + path;
        if (!std::filesystem::is_regular_file(full)) continue;  // deleted, not yet committed
        std::ifstream file(full, std::ios::binary);
        const std::string content(std::istreambuf_iterator<char>(file), {});
        if (content.find('\0') == std::string::npos) project.push_back(parse(path, content));
    }
    return project;
}

JoinedCode::JoinedCode(const Source& source) {
    for (const std::string& line : source.code) {
        line_starts.push_back(text.size());
        text += line;
        text += '\n';
    }
}

std::size_t JoinedCode::line_at(std::size_t offset) const {
    const auto after = std::upper_bound(line_starts.begin(), line_starts.end(), offset);
    return static_cast<std::size_t>(after - line_starts.begin()) - 1;
}

}  // namespace house
