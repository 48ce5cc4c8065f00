// SPDX-License-Identifier: Apache-2.0
// gfsim run and gfsim verify.

#include <fmt/format.h>

#include <optional>
#include <set>
#include <string>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/load.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/format/format.h"
#include "scenarios/reports/result_json.h"
#include "scenarios/reports/run_folder.h"
#include "scenarios/reports/run_report.h"
#include "scenarios/reports/summary.h"
#include "scenarios/run/run.h"
#include "scenarios/run/version.h"

namespace gfs::cli {
namespace {

using results::Verdict;

// The events of the run, into its folder.
class TraceFile final : public run::EventSink {
  public:
    explicit TraceFile(const std::filesystem::path& path) : file_(path) {}
    void write(const std::string& line) override {
        file_.write(line);
        file_.write("\n");
    }
    void finish() { file_.finish(); }

  private:
    reports::PendingFile file_;
};

std::string folder_name(const results::RunResult& identity) {
    return fmt::format("{}-s{}-{}", identity.scenario, identity.seed,
                       identity.scenario_hash.substr(0, 8));
}

void write_folder(const reports::RunFolder& folder, const results::RunResult& result,
                  const std::string& resolved) {
    const run::Version& version = run::version();
    const reports::Manifest manifest{.program = fmt::format("gfsim {}", version.number),
                                     .revision = std::string(version.revision),
                                     .compiler = std::string(version.compiler),
                                     .resolved_scenario = resolved};
    folder.write("result.json", reports::result_json(result));
    folder.write("summary.txt", reports::summary(result, {}));
    folder.write("manifest.json", reports::manifest_json(result, manifest));
    folder.mark_latest();
}

// What the scenario and the command line ask for, each once, in the order of their names.
std::set<std::string> reports_wanted(const format::Scenario& scenario, const Arguments& arguments) {
    std::set<std::string> wanted(scenario.record.outputs.begin(), scenario.record.outputs.end());
    wanted.insert(arguments.exports.begin(), arguments.exports.end());
    return wanted;
}

void write_reports(const reports::RunFolder& folder, const run::Outcome& outcome,
                   const std::set<std::string>& wanted) {
    for (const std::string& name : wanted) {
        const auto* const entry = sim::Registry<reports::RunReport>::find(name);
        SIM_ASSERT(entry != nullptr);
        const auto report = entry->make({outcome.result, outcome.series});
        folder.write(report->file_name(), report->text());
    }
}

int status_of(const results::RunResult& result, const Arguments& arguments) {
    if (result.verdict == Verdict::interrupted) return interrupt_status();
    const int status = results::exit_status(result.verdict, arguments.strict);
    // For git bisect: what says neither good nor bad is skipped.
    const bool neither = status == 3 || status == 5 || status == 6;
    constexpr int bisect_skip = 125;
    return arguments.bisect && neither ? bisect_skip : status;
}

void show(const results::RunResult& result, const Arguments& arguments) {
    if (arguments.format == "json") {
        print(reports::result_json(result));
        return;
    }
    print(reports::summary(
        result, {.colour = colour_on_stdout(arguments.colour), .quiet = arguments.quiet}));
}

std::string describe_difference(const run::Verification& verification) {
    std::string text =
        fmt::format("the runs differ first at event #{}\n", verification.first_difference);
    for (const std::string& line : verification.context) text += "    " + line + "\n";
    for (const std::string& line : verification.in_first) text += "  1 " + line + "\n";
    for (const std::string& line : verification.in_second) text += "  2 " + line + "\n";
    return text;
}

// One scenario, run twice. The status, and a line or more on standard output.
int verify_one(const std::string& file, const Arguments& arguments) {
    const format::LoadResult loaded = load(file, arguments);
    if (!report(loaded.diagnostics, arguments, false)) return status_bad_input;
    const run::Verification verification = run::verify_scenario(*loaded.scenario, &interrupted());
    const results::RunResult& first = verification.first.result;
    if (first.verdict == Verdict::interrupted) return interrupt_status();
    if (first.verdict == Verdict::internal_error) {
        print(reports::summary(first, {}));
        return results::exit_status(first.verdict);
    }
    if (verification.agrees) {
        print(fmt::format("{}  {}  {} events, seed {}\n", first.digest, file, first.events,
                          first.seed));
        return status_ok;
    }
    print(fmt::format("{}: not deterministic\n{}repro: gfsim verify {} --seed {}\n", file,
                      describe_difference(verification), file, first.seed));
    return results::exit_status(Verdict::not_deterministic);
}

}  // namespace

int run_command(const Arguments& arguments) {
    const std::string& file = arguments.files.front();
    const format::LoadResult loaded = load(file, arguments);
    if (!report(loaded.diagnostics, arguments, false)) return status_bad_input;
    const format::Scenario& scenario = *loaded.scenario;
    const std::string resolved = format::resolved_text(loaded);

    results::RunResult identity = run::identity_of(scenario, resolved);
    try {
        const reports::RunFolder folder(arguments.out, folder_name(identity));
        const bool traced = scenario.record.trace != format::Record::Trace::none;
        std::optional<TraceFile> trace;
        if (traced) trace.emplace(folder.file("events.ndjson"));
        run::RunOptions options;
        options.interrupt = &interrupted();
        options.events = traced ? &*trace : nullptr;
        const std::set<std::string> wanted = reports_wanted(scenario, arguments);
        options.measure_series = !wanted.empty();
        run::Outcome outcome = run::run_scenario(scenario, options);
        results::RunResult& result = outcome.result;
        result.file = file;
        result.scenario_hash = identity.scenario_hash;
        result.repro = repro_line(file, arguments, result.seed);
        if (trace) trace->finish();
        if (arguments.verify && result.verdict != Verdict::interrupted) {
            const int status = verify_one(file, arguments);
            if (status != status_ok) return status;
        }
        write_reports(folder, outcome, wanted);
        write_folder(folder, result, resolved);
        show(result, arguments);
        if (!arguments.quiet && arguments.format != "json")
            print(fmt::format("files    {}\n", folder.path().string()));
        return status_of(result, arguments);
    } catch (const reports::CannotWriteFile& error) {
        throw CannotWrite(error.what());
    }
}

int verify_command(const Arguments& arguments) {
    int worst = status_ok;
    for (const std::string& file : arguments.files) {
        const int status = verify_one(file, arguments);
        if (status >= interrupt_status() && interrupted()) return status;
        // Not deterministic is worse than bad input; an internal error is worst.
        worst = std::max(worst, status);
    }
    return worst;
}

}  // namespace gfs::cli
