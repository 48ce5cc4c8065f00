// SPDX-License-Identifier: Apache-2.0

#include "core/policy/retry.h"

#include "core/policy/policy_params.h"

namespace gfs {

std::unique_ptr<RetryPolicy> make_retry(const PolicySpec& spec) {
    return make_policy<RetryPolicy>(spec);
}

}  // namespace gfs
