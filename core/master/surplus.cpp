// SPDX-License-Identifier: Apache-2.0
// Replicas above the goal, and those that were counted out, are deleted: GFS 4.3 (rule U21). Only
// while no lease is in force, whose set they could belong to; good ones never below the goal, and
// never so that a chunk on two racks is left on one.

#include <algorithm>

#include "core/master/master.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

bool Master::may_remove(const Chunk& chunk) const {
    if (chunk.busy || now() < chunk.offered_until + config_.lease_guard) return false;
    if (chunk.replicas.size() >= chunk.goal) return true;
    // Choice (not in GFS): where every live server has a replica or one that was counted out, the
    // latter is in the way of its own replacement, and the chunk would never come to its goal.
    if (chunk.replicas.empty()) return false;
    return std::all_of(servers_.begin(), servers_.end(), [&](const auto& entry) {
        return !entry.second.alive || chunk.find(entry.first) != nullptr ||
               chunk.counted_out.contains(entry.first);
    });
}

void Master::remove_surplus() {
    const std::set<ChunkHandle> candidates = excess_;
    for (const ChunkHandle handle : candidates) {
        Chunk& chunk = *find(handle);
        if (!may_remove(chunk) || grants_.held(handle) || deleting_.contains(handle)) continue;
        if (chunk.replicas.size() > chunk.goal) {
            const ServerId surplus = choose_surplus(chunk);
            chunk.counted_out.insert(surplus);
            drop_replica(handle, surplus, "surplus");
        }
        const auto live = std::find_if(chunk.counted_out.begin(), chunk.counted_out.end(),
                                       [&](ServerId server) { return is_alive(server); });
        if (live == chunk.counted_out.end()) continue;
        deleting_.insert(handle);
        host_.spawn("delete_counted_out", delete_counted_out(handle, *live));
    }
}

// The one with the least free disk (GFS 4.3) among those whose rack has another replica; of all if
// there is none.
ServerId Master::choose_surplus(const Chunk& chunk) const {
    const auto shares_rack = [&](const Replica& one) {
        const std::uint32_t rack = servers_.at(one.server).rack;
        return std::count_if(chunk.replicas.begin(), chunk.replicas.end(),
                             [&](const Replica& other) {
                                 return servers_.at(other.server).rack == rack;
                             }) > 1;
    };
    const bool is_shared = std::any_of(chunk.replicas.begin(), chunk.replicas.end(), shares_rack);
    const Server* fullest = nullptr;
    ServerId chosen = sim::no_host;
    for (const Replica& replica : chunk.replicas) {
        if (is_shared && !shares_rack(replica)) continue;
        const Server& server = servers_.at(replica.server);
        const auto is_fuller = [](const Server& a, const Server& b) {
            return sim::multiply_wide(a.disk_used, b.disk_capacity) >
                   sim::multiply_wide(b.disk_used, a.disk_capacity);
        };
        if (fullest != nullptr && !is_fuller(server, *fullest)) continue;
        fullest = &server;
        chosen = replica.server;
    }
    SIM_ASSERT(fullest != nullptr);
    return chosen;
}

Task<void> Master::delete_counted_out(ChunkHandle handle, ServerId server) {
    const DeleteChunk request{
        .chunk = handle, .version = find(handle)->version, .master = epoch()};
    const DeleteChunk::Reply answer =
        co_await sim::call(host_, server, request, config_.client_timeout);
    deleting_.erase(handle);
    Chunk* const chunk = find(handle);
    if (chunk == nullptr) co_return;
    if (answer.ok()) chunk->counted_out.erase(server);
    check_level(handle, *chunk);
}

}  // namespace gfs
