// SPDX-License-Identifier: Apache-2.0
// gfsim schema, explain, help and version: what the program knows about its own words.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/format/errors.h"
#include "scenarios/format/format.h"
#include "scenarios/format/suggest.h"
#include "scenarios/reports/event_text.h"
#include "scenarios/reports/output_schemas.h"
#include "scenarios/reports/run_folder.h"
#include "scenarios/run/version.h"

namespace gfs::cli {
namespace {

int refuse(const std::string& message, const std::string& allowed) {
    print_error(fmt::format("error[C0602]: {}\n  = allowed: {}\n", message, allowed));
    return status_bad_input;
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string near_word(const std::string& word, const std::vector<std::string>& words) {
    const std::vector<std::string_view> views(words.begin(), words.end());
    const auto near = format::nearest(word, views);
    return near ? fmt::format("; did you mean `{}`?", *near) : std::string();
}

// The names of one kind that a person may ask to have explained.
std::vector<std::string> names_of(std::string_view kind) {
    std::vector<std::string> names;
    for (const format::Listed& row : format::list_names(kind)) names.push_back(row.name);
    return names;
}

std::optional<std::string> schema_of(const std::string& what) {
    if (what == "scenario") return format::schema_json();
    if (what == "events") return reports::events_schema();
    if (what == "result") return reports::result_schema();
    if (what == "manifest") return reports::manifest_schema();
    return std::nullopt;
}

using Explain = std::optional<std::string> (*)(std::string_view);

int explain_one(const char* what, const char* list, Explain explain, const std::string& name) {
    if (const std::optional<std::string> text = explain(name)) {
        print(*text);
        return status_ok;
    }
    constexpr std::size_t most_names = 40;
    const std::vector<std::string> names = names_of(list);
    return refuse(
        fmt::format("there is no {} `{}`{}", what, name, near_word(name, names)),
        names.size() <= most_names ? joined(names) : fmt::format("gfsim list {} shows them", list));
}

int explain_pointer(const std::string& given) {
    const std::string pointer = given.starts_with("/") ? given : "/" + given;
    std::string near;
    if (const std::optional<std::string> text = format::explain_field(pointer, &near)) {
        print(*text);
        return status_ok;
    }
    print_error(fmt::format("error[C0602]: there is no field `{}`{}\n", pointer,
                            near.empty() ? "" : fmt::format("; did you mean `{}`?", near)));
    return status_bad_input;
}

// "metric" -> "metrics", "policy" -> "policies"; other words stay.
std::string plural_of(const std::string& word) {
    for (const std::string& kind : format::list_kinds()) {
        const bool by_y = word.ends_with("y") && kind == word.substr(0, word.size() - 1) + "ies";
        if (kind == word + "s" || by_y) return kind;
    }
    return word;
}

// What the list says of a name; nothing when it does not have it.
std::optional<std::string> sentence_of(const std::string& list, const std::string& name) {
    for (const format::Listed& row : format::list_names(list))
        if (row.name == name)
            return fmt::format("{}: {}{}\n", name, row.sentence,
                               row.supported ? "" : " (not supported yet)");
    return std::nullopt;
}

// `gfsim explain HeartBeat`: whatever has this name, in any list.
bool explain_anything(const std::string& name) {
    bool found = false;
    for (const std::string& kind : format::list_kinds()) {
        if (const auto sentence = sentence_of(kind, name)) {
            print(fmt::format("[{}] {}", kind, *sentence));
            found = true;
        }
    }
    return found;
}

int explain_listed(const std::string& list, const std::string& name) {
    if (const auto sentence = sentence_of(list, name)) {
        print(*sentence);
        return status_ok;
    }
    return refuse(fmt::format("there is no `{}` in `gfsim list {}`{}", name, list,
                              near_word(name, names_of(list))),
                  fmt::format("gfsim list {} shows them", list));
}

}  // namespace

std::vector<std::string> schema_names() {
    return {"scenario", "events", "result", "manifest"};
}

std::vector<std::string> explainable_codes() {
    std::vector<std::string> codes;
    for (const format::ErrorInfo& row : format::all_errors()) codes.emplace_back(row.code);
    return codes;
}

int schema_command(const Arguments& arguments) {
    const std::string what = arguments.words.empty() ? "scenario" : arguments.words.front();
    const std::optional<std::string> schema = schema_of(what);
    if (!schema)
        return refuse(
            fmt::format("there is no schema of `{}`{}", what, near_word(what, schema_names())),
            joined(schema_names()));
    if (arguments.output.empty() || arguments.output == "-") {
        print(*schema);
        return status_ok;
    }
    try {
        reports::PendingFile file(arguments.output);
        file.write(*schema);
        file.finish();
    } catch (const reports::CannotWriteFile& error) {
        throw CannotWrite(error.what());
    }
    return status_ok;
}

int explain_command(const Arguments& arguments) {
    const std::vector<std::string>& words = arguments.words;
    const std::string usage =
        "RUN [OPERATION], CODE, field POINTER, fault KIND, checker NAME, events NAME";
    if (words.empty()) return refuse("explain what?", usage);
    const std::string& what = words.front();
    if (is_run_folder(what)) return explain_run(arguments);
    if (!arguments.operation.empty())
        return refuse(fmt::format("`{}` is not the folder of a run", what), usage);
    if (words.size() == 1) {
        if (what.starts_with("/")) return explain_pointer(what);
        if (const auto text = format::explain_code(what)) {
            print(*text);
            return status_ok;
        }
        if (what == "events") {
            Arguments events = arguments;
            events.words = {"events"};
            return list_command(events);
        }
        if (explain_anything(what)) return status_ok;
        return refuse(fmt::format("nothing is known about `{}`", what), usage);
    }
    const std::string& name = words[1];
    if (what == "field") return explain_pointer(name);
    if (what == "fault") return explain_one("fault kind", "faults", format::explain_fault, name);
    if (what == "checker") return explain_one("checker", "checkers", format::explain_checker, name);
    if (what == "event" || what == "events")
        return explain_one("event", "events", format::explain_event, name);
    const std::string list = plural_of(what);
    const std::vector<std::string> kinds = format::list_kinds();
    if (std::find(kinds.begin(), kinds.end(), list) != kinds.end())
        return explain_listed(list, name);
    return refuse(
        fmt::format("there is nothing to explain of the kind `{}`{}", what, near_word(what, kinds)),
        usage);
}

int help_command(const Arguments& arguments) {
    if (arguments.words.empty()) {
        print(program_help());
        return status_ok;
    }
    const std::string& command = arguments.words.front();
    if (const std::optional<std::string> text = command_help(command)) {
        print(*text);
        return status_ok;
    }
    return refuse(fmt::format("there is no command `{}`", command), "gfsim help lists them");
}

int version_command(const Arguments& arguments) {
    const run::Version& v = run::version();
    if (arguments.cite) {
        print(
            fmt::format("gfsim {}: a deterministic simulator of the Google File System. Revision "
                        "{}. See CITATION.cff.\n",
                        v.number, v.revision));
        return status_ok;
    }
    if (arguments.format == "json") {
        print(fmt::format(
            "{{\"program\": \"gfsim\", \"version\": {}, \"revision\": {}, "
            "\"compiler\": {}, \"build\": {}, \"libraries\": {}, \"scenario_format\": 1, "
            "\"result_format\": 1, \"manifest_format\": 1}}\n",
            reports::json_string(v.number), reports::json_string(v.revision),
            reports::json_string(v.compiler), reports::json_string(v.build),
            reports::json_string(v.libraries)));
        return status_ok;
    }
    print(fmt::format("{}\n{}\nscenario format 1, result format 1, manifest format 1\n",
                      run::version_line(), v.libraries));
    return status_ok;
}

}  // namespace gfs::cli
