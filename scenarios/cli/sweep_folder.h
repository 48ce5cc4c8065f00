// SPDX-License-Identifier: Apache-2.0
// The folder of a sweep: runs.csv grows while it runs, so that what is finished is there whatever
// ends it; the rest is written at its end.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cli/arguments.h"
#include "scenarios/reports/run_folder.h"
#include "scenarios/reports/sweep_json.h"
#include "scenarios/results/sweep_result.h"

namespace gfs::cli {

// Where --junit says. Throws reports::CannotWriteFile.
void write_junit(const results::SweepResult& result, const Arguments& arguments);

// Of the program that runs now.
reports::SweepManifest manifest_of_program();
// Whether runs of the two can stand side by side: the same plan, and the same program.
bool belong_together(const reports::SweepManifest& a, const reports::SweepManifest& b);

class SweepFolder {
  public:
    // Creates it. Throws reports::CannotWriteFile.
    SweepFolder(const std::string& out, const std::string& name, reports::SweepManifest manifest,
                std::vector<std::string> params);
    SweepFolder(const SweepFolder&) = delete;
    SweepFolder& operator=(const SweepFolder&) = delete;
    ~SweepFolder();

    // The runs that an earlier sweep of the same plan and program has left; none when there was
    // none. Nothing, and `why`, when what is there cannot be continued.
    std::optional<std::vector<results::SweptRun>> earlier_runs(std::string& why) const;

    // Before the first run: runs.csv with what is known already, and the manifest.
    void begin(const std::vector<results::SweptRun>& before);
    void add(const results::SweptRun& run);
    // A file beside the others.
    void write(const std::string& name, const std::string& text) const {
        folder_.write(name, text);
    }
    // All that is known, in order.
    void finish(const results::SweepResult& result, int status);

    const std::filesystem::path& path() const { return folder_.path(); }

  private:
    std::string csv(const std::vector<results::SweptRun>& runs) const;
    void append(const std::string& text);

    reports::RunFolder folder_;
    reports::SweepManifest manifest_;
    std::vector<std::string> params_;
    std::FILE* growing_ = nullptr;
};

}  // namespace gfs::cli
