// SPDX-License-Identifier: Apache-2.0

#include "core/policy/placement.h"

namespace gfs {

std::unique_ptr<PlacementPolicy> make_placement(const PolicySpec& spec) {
    std::vector<sim::Params::Given> given;
    for (const PolicySpec::Parameter& parameter : spec.parameters)
        given.push_back({parameter.name, parameter.value});
    const sim::Params params(std::move(given));
    const auto* const entry = sim::Registry<PlacementPolicy>::find(spec.kind);
    SIM_ASSERT(entry != nullptr);
    std::unique_ptr<PlacementPolicy> policy = entry->make(params);
    SIM_ASSERT(params.problems().empty());
    return policy;
}

}  // namespace gfs
