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
    if (!is_confirmed(chunk)) return false;
    if (chunk.replicas.size() >= chunk.goal) return true;
    // Choice (not in GFS): where no other live server could take the new replica, the one that was
    // counted out is in the way of its own replacement, and the chunk would never come to its goal.
    return !chunk.replicas.empty() && !has_place_for_another(chunk);
}

// Choice (not in GFS): a registration that was held up, or that comes twice, tells of replicas that
// may be gone by now, and a good one would be deleted in favour of one that is not there. The
// server sends no HeartBeat under a number that it does not have (rule U22): the first one
// confirms it.
bool Master::is_confirmed(const Chunk& chunk) const {
    if (!config_.has(Mechanism::registration_epoch)) return true;
    return std::all_of(chunk.replicas.begin(), chunk.replicas.end(), [&](const Replica& replica) {
        return servers_.at(replica.server).heartbeat > 0;
    });
}

// Whether a live server has no replica of the chunk, good or bad, and room for one.
// REQUIRES: the chunk has a good one.
bool Master::has_place_for_another(const Chunk& chunk) const {
    const std::uint64_t length = chunk.replicas.front().length;
    return std::any_of(servers_.begin(), servers_.end(), [&](const auto& entry) {
        const auto& [id, server] = entry;
        const bool has_room = server.disk_used + length < server.disk_capacity;
        return server.alive && has_room && chunk.find(id) == nullptr &&
               !chunk.counted_out.contains(id);
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

// Of the replicas whose rack has another one, or of all if there is none: the one with the least
// free disk (GFS 4.3), or any. The weakest choice, the first, does not look at the racks at all
// (rule U21).
ServerId Master::choose_surplus(const Chunk& chunk) {
    if (config_.surplus_choice == SurplusChoice::first) return chunk.replicas.front().server;
    std::vector<ServerId> candidates = on_shared_racks(chunk);
    if (candidates.empty()) candidates = chunk.servers();
    if (config_.surplus_choice == SurplusChoice::random) return surplus_draws_.pick(candidates);
    const auto is_emptier = [&](ServerId a, ServerId b) {
        const Server& first = servers_.at(a);
        const Server& second = servers_.at(b);
        return sim::multiply_wide(first.disk_used, second.disk_capacity) <
               sim::multiply_wide(second.disk_used, first.disk_capacity);
    };
    return *std::max_element(candidates.begin(), candidates.end(), is_emptier);
}

// The holders whose rack has another replica, by id.
std::vector<ServerId> Master::on_shared_racks(const Chunk& chunk) const {
    std::map<std::uint32_t, int> replicas;
    for (const Replica& replica : chunk.replicas) ++replicas[servers_.at(replica.server).rack];
    std::vector<ServerId> shared;
    for (const Replica& replica : chunk.replicas)
        if (replicas.at(servers_.at(replica.server).rack) > 1) shared.push_back(replica.server);
    return shared;
}

Task<void> Master::delete_counted_out(ChunkHandle handle, ServerId server) {
    const Server& known = servers_.at(server);
    // A bad replica may have a number that was offered and never granted.
    const DeleteChunk request{.chunk = handle,
                              .version = std::max(find(handle)->version, find(handle)->reserved),
                              .master = epoch(),
                              .registration = known.epoch,
                              .heard = known.heartbeat};
    const DeleteChunk::Reply answer =
        co_await sim::call(host_, server, request, config_.client_timeout);
    // It has reported since: the report is on its way, or has come and changed the decision.
    if (answer.code() == Code::stale_version) co_await sim::sleep(host_, config_.heartbeat);
    deleting_.erase(handle);
    Chunk* const chunk = find(handle);
    if (chunk == nullptr) co_return;
    if (answer.ok()) chunk->counted_out.erase(server);
    check_level(handle, *chunk);
}

}  // namespace gfs
