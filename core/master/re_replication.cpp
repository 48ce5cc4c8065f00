// SPDX-License-Identifier: Apache-2.0
// Chunks that have lost replicas get new ones, and those that have too many lose some: GFS 4.3. The
// copying itself is the chunkservers' business (chunkserver/replicas.cpp).

#include <algorithm>
#include <optional>
#include <utility>

#include "core/master/master.h"
#include "sim/engine.h"
#include "sim/rpc.h"

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
    const std::size_t replicas = chunk.replicas.size();
    const bool to_repair = replicas != chunk.goal || !chunk.counted_out.empty();
    if (to_repair)
        to_repair_.insert(handle);
    else
        to_repair_.erase(handle);
    if (to_repair) repair_.notify_all();

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

Task<void> Master::repair_loop() {
    while (true) {
        while (start_clone()) {
        }
        remove_surplus();
        // Some repairs wait for nothing but time.
        co_await repair_.wait(config_.heartbeat);
    }
}

std::size_t Master::clone_limit() const {
    if (!config_.clone_limit.percent) return config_.clone_limit.amount;
    if (config_.clone_limit.amount == 0) return 0;
    const auto is_live = [](const auto& entry) { return entry.second.alive; };
    const auto live = std::count_if(servers_.begin(), servers_.end(), is_live);
    const std::size_t share = static_cast<std::size_t>(live) * config_.clone_limit.amount / 100;
    return std::max<std::size_t>(share, 1);
}

bool Master::may_clone_at(const Server& server) const {
    if (!config_.has(Mechanism::clone_limits)) return true;
    return server.clones < config_.clone_per_server;
}

// The chunk that is farthest from its goal first; false when none can be cloned now.
bool Master::start_clone() {
    const bool is_limited = config_.has(Mechanism::clone_limits);
    if (is_limited && clones_.size() >= clone_limit()) return false;
    std::vector<std::pair<std::uint64_t, ChunkHandle>> waiting;
    for (const ChunkHandle handle : to_repair_) {
        const Chunk& chunk = *find(handle);
        if (!chunk.below_goal_since || clones_.contains(handle)) continue;
        if (chunk.replicas.empty() || now() < chunk.retry_at) continue;
        if (now() - *chunk.below_goal_since < config_.rereplicate_after) continue;
        const bool by_need = config_.has(Mechanism::clone_priority);
        waiting.emplace_back(by_need ? chunk.goal - chunk.replicas.size() : 0, handle);
    }
    std::stable_sort(waiting.begin(), waiting.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [missing, handle] : waiting) {
        const std::optional<Clone> job = plan_clone(handle, *find(handle));
        if (!job) continue;
        clones_.emplace(handle, *job);
        ++servers_.at(job->from).clones;
        ++servers_.at(job->to).clones;
        host_.spawn("clone", clone(*job));
        return true;
    }
    return false;
}

// From which valid replica, and where to: as in the creation of a chunk, and within the limits of
// each server (GFS 4.3).
std::optional<Clone> Master::plan_clone(ChunkHandle handle, const Chunk& chunk) {
    std::optional<ServerId> source;
    for (const Replica& replica : chunk.replicas) {
        const Server& server = servers_.at(replica.server);
        if (!may_clone_at(server)) continue;
        if (!source || server.clones < servers_.at(*source).clones) source = replica.server;
    }
    if (!source) return std::nullopt;
    Placing placing{.holders = chunk.servers(), .unfit = {}, .copies = 1};
    placing.unfit.assign(chunk.counted_out.begin(), chunk.counted_out.end());
    for (const auto& [id, server] : servers_)
        if (!may_clone_at(server)) placing.unfit.push_back(id);
    const std::vector<ServerId> chosen = choose_servers(placing);
    if (chosen.empty()) return std::nullopt;
    return Clone{.chunk = handle,
                 .from = *source,
                 .to = chosen.front(),
                 .to_epoch = servers_.at(chosen.front()).epoch,
                 .priority = chunk.goal - chunk.replicas.size()};
}

