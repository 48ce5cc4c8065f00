// SPDX-License-Identifier: Apache-2.0
// gfsim check, fmt and init: work on scenario files, nothing is run.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/load.h"
#include "scenarios/cli/templates.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/format/format.h"
#include "scenarios/format/sarif.h"
#include "scenarios/reports/run_folder.h"
#include "scenarios/run/version.h"
#include "sim/assert.h"  // allow(include-table): nothing else of the simulator

namespace gfs::cli {
namespace {

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

void write_file(const std::string& path, const std::string& text) {
    try {
        reports::PendingFile file(path);
        file.write(text);
        file.finish();
    } catch (const reports::CannotWriteFile& error) {
        throw CannotWrite(error.what());
    }
}

int fmt_one(const std::string& path, const Arguments& arguments) {
    const std::optional<std::string> text = read_file(path);
    if (!text) {
        print_error(fmt::format("error[E0001]: cannot read {}\n", path));
        return status_bad_input;
    }
    format::Diagnostics diagnostics;
    const format::Comments comments =
        arguments.strict ? format::Comments::dropped : format::Comments::kept;
    const std::optional<std::string> formatted =
        format::format_text(path, *text, diagnostics, comments);
    if (!formatted) {
        report(diagnostics, arguments, false);
        return status_bad_input;
    }
    if (*formatted == *text) return status_ok;
    if (arguments.check_only) {
        print(fmt::format("{}: not in the usual form; gfsim fmt{} {} mends it\n", path,
                          arguments.strict ? " --strict" : "", path));
        return 1;
    }
    write_file(path, *formatted);
    print(fmt::format("{}: rewritten\n", path));
    return status_ok;
}

}  // namespace

int check_command(const Arguments& arguments) {
    bool all_good = true;
    const bool for_programs = arguments.format == "json" || arguments.format == "sarif";
    std::vector<format::Diagnostics> found;
    for (const std::string& file : arguments.files) {
        const format::LoadResult loaded = load(file, arguments);
        const bool good = is_good(loaded.diagnostics, arguments.strict);
        all_good = all_good && good;
        if (for_programs) {
            found.push_back(loaded.diagnostics);
            continue;
        }
        report(loaded.diagnostics, arguments, arguments.strict);
        if (!good) continue;
        if (arguments.resolved)
            print(format::resolved_text(loaded));
        else if (!arguments.quiet)
            print(fmt::format("{}: good\n", file));
    }
    // One document, however many files.
    if (arguments.format == "json") print(format::json_of(found));
    if (arguments.format == "sarif") print(format::sarif_of(found, run::version().number));
    return all_good ? status_ok : status_bad_input;
}

int fmt_command(const Arguments& arguments) {
    int worst = status_ok;
    for (const std::string& path : arguments.files)
        worst = std::max(worst, fmt_one(path, arguments));
    return worst;
}

int init_command(const Arguments& arguments) {
    const std::string name = arguments.words.empty() ? "hello" : arguments.words.front();
    const std::string path = name.ends_with(".json") ? name : name + ".json";
    const std::optional<std::string> text = scenario_template(arguments.from);
    SIM_ASSERT(text.has_value());
    if (std::filesystem::exists(path) && !arguments.force) {
        print_error(fmt::format("error[C0604]: {} exists; --force replaces it\n", path));
        return status_bad_input;
    }
    write_file(path, *text);
    print(fmt::format("{}: written; next: gfsim run {}\n", path, path));
    if (!arguments.vscode) return status_ok;
    std::error_code error;
    std::filesystem::create_directories(".vscode", error);
    if (error) throw CannotWrite(".vscode: " + error.message());
    if (std::filesystem::exists(".vscode/settings.json") && !arguments.force) {
        print_error("error[C0604]: .vscode/settings.json exists; --force replaces it\n");
        return status_bad_input;
    }
    write_file(".vscode/scenario-1.schema.json", format::schema_json());
    write_file(".vscode/settings.json", editor_settings());
    print(".vscode/settings.json: written; completion for scenario files\n");
    return status_ok;
}

}  // namespace gfs::cli
