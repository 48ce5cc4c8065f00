// SPDX-License-Identifier: Apache-2.0
// Faults between the rooms: from the loaded scenario to the plan's specification, and from the
// plan's report to the results of the run.
#pragma once

#include <vector>

#include "faults/report.h"
#include "faults/spec.h"
#include "scenarios/format/scenario.h"
#include "scenarios/results/run_result.h"

namespace gfs::run {

// Targets and faults, in the order of the document.
faults::PlanSpec to_plan(const format::Scenario& scenario);

std::vector<results::FaultOutcome> to_outcomes(const faults::PlanReport& report);
// What the targets were bound to: "target old = cs2 (at 3.2s)".
std::vector<std::string> to_drawn(const faults::PlanReport& report);
// Targets that a fault needed and that stood for nobody.
std::vector<results::EmptyTarget> empty_targets(const faults::PlanReport& report,
                                                const format::Scenario& scenario);

}  // namespace gfs::run
