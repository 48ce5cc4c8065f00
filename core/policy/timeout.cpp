// SPDX-License-Identifier: Apache-2.0

#include "core/policy/timeout.h"

#include "core/policy/policy_params.h"

namespace gfs {

std::unique_ptr<TimeoutPolicy> make_timeout(const PolicySpec& spec) {
    return make_policy<TimeoutPolicy>(spec);
}

}  // namespace gfs