Task<void> Master::clone(Clone job) {
    const bool is_ready = co_await prepare_clone(job);
    if (!is_ready) {
        end_clone(job, Version{}, Code::no_live_replica);
        co_return;
    }
    const Version version = find(job.chunk)->version;
    host_.emit(event::clone_started, {job.chunk, job.from, job.to, job.priority, version});
    const CloneChunk request{.chunk = job.chunk, .version = version, .source = job.from};
    // Twice what a full chunk takes at the speed of a clone (GFS 6.2.5), and some messages.
    const auto full_s = static_cast<std::int64_t>(config_.chunk_size / config_.clone_bandwidth) + 1;
    const Duration patience = 3 * config_.client_timeout + 2 * std::chrono::seconds{full_s};
    const CloneChunk::Reply answer = co_await sim::call(host_, job.to, request, patience);
    end_clone(job, version, answer.ok() ? Code::ok : answer.code());
}

// Whether the clone can begin. The chunk is then busy: nobody gets a lease for it.
//
// Choice (not in GFS): a mutation during the copying could miss the new replica, and be
// acknowledged all the same. So the lease is taken back first, and none is granted meanwhile (rule
// U12).
Task<bool> Master::prepare_clone(Clone job) {
    const auto turn = co_await grants_.enter(job.chunk);
    Chunk* const chunk = find(job.chunk);
    if (chunk == nullptr) co_return false;
    if (config_.clone_revoke && config_.has(Mechanism::clone_revoke)) {
        chunk->busy = true;
        co_await end_lease(job.chunk, Patience::until_it_is_over);
    }
    const Chunk* const after = find(job.chunk);
    if (after == nullptr) co_return false;
    if (after->replicas.size() >= after->goal) co_return false;
    if (after->find(job.from) == nullptr || after->find(job.to) != nullptr) co_return false;
    co_return is_alive(job.to);
}

void Master::end_clone(const Clone& job, Version version, Code code) {
    clones_.erase(job.chunk);
    --servers_.at(job.from).clones;
    --servers_.at(job.to).clones;
    repair_.notify_all();
    Chunk* const chunk = find(job.chunk);
    if (chunk == nullptr) return;
    chunk->busy = false;
    const bool has_begun = version != Version{};
    if (!has_begun) {
        chunk->retry_at = now() + config_.heartbeat;
        return;
    }
    // Meanwhile a new lease may have made the copy stale, or the server may have died.
    const Server& target = servers_.at(job.to);
    if (code == Code::ok && chunk->version != version) code = Code::stale_version;
    if (code == Code::ok && (!target.alive || target.epoch != job.to_epoch))
        code = Code::not_registered;
    if (code != Code::ok) {
        chunk->retry_at = now() + config_.heartbeat;
        host_.emit(event::clone_failed, {job.chunk, job.from, job.to, job.priority, code});
        return;
    }
    add_replica(job.chunk, job.to, chunk->find(job.from) ? chunk->find(job.from)->length : 0);
    host_.emit(event::clone_finished, {job.chunk, job.from, job.to, job.priority, version});
}

// Replicas above the goal, and those that were counted out, are deleted (rule U21): only while no
// lease is in force, whose set they could belong to, and never below the goal.
bool Master::may_remove(const Chunk& chunk) const {
    if (chunk.busy || chunk.replicas.size() < chunk.goal) return false;
    return now() >= chunk.offered_until + config_.lease_guard;
}

void Master::remove_surplus() {
    const std::set<ChunkHandle> candidates = to_repair_;
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

// The fullest disk among those whose rack has another replica; the fullest of all if there is none.
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
    const DeleteChunk request{.chunk = handle, .version = find(handle)->version};
    const DeleteChunk::Reply answer =
        co_await sim::call(host_, server, request, config_.client_timeout);
    deleting_.erase(handle);
    Chunk* const chunk = find(handle);
    if (chunk == nullptr) co_return;
    if (answer.ok()) chunk->counted_out.erase(server);
    check_level(handle, *chunk);
}

}  // namespace gfs
