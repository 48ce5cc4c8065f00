// SPDX-License-Identifier: Apache-2.0

#include "scenarios/cli/load.h"

#include <fmt/format.h>

#include <cstdio>

#include "scenarios/cli/terminal.h"

namespace gfs::cli {
namespace {

constexpr std::size_t most_input_bytes = 16 * 1024 * 1024 + 1;

std::string read_standard_input() {
    std::string text;
    char buffer[64 * 1024];
    std::size_t got = 0;
    while (text.size() < most_input_bytes &&
           (got = std::fread(buffer, 1, sizeof buffer, stdin)) > 0)
        text.append(buffer, got);
    return text;
}

bool is_plain(char c) {
    constexpr std::string_view plain = "_-./=:@%+,";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           plain.find(c) != std::string_view::npos;
}

// A word as a shell needs it.
std::string quoted(const std::string& word) {
    bool plain = !word.empty();
    for (const char c : word) plain = plain && is_plain(c);
    if (plain) return word;
    std::string text = "'";
    for (const char c : word) {
        if (c == '\'')
            text += "'\\''";
        else
            text += c;
    }
    return text + "'";
}

}  // namespace

format::LoadResult load(const std::string& file, const Arguments& arguments) {
    format::LoadOptions options{
        .sets = arguments.sets, .params = arguments.params, .seed = arguments.seed};
    if (arguments.until) options.sets.emplace_back("/stop/at", *arguments.until);
    if (!arguments.trace.empty()) options.sets.emplace_back("/record/trace", arguments.trace);
    if (file != "-") return format::load_file(file, options);
    format::DiskReader reader;
    return format::load_text("(standard input)", read_standard_input(), options, reader);
}

bool is_good(const format::Diagnostics& diagnostics, bool strict) {
    return diagnostics.ok() && !(strict && diagnostics.warnings() > 0);
}

bool report(const format::Diagnostics& diagnostics, const Arguments& arguments, bool strict) {
    const bool good = is_good(diagnostics, strict);
    // Standard output has one document: what is wrong, or else the result of the run.
    if (arguments.format == "json" && !good) {
        print(diagnostics.json());
    } else if (arguments.format == "short") {
        print_error(diagnostics.brief());
    } else {
        print_error(diagnostics.human(colour_on_stderr(arguments.colour)));
        if (!good) print_error(diagnostics.counts() + "; nothing was run\n");
    }
    return good;
}

std::string seed_text(std::uint64_t seed) {
    constexpr std::uint64_t most = (std::uint64_t{1} << 53U) - 1;
    return seed <= most ? std::to_string(seed) : fmt::format("0x{:x}", seed);
}

std::string repro_line(const std::string& file, const Arguments& arguments, std::uint64_t seed) {
    std::string line = fmt::format("gfsim run {} --seed {}", quoted(file), seed_text(seed));
    for (const auto& [name, value] : arguments.params)
        line += fmt::format(" --param {}", quoted(name + "=" + value));
    for (const auto& [pointer, value] : arguments.sets)
        line += fmt::format(" --set {}", quoted(pointer + "=" + value));
    if (arguments.until) line += fmt::format(" --until {}", *arguments.until);
    return line;
}

}  // namespace gfs::cli
