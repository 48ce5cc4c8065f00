// SPDX-License-Identifier: Apache-2.0
// A process stands still and later goes on as if nothing had been: SIGSTOP, or a long collection of
// garbage. Its timers fire late, then all at once, and it acts on what it believed before.

#include "faults/fault.h"

namespace gfs::faults {
namespace {

class Pause final : public Fault {
  public:
    explicit Pause(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        for (const HostId id : context.hosts(*spec_.target)) {
            const sim::Host& host = context.host(id);
            if (!host.up() || host.paused()) {
                context.refused(id, host.up() ? "is paused already" : "is down");
                continue;
            }
            paused_.push_back({id, host.incarnation()});
            context.fired(id);
            context.machines().pause(id);
        }
    }

    // A process that died meanwhile is gone, with its pause; its successor was never paused by us.
    void heal(FaultContext& context) override {
        for (const Paused& paused : paused_) {
            const sim::Host& host = context.host(paused.host);
            if (host.paused() && host.incarnation() == paused.incarnation)
                context.machines().resume(paused.host);
        }
    }

  private:
    struct Paused {
        HostId host;
        std::uint32_t incarnation;
    };
    const FaultSpec& spec_;
    std::vector<Paused> paused_;
};

SIM_REGISTER(Fault, "pause", "a process stands still: its timers are late, then all at once", Pause)

}  // namespace
}  // namespace gfs::faults
