// SPDX-License-Identifier: Apache-2.0
// Which replicas the master counts on, and how that compares with the goal: too few (GFS 4.3:
// re_replication.cpp), too many (surplus.cpp), or enough and all on one rack (GFS 4.2).

#include <algorithm>

#include "core/master/master.h"
#include "core/master/path.h"
#include "sim/engine.h"

namespace gfs {

void Master::add_replica(ChunkHandle handle, ServerId server, std::uint64_t length) {
    Chunk& chunk = *find(handle);
    if (Replica* const present = chunk.find(server)) {
        present->length = length;
        return;
    }
    place_replica(handle, chunk, server, length);
    check_level(handle, chunk);
}

void Master::place_replica(ChunkHandle handle, Chunk& chunk, ServerId server,
                           std::uint64_t length) {
    SIM_ASSERT(is_alive(server));
    SIM_ASSERT(chunk.find(server) == nullptr);
    SIM_ASSERT(!chunk.counted_out.contains(server));
    const auto place =
        std::find_if(chunk.replicas.begin(), chunk.replicas.end(),
                     [&](const Replica& replica) { return replica.server > server; });
    chunk.replicas.insert(place, Replica{server, length});
    servers_.at(server).chunks.insert(handle);
    host_.emit(event::chunk_replica_added, {handle, server, chunk.version});
}

// Does nothing when the replica is not counted on anyway.
void Master::drop_replica(ChunkHandle handle, ServerId server, std::string_view reason) {
    Chunk* const chunk = find(handle);
    if (chunk == nullptr || chunk->find(server) == nullptr) return;
    unplace_replica(handle, *chunk, server, reason);
    check_level(handle, *chunk);
}

void Master::unplace_replica(ChunkHandle handle, Chunk& chunk, ServerId server,
                             std::string_view reason) {
    SIM_ASSERT(chunk.find(server) != nullptr);
    std::erase_if(chunk.replicas, [&](const Replica& replica) { return replica.server == server; });
    servers_.at(server).chunks.erase(handle);
    host_.emit(event::chunk_replica_removed, {handle, server, text(reason)});
}

// Compares with the goal, after every change of the replicas.
void Master::check_level(ChunkHandle handle, Chunk& chunk) {
    if (collecting_) return;
    enqueue(handle, chunk);
    const std::size_t replicas = chunk.replicas.size();
    if (replicas < chunk.goal) {
        if (!chunk.below_goal_since) chunk.below_goal_since = now();
        host_.emit(event::chunk_under_replicated, {handle, replicas, chunk.goal});
        if (replicas == 0) host_.emit(event::chunk_lost, {handle});
        return;
    }
    if (chunk.below_goal_since) {
        chunk.below_goal_since.reset();
        host_.emit(event::chunk_replicated, {handle, replicas, chunk.goal});
    }
    if (replicas > chunk.goal)
        host_.emit(event::chunk_over_replicated, {handle, replicas, chunk.goal});
}

// Enters the chunk where there is work to do for it, and strikes it out elsewhere.
void Master::enqueue(ChunkHandle handle, Chunk& chunk) {
    const std::size_t replicas = chunk.replicas.size();
    const bool below_goal = replicas < chunk.goal;
    const bool in_excess = replicas > chunk.goal || !chunk.counted_out.empty();
    if (in_excess)
        excess_.insert(handle);
    else
        excess_.erase(handle);
    if (!below_goal) chunk.blocking = false;

    // A clone that is under way comes back here when it ends. What is lost cannot be cloned.
    const bool is_cramped = replicas == chunk.goal && is_on_one_rack_too_many(chunk);
    const bool to_clone = replicas > 0 && (below_goal || is_cramped);
    if (to_clone && !clones_.contains(handle))
        repairs_.set(handle, rank_of(chunk));
    else
        repairs_.erase(handle);
    if (to_clone || in_excess) repair_.notify_all();
}

Rank Master::rank_of(const Chunk& chunk) {
    if (!config_.has(Mechanism::clone_priority)) return {};
    const auto replicas = static_cast<std::uint32_t>(chunk.replicas.size());
    const LocalTime since = chunk.below_goal_since.value_or(now());
    const RepairView view{.missing = chunk.goal > replicas ? chunk.goal - replicas : 0,
                          .live = chunk.live_owners > 0,
                          .blocking = chunk.blocking,
                          .since_ns = since.time_since_epoch().count()};
    return re_replication_->rank(view, repair_draws_);
}

// Its files were renamed or deleted.
void Master::enqueue_chunks_of(const std::string& file) {
    for (const ChunkHandle handle : chunks_of(file))
        if (repairs_.contains(handle)) repairs_.set(handle, rank_of(*find(handle)));
}

// A client asked for the chunk and could not be served: it is wanted more than others (GFS 4.3).
void Master::note_blocking(ChunkHandle handle) {
    Chunk* const chunk = find(handle);
    if (chunk == nullptr || !chunk->below_goal_since || chunk->blocking) return;
    chunk->blocking = true;
    if (repairs_.contains(handle)) repairs_.set(handle, rank_of(*chunk));
}

// All its replicas are on one rack although there are others: the rack's power or its switch would
// take the chunk with it (GFS 4.2).
bool Master::is_on_one_rack_too_many(const Chunk& chunk) const {
    if (!config_.has(Mechanism::rack_spread) || !placement_->spreads()) return false;
    if (chunk.replicas.size() < 2) return false;
    const std::uint32_t rack = servers_.at(chunk.replicas.front().server).rack;
    const bool together =
        std::all_of(chunk.replicas.begin(), chunk.replicas.end(), [&](const Replica& replica) {
            return servers_.at(replica.server).rack == rack;
        });
    return together && live_servers_.size() > 1;
}

// A rack with live servers may have come or gone: then chunks that had to stay on one rack are
// looked at again.
void Master::rack_has(std::uint32_t rack, int more_servers) {
    const bool was_one = live_servers_.size() <= 1;
    const int servers = live_servers_[rack] += more_servers;
    SIM_ASSERT(servers >= 0);
    if (servers == 0) live_servers_.erase(rack);
    const bool is_one = live_servers_.size() <= 1;
    if (collecting_ || is_one == was_one) return;
    chunks_.for_each([this](ChunkHandle handle, Chunk& chunk) { enqueue(handle, chunk); });
}

}  // namespace gfs
