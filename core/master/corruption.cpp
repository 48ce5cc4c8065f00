// SPDX-License-Identifier: Apache-2.0
// A replica failed a checksum: GFS 5.2. The chunk is cloned from another replica; when the new one
// is in place, the bad one is deleted (re_replication.cpp). The chunkserver's side is in
// chunkserver/checksums.cpp.

#include <algorithm>

#include "core/master/master.h"
#include "sim/engine.h"

namespace gfs {

ReportCorruption::Reply Master::on_report_corruption(const ReportCorruption& request) {
    if (!serving_) return Code::starting;
    if (find(request.chunk) == nullptr) return Code::no_such_chunk;
    take_corrupt(request.server, request.chunk, request.version);
    return Done{};
}

// Every HeartBeat that has the chunk's turn says it again, until the replica is deleted.
void Master::take_corrupt(ServerId id, ChunkHandle handle, Version version) {
    if (find(handle)->counted_out.contains(id)) return;
    host_.spawn("count_out_corrupt", count_out_corrupt(id, handle, version));
}

// Choice (not in GFS): a corrupt replica is not counted on at all, even if it is the last one and
// its other blocks may be good. If it were, it could get the next lease alone, and the good
// replicas of servers that are only down would be stale when they come back. The chunk is then
// unavailable, not corrupted (GFS 2.7.1), and the replica stays where it is.
Task<void> Master::count_out_corrupt(ServerId id, ChunkHandle handle, Version version) {
    // A grant that is under way could take it into its set.
    const auto turn = co_await grants_.enter(handle);
    Chunk* const chunk = find(handle);
    // By now it may be stale or gone, and is treated as that. A number above ours it was offered,
    // and could not store well: the replica that we counted on is no more.
    if (chunk == nullptr || version < chunk->version || !is_alive(id)) co_return;
    if (!chunk->counted_out.insert(id).second) co_return;
    if (chunk->find(id) != nullptr)
        drop_replica(handle, id, "corrupt");
    else
        check_level(handle, *chunk);

    // As a member of the lease's set it would refuse what touches the bad block: another set.
    const std::optional<Lease>& lease = chunk->lease;
    if (!lease) co_return;
    const auto& secondaries = lease->secondaries;
    const bool is_member = lease->primary == id || std::find(secondaries.begin(), secondaries.end(),
                                                             id) != secondaries.end();
    if (is_member) co_await end_lease(handle, Patience::none);
}

}  // namespace gfs
