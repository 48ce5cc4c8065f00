// SPDX-License-Identifier: Apache-2.0

#include "core/policy/re_replication.h"

#include "core/policy/policy_params.h"

namespace gfs {

std::unique_ptr<ReReplicationPolicy> make_re_replication(const PolicySpec& spec) {
    return make_policy<ReReplicationPolicy>(spec);
}

}  // namespace gfs
