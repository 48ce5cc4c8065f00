// SPDX-License-Identifier: Apache-2.0
// A weighted mean of the times that answers took, several times over: what the article proposes. A
// wait in vain counts as a time as well, so that the next one is longer; otherwise a machine that
// has become slower would never be heard again.
//
// It is what RFC 6298 improves on: a mean says nothing about how much the times differ, so that the
// one answer that takes three times as long (the flush of a log, a grant) counts as lost.

#include <algorithm>

#include "core/policy/share.h"
#include "core/policy/timeout.h"

namespace gfs {
namespace {

class EwmaTimeout final : public TimeoutPolicy {
  public:
    explicit EwmaTimeout(const sim::Params& params)
        : weight_(params.ratio("weight", {1, 5}, "of the latest time in the mean")),
          factor_(params.ratio("factor", {5, 2}, "the limit, as a multiple of the mean")) {
        if (!weight_.is_probability()) weight_ = {1, 1};
    }

    Duration limit(HostId to, Duration client_timeout) const override {
        const auto known = means_.find(to);
        if (known == means_.end()) return client_timeout;
        return std::max(share_of(known->second, factor_), Duration{1});
    }
    void answered(HostId to, Duration after) override { take(to, after); }
    void timed_out(HostId to, Duration after) override { take(to, after); }

  private:
    // mean = (1 - weight) * mean + weight * latest
    void take(HostId to, Duration latest) {
        SIM_ASSERT(latest >= Duration{0});
        const auto [known, is_first] = means_.try_emplace(to, latest);
        if (is_first) return;
        const sim::Ratio rest{weight_.denominator - weight_.numerator, weight_.denominator};
        known->second = share_of(known->second, rest) + share_of(latest, weight_);
    }

    sim::Ratio weight_;
    sim::Ratio factor_;
    std::map<HostId, Duration> means_;
};

SIM_REGISTER(TimeoutPolicy, "ewma", "a multiple of the weighted mean of earlier answers' times",
             EwmaTimeout)

}  // namespace
}  // namespace gfs
