// SPDX-License-Identifier: Apache-2.0

#include "core/policy/rebalancing.h"

#include "core/policy/policy_params.h"

namespace gfs {

std::unique_ptr<RebalancingPolicy> make_rebalancing(const PolicySpec& spec) {
    return make_policy<RebalancingPolicy>(spec);
}

}  // namespace gfs
