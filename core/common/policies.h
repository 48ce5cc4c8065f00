// SPDX-License-Identifier: Apache-2.0
// The policies that a scenario can name, for those who must not know how they are made: what each
// is called, what it does, and its parameters. Defined in core/policy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/common/config.h"
#include "sim/params.h"

namespace gfs {

struct PolicyInfo {
    std::string_view field;  // of /gfs
    std::string_view kind;
    std::string_view sentence;
    std::vector<sim::Params::Known> parameters;
};

// Ordered by field and kind.
std::vector<PolicyInfo> all_policies();

// What is wrong with the parameters. REQUIRES: there is such a policy.
std::vector<sim::Params::Problem> policy_problems(std::string_view field, const PolicySpec& spec);

}  // namespace gfs
