// SPDX-License-Identifier: Apache-2.0

#include "scenarios/format/sarif.h"

#include <set>

#include <fmt/format.h>

#include "scenarios/format/document.h"
#include "scenarios/format/errors.h"

namespace gfs::format {
namespace {

std::string_view level_of(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "error";
        case Severity::warning:
            return "warning";
        case Severity::vacuous:
            return "note";
    }
    return "none";
}

// A path as a URI reference: what is not plain is written as %XX.
std::string uri_of(std::string_view path) {
    constexpr std::string_view plain = "-._~/";
    std::string uri;
    for (const char c : path) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool is_digit = c >= '0' && c <= '9';
        if (is_letter || is_digit || plain.find(c) != std::string_view::npos)
            uri += c;
        else
            uri += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return uri;
}

std::string location_of(const SourceFiles& files, const Span& span, std::string_view pointer,
                        std::string_view message) {
    const Source at = files.source(span);
    std::string text = fmt::format(
        "{{\"physicalLocation\":{{\"artifactLocation\":{{\"uri\":{}}},"
        "\"region\":{{\"startLine\":{},\"startColumn\":{}}}}}",
        quoted(uri_of(at.file)), at.line, at.column);
    if (!pointer.empty())
        text +=
            fmt::format(",\"logicalLocations\":[{{\"fullyQualifiedName\":{}}}]", quoted(pointer));
    if (!message.empty()) text += fmt::format(",\"message\":{{\"text\":{}}}", quoted(message));
    return text + "}";
}

std::string message_of(const Diagnostic& d) {
    std::string text = d.message;
    if (!d.at.text.empty()) text += "; " + d.at.text;
    if (!d.allowed.empty()) text += "; allowed: " + d.allowed;
    if (!d.help.empty()) text += "; " + d.help;
    return text;
}

std::string result_of(const Diagnostic& d, const SourceFiles& files) {
    std::string text =
        fmt::format("        {{\"ruleId\":{},\"level\":{},\"message\":{{\"text\":{}}}",
                    quoted(d.code), quoted(level_of(d.severity)), quoted(message_of(d)));
    if (d.at.span.known())
        text += fmt::format(",\"locations\":[{}]", location_of(files, d.at.span, d.pointer, ""));
    if (d.other && d.other->span.known())
        text += fmt::format(",\"relatedLocations\":[{}]",
                            location_of(files, d.other->span, "", d.other->text));
    return text + "}";
}

// The codes that occur, each with what `gfsim explain` says of it.
std::string rules_of(const std::set<std::string>& codes) {
    std::string text;
    for (const ErrorInfo& row : all_errors()) {
        if (!codes.contains(std::string(row.code))) continue;
        text += fmt::format(
            "{}\n            {{\"id\":{},\"shortDescription\":{{\"text\":{}}},"
            "\"fullDescription\":{{\"text\":{}}}}}",
            text.empty() ? "" : ",", quoted(row.code), quoted(row.title), quoted(row.cause));
    }
    return text.empty() ? "" : text + "\n          ";
}

}  // namespace

std::string json_of(const std::vector<Diagnostics>& all) {
    std::string items;
    for (const Diagnostics& diagnostics : all) {
        const std::string array = diagnostics.json();
        const std::size_t end = array.rfind(']');
        if (array.find('{') == std::string::npos) continue;  // nothing in it
        items += fmt::format("{}{}", items.empty() ? "" : ",", array.substr(1, end - 2));
    }
    return items.empty() ? "[]\n" : "[" + items + "\n]\n";
}

std::string sarif_of(const std::vector<Diagnostics>& all, std::string_view version) {
    std::string results;
    std::set<std::string> codes;
    for (const Diagnostics& diagnostics : all) {
        for (const Diagnostic& d : diagnostics.sorted()) {
            codes.insert(d.code);
            results += fmt::format("{}\n{}", results.empty() ? "" : ",",
                                   result_of(d, diagnostics.files()));
        }
    }
    if (!results.empty()) results += "\n      ";
    return fmt::format(R"({{
  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {{
      "tool": {{
        "driver": {{
          "name": "gfsim",
          "version": {},
          "rules": [{}]
        }}
      }},
      "columnKind": "unicodeCodePoints",
      "results": [{}]
    }}
  ]
}}
)",
                       quoted(version), rules_of(codes), results);
}

}  // namespace gfs::format
