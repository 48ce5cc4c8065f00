// SPDX-License-Identifier: Apache-2.0
// Replicas that the disk failed to read are read again (GFS 5.2). Such an error may pass, where a
// bad checksum stays; and the replica may be the last one, which nobody counts on while its server
// accuses it.
//
// Choice (not in GFS): once in a HeartBeat's time, in the pieces of the scan of idle chunks. When
// all of it can be read and every checksum matches, the accusation is withdrawn: the master hears
// of it with the next report that has the chunk's turn, and counts on the replica again if it has
// no other (master/stale_replicas.cpp).

#include <algorithm>

#include "core/chunkserver/chunkserver.h"
#include "core/common/events.h"
#include "sim/assert.h"
#include "sim/engine.h"
#include "sim/operation.h"

namespace gfs {
void ChunkServer::begin_to_read_again() {
    if (reads_again_) return;
    reads_again_ = true;
    host_.spawn("read_again_loop", read_again_loop());
}

Task<void> ChunkServer::read_again_loop() {
    SIM_ASSERT(reads_again_);
    while (true) {
        co_await sim::sleep(host_, config_.heartbeat);
        const std::vector<ChunkHandle> unread = unread_replicas();
        if (unread.empty()) break;
        for (const ChunkHandle chunk : unread) co_await read_again(chunk);
    }
    reads_again_ = false;
}

std::vector<ChunkHandle> ChunkServer::unread_replicas() const {
    std::vector<ChunkHandle> unread;
    for (const auto& [chunk, replica] : store_.replicas())
        if (replica.unread) unread.push_back(chunk);
    return unread;
}

bool ChunkServer::is_unread(ChunkHandle chunk) const {
    const StoredReplica* const replica = store_.find(chunk);
    return replica != nullptr && replica->unread;
}

Task<void> ChunkServer::read_again(ChunkHandle chunk) {
    // If anybody else fails to read meanwhile, the disk is not well yet.
    const std::uint64_t failures = read_failures_;
    std::uint64_t offset = 0;
    // The replica may be deleted, replaced or found bad between two pieces.
    while (is_unread(chunk) && failures == read_failures_) {
        const ByteRange piece = piece_at(chunk, offset);
        if (piece.length == 0) {
            store_.clear_unread(chunk);
            host_.emit(event::chunk_read_again, {chunk, id()});
            co_return;
        }
        const auto outcome =
            co_await store_.disk().read(ChunkStore::file_of(chunk), piece.offset, piece.length);
        if (!outcome || *outcome != sim::Disk::Outcome::done) co_return;
        if (!is_unread(chunk)) co_return;
        if (const auto mismatch = store_.find_mismatch(chunk, piece)) {
            found_corrupt(chunk, *mismatch);
            co_return;
        }
        co_await sim::sleep(host_, pause_after(piece));
        SIM_ASSERT(piece.end() > offset);
        offset = piece.end();
    }
}

}  // namespace gfs
