// SPDX-License-Identifier: Apache-2.0
// What must hold of loading, whatever the bytes: the fuzzer and a test over its corpus share it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/format.h"
#include "sim/assert.h"

namespace gfs::format {

// The parts of an input: the scenario, a file that it may extend as "b.json", and an override
// "POINTER=VALUE", with lines of three dashes between them.
inline std::vector<std::string> parts_of(std::string_view input) {
    constexpr std::string_view mark = "\n---\n";
    std::vector<std::string> parts;
    for (int i = 0; i < 2; ++i) {
        const std::size_t end = input.find(mark);
        if (end == std::string_view::npos) break;
        parts.emplace_back(input.substr(0, end));
        input.remove_prefix(end + mark.size());
    }
    parts.emplace_back(input);
    parts.resize(3);
    return parts;
}

class OneFile final : public FileReader {
  public:
    explicit OneFile(std::string text) : text_(std::move(text)) {}
    std::optional<std::string> read(const std::string& path) override {
        return path == "b.json" ? std::optional(text_) : std::nullopt;
    }

  private:
    std::string text_;
};

// Throws sim::AssertionFailed when one of them does not hold.
inline void check_loading(std::string_view input) {
    const std::vector<std::string> parts = parts_of(input);
    LoadOptions options;
    const std::size_t equals = parts[2].find('=');
    if (equals != std::string::npos)
        options.sets.emplace_back(parts[2].substr(0, equals), parts[2].substr(equals + 1));
    OneFile base(parts[1]);
    const LoadResult result = load_text("a.json", parts[0], options, base);
    SIM_ASSERT(result.ok() == (result.diagnostics.errors() == 0));
    SIM_ASSERT(result.ok() || !result.diagnostics.human().empty());
    SIM_ASSERT(result.diagnostics.human(true).size() < 1'000'000);
    SIM_ASSERT(result.diagnostics.json().starts_with('['));
    for (const Diagnostic& d : result.diagnostics.sorted())
        SIM_ASSERT(d.at.span.known() || d.severity == Severity::warning);

    if (result.ok()) {
        // What is printed as resolved is a scenario that resolves to itself.
        OneFile none("");
        const LoadResult again = load_text("r.json", resolved_text(result), {}, none);
        SIM_ASSERT(again.ok());
        SIM_ASSERT(same_value(again.document, result.document));
    }
    Diagnostics diagnostics;
    if (const auto once = format_text("a.json", parts[0], diagnostics)) {
        const auto twice = format_text("a.json", *once, diagnostics);
        SIM_ASSERT(twice.has_value());
        SIM_ASSERT(*twice == *once);
    }
    std::string near;
    explain_field(parts[2], &near);
}

}  // namespace gfs::format
