// SPDX-License-Identifier: Apache-2.0
// A host's clock stands still; timers run on. At its end the clock goes on from where it stood, so
// that the host is behind by as long as the fault lasted.

#include "faults/fault.h"

namespace gfs::faults {
namespace {

class ClockFreeze final : public Fault {
  public:
    explicit ClockFreeze(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        for (const HostId host : context.hosts(*spec_.target)) {
            hosts_.push_back(host);
            context.fired(host);
            context.host(host).clock().freeze(context.now());
        }
    }
    void heal(FaultContext& context) override {
        for (const HostId host : hosts_) context.host(host).clock().thaw(context.now());
    }

  private:
    const FaultSpec& spec_;
    std::vector<HostId> hosts_;
};

SIM_REGISTER(Fault, "clock_freeze", "a host's clock stands still", ClockFreeze)

}  // namespace
}  // namespace gfs::faults
