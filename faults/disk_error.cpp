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
        const bool is_sync = spec().disk_operation == sim::DiskOperation::sync;
        if (is_sync && is_spared()) return;
        fate.fails = true;
        if (is_sync) fate.kept = {random.below(1001), 1000};
    }

    // A replica whose sync fails is lost. Nobody says here whose sync it is, so that the budget is
    // asked of all that wait for one: a chunk may have been created when the fault had begun.
    bool is_spared() const {
        for (const HostId host : hosts()) {
            const ChunkStore* const store = context().machines().chunks(host);
            if (store == nullptr) continue;
            for (const auto& [chunk, replica] : store->replicas()) {
                const CopiesTaken taken{.chunk = chunk, .hit = {host}};
                if (!replica.not_durable.empty() && context().is_kept(taken)) return true;
            }
        }
        return false;
    }
};

SIM_REGISTER(Fault, "disk_error", "a disk returns errors", DiskError)

}  // namespace
}  // namespace gfs::faults
