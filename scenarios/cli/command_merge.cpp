// SPDX-License-Identifier: Apache-2.0
// gfsim merge: the shards of a sweep become one.

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/sweep_folder.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/reports/runs_csv.h"
#include "scenarios/reports/sweep_summary.h"

namespace gfs::cli {
namespace {

// What is put together, and the status when that fails.
struct Parts {
    reports::SweepManifest manifest;  // of the first
    std::map<std::uint64_t, results::SweptRun> runs;
    int status = status_ok;
};

std::string read(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

int refuse(const std::string& message) {
    print_error(fmt::format("error[C0606]: {}\n  = help: gfsim help merge\n", message));
    return status_bad_input;
}

int add_part(const std::string& folder, Parts& parts) {
    const reports::SweepManifest manifest =
        reports::read_sweep_manifest(read(folder + "/manifest.json"));
    if (manifest.plan.empty())
        return refuse(fmt::format("{} is not the folder of a sweep", folder));
    if (parts.manifest.plan.empty()) parts.manifest = manifest;
    if (!belong_together(parts.manifest, manifest))
        return refuse(fmt::format(
            "{} is of another sweep or from another version: plan {} by {} {}, not {} by {} {}",
            folder, manifest.plan, manifest.program, manifest.revision, parts.manifest.plan,
            parts.manifest.program, parts.manifest.revision));
    std::string why;
    auto runs = reports::read_runs_csv(read(folder + "/runs.csv"), why);
    if (!runs) return refuse(fmt::format("{}/runs.csv: {}", folder, why));
    for (results::SweptRun& run : *runs) {
        const auto [known, is_new] = parts.runs.try_emplace(run.number, run);
        if (is_new || known->second.digest == run.digest) continue;
        print_error(fmt::format("error: run {} came out differently: digest {}, and {} in {}\n",
                                run.number, known->second.digest, run.digest, folder));
        return status_not_deterministic;
    }
    return status_ok;
}

// The first few numbers of the sweep that nobody ran.
std::string missing(const Parts& parts) {
    constexpr std::size_t most = 10;
    std::vector<std::string> numbers;
    for (std::uint64_t n = 1; n <= parts.manifest.planned && numbers.size() <= most; ++n)
        if (!parts.runs.contains(n)) numbers.push_back(std::to_string(n));
    if (numbers.size() > most) numbers.back() = "...";
    return fmt::format("{}", fmt::join(numbers, ", "));
}

}  // namespace

int merge_command(const Arguments& arguments) {
    Parts parts;
    for (const std::string& folder : arguments.files) {
        const int status = add_part(folder, parts);
        if (status != status_ok) return status;
    }
    results::SweepResult result;
    result.planned = arguments.expect_runs.value_or(parts.manifest.planned);
    for (auto& [number, run] : parts.runs) result.runs.push_back(run);
    std::vector<results::ParamValues> variants;
    for (const results::SweptRun& run : result.runs) variants.push_back(run.params);
    const std::vector<std::string> params = reports::param_names(variants);
    std::string csv = reports::runs_csv_header(params);
    for (const results::SweptRun& run : result.runs) csv += reports::runs_csv_line(run, params);
    try {
        reports::PendingFile file(arguments.output);
        file.write(csv);
        file.finish();
        write_junit(result, arguments);
    } catch (const reports::CannotWriteFile& error) {
        throw CannotWrite(error.what());
    }
    print(reports::sweep_summary(result, {.colour = colour_on_stdout(arguments.colour),
                                          .quiet = arguments.quiet,
                                          .plain = arguments.plain}));
    if (result.runs.size() == result.planned)
        return results::worst_status(result.runs, arguments.strict);
    print_error(fmt::format("error: {} runs are there, {} were expected; missing: {}\n",
                            result.runs.size(), result.planned, missing(parts)));
    return status_incomplete;
}

}  // namespace gfs::cli
