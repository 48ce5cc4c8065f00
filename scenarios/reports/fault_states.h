// SPDX-License-Identifier: Apache-2.0
// The states of the protocol that faults met: as a matrix of faults and states for people, and for
// result.json.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "scenarios/results/fault_states.h"
#include "scenarios/results/sweep_result.h"

namespace gfs::reports {

// A line for each state and a column for each fault: how often, `never`, or `-` where no machine
// that was hit can be in the state. Empty without rows; `plain`: tabs between the cells.
std::string fault_states_text(const std::vector<results::FaultStatesRow>& rows, bool plain);

nlohmann::ordered_json fault_states_json(const std::vector<results::FaultStatesRow>& rows);

// The sum over the runs: fault by fault in the runs of one scenario, else by kinds of faults.
std::vector<results::FaultStatesRow> fault_states_of(const std::vector<results::SweptRun>& runs);

}  // namespace gfs::reports
