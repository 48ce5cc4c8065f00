// SPDX-License-Identifier: Apache-2.0
// The disks of a chunkserver are emptied, while its process lives or before its restart.

#include "core/common/chunk_store.h"
#include "core/common/events.h"
#include "faults/fault.h"

namespace gfs::faults {
namespace {

class Wipe final : public PointFault {
  public:
    explicit Wipe(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        for (const HostId server : context.hosts(*spec_.target)) {
            ChunkStore* const store = context.machines().chunks(server);
            if (store == nullptr) {
                context.refused(server, "is no chunkserver");
                continue;
            }
            context.fired(server);
            while (!store->replicas().empty()) {
                const ChunkHandle chunk = store->replicas().begin()->first;
                context.engine().emit(server, event::chunk_file_lost, {chunk, server});
                store->lose(chunk);
            }
        }
    }

  private:
    const FaultSpec& spec_;
};

SIM_REGISTER(Fault, "wipe", "the disks of a chunkserver are emptied", Wipe)

}  // namespace
}  // namespace gfs::faults
