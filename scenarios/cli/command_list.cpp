// SPDX-License-Identifier: Apache-2.0
// gfsim list: the words of the scenario format, and the scenarios, reports and runs that are there.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/library.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/format/format.h"
#include "scenarios/format/suggest.h"
#include "scenarios/reports/event_text.h"
#include "scenarios/reports/result_json.h"
#include "scenarios/reports/run_folder.h"
#include "scenarios/reports/run_report.h"

namespace gfs::cli {
namespace {

namespace fs = std::filesystem;

// The first column is what a part of a name is looked for in.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
};

// A column `supported` is a truth value, of which people are told only when it is not so.
constexpr std::string_view truth = "supported";

Table words_table(const std::string& kind) {
    Table table{{"name", "sentence", std::string(truth)}, {}};
    for (const format::Listed& row : format::list_names(kind))
        table.rows.push_back({row.name, row.sentence, row.supported ? "true" : "false"});
    return table;
}

Table exports_table() {
    Table table{{"name", "sentence"}, {}};
    for (const auto* const entry : sim::Registry<reports::RunReport>::all())
        table.rows.push_back({std::string(entry->name), std::string(entry->sentence)});
    return table;
}

Table scenarios_table(const fs::path& library) {
    Table table{{"name", "title"}, {}};
    for (const std::string& name : scenarios_in(library)) {
        const format::LoadResult loaded = format::load_file((library / (name + ".json")).string());
        table.rows.push_back({name, loaded.ok() ? loaded.scenario->title : "(does not load)"});
    }
    return table;
}

Table runs_table(const std::string& out) {
    Table table{{"run", "verdict", "seed", "digest", "file"}, {}};
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(out, error)) {
        std::error_code ignored;
        if (entry.is_symlink(ignored) || !entry.is_directory(ignored)) continue;
        const std::string name = entry.path().filename().string();
        const std::string manifest = reports::RunFolder(out, name).read("manifest.json");
        const auto text = [&](const char* field) {
            return reports::manifest_text(manifest, field);
        };
        if (text("digest").empty()) continue;  // not of a run, or of one that did not end
        table.rows.push_back({(fs::path(out) / name).string(), text("verdict"), text("seed_text"),
                              text("digest"), text("file")});
    }
    std::stable_sort(table.rows.begin(), table.rows.end());
    return table;
}

std::string as_json(const Table& table) {
    std::string text = "[";
    for (const auto& row : table.rows) {
        text += text.size() > 1 ? ",\n  {" : "\n  {";
        for (std::size_t i = 0; i < row.size(); ++i)
            text +=
                fmt::format("{}{}: {}", i == 0 ? "" : ", ", reports::json_string(table.columns[i]),
                            table.columns[i] == truth ? row[i] : reports::json_string(row[i]));
        text += "}";
    }
    return text + "\n]\n";
}

std::string as_plain(const Table& table) {
    std::string text;
    for (const auto& row : table.rows) text += fmt::format("{}\n", fmt::join(row, "\t"));
    return text;
}

std::string as_text(const Table& table) {
    std::vector<std::size_t> widths(table.columns.size(), 0);
    for (const auto& row : table.rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const auto& row : table.rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (table.columns[i] == truth)
                line += row[i] == "true" ? "" : " (not supported yet)";
            else
                line += fmt::format("{}{:<{}}", i == 0 ? "" : "  ", row[i],
                                    i + 1 == row.size() ? 0 : widths[i]);
        }
        while (line.ends_with(' ')) line.pop_back();
        text += line + "\n";
    }
    return text;
}

// The words whose sentence is followed by nothing are not padded for it.
Table without_padding(Table table) {
    const bool all_true = std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
        return table.columns.back() != truth || row.back() == "true";
    });
    if (!all_true || table.columns.back() != truth) return table;
    table.columns.pop_back();
    for (auto& row : table.rows) row.pop_back();
    return table;
}

int refuse(const std::string& kind) {
    const std::vector<std::string> kinds = listable();
    const std::vector<std::string_view> views(kinds.begin(), kinds.end());
    const auto near = format::nearest(kind, views);
    print_error(fmt::format("error[C0602]: there is no list of `{}`{}\n  = allowed: {}\n", kind,
                            near ? fmt::format("; did you mean `{}`?", *near) : "",
                            fmt::join(kinds, ", ")));
    return status_bad_input;
}

}  // namespace

std::vector<std::string> listable() {
    std::vector<std::string> kinds = format::list_kinds();
    for (const char* const more : {"scenarios", "exports", "runs"}) kinds.emplace_back(more);
    return kinds;
}

int list_command(const Arguments& arguments) {
    const std::vector<std::string> kinds = listable();
    if (arguments.words.empty()) {
        print(
            fmt::format("gfsim list WHAT, where WHAT is one of:\n  {}\n", fmt::join(kinds, ", ")));
        return status_ok;
    }
    const std::string& kind = arguments.words.front();
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) return refuse(kind);
    Table table;
    if (kind == "scenarios") {
        const std::optional<fs::path> library = find_library(arguments.library);
        if (!library) return refuse_library(arguments.library);
        table = scenarios_table(*library);
    } else if (kind == "exports") {
        table = exports_table();
    } else {
        table = kind == "runs" ? runs_table(arguments.out) : words_table(kind);
    }
    if (arguments.words.size() > 1) {
        const std::string& part = arguments.words[1];
        std::erase_if(table.rows,
                      [&](const auto& row) { return row.front().find(part) == std::string::npos; });
        if (table.rows.empty()) {
            print_error(fmt::format("error[C0605]: none of the {} contains `{}`\n", kind, part));
            return status_nothing_selected;
        }
    }
    if (arguments.format == "json")
        print(as_json(table));
    else if (arguments.plain)
        print(as_plain(table));
    else
        print(as_text(without_padding(std::move(table))));
    return status_ok;
}

}  // namespace gfs::cli
