// SPDX-License-Identifier: Apache-2.0
// gfsim sweep --random-faults: beside the faults of its scenario, each run has those that `gfsim
// fuzz SCENARIO` would draw from the same seed.
#pragma once

#include <string>
#include <vector>

#include "scenarios/cli/arguments.h"
#include "scenarios/format/format.h"
#include "scenarios/run/campaign/campaign.h"
#include "scenarios/run/sweep.h"

namespace gfs::cli {

class SweepFaults {
  public:
    SweepFaults() = default;  // none are drawn
    // `bases`: what each variant of the plan was loaded from.
    SweepFaults(faults::Profile profile, std::vector<format::LoadResult> bases)
        : profile_(profile), bases_(std::move(bases)) {}

    bool any() const { return !bases_.empty(); }
    // One run of the plan. Called by many threads.
    results::SweptRun run(const run::Variant& variant, const run::PlannedRun& planned, bool twice,
                          const run::RunOptions& options) const;

  private:
    faults::Profile profile_ = faults::Profile::rough;
    std::vector<format::LoadResult> bases_;
};

// The line that repeats a run.
std::string repro_with_faults(const std::string& file, const Arguments& arguments,
                              std::uint64_t seed);

}  // namespace gfs::cli
