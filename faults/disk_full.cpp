// SPDX-License-Identifier: Apache-2.0
// Others have taken all the room on a disk: no file grows, and none is made.

#include "faults/disk_fault.h"

namespace gfs::faults {
namespace {

class DiskFull final : public DiskFault {
  public:
    using DiskFault::DiskFault;

  private:
    std::string_view obstacle(const sim::Disk& disk) const override {
        return disk.full() ? "has a full disk already" : "";
    }
    void begin(FaultContext&, sim::Disk& disk) override { disk.set_full(true); }
    void end(sim::Disk& disk) override { disk.set_full(false); }
};

SIM_REGISTER(Fault, "disk_full", "a disk has no room", DiskFull)

}  // namespace
}  // namespace gfs::faults
