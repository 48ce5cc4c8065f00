// SPDX-License-Identifier: Apache-2.0

#include "scenarios/cli/sweep_faults.h"

#include <fmt/format.h>

#include "scenarios/cli/load.h"

namespace gfs::cli {

results::SweptRun SweepFaults::run(const run::Variant& variant, const run::PlannedRun& planned,
                                   bool twice, const run::RunOptions& options) const {
    if (!any()) return run::swept_run(variant, planned, twice, options);
    const run::Campaign campaign =
        run::draw_faults_for(bases_.at(planned.variant), profile_, planned.seed);
    format::DiskReader reader;
    const format::LoadResult loaded = format::load_text(campaign.name, campaign.text, {}, reader);
    if (loaded.ok())
        return run::swept_run({variant.file, variant.params, *loaded.scenario}, planned, twice,
                              options);
    results::SweptRun failed;
    failed.number = planned.number;
    failed.file = variant.file;
    failed.params = variant.params;
    failed.seed = planned.seed;
    failed.verdict = results::Verdict::internal_error;
    failed.cause = {"internal error", "the faults that were drawn are no scenario"};
    return failed;
}

std::string repro_with_faults(const std::string& file, const Arguments& arguments,
                              std::uint64_t seed) {
    // "gfsim run FILE --seed N ...": the same with another command.
    const std::string run = repro_line(file, arguments, seed);
    const std::string before = "gfsim run ";
    const std::string line = "gfsim fuzz " + run.substr(before.size());
    return fmt::format("{} --faults {}", line, arguments.random_faults);
}

}  // namespace gfs::cli
