// SPDX-License-Identifier: Apache-2.0

#include "faults/chunk_fault.h"

#include "core/common/chunk_store.h"

namespace gfs::faults {

void ChunkFault::apply(FaultContext& context) {
    const std::vector<HostId> hit = context.hosts(*spec_.target);
    for (const HostId server : hit) {
        const ChunkStore* const store = context.machines().chunks(server);
        if (store == nullptr) {
            context.refused(server, "is no chunkserver");
            continue;
        }
        const auto chunk = spec_.chunk ? named_chunk(context) : draw_chunk(context, *store, hit);
        const StoredReplica* const replica = chunk ? store->find(*chunk) : nullptr;
        if (replica == nullptr) {
            context.refused(server, spec_.chunk ? "has no replica of the chunk" : "has no replica");
            continue;
        }
        if (const std::string reason = obstacle(*replica); !reason.empty()) {
            context.refused(server, reason);
            continue;
        }
        context.fired(server);
        strike(context, server, *chunk);
    }
}

std::optional<ChunkHandle> ChunkFault::named_chunk(FaultContext& context) const {
    return context.targets().chunk_of(spec_.chunk->file, spec_.chunk->index);
}

// Of those that can be struck, and that the budget does not keep.
std::optional<ChunkHandle> ChunkFault::draw_chunk(FaultContext& context, const ChunkStore& store,
                                                  const std::vector<HostId>& hit) const {
    std::vector<ChunkHandle> candidates;
    for (const auto& [chunk, replica] : store.replicas()) {
        const CopiesTaken taken{.chunk = chunk, .hit = hit};
        if (obstacle(replica).empty() && !context.is_kept(taken)) candidates.push_back(chunk);
    }
    if (candidates.empty()) return std::nullopt;
    return context.random().pick(candidates);
}

}  // namespace gfs::faults
