// SPDX-License-Identifier: Apache-2.0
// Creation of chunks: GFS 4.3 (the first reason why replicas are created), placed as in GFS 4.2 by
// the policy that `/gfs/placement` names.

#include <algorithm>
#include <utility>

#include "core/master/master.h"
#include "sim/engine.h"
#include "sim/future.h"

namespace gfs {
namespace {

// Handles that one log record reserves.
constexpr std::uint64_t handles_per_record = 1000;
// A creation predicts heavy writing for about so long (GFS 4.2).
constexpr Duration recent = std::chrono::minutes{1};

}  // namespace

// The next chunk of a file. REQUIRES: the file is there, and its name is locked for writing.
Task<Result<ChunkHandle>> Master::create_chunk(OpId op, std::string file, ClientId client) {
    const Usages more = metadata_.growth(file, Usage{.chunks = 1});
    if (!quotas_.has_room(metadata_.usage(), more)) co_return Code::quota_exceeded;
    const auto promise = quotas_.promise(more);

    const std::size_t goal = files_.find(file)->goal;
    const Placing placing{.holders = {},
                          .unfit = {},
                          .copies = goal,
                          .chunk = ChunkHandle{next_handle_},  // or one soon after it
                          .local_rack = host_.engine().host(client).rack()};
    const std::vector<ServerId> servers = choose_servers(placing);
    if (servers.empty()) co_return Code::no_chunkserver;

    // From here until the chunk is in the file, a report of it is no orphan.
    const ChunkHandle handle = co_await new_handle(op);
    creating_.try_emplace(handle);
    const CreateChunk request{
        .op = op, .chunk = handle, .version = Version{1}, .master = epoch()};
    std::vector<ServerId> made = co_await create_on(servers, request);
    forget_lost(handle, made);
    // Choice (not in GFS): one replica, or `creation_replicas`, is enough to go on; re-replication
    // makes the others. What was created and not answered, or answered too late, is stale at the
    // first lease, and an orphan when there are too few (rule U18).
    if (made.size() < needed_at_creation(goal)) {
        creating_.erase(handle);
        co_return Code::no_chunkserver;
    }

    const auto index = static_cast<std::uint32_t>(files_.find(file)->chunks.size());
    log::Entry entry = log::ChunkAdded{file, ChunkIndex{index}, handle, request.version};
    co_await commit(op, std::move(entry));
    forget_lost(handle, made);
    creating_.erase(handle);
    Chunk* const chunk = find(handle);
    if (chunk == nullptr) co_return Code::no_such_chunk;
    host_.emit(event::chunk_created, {handle, text(file), index, request.version});
    for (const ServerId server : made)
        if (is_alive(server) && chunk->find(server) == nullptr)
            place_replica(handle, *chunk, server, 0);
    check_level(handle, *chunk);
    co_return handle;
}

// Those of the servers that did.
Task<std::vector<ServerId>> Master::create_on(std::vector<ServerId> servers, CreateChunk request) {
    std::vector<sim::Future<CreateChunk::Reply>> answers;
    for (const ServerId server : servers) {
        servers_[server].creations.push_back(now());
        answers.push_back(sim::start_call(host_, server, request, config_.client_timeout));
    }
    std::vector<ServerId> made;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const CreateChunk::Reply answer = co_await answers[i].get();
        if (answer.ok()) made.push_back(servers[i]);
    }
    co_return made;
}

// Choice (not in GFS): a replica that was made and is gone by the time that the chunk is in the
// file is not counted on. Until then the chunk is in nobody's metadata. A replica on a server that
// has died since is none to begin with, either. REQUIRES: the chunk is being created.
void Master::forget_lost(ChunkHandle handle, std::vector<ServerId>& made) const {
    const std::set<ServerId>& lost = creating_.at(handle);
    std::erase_if(made,
                  [&](ServerId server) { return lost.contains(server) || !is_alive(server); });
}

// Nobody could write to it before the first lease: with its replicas nothing is lost.
bool Master::may_create_anew(const Chunk& chunk) const {
    const bool is_empty = chunk.never_leased && config_.has(Mechanism::version_bump);
    return is_empty && chunk.replicas.empty() && !collecting_;
}

