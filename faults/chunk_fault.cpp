// SPDX-License-Identifier: Apache-2.0

#include "faults/chunk_fault.h"

#include "core/common/chunk_store.h"

namespace gfs::faults {

void ChunkFault::apply(FaultContext& context) {
    const std::vector<HostId> hit = context.hosts(*spec_.target);
    if (hit.empty() || is_unbound(context, spec_.chunk)) return;
    std::optional<ChunkHandle> named;
    if (spec_.chunk) named = context.targets().held_chunk(*spec_.chunk);
    for (const HostId server : hit) {
        const ChunkStore* const store = context.machines().chunks(server);
        if (store == nullptr) {
            context.refused(server, "is no chunkserver");
            continue;
        }
        const auto chunk = spec_.chunk ? named : draw_chunk(context, *store, hit);
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

bool is_unbound(FaultContext& context, const std::optional<HeldChunk>& chunk) {
    if (!chunk || chunk->bound.empty() || context.targets().held_chunk(*chunk)) return false;
    context.refused("nobody has bound @" + chunk->bound + " yet");
    return true;
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
