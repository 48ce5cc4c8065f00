// SPDX-License-Identifier: Apache-2.0
// Reads: GFS 2.4, with the version check of GFS 4.5. The client's side is in client/read.cpp.

#include <algorithm>
#include <utility>

#include "core/chunkserver/chunkserver.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

Task<Answer<ReadData>> ChunkServer::on_read(Read request) {
    const StoredReplica* const replica = store_.find(request.chunk);
    if (replica == nullptr) co_return Code::no_such_chunk;
    // The client knows of a newer version than this replica has: it is stale (GFS 4.5).
    if (config_.has(Mechanism::version_check) && replica->version < request.version)
        co_return Code::stale_version;

    const std::uint64_t end = std::min(request.offset + request.length, replica->content.length());
    if (request.offset < end) {
        const auto outcome = co_await store_.disk().read(ChunkStore::file_of(request.chunk),
                                                         request.offset, end - request.offset);
        if (!outcome || *outcome != sim::Disk::Outcome::done) co_return Code::disk_error;
    }

    // The replica may have grown, or be gone, since the disk began to read.
    const StoredReplica* const after = store_.find(request.chunk);
    if (after == nullptr) co_return Code::no_such_chunk;
    ReadData data{
        .version = after->version,
        .replica_length = after->content.length(),
        .length = request.offset < end ? end - request.offset : 0,
        .extents = {},
    };
    data.extents = after->content.read(request.offset, data.length);
    co_return data;
}

}  // namespace gfs
