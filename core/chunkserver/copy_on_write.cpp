// SPDX-License-Identifier: Apache-2.0
// A chunk that a snapshot shares is copied before it is written to: GFS 3.4. The copy is made here,
// beside the original, so that its data never crosses the network ("our disks are about three times
// as fast as our 100 Mb Ethernet links"). The master's side is in master/copy_on_write.cpp.

#include <utility>

#include "core/chunkserver/chunkserver.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {
namespace {

// Of a copy that is still being written. It is below every version that a replica can have: if the
// process ends now, the file is no replica to anybody, and garbage.
constexpr Version unfinished{0};

}  // namespace

Task<ChunkServer::Reply> ChunkServer::on_copy_chunk_locally(CopyChunkLocally request) {
    if (is_replaced(request.master)) co_return Code::old_epoch;
    // The second copy of the message waits for what the first one began.
    while (is_unfinished_copy(request.copy)) co_await order_moved_.wait();
    if (is_replaced(request.master)) co_return Code::old_epoch;
    if (store_.find(request.copy) == nullptr) {
        const Code copied = co_await copy_locally(request);
        if (copied != Code::ok) co_return copied;
    }
    const Code durable = co_await make_durable(request.copy);
    if (durable != Code::ok) co_return durable;
    co_return Done{};
}

Task<Code> ChunkServer::copy_locally(CopyChunkLocally request) {
    SIM_ASSERT(request.copy != request.chunk);
    const StoredReplica* const original = store_.find(request.chunk);
    if (original == nullptr) co_return Code::no_such_chunk;
    // The master counts on this version; another one has other mutations (GFS 4.5).
    if (original->version != request.version) co_return Code::stale_version;
    close(request.chunk, request.version);
    const Code admitted = store_.admit(request.copy, original->content.length());
    if (admitted != Code::ok) co_return admitted;

    store_.put(request.copy, unfinished, Content{});
    const Code copied = co_await copy_content(request);
    const bool may_erase = is_unfinished_copy(request.copy) && store_.may_erase();
    if (copied != Code::ok && may_erase) store_.erase(request.copy);
    order_moved_.notify_all();
    co_return copied;
}

Task<Code> ChunkServer::copy_content(CopyChunkLocally request) {
    const ByteRange present{0, store_.find(request.chunk)->content.length()};
    const Code code = co_await read_blocks(request.chunk, present);
    if (code != Code::ok) co_return code;
    // A newer master may have spoken meanwhile, the original have got a new version, or the copy
    // been given up and deleted, or put into use by a master that did not wait for it.
    if (is_replaced(request.master)) co_return Code::old_epoch;
    const StoredReplica* const after = store_.find(request.chunk);
    if (after == nullptr) co_return Code::no_such_chunk;
    if (after->version != request.version) co_return Code::stale_version;
    if (!is_unfinished_copy(request.copy)) co_return Code::stale_version;
    // A copy that is made of bad blocks would have good checksums (GFS 5.2).
    const ByteRange whole{0, after->content.length()};
    const Code intact = verify(request.chunk, whole);
    if (intact != Code::ok) co_return intact;
    tell_if_damaged(request.chunk, after->content.extents(), sim::no_host);
    const Code admitted = store_.admit(request.copy, after->content.length());
    if (admitted != Code::ok) co_return admitted;
    store_.put(request.copy, request.copy_version, after->content);
    host_.emit(event::chunk_replica_created, {request.copy, id(), request.copy_version});
    co_return Code::ok;
}

bool ChunkServer::is_unfinished_copy(ChunkHandle chunk) const {
    const StoredReplica* const replica = store_.find(chunk);
    return replica != nullptr && replica->version == unfinished;
}

}  // namespace gfs
