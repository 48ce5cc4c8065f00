// SPDX-License-Identifier: Apache-2.0
// From the workload of a scenario file to the groups that scenarios/workloads runs.
#pragma once

#include <vector>

#include "scenarios/format/scenario.h"
#include "scenarios/workloads/group.h"

namespace gfs::run {

// In the same order; so are the steps, so that a failure's place can be looked up.
// REQUIRES: the loader has refused the operations that this version cannot run.
std::vector<workloads::Group> to_groups(const std::vector<format::Group>& groups);

}  // namespace gfs::run
