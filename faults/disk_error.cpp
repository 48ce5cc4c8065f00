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
    void strike(const sim::DiskRequest& request, sim::DiskFate& fate) override {
        const bool is_sync = request.operation == sim::DiskOperation::sync;
        if (is_sync && !may_fail(request)) return;
        fate.fails = true;
        if (is_sync) fate.kept = {context().random().below(1001), 1000};
    }

    // A replica whose sync fails is lost. The budget is asked of each, when its sync comes: the
    // chunk may have been created after the fault had begun.
    bool may_fail(const sim::DiskRequest& sync) {
        const ChunkStore* const store = context().machines().chunks(sync.host);
        if (store == nullptr) return true;
        const ChunkHandle chunk = ChunkStore::chunk_in(*sync.file);
        const StoredReplica* const replica = store->find(chunk);
        if (replica == nullptr || replica->not_durable.empty()) return true;
        return context().may_strike({.chunk = chunk, .hit = {sync.host}});
    }
};

SIM_REGISTER(Fault, "disk_error", "a disk returns errors", DiskError)

}  // namespace
}  // namespace gfs::faults
