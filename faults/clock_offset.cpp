// SPDX-License-Identifier: Apache-2.0
// A host's clock jumps ahead or back. When the fault heals it jumps the same way back, as when
// somebody sets a wrong clock right.

#include "faults/fault.h"

namespace gfs::faults {
namespace {

class ClockOffset final : public Fault {
  public:
    explicit ClockOffset(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        for (const HostId host : context.hosts(*spec_.target)) {
            hosts_.push_back(host);
            context.fired(host);
            context.host(host).clock().jump(context.now(), spec_.clock_offset);
        }
    }
    void heal(FaultContext& context) override {
        for (const HostId host : hosts_)
            context.host(host).clock().jump(context.now(), -spec_.clock_offset);
    }

  private:
    const FaultSpec& spec_;
    std::vector<HostId> hosts_;
};

SIM_REGISTER(Fault, "clock_offset", "a host's clock is ahead or behind", ClockOffset)

}  // namespace
}  // namespace gfs::faults
