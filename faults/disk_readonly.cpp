// SPDX-License-Identifier: Apache-2.0
// A disk takes no write and lets nothing be deleted; what it has can be read.

#include "faults/disk_fault.h"

namespace gfs::faults {
namespace {

class DiskReadonly final : public DiskFault {
  public:
    using DiskFault::DiskFault;

  private:
    std::string_view obstacle(const sim::Disk& disk) const override {
        return disk.read_only() ? "has a disk that is read-only already" : "";
    }
    void begin(FaultContext&, sim::Disk& disk) override { disk.set_read_only(true); }
    void end(sim::Disk& disk) override { disk.set_read_only(false); }
};

SIM_REGISTER(Fault, "disk_readonly", "a disk refuses every write", DiskReadonly)

}  // namespace
}  // namespace gfs::faults
