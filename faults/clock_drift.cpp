// SPDX-License-Identifier: Apache-2.0
// A host's clock runs faster or slower than it did. Drifts add up, so that several faults on one
// clock may heal in any order; what a clock has gained or lost by then, it keeps.

#include <algorithm>

#include "faults/lease_edge.h"

namespace gfs::faults {
namespace {

class ClockDrift final : public Fault {
  public:
    explicit ClockDrift(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        for (const HostId host : context.hosts(*spec_.target)) {
            const auto added = at_the_edge(context, spec_, host, spec_.clock_drift_ppm);
            if (!added) continue;
            DriftSum& sum = sum_of(context, host);
            const std::int64_t drift = sum.own_ppm + sum.added_ppm + *added;
            // A clock that stands still or runs backwards is another fault.
            if (drift < -ppm_max || drift > ppm_max) {
                context.refused(host, "would drift by more than its clock can");
                continue;
            }
            drifts_.push_back({host, *added});
            context.fired(host);
            add(context, host, *added);
        }
    }
    void heal(FaultContext& context) override {
        for (const Drift& drift : drifts_) add(context, drift.host, -drift.ppm);
    }

  private:
    struct Drift {
        HostId host;
        std::int64_t ppm;
    };
    static constexpr std::int64_t ppm_max = 999'999;

    static DriftSum& sum_of(FaultContext& context, HostId host) {
        const DriftSum undisturbed{context.host(host).clock().drift_ppm()};
        return context.drifts().emplace(host, undisturbed).first->second;
    }
    // When large drifts in both directions heal in an unlucky order, the sum may for a while be
    // more than a clock can do; it then does what it can.
    static void add(FaultContext& context, HostId host, std::int64_t ppm) {
        DriftSum& sum = sum_of(context, host);
        sum.added_ppm += ppm;
        const std::int64_t drift = std::clamp(sum.own_ppm + sum.added_ppm, -ppm_max, ppm_max);
        context.host(host).clock().set_drift(context.now(), drift);
    }

    const FaultSpec& spec_;
    std::vector<Drift> drifts_;
};

SIM_REGISTER(Fault, "clock_drift", "a host's clock runs fast or slow", ClockDrift)

}  // namespace
}  // namespace gfs::faults
