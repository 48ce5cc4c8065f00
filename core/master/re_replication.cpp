// SPDX-License-Identifier: Apache-2.0
// Chunks that have lost replicas get new ones, the most urgent first and not too many at once: GFS
// 4.3. What waits is decided in replica_levels.cpp; moves for balance (rebalancing.cpp) run as
// clones too. The copying itself is the chunkservers' business (chunkserver/replicas.cpp).

#include <algorithm>
#include <optional>
#include <utility>

#include "core/master/master.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

Task<void> Master::repair_loop() {
    while (true) {
        start_clones();
        remove_surplus();
        if (is_rebalancing_) start_moves();
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

bool Master::may_start_clone() const {
    if (!config_.has(Mechanism::clone_limits)) return true;
    return clones_.size() < clone_limit();
}

bool Master::may_clone_at(const Server& server) const {
    if (!server.alive) return false;
    if (!config_.has(Mechanism::clone_limits)) return true;
    return server.clones < config_.clone_per_server;
}

// As many as the limits allow, the most urgent chunks first.
void Master::start_clones() {
    while (may_start_clone()) {
        const std::optional<Clone> job = next_clone();
        if (!job) return;
        begin_clone(*job);
    }
}

// The most urgent chunk that can be cloned now.
std::optional<Clone> Master::next_clone() {
    const auto has_room = [this](const auto& entry) { return may_clone_at(entry.second); };
    const auto at_rest = std::count_if(servers_.begin(), servers_.end(), has_room);
    if (at_rest < 2) return std::nullopt;  // one to copy from, one to copy to
    for (const RepairQueue::Entry& entry : repairs_.entries()) {
        const Chunk& chunk = *find(entry.chunk);
        if (now() < chunk.retry_at) continue;
        const bool is_early = chunk.below_goal_since &&
                              now() - *chunk.below_goal_since < config_.rereplicate_after;
        if (is_early && !is_left_alone(chunk)) continue;
        const std::optional<Clone> job = plan_clone(entry.chunk, chunk);
        if (job) return job;
    }
    return std::nullopt;
}

// Choice (not in GFS): one replica is left, and others of the same version were counted out. A
// grant to the one alone would make those stale. If then a checksum failed in the one, which nobody
// may have read for long, the chunk would be lost although good replicas had been there. So it is
// cloned first, at once, which verifies all of it: if it is bad, those that were counted out come
// back. A clone that comes to nothing for another reason holds up no grant.
bool Master::is_left_alone(const Chunk& chunk) const {
    if (chunk.replicas.size() != 1) return false;
    const bool others = std::any_of(chunk.counted_out.begin(), chunk.counted_out.end(),
                                    [this](ServerId server) { return is_alive(server); });
    return others && may_be_cloned_first(chunk);
}

// REQUIRES: there is a replica.
bool Master::may_be_cloned_first(const Chunk& chunk) const {
    if (collecting_ || clone_limit() == 0) return false;
    return chunk.goal >= 2 && now() >= chunk.retry_at && has_place_for_another(chunk);
}

// From which valid replica, and where to: as in the creation of a chunk, and within the limits of
// each server (GFS 4.3).
std::optional<Clone> Master::plan_clone(ChunkHandle handle, const Chunk& chunk) {
    const std::optional<ServerId> source = clone_source(chunk);
    if (!source) return std::nullopt;
    Placing placing{.holders = chunk.servers(), .unfit = {}, .copies = 1, .chunk = handle};
    placing.unfit.assign(chunk.counted_out.begin(), chunk.counted_out.end());
    const bool is_spread = chunk.replicas.size() >= chunk.goal;
    const std::uint32_t rack = servers_.at(*source).rack;
    for (const auto& [id, server] : servers_) {
        // Another replica on the same rack would be no spread.
        const bool on_same_rack = is_spread && server.rack == rack;
        if (!may_clone_at(server) || on_same_rack) placing.unfit.push_back(id);
    }
    const std::vector<ServerId> chosen = choose_servers(placing);
    if (chosen.empty()) return std::nullopt;
    const std::size_t replicas = chunk.replicas.size();
    return Clone{.chunk = handle,
                 .from = *source,
                 .to = chosen.front(),
                 .to_epoch = servers_.at(chosen.front()).epoch,
                 .priority = chunk.goal > replicas ? chunk.goal - replicas : 0};
}

// The holder that has least to do with other clones; nothing when all are at their limit.
std::optional<ServerId> Master::clone_source(const Chunk& chunk) const {
    std::optional<ServerId> source;
    for (const Replica& replica : chunk.replicas) {
        const Server& server = servers_.at(replica.server);
        if (!may_clone_at(server)) continue;
        if (!source || server.clones < servers_.at(*source).clones) source = replica.server;
    }
    return source;
}

void Master::begin_clone(Clone job) {
    SIM_ASSERT(!clones_.contains(job.chunk));
    job.number = ++clones_begun_;
    repairs_.erase(job.chunk);
    clones_.emplace(job.chunk, job);
    ++servers_.at(job.from).clones;
    ++servers_.at(job.to).clones;
    host_.emit(event::clone_planned, {job.chunk, job.from, job.to, job.priority});
    host_.spawn("clone", clone(job));
}

// Whether nobody has given it up meanwhile.
bool Master::is_under_way(const Clone& job) const {
    const auto found = clones_.find(job.chunk);
    return found != clones_.end() && found->second.number == job.number;
}

Task<void> Master::clone(Clone job) {
    const bool is_ready = co_await prepare_clone(job);
    if (!is_under_way(job)) co_return;
    if (!is_ready) {
        end_clone(job, Code::no_live_replica);
        co_return;
    }
    const Version version = find(job.chunk)->version;
    clones_.at(job.chunk).version = version;
    host_.emit(event::clone_started, {job.chunk, job.from, job.to, job.priority, version});
    const CloneChunk request{
        .chunk = job.chunk, .version = version, .source = job.from, .master = epoch()};
    // Twice what a full chunk takes at the speed of a clone (GFS 6.2.5), and some messages.
    const auto full_s = static_cast<std::int64_t>(config_.chunk_size / config_.clone_bandwidth) + 1;
    const Duration patience = 3 * config_.client_timeout + 2 * std::chrono::seconds{full_s};
    const CloneChunk::Reply answer = co_await sim::call(host_, job.to, request, patience);
    if (is_under_way(job)) end_clone(clones_.at(job.chunk), answer.ok() ? Code::ok : answer.code());
}

// Whether the clone can begin. The chunk is then busy: nobody gets a lease for it.
//
// Choice (not in GFS): a mutation during the copying could miss the new replica, and be
// acknowledged all the same. So the lease is taken back first, and none is granted meanwhile (rule
// U12).
Task<bool> Master::prepare_clone(Clone job) {
    const auto turn = co_await grants_.enter(job.chunk);
    Chunk* const chunk = find(job.chunk);
    if (chunk == nullptr || !is_under_way(job)) co_return false;
    if (config_.clone_revoke && config_.has(Mechanism::clone_revoke)) {
        chunk->busy = true;
        co_await end_lease(job.chunk, Patience::until_it_is_over);
    }
    const Chunk* const after = find(job.chunk);
    if (after == nullptr) co_return false;
    const bool is_needed = job.replaces || after->replicas.size() < after->goal ||
                           is_on_one_rack_too_many(*after);
    if (!is_needed) co_return false;
    if (after->find(job.from) == nullptr || after->find(job.to) != nullptr) co_return false;
    co_return is_alive(job.to);
}

// REQUIRES: it is under way.
void Master::end_clone(Clone job, Code code) {
    clones_.erase(job.chunk);
    --servers_.at(job.from).clones;
    --servers_.at(job.to).clones;
    repair_.notify_all();
    code = judge_clone(job, code);
    Chunk* const chunk = find(job.chunk);
    if (chunk != nullptr) chunk->busy = false;
    if (code == Code::ok) {
        // What it had was found bad while the clone was under way, and has been replaced.
        chunk->counted_out.erase(job.to);
        const Replica* const copied = chunk->find(job.from);
        add_replica(job.chunk, job.to, copied != nullptr ? copied->length : 0);
        host_.emit(event::clone_finished,
                   {job.chunk, job.from, job.to, job.priority, job.version});
        if (job.replaces) finish_move(job);
    } else if (job.version != Version{}) {
        host_.emit(event::clone_failed, {job.chunk, job.from, job.to, job.priority, code});
    } else {
        host_.emit(event::clone_withdrawn, {job.chunk, job.from, job.to, job.priority});
    }
    if (chunk == nullptr) return;
    // After the death of one of the two, or when there was no use in this one, nothing speaks
    // against a new try at once.
    const bool was_tried = job.version != Version{};
    if (was_tried && code != Code::ok && code != Code::not_registered)
        chunk->retry_at = now() + config_.heartbeat;
    enqueue(job.chunk, *chunk);
}

// A copy that succeeded may be worth nothing: meanwhile the chunk may be gone, a new lease may have
// made it stale, or the server may have died.
Code Master::judge_clone(const Clone& job, Code code) const {
    if (code != Code::ok) return code;
    const Chunk* const made = chunk(job.chunk);
    if (made == nullptr) return Code::no_such_chunk;
    if (made->version != job.version) return Code::stale_version;
    const Server& target = servers_.at(job.to);
    return target.alive && target.epoch == job.to_epoch ? Code::ok : Code::not_registered;
}

// The process that copied, or was copied from, has ended or may have: the clone comes to nothing,
// and its place is for others. A copy that arrives all the same is reported like any replica.
void Master::give_up_clones_of(ServerId server) {
    std::vector<Clone> ended;
    for (const auto& [handle, job] : clones_)
        if (job.from == server || job.to == server) ended.push_back(job);
    for (const Clone& job : ended) end_clone(job, Code::not_registered);
}

}  // namespace gfs
