// SPDX-License-Identifier: Apache-2.0
// Stored bytes change silently: one in each of `blocks` checksum blocks, at `offset` and as far
// into each block that follows. The checksums on record stay what they are.

#include "core/common/chunk_store.h"
#include "core/common/events.h"
#include "faults/chunk_fault.h"

namespace gfs::faults {
namespace {

class Bitrot final : public ChunkFault {
  public:
    using ChunkFault::ChunkFault;

  private:
    std::string obstacle(const StoredReplica& replica) const override {
        if (replica.content.length() == 0) return "has an empty replica";
        if (spec().chunk_offset.value_or(0) >= replica.content.length())
            return "has a replica that ends before the offset";
        return {};
    }

    void strike(FaultContext& context, HostId server, ChunkHandle chunk) override {
        ChunkStore& store = *context.machines().chunks(server);
        const StoredReplica& replica = *store.find(chunk);
        const std::uint64_t length = replica.content.length();
        const std::uint64_t block_size = replica.sums.bytes_of(0).length;
        std::uint64_t offset = spec().chunk_offset ? *spec().chunk_offset
                                                   : context.random().below(length);
        for (std::uint64_t i = 0; i < spec().blocks && offset < length; ++i) {
            const ByteRange byte{offset, 1};
            store.damage(chunk, byte);
            context.engine().emit(server, event::chunk_damaged, {chunk, server, offset, 1});
            offset += block_size;
        }
    }
};

SIM_REGISTER(Fault, "bitrot", "stored data changes silently", Bitrot)

}  // namespace
}  // namespace gfs::faults
