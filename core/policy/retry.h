// SPDX-License-Identifier: Apache-2.0
// How long a client waits before it tries again, and how often (GFS 3.1: "a few attempts"). One
// policy a file, chosen by `/gfs/retry`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/common/config.h"
#include "sim/params.h"
#include "sim/random.h"
#include "sim/registry.h"

namespace gfs {

// What an operation has been through.
struct Failures {
    std::uint32_t in_a_row = 0;  // before this one, since the last progress
    Duration timeout{};          // `client_timeout`
};

class RetryPolicy {
  public:
    using Parameters = sim::Params;
    virtual ~RetryPolicy() = default;

    // How long to wait before the next try; nothing when there is to be none. More than 0, so that
    // tries take time. The same argument and the same random numbers give the same answer.
    virtual std::optional<Duration> wait(const Failures& failures, sim::Random& random) = 0;
};

// The policy that `spec` names. REQUIRES: there is one, and it knows all the parameters.
std::unique_ptr<RetryPolicy> make_retry(const PolicySpec& spec);

}  // namespace gfs
