// SPDX-License-Identifier: Apache-2.0
// A host's clock jumps ahead or back, and timers that are set do not follow. When the fault heals
// it jumps the same way back, as when somebody sets a wrong clock right.

#include "faults/lease_edge.h"

namespace gfs::faults {
namespace {

class ClockOffset final : public Fault {
  public:
    explicit ClockOffset(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        for (const HostId host : context.hosts(*spec_.target)) {
            const auto offset = at_the_edge(context, spec_, host, spec_.clock_offset);
            if (!offset) continue;
            moved_.push_back({host, *offset});
            context.fired(host);
            context.host(host).clock().jump(context.now(), *offset);
        }
    }
    void heal(FaultContext& context) override {
        for (const Moved& moved : moved_)
            context.host(moved.host).clock().jump(context.now(), -moved.by);
    }

  private:
    struct Moved {
        HostId host;
        sim::Duration by;
    };
    const FaultSpec& spec_;
    std::vector<Moved> moved_;
};

SIM_REGISTER(Fault, "clock_offset", "a host's clock is ahead or behind", ClockOffset)

}  // namespace
}  // namespace gfs::faults
