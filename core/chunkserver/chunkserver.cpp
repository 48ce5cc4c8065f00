// SPDX-License-Identifier: Apache-2.0
// A chunkserver process begins. What it then does is in the files listed in chunkserver.h.

#include "core/chunkserver/chunkserver.h"

#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

ChunkServer::ChunkServer(sim::Host& host, const Config& config, ChunkStore& store,
                         const HostId& master)
    : host_(host),
      config_(config),
      store_(store),
      master_(master),
      buffer_(config.push_buffer),
      order_moved_(host),
      draws_(host.engine().random("chunkserver", sim::to_index(host.id()))) {
    sim::Endpoint& endpoint = host_.endpoint();
    endpoint.on<PushData>(*this, &ChunkServer::on_push_data);
    endpoint.on<Write>(*this, &ChunkServer::on_write);
    endpoint.on<RecordAppend>(*this, &ChunkServer::on_record_append);
    endpoint.on<Read>(*this, &ChunkServer::on_read);
    endpoint.on<ApplyMutation>(*this, &ChunkServer::on_apply_mutation);
    endpoint.on<CopyChunk>(*this, &ChunkServer::on_copy_chunk);
    endpoint.on<CreateChunk>(*this, &ChunkServer::on_create_chunk);
    endpoint.on<GrantLease>(*this, &ChunkServer::on_grant_lease);
    endpoint.on<VerifyReplica>(*this, &ChunkServer::on_verify_replica);
    endpoint.on<RevokeLease>(*this, &ChunkServer::on_revoke_lease);
    endpoint.on<CloneChunk>(*this, &ChunkServer::on_clone_chunk);
    endpoint.on<CopyChunkLocally>(*this, &ChunkServer::on_copy_chunk_locally);
    endpoint.on<DeleteChunk>(*this, &ChunkServer::on_delete_chunk);
    endpoint.on<PollChunks>(*this, &ChunkServer::on_poll_chunks);
    endpoint.on<Ping>(*this, &ChunkServer::on_ping);
    host_.emit(event::server_started, {id(), store_.replicas().size()});
    host_.spawn("heartbeat_loop", heartbeat_loop());
    if (config_.has(Mechanism::idle_scan)) host_.spawn("idle_scan_loop", idle_scan_loop());
    if (!unread_replicas().empty()) begin_to_read_again();
}

ChunkServer::Reply ChunkServer::on_ping(const Ping&) { return Done{}; }

std::vector<ChunkServer::LeaseView> ChunkServer::leases() const {
    std::vector<LeaseView> held;
    for (const auto& [chunk, state] : states_)
        if (state.lease && state.lease->expires > now())
            held.push_back({chunk, state.lease->version, state.lease->expires});
    return held;
}

}  // namespace gfs
