// SPDX-License-Identifier: Apache-2.0
// Expectations of a scenario file as the oracles take them, and their outcomes as results.
#pragma once

#include <vector>

#include "scenarios/checks/expectation.h"
#include "scenarios/format/scenario.h"
#include "scenarios/results/run_result.h"

namespace gfs::run {

std::vector<checks::Expectation> to_expectations(const std::vector<format::Expectation>& expect);
results::ExpectationOutcome to_outcome(const checks::Outcome& outcome,
                                       const format::Expectation& expectation);

}  // namespace gfs::run
