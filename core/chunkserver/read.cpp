// SPDX-License-Identifier: Apache-2.0
// Reads: GFS 2.4, with the version check of GFS 4.5 and the checksums of GFS 5.2 (checksums.cpp).
// The client's side is in client/read.cpp.

#include <algorithm>
#include <utility>

#include "core/chunkserver/chunkserver.h"
#include "core/common/buggify.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

Task<Answer<ReadData>> ChunkServer::on_read(Read request) {
    if (buggify(host_, Site::server_late_request))
        co_await hesitate(host_, Site::server_late_request, config_.client_timeout);
    const StoredReplica* const replica = store_.find(request.chunk);
    if (replica == nullptr) co_return Code::no_such_chunk;
    // The client knows of a newer version than this replica has: it is stale (GFS 4.5).
    if (config_.has(Mechanism::version_check) && replica->version < request.version)
        co_return Code::stale_version;

    const std::uint64_t end = std::min(request.offset + request.length, replica->content.length());
    const ByteRange range{request.offset, end - std::min(end, request.offset)};
    const Code code = co_await read_blocks(request.chunk, range);
    if (code != Code::ok) co_return code;

    // The replica may have grown, or be gone, since the disk began to read.
    const StoredReplica* const after = store_.find(request.chunk);
    if (after == nullptr) co_return Code::no_such_chunk;
    // Nothing is returned before every block that overlaps the range is verified (GFS 5.2).
    const Code intact = verify(request.chunk, range);
    if (intact != Code::ok) co_return intact;
    ReadData data{
        .version = after->version,
        .replica_length = after->content.length(),
        .length = range.length,
        .extents = {},
    };
    data.extents = after->content.read(range.offset, range.length);
    tell_if_damaged(request.chunk, data.extents, request.client);
    co_return data;
}

}  // namespace gfs
