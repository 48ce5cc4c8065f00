// SPDX-License-Identifier: Apache-2.0
// A disk says that a sync is done as soon as it is asked, and has the data in its own cache only.
// The cache drains when the fault heals, or when the machine stops in good order.

#include "faults/disk_fault.h"

namespace gfs::faults {
namespace {

class LyingFsync final : public DiskFault {
  public:
    using DiskFault::DiskFault;

  private:
    std::string_view obstacle(const sim::Disk& disk) const override {
        return disk.lying() ? "has a disk that lies already" : "";
    }
    void begin(FaultContext&, sim::Disk& disk) override { disk.set_lying(true); }
    void end(sim::Disk& disk) override { disk.set_lying(false); }
};

SIM_REGISTER(Fault, "lying_fsync", "sync answers at once and nothing is durable", LyingFsync)

}  // namespace
}  // namespace gfs::faults
