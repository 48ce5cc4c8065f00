// SPDX-License-Identifier: Apache-2.0

#include "scenarios/cli/sweep_folder.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "scenarios/reports/runs_csv.h"
#include "scenarios/reports/sweep_summary.h"
#include "scenarios/run/version.h"

namespace gfs::cli {

reports::SweepManifest manifest_of_program() {
    const run::Version& version = run::version();
    return {.program = fmt::format("gfsim {}", version.number),
            .revision = std::string(version.revision),
            .compiler = std::string(version.compiler),
            .plan = {},
            .planned = 0,
            .shard = {},
            .files = {}};
}

bool belong_together(const reports::SweepManifest& a, const reports::SweepManifest& b) {
    return a.plan == b.plan && a.planned == b.planned && a.program == b.program &&
           a.revision == b.revision;
}

SweepFolder::SweepFolder(const std::string& out, const std::string& name,
                         reports::SweepManifest manifest, std::vector<std::string> params)
    : folder_(out, name), manifest_(std::move(manifest)), params_(std::move(params)) {}

SweepFolder::~SweepFolder() {
    if (growing_ != nullptr) std::fclose(growing_);
}

std::optional<std::vector<results::SweptRun>> SweepFolder::earlier_runs(std::string& why) const {
    const std::string csv = folder_.read("runs.csv");
    if (csv.empty()) return std::vector<results::SweptRun>{};
    const reports::SweepManifest earlier =
        reports::read_sweep_manifest(folder_.read("manifest.json"));
    if (!belong_together(earlier, manifest_) || earlier.shard != manifest_.shard) {
        why = fmt::format("its runs are of {} {}", earlier.program, earlier.revision);
        return std::nullopt;
    }
    return reports::read_runs_csv(csv, why);
}

std::string SweepFolder::csv(const std::vector<results::SweptRun>& runs) const {
    std::string text = reports::runs_csv_header(params_);
    for (const results::SweptRun& run : runs) text += reports::runs_csv_line(run, params_);
    return text;
}

void SweepFolder::begin(const std::vector<results::SweptRun>& before) {
    folder_.write("manifest.json", reports::sweep_manifest_json(manifest_));
    folder_.write("runs.csv", csv(before));
    growing_ = std::fopen(folder_.file("runs.csv").c_str(), "ab");
    if (growing_ == nullptr)
        throw reports::CannotWriteFile(folder_.file("runs.csv").string() + ": " +
                                       std::strerror(errno));
}

void SweepFolder::add(const results::SweptRun& run) {
    append(reports::runs_csv_line(run, params_));
}

void SweepFolder::append(const std::string& text) {
    const bool whole = std::fwrite(text.data(), 1, text.size(), growing_) == text.size();
    if (!whole || std::fflush(growing_) != 0)
        throw reports::CannotWriteFile(folder_.file("runs.csv").string() + ": " +
                                       std::strerror(errno));
}

void SweepFolder::finish(const results::SweepResult& result, int status) {
    folder_.write("runs.csv", csv(result.runs));
    folder_.write("summary.txt", reports::sweep_summary(result, {}));
    folder_.write("result.json", reports::sweep_json(result, status));
    folder_.mark_latest();
}

}  // namespace gfs::cli
