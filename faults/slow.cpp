// SPDX-License-Identifier: Apache-2.0
// Everything that a process does takes `factor` times as long: a machine whose processor or memory
// is failing, or that has too much else to do. It is up, answers heartbeats and is late.

#include "faults/fault.h"

namespace gfs::faults {
namespace {

class Slow final : public Fault {
  public:
    explicit Slow(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        for (const HostId id : context.hosts(*spec_.target)) {
            sim::Host& host = context.host(id);
            if (!host.up() || host.slow()) {
                context.refused(id, host.up() ? "is slow already" : "is down");
                continue;
            }
            slowed_.push_back({id, host.incarnation()});
            context.fired(id);
            host.set_slowness(spec_.slowness);
        }
    }

    // A process that ended took its slowness with it.
    void heal(FaultContext& context) override {
        for (const Slowed& slowed : slowed_) {
            sim::Host& host = context.host(slowed.host);
            if (host.up() && host.incarnation() == slowed.incarnation)
                host.set_slowness(sim::Ratio{1, 1});
        }
    }

  private:
    struct Slowed {
        HostId host;
        std::uint32_t incarnation;
    };
    const FaultSpec& spec_;
    std::vector<Slowed> slowed_;
};

SIM_REGISTER(Fault, "slow", "everything that a process does takes longer", Slow)

}  // namespace
}  // namespace gfs::faults