void Master::create_lost_anew() {
    chunks_.for_each_in_use([this](ChunkHandle handle, Chunk& chunk) {
        if (!may_create_anew(chunk) || grants_.held(handle)) return;
        host_.spawn("create_anew", create_anew_if_free(handle));
    });
}

Task<void> Master::create_anew_if_free(ChunkHandle handle) {
    const auto turn = co_await grants_.enter(handle);
    if (find(handle) == nullptr) co_return;
    const bool is_over = co_await end_lease(handle, Patience::none);
    if (is_over) co_await create_anew(handle, no_op);
}

// Choice (not in GFS): a chunk that never had a lease is created once more when it has lost its
// replicas; otherwise its file could never be appended to again. A higher version makes the old
// replicas stale, should they come back. REQUIRES: the chunk's turn, and no lease is in force.
Task<void> Master::create_anew(ChunkHandle handle, OpId op) {
    Chunk* const chunk = find(handle);
    if (chunk == nullptr || !may_create_anew(*chunk)) co_return;
    const std::size_t goal = chunk->goal;
    Placing placing{.holders = {}, .unfit = {}, .copies = goal, .chunk = handle};
    placing.unfit.assign(chunk->counted_out.begin(), chunk->counted_out.end());
    std::vector<ServerId> servers = choose_servers(placing);
    if (servers.empty()) co_return;
    chunk->reserved = next(chunk->reserved);
    GrantLease offer{.op = op,
                     .chunk = handle,
                     .version = chunk->reserved,
                     .primary = servers.front(),
                     .secondaries = servers,
                     .expires = long_ago,
                     .master = epoch()};
    co_await reserve_version(offer);

    creating_.try_emplace(handle);
    const CreateChunk request{
        .op = op, .chunk = handle, .version = offer.version, .master = epoch()};
    std::vector<ServerId> made = co_await create_on(std::move(servers), request);
    forget_lost(handle, made);
    if (made.size() >= needed_at_creation(goal)) {
        co_await log_granted(offer, made.size());
        forget_lost(handle, made);
        set_replicas(handle, made);
    }
    creating_.erase(handle);
}

std::size_t Master::needed_at_creation(std::size_t goal) const {
    return std::clamp<std::size_t>(config_.creation_replicas, 1, std::max<std::size_t>(goal, 1));
}

// Choice (not in GFS): handles are reserved in the log before any is used. A handle that was sent
// to chunkservers and never came into the log must not be given to another chunk after a crash.
Task<ChunkHandle> Master::new_handle(OpId op) {
    while (next_handle_ >= metadata_.handles_below()) {
        log::Entry entry = log::HandlesReserved{next_handle_ + handles_per_record};
        co_await commit(op, std::move(entry));
    }
    co_return ChunkHandle{next_handle_++};
}

std::vector<ServerId> Master::choose_servers(const Placing& placing) {
    const auto is_among = [](const std::vector<ServerId>& ids, ServerId id) {
        return std::find(ids.begin(), ids.end(), id) != ids.end();
    };
    ClusterView view;
    view.chunk = placing.chunk;
    view.local_rack = placing.local_rack;
    for (auto& [id, server] : servers_) {
        auto& creations = server.creations;
        while (!creations.empty() && creations.front() + recent < now()) creations.pop_front();
        if (is_among(placing.holders, id)) {
            view.holders.push_back(view_of(id, server));
        } else if (server.alive && !is_among(placing.unfit, id)) {
            view.live.push_back(view_of(id, server));
        }
    }
    return placement_->choose(view, placing.copies, placement_draws_);
}

ServerView Master::view_of(ServerId id, const Server& server) const {
    return {.id = id,
            .rack = config_.has(Mechanism::rack_spread) ? server.rack : 0,
            .disk_capacity = server.disk_capacity,
            .disk_used = server.disk_used,
            .recent_creations = server.creations.size()};
}

}  // namespace gfs
