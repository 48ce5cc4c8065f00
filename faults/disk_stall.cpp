// SPDX-License-Identifier: Apache-2.0
// A disk answers nothing for a while: a read or a sync whose turn has come is not served before the
// fault heals, nor is what waits behind it.

#include "faults/disk_fault.h"

namespace gfs::faults {
namespace {

class DiskStall final : public RequestFault {
  public:
    using RequestFault::RequestFault;

  private:
    bool is_meant(sim::DiskOperation operation) const override {
        return operation != sim::DiskOperation::write;
    }
    void strike(const sim::DiskRequest&, sim::DiskFate& fate) override { fate.waits = true; }
};

SIM_REGISTER(Fault, "disk_stall", "a disk answers nothing for a while", DiskStall)

}  // namespace
}  // namespace gfs::faults
