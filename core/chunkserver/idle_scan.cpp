// SPDX-License-Identifier: Apache-2.0
// The scan of inactive chunks: GFS 5.2. A chunk that is rarely read may rot unseen, until the last
// good replica is lost and the master, which counts on this one, finds out too late.
//
// Choice (not in GFS): one replica after another, in the order of their handles, each about once in
// `idle_scan_every`; in small pieces and not faster than `idle_scan_bandwidth`, so that whoever
// else needs the disk waits for one piece at most.

#include <algorithm>

#include "core/chunkserver/chunkserver.h"
#include "core/common/events.h"
#include "sim/assert.h"
#include "sim/engine.h"
#include "sim/operation.h"

namespace gfs {
Task<void> ChunkServer::idle_scan_loop() {
    ChunkHandle last{};
    while (true) {
        const auto replicas = static_cast<std::int64_t>(store_.replicas().size());
        const Duration its_share = config_.idle_scan_every / std::max<std::int64_t>(replicas, 1);
        const Duration turn = std::max(its_share, Duration{1});
        co_await sim::sleep(host_, turn);
        auto at = store_.replicas().upper_bound(last);
        if (at == store_.replicas().end()) at = store_.replicas().begin();
        if (at == store_.replicas().end()) continue;
        last = at->first;
        co_await scan(last);
    }
}

// Nobody changes it, and nothing is known against it. The next round will do for a chunk that is
// busy now.
bool ChunkServer::may_scan(ChunkHandle chunk) const {
    const StoredReplica* const replica = store_.find(chunk);
    if (replica == nullptr || replica->corrupt || !replica->not_durable.empty()) return false;
    const auto state = states_.find(chunk);
    return state == states_.end() || !state->second.lease;
}

// Which keeps to `idle_scan_bandwidth`.
Duration ChunkServer::pause_after(const ByteRange& piece) const {
    const std::uint64_t pause_ns = piece.length * 1'000'000'000 / config_.idle_scan_bandwidth;
    return Duration{static_cast<std::int64_t>(pause_ns)};
}

Task<void> ChunkServer::scan(ChunkHandle chunk) {
    std::uint64_t offset = 0;
    // Whatever has happened between two pieces, the next one is looked at as it is then.
    while (may_scan(chunk)) {
        const ByteRange piece = piece_at(chunk, offset);
        if (piece.length == 0) co_return;
        const Code code = co_await read_disk(chunk, piece);
        if (code != Code::ok) co_return;
        if (store_.find(chunk) == nullptr) co_return;
        if (const auto mismatch = store_.find_mismatch(chunk, piece)) {
            host_.emit(event::scrub_found, {chunk, id(), *mismatch});
            found_corrupt(chunk, *mismatch);
            co_return;
        }
        co_await sim::sleep(host_, pause_after(piece));
        SIM_ASSERT(piece.end() > offset);
        offset = piece.end();
    }
}

}  // namespace gfs
