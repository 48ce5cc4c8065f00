// SPDX-License-Identifier: Apache-2.0
// The file of one replica is gone: somebody deleted it, or the file system lost it. A process that
// runs there notices when it is asked for the chunk, and at its next HeartBeat.

#include "core/common/chunk_store.h"
#include "core/common/events.h"
#include "faults/chunk_fault.h"

namespace gfs::faults {
namespace {

class LoseChunk final : public ChunkFault {
  public:
    using ChunkFault::ChunkFault;

  private:
    void strike(FaultContext& context, HostId server, ChunkHandle chunk) override {
        context.engine().emit(server, event::chunk_file_lost, {chunk, server});
        context.machines().chunks(server)->lose(chunk);
    }
};

SIM_REGISTER(Fault, "lose_chunk", "the file of one replica is gone", LoseChunk)

}  // namespace
}  // namespace gfs::faults
