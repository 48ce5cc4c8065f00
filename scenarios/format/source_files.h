// SPDX-License-Identifier: Apache-2.0
// The texts that a scenario was made from: the file, what it extends, command line overrides,
// profiles and defaults. Every value remembers a span of one of them, which is how an error finds
// its line and how `check --resolved` tells where a value came from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/values.h"

namespace gfs::format {

inline constexpr std::uint32_t no_file = 0xffff'ffff;

// Bytes [begin, end) of one text.
struct Span {
    std::uint32_t file = no_file;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool known() const { return file != no_file; }
};

struct Place {
    std::uint32_t line = 1;    // from 1
    std::uint32_t column = 1;  // from 1, in code points
};

class SourceFiles {
  public:
    enum class Kind : std::uint8_t { file, set, param, profile, fallback };

    // Takes the text; returns its number.
    std::uint32_t add(std::string name, std::string text, Kind kind = Kind::file);

    std::size_t size() const { return files_.size(); }
    const std::string& name(std::uint32_t file) const { return files_.at(file).name; }
    const std::string& text(std::uint32_t file) const { return files_.at(file).text; }
    Kind kind(std::uint32_t file) const { return files_.at(file).kind; }

    Place place(std::uint32_t file, std::uint32_t offset) const;
    // A line without its end; lines count from 1.
    std::string_view line(std::uint32_t file, std::uint32_t number) const;
    std::uint32_t line_begin(std::uint32_t file, std::uint32_t number) const;

    // For the structs of a scenario. An unknown span gives an empty Source.
    Source source(Span span) const;
    // "base.json:12", "--set", "--param lease", "profile hdfs", "default".
    std::string origin(Span span) const;

  private:
    struct File {
        std::string name;
        std::string text;
        Kind kind;
        std::vector<std::uint32_t> line_begins;
        // Code points before byte 0, 4096, 8192, ...: a file may be one line of 16 MiB.
        std::vector<std::uint32_t> code_points_before;
    };
    static std::size_t code_points_until(const File& file, std::size_t offset);

    std::vector<File> files_;
};

// The number of code points in a piece of UTF-8; every byte of broken UTF-8 counts at most once.
std::size_t code_points(std::string_view text);

}  // namespace gfs::format
