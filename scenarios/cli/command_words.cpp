// SPDX-License-Identifier: Apache-2.0
// gfsim list, schema, explain, help and version: what the program knows about its own words.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/format/format.h"
#include "scenarios/format/suggest.h"
#include "scenarios/reports/event_text.h"
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

std::string list_json(const std::vector<format::Listed>& rows) {
    std::string text = "[";
    for (const format::Listed& row : rows) {
        if (text.size() > 1) text += ",";
        text += fmt::format("\n  {{\"name\": {}, \"sentence\": {}, \"supported\": {}}}",
                            reports::json_string(row.name), reports::json_string(row.sentence),
                            row.supported);
    }
    return text + "\n]\n";
}

std::string list_text(const std::vector<format::Listed>& rows) {
    std::size_t width = 0;
    for (const format::Listed& row : rows) width = std::max(width, row.name.size());
    std::string text;
    for (const format::Listed& row : rows)
        text += fmt::format("{:<{}}  {}{}\n", row.name, width, row.sentence,
                            row.supported ? "" : " (not supported yet)");
    return text;
}

// The names of one kind that a person may ask to have explained.
std::vector<std::string> names_of(std::string_view kind) {
    std::vector<std::string> names;
    for (const format::Listed& row : format::list_names(kind)) names.push_back(row.name);
    return names;
}

using Explain = std::optional<std::string> (*)(std::string_view);

int explain_one(const char* what, const char* list, Explain explain, const std::string& name) {
    if (const std::optional<std::string> text = explain(name)) {
        print(*text);
        return status_ok;
    }
    const std::vector<std::string> names = names_of(list);
    return refuse(fmt::format("there is no {} `{}`{}", what, name, near_word(name, names)),
                  joined(names));
}

int explain_pointer(const std::string& pointer) {
    std::string near;
    if (const std::optional<std::string> text = format::explain_field(pointer, &near)) {
        print(*text);
        return status_ok;
    }
    print_error(fmt::format("error[C0602]: there is no field `{}`{}\n", pointer,
                            near.empty() ? "" : fmt::format("; did you mean `{}`?", near)));
    return status_bad_input;
}

}  // namespace

int list_command(const Arguments& arguments) {
    const std::vector<std::string> kinds = format::list_kinds();
    if (arguments.words.empty()) {
        print(fmt::format("gfsim list WHAT, where WHAT is one of:\n  {}\n", joined(kinds)));
        return status_ok;
    }
    const std::string& kind = arguments.words.front();
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
        return refuse(fmt::format("there is no list of `{}`{}", kind, near_word(kind, kinds)),
                      joined(kinds));
    std::vector<format::Listed> rows = format::list_names(kind);
    if (arguments.words.size() > 1) {
        const std::string& part = arguments.words[1];
        std::erase_if(rows, [&](const format::Listed& row) {
            return row.name.find(part) == std::string::npos;
        });
        if (rows.empty()) {
            print_error(fmt::format("error[C0605]: none of the {} contains `{}`\n", kind, part));
            return status_nothing_selected;
        }
    }
    print(arguments.format == "json" ? list_json(rows) : list_text(rows));
    return status_ok;
}

int schema_command(const Arguments& arguments) {
    if (!arguments.words.empty() && arguments.words.front() != "scenario")
        return refuse(fmt::format("not supported yet: schema of `{}`", arguments.words.front()),
                      "scenario");
    if (arguments.output.empty() || arguments.output == "-") {
        print(format::schema_json());
        return status_ok;
    }
    try {
        reports::PendingFile file(arguments.output);
        file.write(format::schema_json());
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
            print(list_text(format::list_names("events")));
            return status_ok;
        }
        return refuse(fmt::format("nothing is known about `{}`", what), usage);
    }
    const std::string& name = words[1];
    if (what == "field") return explain_pointer(name);
    if (what == "fault") return explain_one("fault kind", "faults", format::explain_fault, name);
    if (what == "checker") return explain_one("checker", "checkers", format::explain_checker, name);
    if (what == "event" || what == "events")
        return explain_one("event", "events", format::explain_event, name);
    return refuse(fmt::format("not supported yet: explain `{}`", what), usage);
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
        print(
            fmt::format("{{\"program\": \"gfsim\", \"version\": {}, \"revision\": {}, "
                        "\"compiler\": {}, \"build\": {}, \"scenario_format\": 1, "
                        "\"result_format\": 1, \"manifest_format\": 1}}\n",
                        reports::json_string(v.number), reports::json_string(v.revision),
                        reports::json_string(v.compiler), reports::json_string(v.build)));
        return status_ok;
    }
    print(run::version_line() + "\n");
    return status_ok;
}

}  // namespace gfs::cli
