// SPDX-License-Identifier: Apache-2.0
// Hosts are cut off from everyone, from one another too. `forward` stops what they send, `backward`
// what they would receive.

#include "faults/cuts.h"

namespace gfs::faults {
namespace {

class Isolate final : public Fault {
  public:
    explicit Isolate(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        std::vector<HostId> everyone;
        for (const MachineInfo& machine : context.targets().machines())
            everyone.push_back(machine.host);
        for (const HostId host : context.hosts(*spec_.target)) {
            context.fired(host);
            const Sides sides{{host}, everyone};
            barriers_.cut(context.network(), sides, spec_.direction);
        }
    }
    void heal(FaultContext& context) override { barriers_.heal(context.network()); }

  private:
    const FaultSpec& spec_;
    Barriers barriers_;
};

SIM_REGISTER(Fault, "isolate", "a host is cut off from everyone", Isolate)

}  // namespace
}  // namespace gfs::faults
