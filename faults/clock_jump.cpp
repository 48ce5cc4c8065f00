// SPDX-License-Identifier: Apache-2.0
// A host's clock jumps, and the timers that its process has set jump with it: they were to end when
// the clock shows a certain time. Ahead, many are due at once; back, none is for a while. With
// `for` the clock jumps back, and the timers with it once more.

#include "faults/lease_edge.h"

namespace gfs::faults {
namespace {

class ClockJump final : public Fault {
  public:
    explicit ClockJump(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        for (const HostId host : context.hosts(*spec_.target)) {
            const auto offset = at_the_edge(context, spec_, host, spec_.clock_offset);
            if (!offset) continue;
            jumped_.push_back({host, *offset});
            context.fired(host);
            jump(context, host, *offset);
        }
    }
    void heal(FaultContext& context) override {
        for (const Jumped& jumped : jumped_) jump(context, jumped.host, -jumped.by);
    }

  private:
    struct Jumped {
        HostId host;
        sim::Duration by;
    };

    static void jump(FaultContext& context, HostId id, sim::Duration by) {
        sim::Host& host = context.host(id);
        host.clock().jump(context.now(), by);
        if (host.up()) host.move_timers(by);
    }

    const FaultSpec& spec_;
    std::vector<Jumped> jumped_;
};

SIM_REGISTER(Fault, "clock_jump", "a host's clock jumps, and its timers with it", ClockJump)

}  // namespace
}  // namespace gfs::faults
