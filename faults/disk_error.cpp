// SPDX-License-Identifier: Apache-2.0
// A disk returns errors (EIO): a share of its reads, its syncs, or the writes that it is given.

#include "faults/disk_fault.h"

namespace gfs::faults {
namespace {

class DiskError final : public RequestFault {
  public:
    using RequestFault::RequestFault;

  private:
    bool is_meant(sim::DiskOperation operation) const override {
        return operation == spec().disk_operation;
    }
    // How many of the writes of a failed sync are on the platter, nobody knows.
    void strike(sim::Random& random, sim::DiskFate& fate) override {
        fate.fails = true;
        if (spec().disk_operation == sim::DiskOperation::sync)
            fate.kept = {random.below(1001), 1000};
    }
};

SIM_REGISTER(Fault, "disk_error", "a disk returns errors", DiskError)

}  // namespace
}  // namespace gfs::faults
