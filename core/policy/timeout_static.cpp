// SPDX-License-Identifier: Apache-2.0
// `client_timeout` for everything.

#include "core/policy/timeout.h"

namespace gfs {
namespace {

class StaticTimeout final : public TimeoutPolicy {
  public:
    explicit StaticTimeout(const sim::Params&) {}
    Duration limit(HostId, Duration client_timeout) const override { return client_timeout; }
    void answered(HostId, Duration) override {}
    void timed_out(HostId, Duration) override {}
};

SIM_REGISTER(TimeoutPolicy, "static", "`client_timeout`, whatever happens", StaticTimeout)

}  // namespace
}  // namespace gfs
