// SPDX-License-Identifier: Apache-2.0
// The scenario format as the rest of the program sees it: load, check, explain, print.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/assemble.h"
#include "scenarios/format/diagnostics.h"
#include "scenarios/format/document.h"
#include "scenarios/format/scenario.h"

namespace gfs::format {

struct LoadResult {
    std::optional<Scenario> scenario;  // only when there are no errors
    Diagnostics diagnostics;           // errors and warnings
    Node document;                     // merged, substituted, with defaults; for resolved_text

    bool ok() const { return scenario.has_value(); }
};

// Loads a scenario. Never throws; whatever is wrong is in the diagnostics, all of it at once.
LoadResult load_text(const std::string& name, std::string text, const LoadOptions& options,
                     FileReader& reader);
LoadResult load_file(const std::string& path, const LoadOptions& options, FileReader& reader);
LoadResult load_file(const std::string& path, const LoadOptions& options = {});  // from the disk

// The final scenario with every default, each value followed by where it came from:
//     "lease": "5s",  // --set /gfs/lease
// It is a scenario file itself. REQUIRES: the result has a scenario.
std::string resolved_text(const LoadResult& result);

// The scenario as a file of its own, changed by a patch (RFC 7396): parameters and what it extends
// are in place, defaults are left out. REQUIRES: the result has a scenario; `patch` is JSON.
std::string merged_text(const LoadResult& base, const std::string& patch);

// What `gfsim fmt` makes of a file: four spaces, short lists and objects on one line, comments
// kept, or dropped for strict JSON. Nothing when the text is no JSON; `diagnostics` says why.
enum class Comments : std::uint8_t { kept, dropped };
std::optional<std::string> format_text(const std::string& name, const std::string& text,
                                       Diagnostics& diagnostics, Comments = Comments::kept);

// The JSON Schema (draft-07) of a scenario file.
std::string schema_json();

// "/gfs/lease" or "/faults/cut/for": type, default, sentence, unit, source. Nothing when there is
// no such field; `near` then has the nearest pointer, if any.
std::optional<std::string> explain_field(std::string_view pointer, std::string* near = nullptr);

// Cause, a bad and a good example of a code such as "E0104". Nothing for an unknown code.
std::optional<std::string> explain_code(std::string_view code);

// What a fault kind, a checker, or an event is and which fields it has. Nothing when unknown.
std::optional<std::string> explain_fault(std::string_view kind);
std::optional<std::string> explain_checker(std::string_view name);
std::optional<std::string> explain_event(std::string_view name);

// Names for `gfsim list`.
struct Listed {
    std::string name;
    std::string sentence;
    bool supported = true;
};
// `what`: faults, operations, events, messages, codes, checkers, invariants, metrics, states,
// roles, profiles, ablations, sites, policies, fields. Empty when there is no such list.
std::vector<Listed> list_names(std::string_view what);
std::vector<std::string> list_kinds();

// The reference pages, as Markdown.
std::string reference_page();  // docs/reference/scenario.md
std::string errors_page();     // docs/reference/errors.md

}  // namespace gfs::format
