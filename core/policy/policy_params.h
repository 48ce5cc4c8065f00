// SPDX-License-Identifier: Apache-2.0
// Making the policy that a scenario names.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/common/config.h"
#include "sim/assert.h"
#include "sim/params.h"
#include "sim/registry.h"

namespace gfs {

// REQUIRES: the policy is registered, and it knows all the parameters.
template <typename Policy>
std::unique_ptr<Policy> make_policy(const PolicySpec& spec) {
    std::vector<sim::Params::Given> given;
    for (const PolicySpec::Parameter& parameter : spec.parameters)
        given.push_back({parameter.name, parameter.value});
    const sim::Params params(std::move(given));
    const auto* const entry = sim::Registry<Policy>::find(spec.kind);
    SIM_ASSERT(entry != nullptr);
    std::unique_ptr<Policy> policy = entry->make(params);
    SIM_ASSERT(params.problems().empty());
    return policy;
}

}  // namespace gfs
