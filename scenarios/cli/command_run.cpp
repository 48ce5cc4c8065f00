// SPDX-License-Identifier: Apache-2.0
// gfsim run and gfsim verify.

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

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

// What an earlier run of the same inputs has left in the folder.
struct EarlierRun {
    std::string digest;
    std::string revision;  // of the program that ran it
};

// Nothing when the folder has no complete run.
std::optional<EarlierRun> earlier_run(const reports::RunFolder& folder, bool traced) {
    const std::string manifest = folder.read("manifest.json");
    std::error_code ignored;
    for (const char* const file : {"result.json", "summary.txt", "events.ndjson"}) {
        const bool needed = traced || std::string_view(file) != "events.ndjson";
        if (needed && !std::filesystem::exists(folder.file(file), ignored)) return std::nullopt;
    }
    EarlierRun earlier{reports::manifest_text(manifest, "digest"),
                       reports::manifest_text(manifest, "revision")};
    const bool ended =
        reports::manifest_text(manifest, "verdict") != results::name(Verdict::interrupted);
    if (earlier.digest.empty() || !ended) return std::nullopt;
    return earlier;
}

// Whether the same program, unchanged since, must give the same digest.
bool is_this_program(const EarlierRun& earlier) {
    const std::string_view revision = run::version().revision;
    return !revision.empty() && !revision.ends_with('+') && earlier.revision == revision;
}

int tell_different_digest(const EarlierRun& earlier, const results::RunResult& result,
                          const reports::RunFolder& folder) {
    print_error(
        fmt::format("error: the same inputs and the same program gave digest {} before, and {} "
                    "now\n  --> {}\n  = help: gfsim verify finds the first event that differs; "
                    "--force replaces the earlier run\n",
                    earlier.digest, result.digest, folder.path().string()));
    return results::exit_status(Verdict::not_deterministic);
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

void show(const results::RunResult& result, const Arguments& arguments, std::string files) {
    if (arguments.format == "json") {
        print(reports::result_json(result));
        return;
    }
    const bool quiet = arguments.quiet || arguments.format == "short";
    print(reports::summary(result, {.colour = colour_on_stdout(arguments.colour),
                                    .quiet = quiet,
                                    .verbose = arguments.verbose,
                                    .files = quiet ? std::string() : std::move(files)}));
}

std::string describe_difference(const run::Verification& verification) {
    std::string text =
        fmt::format("the runs differ first at event #{}\n", verification.first_difference);
    for (const std::string& line : verification.context) text += "    " + line + "\n";
    for (const std::string& line : verification.in_first) text += "  1 " + line + "\n";
    for (const std::string& line : verification.in_second) text += "  2 " + line + "\n";
    return text;
}

// "3..5" -> 3, 4, 5; nothing when it is no range.
std::vector<std::optional<std::string>> seeds_of(const std::string& range) {
    constexpr std::uint64_t most = 1'000'000;
    const std::size_t dots = range.find("..");
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    const char* const end = range.data() + range.size();
    const auto from = std::from_chars(range.data(), end, first);
    if (dots == std::string::npos || from.ec != std::errc() || from.ptr != range.data() + dots)
        return {};
    const auto to = std::from_chars(from.ptr + 2, end, last);
    if (to.ec != std::errc() || to.ptr != end || last < first || last - first >= most) return {};
    std::vector<std::optional<std::string>> seeds;
    for (std::uint64_t seed = first; seed <= last; ++seed) seeds.emplace_back(std::to_string(seed));
    return seeds;
}

// One scenario, run twice. The status, and a line or more on standard output.
int verify_one(const std::string& file, const Arguments& arguments) {
    const format::LoadResult loaded = load(file, arguments);
    if (!report(loaded.diagnostics, arguments, false)) return status_bad_input;
    const run::Verification verification = run::verify_scenario(*loaded.scenario, &interrupted());
    const results::RunResult& first = verification.first.result;
    if (first.verdict == Verdict::interrupted) return interrupt_status();
    if (first.verdict == Verdict::internal_error || first.out_of_memory) {
        print(reports::summary(first, {}));
        return results::exit_status(first.verdict);
    }
    if (verification.digests == run::Verification::Digests::equal) {
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
        const std::optional<EarlierRun> earlier =
            arguments.force ? std::nullopt : earlier_run(folder, traced);
        std::optional<TraceFile> trace;
        if (traced) trace.emplace(folder.file("events.ndjson"));
        run::RunOptions options;
        options.interrupt = &interrupted();
        options.events = traced ? &*trace : nullptr;
        const std::set<std::string> wanted = reports_wanted(scenario, arguments);
        options.measure_series = !wanted.empty();
        options.regions = true;
        run::Outcome outcome = run::run_scenario(scenario, options);
        results::RunResult& result = outcome.result;
        result.file = file;
        result.scenario_hash = identity.scenario_hash;
        result.repro = repro_line(file, arguments, result.seed);
        const bool whole = result.verdict != Verdict::interrupted && !result.out_of_memory;
        const bool same = earlier && whole && earlier->digest == result.digest;
        if (earlier && whole && !same && is_this_program(*earlier))
            return tell_different_digest(*earlier, result, folder);
        if (trace && !same) trace->finish();
        if (arguments.verify && whole) {
            const int status = verify_one(file, arguments);
            if (status != status_ok) return status;
        }
        write_reports(folder, outcome, wanted);
        if (same)
            folder.mark_latest();
        else
            write_folder(folder, result, resolved);
        show(result, arguments,
             folder.path().string() + (same ? " (already done, digest equal)" : ""));
        return status_of(result, arguments);
    } catch (const reports::CannotWriteFile& error) {
        throw CannotWrite(error.what());
    }
}

int verify_command(const Arguments& arguments) {
    std::vector<std::optional<std::string>> seeds{arguments.seed};
    if (arguments.seeds) {
        seeds = seeds_of(*arguments.seeds);
        if (seeds.empty()) {
            print_error(
                fmt::format("error[C0602]: `{}` is no range of seeds; write --seeds 1..50\n",
                            *arguments.seeds));
            return status_bad_input;
        }
    }
    int worst = status_ok;
    for (const std::string& file : arguments.files) {
        for (const std::optional<std::string>& seed : seeds) {
            Arguments with_seed = arguments;
            with_seed.seed = seed;
            const int status = verify_one(file, with_seed);
            if (status >= interrupt_status() && interrupted()) return status;
            // Not deterministic is worse than bad input; an internal error is worst.
            worst = std::max(worst, status);
        }
    }
    return worst;
}

}  // namespace gfs::cli
