// SPDX-License-Identifier: Apache-2.0
// Replicas come and go: creation and cloning (GFS 4.3) and deletion (GFS 4.4) on the master's word.

#include <algorithm>
#include <utility>

#include "core/chunkserver/chunkserver.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

Task<ChunkServer::Reply> ChunkServer::on_create_chunk(CreateChunk request) {
    if (is_replaced(request.master)) co_return Code::old_epoch;
    // The second copy of the message finds the replica there. What was made and lost sight of
    // earlier is another one.
    const StoredReplica* const present = store_.find(request.chunk);
    if (present != nullptr && present->version != request.version) co_return Code::stale_version;
    if (present == nullptr) {
        const Code admitted = store_.admit(request.chunk, 0);
        if (admitted != Code::ok) co_return admitted;
        store_.put(request.chunk, request.version, Content{});
        host_.emit(event::chunk_replica_created, {request.chunk, id(), request.version});
    }
    const Code durable = co_await make_durable(request.chunk);
    if (durable != Code::ok) co_return durable;
    co_return Done{};
}

// Fetches the chunk directly from a valid replica, at the speed of one clone (GFS 4.3).
Task<ChunkServer::Reply> ChunkServer::on_clone_chunk(CloneChunk request) {
    if (is_replaced(request.master)) co_return Code::old_epoch;
    const StoredReplica* const present = store_.find(request.chunk);
    const bool is_good = present != nullptr && !present->corrupt;
    if (is_good && present->version >= request.version) co_return Done{};

    const CopyChunk copy{.chunk = request.chunk,
                         .version = request.version,
                         .bandwidth = config_.clone_bandwidth};
    // Twice what a full chunk takes at full speed, and one message.
    const auto full_s = static_cast<std::int64_t>(config_.chunk_size / config_.clone_bandwidth) + 1;
    const Duration patience = config_.client_timeout + 2 * std::chrono::seconds{full_s};
    CopyChunk::Reply answer = co_await sim::call(host_, request.source, copy, patience);
    if (!answer.ok()) co_return answer.code();

    // While this copy was under way a newer one may have been made, or a newer master have spoken.
    if (is_replaced(request.master)) co_return Code::old_epoch;
    const StoredReplica* const after = store_.find(request.chunk);
    if (after != nullptr && !after->corrupt && after->version >= request.version) co_return Done{};
    const std::uint64_t bytes = answer->content.length();
    const Code admitted = store_.admit(request.chunk, bytes);
    if (admitted != Code::ok) co_return admitted;
    if (after != nullptr) drop_replica(request.chunk);
    store_.put(request.chunk, answer->version, std::move(answer.value().content));
    states_[request.chunk].told_from = heartbeats_ + 1;
    host_.emit(event::chunk_replica_created, {request.chunk, id(), request.version});
    SIM_ASSERT(store_.find(request.chunk)->content.length() == bytes);

    const Code durable = co_await make_durable(request.chunk);
    if (durable != Code::ok) co_return durable;
    co_return Done{};
}

// At the source of a clone.
Task<Answer<ReplicaCopy>> ChunkServer::on_copy_chunk(CopyChunk request) {
    const StoredReplica* const replica = store_.find(request.chunk);
    if (replica == nullptr) co_return Code::no_such_chunk;
    if (replica->version != request.version) co_return Code::stale_version;
    close(request.chunk, request.version);

    const ByteRange present{0, replica->content.length()};
    const Code code = co_await read_blocks(request.chunk, present);
    if (code != Code::ok) co_return code;
    const StoredReplica* const after = store_.find(request.chunk);
    if (after == nullptr) co_return Code::no_such_chunk;
    if (after->version != request.version) co_return Code::stale_version;
    // A copy that is made of bad blocks would have good checksums (GFS 5.2).
    const ByteRange whole{0, after->content.length()};
    const Code intact = verify(request.chunk, whole);
    if (intact != Code::ok) co_return intact;
    tell_if_damaged(request.chunk, after->content.extents(), sim::no_host);
    co_return ReplicaCopy{after->version, after->content, request.bandwidth};
}

ChunkServer::Reply ChunkServer::on_delete_chunk(const DeleteChunk& request) {
    if (is_replaced(request.master)) return Code::old_epoch;
    const StoredReplica* const replica = store_.find(request.chunk);
    if (replica == nullptr) return Done{};
    // It has been renewed since the master decided.
    if (replica->version > request.version) return Code::stale_version;
    if (!store_.may_erase()) return Code::read_only;
    if (!knows_all(request)) return Code::stale_version;
    drop_replica(request.chunk);
    return Done{};
}

// Choice (not in GFS): an order that was under way for long may find a replica that was given up
// once and is counted on again: cloned back to this server at the same version, or the only one
// that is left. So the master must have heard all that this server has said of its replicas.
bool ChunkServer::knows_all(const DeleteChunk& order) const {
    const bool is_ours = epoch_ && order.registration == *epoch_;
    // Another registration has other numbers, which say nothing here.
    if (!is_ours) return !config_.has(Mechanism::master_epoch);
    const auto state = states_.find(order.chunk);
    const std::uint64_t told_from = state == states_.end() ? 0 : state->second.told_from;
    return order.heard >= std::max(heartbeats_, told_from);
}

void ChunkServer::drop_replica(ChunkHandle chunk) {
    const StoredReplica* const replica = store_.find(chunk);
    SIM_ASSERT(replica != nullptr);
    host_.emit(event::gc_deleted, {chunk, id(), replica->version});
    states_.erase(chunk);
    store_.erase(chunk);
    order_moved_.notify_all();
}

}  // namespace gfs
