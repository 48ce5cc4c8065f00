// SPDX-License-Identifier: Apache-2.0

#include "core/policy/replica_choice.h"

#include "core/policy/policy_params.h"

namespace gfs {

std::unique_ptr<ReplicaChoice> make_replica_choice(const PolicySpec& spec) {
    return make_policy<ReplicaChoice>(spec);
}

}  // namespace gfs
