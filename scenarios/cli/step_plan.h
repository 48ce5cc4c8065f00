// SPDX-License-Identifier: Apache-2.0
// The runs of `gfsim sweep --crash-each-step` and `--delay-each-message`: the scenario, each time
// with one fault more.
#pragma once

#include <string>
#include <vector>

#include "scenarios/cli/arguments.h"
#include "scenarios/run/sweep_plan.h"

namespace gfs::cli {

bool is_step_sweep(const Arguments& arguments);

// What was added, under /faults.
inline constexpr const char* added_fault = "added";

// Appends the runs of one file; `missing` gets the steps of --steps that no run of it reaches.
// Returns the status with which the command ends, 0 when all is well.
int plan_steps(const std::string& file, const Arguments& arguments, run::SweepPlan& plan,
               std::vector<std::string>& missing);

// The scenario of a run as a file of its own: what is in it repeats the run.
std::string scenario_text(const run::Variant& variant, std::uint64_t seed,
                          const Arguments& arguments);

}  // namespace gfs::cli
