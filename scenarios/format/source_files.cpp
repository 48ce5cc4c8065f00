// SPDX-License-Identifier: Apache-2.0
// Lines and columns of the texts that a scenario was made from.

#include "scenarios/format/source_files.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/assert.h"

namespace gfs::format {

std::size_t code_points(std::string_view text) {
    // Every byte but the continuation bytes 10xxxxxx begins a code point.
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

namespace {
constexpr std::size_t block = 4096;
}

std::uint32_t SourceFiles::add(std::string name, std::string text, Kind kind) {
    File file{std::move(name), std::move(text), kind, {0}, {0}};
    const std::string_view whole = file.text;
    for (std::size_t i = 0; i < whole.size(); ++i)
        if (whole[i] == '\n') file.line_begins.push_back(static_cast<std::uint32_t>(i + 1));
    for (std::size_t i = 0; i + block <= whole.size(); i += block)
        file.code_points_before.push_back(
            file.code_points_before.back() +
            static_cast<std::uint32_t>(code_points(whole.substr(i, block))));
    files_.push_back(std::move(file));
    return static_cast<std::uint32_t>(files_.size() - 1);
}

std::size_t SourceFiles::code_points_until(const File& file, std::size_t offset) {
    const std::size_t blocks = offset / block;
    const std::string_view rest =
        std::string_view(file.text).substr(blocks * block, offset - blocks * block);
    return file.code_points_before[blocks] + code_points(rest);
}

Place SourceFiles::place(std::uint32_t number, std::uint32_t offset) const {
    const File& file = files_.at(number);
    const auto& begins = file.line_begins;
    const std::size_t at = std::min<std::size_t>(offset, file.text.size());
    const auto after = std::upper_bound(begins.begin(), begins.end(), at);
    SIM_ASSERT(after != begins.begin());
    const std::size_t column = code_points_until(file, at) - code_points_until(file, *(after - 1));
    return {static_cast<std::uint32_t>(after - begins.begin()),
            static_cast<std::uint32_t>(column + 1)};
}

std::string_view SourceFiles::line(std::uint32_t number, std::uint32_t line) const {
    const File& file = files_.at(number);
    const std::uint32_t begin = line_begin(number, line);
    const bool last = line >= file.line_begins.size();
    const std::size_t end = last ? file.text.size() : file.line_begins[line] - 1;
    std::string_view text = std::string_view(file.text).substr(begin, end - begin);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

std::uint32_t SourceFiles::line_begin(std::uint32_t number, std::uint32_t line) const {
    SIM_ASSERT(line >= 1);
    return files_.at(number).line_begins.at(line - 1);
}

Source SourceFiles::source(Span span) const {
    if (!span.known()) return {};
    const Place at = place(span.file, span.begin);
    return {name(span.file), at.line, at.column};
}

std::string SourceFiles::origin(Span span) const {
    if (!span.known()) return "default";
    if (kind(span.file) != Kind::file) return name(span.file);
    return fmt::format("{}:{}", name(span.file), place(span.file, span.begin).line);
}

}  // namespace gfs::format
