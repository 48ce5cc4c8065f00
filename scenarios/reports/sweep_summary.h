// SPDX-License-Identifier: Apache-2.0
// A sweep for people: a table by scenario and parameters, and the failures grouped by cause. It
// follows from the runs alone, whatever the order or the number of threads they ran in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/results/sweep_result.h"

namespace gfs::reports {

// The runs of one scenario with the same parameters.
struct SweepRow {
    std::string file;
    results::ParamValues params;
    std::uint64_t runs = 0;
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;  // violated, not deterministic, internal error
    std::uint64_t vacuous = 0;
    std::uint64_t excused = 0;
    std::uint64_t limit = 0;
    // Of the share of runs that pass, in percent: Wilson's interval at 95 %.
    double lowest = 0;
    double highest = 100;
    // Of the operations' latency: the medians, over the runs, of each run's p50 and p99.
    sim::Duration p50{};
    sim::Duration p99{};
};

// Runs that are not passed for the same reason.
struct CauseGroup {
    results::Cause cause;
    results::Verdict verdict{};
    std::uint64_t runs = 0;
    results::SweptRun smallest;  // the one with the fewest events
};

std::vector<SweepRow> sweep_rows(const std::vector<results::SweptRun>& runs);
// The most frequent first.
std::vector<CauseGroup> cause_groups(const std::vector<results::SweptRun>& runs);

struct SweepStyle {
    bool colour = false;
    bool quiet = false;     // the last line only
    bool plain = false;     // tables with tabs
    bool markdown = false;  // the table only, as Markdown
};

// Ends with a line break.
std::string sweep_summary(const results::SweepResult& result, const SweepStyle& style);

}  // namespace gfs::reports
