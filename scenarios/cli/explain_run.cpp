// SPDX-License-Identifier: Apache-2.0
// gfsim explain RUN: from the folder of a run, what went wrong, the interaction of one operation
// (GFS 5.3), or the regions of one file (GFS 2.7).

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/format/suggest.h"
#include "scenarios/reports/interaction.h"
#include "scenarios/reports/region_text.h"

namespace gfs::cli {
namespace {

constexpr std::size_t most_troubled = 15;

int refuse(const std::string& message, const std::string& help) {
    print_error(fmt::format("error[C0602]: {}\n  = help: {}\n", message, help));
    return status_bad_input;
}

std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// Goes through the file line by line: a long run does not fit into memory twice.
reports::ForEachEvent events_of(const std::filesystem::path& file) {
    return [file](const std::function<void(const reports::EventLine&)>& visit) {
        std::ifstream stream(file, std::ios::binary);
        std::string line;
        while (std::getline(stream, line))
            if (const auto event = reports::read_event(line)) visit(*event);
    };
}

int explain_operation(const reports::ForEachEvent& events, const std::string& wanted,
                      const std::string& run) {
    const auto op = reports::find_operation(events, wanted);
    const std::string text = op ? reports::interaction_text(events, *op) : std::string();
    if (text.empty())
        return refuse(fmt::format("the run has no operation `{}`", wanted),
                      fmt::format("gfsim explain {} lists those that failed or were retried; "
                                  "CLIENT#3 is the third of a client, #812 the one of event 812",
                                  run));
    print(text);
    return status_ok;
}

int explain_file(const std::filesystem::path& folder, const std::string& path) {
    const reports::RegionText found =
        reports::region_text(content_of(folder / "result.json"), path);
    if (!found.text.empty()) {
        print(found.text);
        return status_ok;
    }
    const std::vector<std::string_view> names(found.files.begin(), found.files.end());
    const auto near = format::nearest(path, names);
    std::string help = "nothing was done to the content of any file in this run";
    if (near)
        help = fmt::format("did you mean `{}`?", *near);
    else if (!names.empty())
        help = fmt::format("files that something was done to: {}", fmt::join(names, ", "));
    return refuse(fmt::format("the result has no regions of a file `{}`", path), help);
}

}  // namespace

bool is_run_folder(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::path(path) / "result.json", ignored);
}

int explain_run(const Arguments& arguments) {
    const std::string& run = arguments.words.front();
    const std::filesystem::path folder(run);
    if (!arguments.file.empty()) return explain_file(folder, arguments.file);
    const std::filesystem::path trace = folder / "events.ndjson";
    std::error_code ignored;
    const bool traced = std::filesystem::exists(trace, ignored);
    std::string wanted = arguments.operation;
    if (wanted.empty() && arguments.words.size() > 1) wanted = arguments.words[1];
    if (!wanted.empty() && !traced)
        return refuse(fmt::format("{} has no events.ndjson", run),
                      "run the scenario again with --trace full");
    const reports::ForEachEvent events = events_of(trace);
    if (!wanted.empty()) return explain_operation(events, wanted, run);

    print(content_of(folder / "summary.txt"));
    if (!traced) return status_ok;
    const std::vector<std::string> lines = reports::troubled_operations(events, most_troubled);
    if (lines.empty()) {
        print("\nno operation failed or was retried\n");
        return status_ok;
    }
    print("\noperations that failed or were retried, the first of them:\n");
    for (const std::string& line : lines) print("  " + line + "\n");
    print(fmt::format("their interactions: gfsim explain {} --op {}\n", run,
                      lines.front().substr(0, lines.front().find(' '))));
    return status_ok;
}

}  // namespace gfs::cli
