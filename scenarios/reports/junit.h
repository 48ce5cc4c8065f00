// SPDX-License-Identifier: Apache-2.0
// A sweep as JUnit XML, which continuous integration shows: a suite for each scenario with its
// parameters, a test case for each seed.
#pragma once

#include <string>

#include "scenarios/results/sweep_result.h"

namespace gfs::reports {

// A failed run is a failure, an internal error an error; what is vacuous or at a limit is skipped.
std::string junit_xml(const results::SweepResult& result);

}  // namespace gfs::reports
