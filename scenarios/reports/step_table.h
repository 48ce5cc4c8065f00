// SPDX-License-Identifier: Apache-2.0
// What a sweep over the steps of the protocol covered: a line for each step, a column for each role
// (or, where messages were held back, for each milestone), and in it how many runs ended how. Of
// messages it says how many were held back of how many there are.
#pragma once

#include <vector>

#include "scenarios/reports/table.h"
#include "scenarios/results/sweep_result.h"

namespace gfs::reports {

// Whether these runs are of such a sweep.
bool is_of_steps(const std::vector<results::SweptRun>& runs);
// REQUIRES: is_of_steps(runs).
Table step_table(const std::vector<results::SweptRun>& runs);

}  // namespace gfs::reports
