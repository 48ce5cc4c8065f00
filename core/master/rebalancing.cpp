// SPDX-License-Identifier: Apache-2.0
// Rebalancing: GFS 4.3. From time to time the master looks at how replicas are spread over disks
// and moves some; so a new chunkserver fills up gradually. A move is a clone (re_replication.cpp)
// whose end takes a replica elsewhere away. Which servers give and take is the business of the
// policy that `/gfs/rebalancing` names.

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/master/master.h"
#include "sim/engine.h"

namespace gfs {

// Chunks that lack replicas come first, and what is in excess may be the very balance that is
// sought.
void Master::start_moves() {
    while (!collecting_ && repairs_.empty() && excess_.empty() && may_start_clone()) {
        const std::optional<Clone> job = next_move();
        if (!job) {
            // The end of one that is under way may make room for another.
            is_rebalancing_ = std::any_of(clones_.begin(), clones_.end(), [](const auto& entry) {
                return entry.second.replaces.has_value();
            });
            return;
        }
        begin_clone(*job);
    }
}

std::optional<Clone> Master::next_move() {
    std::vector<BalanceView> views = balance_views();
    while (const std::optional<Move> move = rebalancing_->choose(views)) {
        const std::optional<Clone> job = plan_move(*move);
        if (job) return job;
        // This server has nothing to give there; another one may have.
        std::erase_if(views, [&](const BalanceView& view) { return view.server.id == move->from; });
    }
    return std::nullopt;
}

std::vector<BalanceView> Master::balance_views() const {
    std::map<ServerId, std::uint64_t> moves;
    for (const auto& [handle, job] : clones_)
        if (job.replaces) ++moves[job.to];
    std::vector<BalanceView> views;
    for (const auto& [id, server] : servers_) {
        if (!may_clone_at(server)) continue;
        const auto coming = moves.find(id);
        views.push_back({.server = view_of(id, server),
                         .clones = server.clones,
                         .moves = coming == moves.end() ? 0 : coming->second});
    }
    return views;
}

// A replica that can go from the one server to the other; nothing when there is none.
std::optional<Clone> Master::plan_move(const Move& move) {
    SIM_ASSERT(move.from != move.to);
    const Server& giver = servers_.at(move.from);
    const Server& taker = servers_.at(move.to);
    // The last report of the disks is some time old, and the difference must be worth a chunk.
    if (giver.disk_used < taker.disk_used + 2 * config_.chunk_size) return std::nullopt;
    auto at = giver.chunks.upper_bound(last_moved_);
    for (std::size_t seen = 0; seen < giver.chunks.size(); ++seen, ++at) {
        if (at == giver.chunks.end()) at = giver.chunks.begin();
        const Chunk& chunk = *find(*at);
        if (!is_movable(*at, chunk, move)) continue;
        const std::optional<ServerId> source = clone_source(chunk);
        if (!source) continue;
        last_moved_ = *at;
        return Clone{.chunk = *at,
                     .from = *source,
                     .to = move.to,
                     .to_epoch = taker.epoch,
                     .priority = 0,
                     .replaces = move.from};
    }
    return std::nullopt;
}

// Not one that is being written (its lease would have to be taken back), and not at the cost of
// the spread over racks (GFS 4.2).
bool Master::is_movable(ChunkHandle handle, const Chunk& chunk, const Move& move) const {
    if (clones_.contains(handle) || grants_.held(handle) || chunk.busy) return false;
    if (chunk.replicas.size() != chunk.goal || !chunk.counted_out.empty()) return false;
    if (chunk.find(move.to) != nullptr || now() < chunk.offered_until + config_.lease_guard)
        return false;
    if (now() < chunk.retry_at) return false;
    std::set<std::uint32_t> before;
    std::set<std::uint32_t> after{servers_.at(move.to).rack};
    for (const Replica& replica : chunk.replicas) {
        const std::uint32_t rack = servers_.at(replica.server).rack;
        before.insert(rack);
        if (replica.server != move.from) after.insert(rack);
    }
    return after.size() >= std::min<std::size_t>(before.size(), 2);
}

// The copy is there; the replica that it stands for goes, unless the chunk needs it meanwhile.
void Master::finish_move(const Clone& job) {
    SIM_ASSERT(job.replaces.has_value());
    Chunk* const chunk = find(job.chunk);
    const bool is_surplus = chunk != nullptr && chunk->replicas.size() > chunk->goal &&
                            chunk->find(*job.replaces) != nullptr;
    if (is_surplus && may_remove(*chunk)) {
        chunk->counted_out.insert(*job.replaces);
        drop_replica(job.chunk, *job.replaces, "moved");
        host_.emit(event::rebalance_moved, {job.chunk, *job.replaces, job.to});
    }
}

}  // namespace gfs
