// SPDX-License-Identifier: Apache-2.0
// What a person sees of a run: summary.txt, and the same on the terminal.
#pragma once

#include <string>

#include "scenarios/results/run_result.h"

namespace gfs::reports {

struct SummaryStyle {
    bool colour = false;
    bool quiet = false;    // the verdict only
    bool verbose = false;  // the invariants as well, with how often each had something to check
    std::string files;     // where the files of the run are; empty: not said
};

// Ends with a line break.
std::string summary(const results::RunResult& result, const SummaryStyle& style);

}  // namespace gfs::reports
