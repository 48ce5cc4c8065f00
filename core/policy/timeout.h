// SPDX-License-Identifier: Apache-2.0
// How long a client waits for one answer before it takes the other side for silent. One policy a
// file, chosen by `/gfs/timeout`.
#pragma once

#include <map>
#include <memory>

#include "core/common/config.h"
#include "core/common/ids.h"
#include "sim/params.h"
#include "sim/registry.h"

namespace gfs {

class TimeoutPolicy {
  public:
    using Parameters = sim::Params;
    virtual ~TimeoutPolicy() = default;

    // For the next request to this machine; the time that its data needs comes on top. More than 0.
    virtual Duration limit(HostId to, Duration client_timeout) const = 0;
    // What became of a request: an answer came after so long, or none in so long.
    virtual void answered(HostId to, Duration after) = 0;
    virtual void timed_out(HostId to, Duration after) = 0;
};

// The policy that `spec` names. REQUIRES: there is one, and it knows all the parameters.
std::unique_ptr<TimeoutPolicy> make_timeout(const PolicySpec& spec);

}  // namespace gfs
