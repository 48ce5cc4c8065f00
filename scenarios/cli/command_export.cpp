// SPDX-License-Identifier: Apache-2.0
// gfsim export: a run for other tools, from the events in its folder.

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/load.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/format/suggest.h"
#include "scenarios/reports/run_folder.h"
#include "scenarios/reports/trace_export.h"

namespace gfs::cli {
namespace {

int refuse(const std::string& message, const std::string& help) {
    print_error(fmt::format("error[C0602]: {}\n  = help: {}\n", message, help));
    return status_bad_input;
}

// Described on the page of the command line, and not built.
bool is_to_come(const std::string& format) {
    for (const char* const name :
         {"perfetto", "otlp", "shiviz", "junit", "hgrm", "hlog", "pcapng", "mermaid", "dot"})
        if (format == name) return true;
    return false;
}

int refuse_format(const std::string& format) {
    const std::vector<std::string> names = reports::export_names();
    const std::string known = fmt::format("formats: {}", fmt::join(names, ", "));
    if (is_to_come(format))
        return refuse(fmt::format("not supported yet: export to `{}`", format), known);
    if (format == "csv" || format == "openmetrics" || format == "html")
        return refuse(fmt::format("`{}` is written while a scenario runs", format),
                      fmt::format("gfsim run SCENARIO --export {}", format));
    if (format.empty()) return refuse("to which format? --to FORMAT", known);
    const auto near = format::nearest(format, {names.begin(), names.end()});
    return refuse(fmt::format("there is no format `{}`{}", format,
                              near ? fmt::format("; did you mean `{}`?", *near) : ""),
                  known);
}

}  // namespace

int export_command(const Arguments& arguments) {
    const std::string& run = arguments.words.front();
    const auto* const entry = sim::Registry<reports::TraceExport>::find(arguments.to);
    if (entry == nullptr) return refuse_format(arguments.to);
    const std::filesystem::path trace = std::filesystem::path(run) / "events.ndjson";
    std::ifstream stream(trace, std::ios::binary);
    if (!stream)
        return refuse(
            fmt::format("{} cannot be read", trace.string()),
            "RUN is the folder of a run with its events: gfsim run SCENARIO --trace full");
    const auto made = entry->make({});
    std::string line;
    while (std::getline(stream, line))
        if (const auto event = reports::read_event(line)) made->event(*event);
    if (arguments.output.empty() || arguments.output == "-") {
        print(made->text());
        return status_ok;
    }
    try {
        reports::PendingFile file(arguments.output);
        file.write(made->text());
        file.finish();
    } catch (const reports::CannotWriteFile& error) {
        throw CannotWrite(error.what());
    }
    return status_ok;
}

}  // namespace gfs::cli
