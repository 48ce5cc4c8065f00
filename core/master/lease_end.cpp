// SPDX-License-Identifier: Apache-2.0
// How leases go on and end: GFS 3.1. Extension rides on HeartBeats (heartbeat.cpp); revocation
// takes a lease back before it expires; and a secondary that fails again and again ends it as well.
// The grant is in lease.cpp.

#include <algorithm>

#include "core/common/buggify.h"
#include "core/master/master.h"
#include "sim/engine.h"
#include "sim/future.h"

namespace gfs {

bool Master::in_force(const Chunk& chunk) const {
    return chunk.lease && now() < chunk.lease->expires;
}

// Whether every member of the set that the lease was granted for is still counted on.
bool Master::is_whole(const Chunk& chunk) const {
    const Lease& lease = *chunk.lease;
    if (lease.ending || chunk.find(lease.primary) == nullptr) return false;
    return std::all_of(lease.secondaries.begin(), lease.secondaries.end(),
                       [&](ServerId server) { return chunk.find(server) != nullptr; });
}

// Makes sure that no lease on the chunk is in force: by asking the primary to give it back, or by
// waiting until it is over. False: it may be in force, and there was no patience to wait.
// REQUIRES: the chunk's turn.
Task<bool> Master::end_lease(ChunkHandle handle, Patience patience) {
    while (true) {
        const std::vector<ChunkHandle> one{handle};
        const bool is_over = co_await revoke(one, config_.client_timeout);
        if (is_over) co_return true;
        if (patience == Patience::none) co_return false;
        const Chunk* const still = find(handle);
        if (still == nullptr) co_return true;
        const Duration left = still->offered_until + config_.lease_guard - now();
        const Duration nap = std::clamp(left, Duration{1}, config_.client_timeout);
        co_await sim::sleep(host_, nap);
    }
}

// Asks for all leases back that are not over, at once, and waits for the answers. Whether no lease
// on any of the chunks is in force now; those that may be are not extended any more.
// REQUIRES: the chunks' turns.
Task<bool> Master::revoke(std::vector<ChunkHandle> handles, Duration patience) {
    struct Asked {
        ChunkHandle chunk;
        sim::Future<RevokeLease::Reply> answer;
    };
    SIM_ASSERT(patience > Duration{0});
    std::vector<Asked> asked;
    bool all_over = true;
    for (const ChunkHandle handle : handles) {
        Chunk* const chunk = find(handle);
        if (chunk == nullptr) continue;
        const bool is_over = now() >= chunk->offered_until + config_.lease_guard;
        if (is_over || !config_.has(Mechanism::lease_wait)) {
            forget_lease(handle, *chunk);
        } else if (chunk->lease && is_alive(chunk->lease->primary)) {
            chunk->lease->ending = true;
            const RevokeLease request{
                .chunk = handle, .version = chunk->lease->version, .master = epoch()};
            asked.push_back(
                {handle, sim::start_call(host_, chunk->lease->primary, request, patience)});
        } else {
            all_over = false;
        }
    }
    for (Asked& each : asked) {
        const RevokeLease::Reply answer = co_await each.answer.get();
        Chunk* const after = find(each.chunk);
        if (after == nullptr) continue;
        // A primary that does not know the lease has lost it with its process: as good.
        if (answer.ok() || info(answer.code()).definite)
            forget_lease(each.chunk, *after);
        else
            all_over = false;
    }
    co_return all_over;
}

void Master::forget_lease(ChunkHandle handle, Chunk& chunk) {
    chunk.offered_until = long_ago;
    if (!chunk.lease) return;
    host_.emit(event::lease_released, {handle, chunk.lease->primary, chunk.lease->version});
    chunk.lease.reset();
}

void Master::forget_leases_that_are_over() {
    chunks_.for_each_in_use([this](ChunkHandle handle, Chunk& chunk) {
        if (!chunk.lease || grants_.held(handle)) return;
        if (now() >= chunk.offered_until + config_.lease_guard) forget_lease(handle, chunk);
    });
}

// Typically granted, and indefinitely, while the chunk is being mutated; the version stays.
bool Master::may_extend(const ReplicaReport& asked, ServerId server) const {
    const Chunk* const held = chunk(asked.chunk);
    if (held == nullptr || !in_force(*held)) return false;
    const Lease& lease = *held->lease;
    return lease.primary == server && lease.version == asked.version && !lease.ending;
}

void Master::extend_lease(const ReplicaReport& asked, ServerId server, HeartBeatAnswer& answer) {
    if (!may_extend(asked, server) || buggify(host_, Site::master_no_extension)) {
        host_.emit(event::lease_extension_refused, {asked.chunk, server, asked.version});
        return;
    }
    // Ours first, then the answer leaves: the primary's copy never outlives ours.
    Chunk& chunk = *find(asked.chunk);
    chunk.lease->expires = now() + config_.lease;
    chunk.offered_until = chunk.lease->expires;
    answer.extensions.push_back({asked.chunk, asked.version, chunk.lease->expires});
    host_.emit(event::lease_extended, {asked.chunk, server, asked.version, chunk.lease->expires});
}

// Choice (not in GFS): a secondary that fails in every mutation, and is alive, would keep its chunk
// from ever being mutated. The primary reports it, and the set is formed anew without it (rule U6).
ReportFailure::Reply Master::on_report_failure(const ReportFailure& request) {
    if (!serving_) return Code::starting;
    const Lease* const held = lease(request.chunk);
    if (held == nullptr || held->primary != request.primary) return Code::not_primary;
    if (held->version != request.version) return Code::stale_version;
    host_.spawn("count_out", count_out(request));
    return Done{};
}

Task<void> Master::count_out(ReportFailure request) {
    const auto turn = co_await grants_.enter(request.chunk);
    Chunk* const chunk = find(request.chunk);
    if (chunk == nullptr || !chunk->lease) co_return;
    if (chunk->lease->version != request.version) co_return;  // the set has been formed anew
    if (chunk->find(request.failed) == nullptr) co_return;
    if (chunk->replicas.size() == 1) co_return;

    // Its HeartBeats must not bring it back: it has the present version, and will have it until the
    // next grant makes it stale.
    chunk->counted_out.insert(request.failed);
    drop_replica(request.chunk, request.failed, "failed");
    co_await end_lease(request.chunk, Patience::none);
}

}  // namespace gfs
