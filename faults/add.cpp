// SPDX-License-Identifier: Apache-2.0
// New chunkservers join: machines with empty disks, whose processes register with the master as any
// that starts (GFS 2.6.2). They take the next free names, "cs6" after "cs5".

#include "faults/fault.h"

namespace gfs::faults {
namespace {

class Add final : public PointFault {
  public:
    explicit Add(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        for (std::uint64_t i = 0; i < spec_.servers; ++i) {
            const MachineInfo machine = context.machines().add_chunkserver(spec_.rack);
            context.targets().machine_joined(machine);
            context.fired(machine.host);
            context.machines().restart(machine.host);
        }
    }

  private:
    const FaultSpec& spec_;
};

SIM_REGISTER(Fault, "add", "new chunkservers join", Add)

}  // namespace
}  // namespace gfs::faults
