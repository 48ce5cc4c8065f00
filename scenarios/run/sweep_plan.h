// SPDX-License-Identifier: Apache-2.0
// Which runs a sweep has: every seed with every combination of the parameters' values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/format/scenario.h"
#include "scenarios/results/sweep_result.h"
#include "sim/digest.h"

namespace gfs::run {

// A scenario with one set of values for its parameters.
struct Variant {
    std::string file;
    results::ParamValues params;
    format::Scenario scenario;
    std::string added{};  // a fault that is not in the file, as JSON text
};

struct PlannedRun {
    std::uint64_t number = 0;  // from 1
    std::size_t variant = 0;
    std::uint64_t seed = 0;
};

struct SweepPlan {
    std::vector<Variant> variants;
    std::vector<PlannedRun> runs;  // by number
    sim::Digest hash;              // of what plan_runs() was given
};

using SeedRanges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

// Every combination of the values in /sweep/params, those of one list of `together` in step; the
// last parameter changes fastest. One empty combination when nothing is swept. Nothing, and `why`,
// when parameters that change together have different numbers of values.
std::optional<std::vector<results::ParamValues>> combinations(const format::Sweep& sweep,
                                                              std::string& why);

// A value of a parameter as one writes it on a command line: 5s for the JSON text "5s".
std::string bare_value(const std::string& json);

// Appends the runs of one variant, whose resolved text enters the hash.
void plan_runs(SweepPlan& plan, Variant variant, const std::string& resolved,
               const SeedRanges& seeds);

// 16 hex digits: equal for plans of the same scenarios, parameters and seeds. A shard has the hash
// of the whole.
std::string plan_hash(const SweepPlan& plan);

// Keeps every Nth run, from the Kth: shard K of N. REQUIRES: 1 <= k <= n.
void keep_shard(SweepPlan& plan, std::uint64_t k, std::uint64_t n);

}  // namespace gfs::run
