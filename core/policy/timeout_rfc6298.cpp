// SPDX-License-Identifier: Apache-2.0
// As TCP does it (RFC 6298): the smoothed time of answers and four times how much they differ from
// it; twice as long after a wait in vain, until an answer comes.

#include <algorithm>

#include "core/policy/share.h"
#include "core/policy/timeout.h"

namespace gfs {
namespace {

class Rfc6298Timeout final : public TimeoutPolicy {
  public:
    explicit Rfc6298Timeout(const sim::Params& params)
        : least_(
              params.ratio("least", {1, 20}, "the shortest limit, as a share of client_timeout")),
          most_(params.count("most", 8, "the longest limit, as a multiple of client_timeout")) {}

    Duration limit(HostId to, Duration client_timeout) const override {
        const auto known = paths_.find(to);
        const auto most = static_cast<std::int64_t>(std::clamp<std::uint64_t>(most_, 1, 1000));
        Duration limit = client_timeout;
        if (known != paths_.end()) {
            const Path& path = known->second;
            if (path.is_measured) limit = path.mean + 4 * path.deviation;
            limit = std::max(limit, share_of(client_timeout, least_));
            for (int i = 0; i < path.in_vain && limit < most * client_timeout; ++i) limit *= 2;
        }
        return std::clamp(limit, Duration{1}, most * client_timeout);
    }
    void answered(HostId to, Duration after) override {
        SIM_ASSERT(after >= Duration{0});
        Path& path = paths_[to];
        path.in_vain = 0;
        if (!path.is_measured) {
            path = {.mean = after, .deviation = after / 2, .is_measured = true};
            return;
        }
        const Duration difference = after > path.mean ? after - path.mean : path.mean - after;
        path.deviation = path.deviation * 3 / 4 + difference / 4;
        path.mean = path.mean * 7 / 8 + after / 8;
    }
    void timed_out(HostId to, Duration) override { ++paths_[to].in_vain; }

  private:
    struct Path {
        Duration mean{};
        Duration deviation{};
        bool is_measured = false;
        int in_vain = 0;  // waits in a row
    };
    sim::Ratio least_;
    std::uint64_t most_;
    std::map<HostId, Path> paths_;
};

SIM_REGISTER(TimeoutPolicy, "rfc6298",
             "the smoothed time of answers and four times its deviation, doubled in vain",
             Rfc6298Timeout)

}  // namespace
}  // namespace gfs
