// SPDX-License-Identifier: Apache-2.0

#include "core/policy/placement.h"

#include "core/policy/policy_params.h"

namespace gfs {

std::unique_ptr<PlacementPolicy> make_placement(const PolicySpec& spec) {
    return make_policy<PlacementPolicy>(spec);
}

}  // namespace gfs
