// SPDX-License-Identifier: Apache-2.0
// Granting a chunk lease: GFS 3.1, steps 1 and 2, with the version increase of GFS 4.5. How leases
// are extended and end is in lease_end.cpp. The chunkserver's side is in chunkserver/lease.cpp.

#include <algorithm>
#include <utility>

#include "core/master/disk_time.h"
#include "core/master/master.h"
#include "sim/engine.h"
#include "sim/future.h"

namespace gfs {

Task<Result<Lease>> Master::lease_for(ChunkHandle handle, OpId op) {
    const Chunk* const before = find(handle);
    if (before == nullptr) co_return Code::no_such_chunk;
    if (before->busy || must_copy(*before)) co_return Code::chunk_busy;

    // One grant at a time per chunk. A second caller waits here, and then finds the first caller's
    // lease at step 1.
    const auto turn = co_await grants_.enter(handle);
    const Chunk* const chunk = find(handle);
    if (chunk == nullptr) co_return Code::no_such_chunk;
    // Also when a snapshot was taken since the client's file had this chunk for itself.
    if (chunk->busy || must_copy(*chunk)) co_return Code::chunk_busy;

    // Step 1: if a replica holds a lease, the answer is known, unless the set that it was granted
    // for has lost a member: no mutation can succeed there, and the set is formed anew.
    if (in_force(*chunk) && is_whole(*chunk)) co_return *chunk->lease;

    // A lease that was lost sight of, or a grant whose answer was lost, may be in force all the
    // same. Until it runs out there may be a primary we do not know of: no second one.
    const bool is_over = co_await end_lease(handle, Patience::none);
    if (!is_over) co_return Code::lease_in_doubt;
    co_return co_await grant(handle, op);
}

// REQUIRES: the chunk's turn, and no lease on it is in force.
Task<Result<Lease>> Master::grant(ChunkHandle handle, OpId op) {
    co_await create_anew(handle, op);
    begin_granting(handle);
    Result<Lease> granted = co_await offer_lease(handle, op);
    end_granting(handle);
    co_return granted;
}

Task<Result<Lease>> Master::offer_lease(ChunkHandle handle, OpId op) {
    const Chunk* const chunk = find(handle);
    if (chunk == nullptr) co_return Code::no_such_chunk;
    if (chunk->replicas.empty()) co_return without_replicas();
    if (is_left_alone(*chunk)) co_return Code::chunk_busy;
    GrantLease offer{.op = op,
                     .chunk = handle,
                     .version = chunk->version,
                     .primary = choose_primary(*chunk),
                     .secondaries = chunk->servers(),
                     .expires = long_ago,
                     .master = epoch()};
    std::erase(offer.secondaries, offer.primary);

    const std::vector<ServerId> asked = offer.secondaries;
    const Result<GrantLease> agreed = co_await agree_on_version(std::move(offer));
    if (!agreed.ok()) co_return agreed.code();
    GrantLease granted = *agreed;
    const Chunk* const still = find(handle);  // its file may have been reclaimed meanwhile
    if (still == nullptr) co_return Code::no_such_chunk;
    if (granted.secondaries.empty() && still->goal > 1) {
        if (!asked.empty() && leaves_alone(granted, asked)) co_return Code::chunk_busy;
        // One that will be the only current replica has to be good.
        const Version present = still->version;
        const std::vector<ServerId> before = still->servers();
        const Code verified = co_await verify_replica(op, granted.primary, handle, present);
        if (verified != Code::ok) co_return co_await give_up_offer(std::move(granted), verified);
        if (has_newcomer(handle, before)) co_return Code::chunk_busy;
    }

    // The lease runs from before the message leaves, so that the primary's copy of it never
    // outlives ours.
    Chunk* const offered = find(handle);
    if (offered == nullptr) co_return Code::no_such_chunk;
    granted.expires = now() + config_.lease;
    offered->offered_until = granted.expires;
    const GrantLease::Reply answer =
        co_await sim::call(host_, granted.primary, granted, config_.client_timeout);
    if (!answer.ok()) co_return co_await give_up_offer(std::move(granted), answer.code());

    const LogIndex record = co_await log_granted(granted, granted.secondaries.size() + 1);
    // Step 2: only now may a client learn the primary.
    co_return record_lease(granted, record);
}

// Finds a version number that exactly the secondaries in the result have stored.
//
// Choice (not in GFS): a secondary that did not answer may have stored the number all the same. If
// it were granted to the others, that replica would look up to date for ever after, and have none
// of the mutations. So a number that somebody may have in secret is given up for the next one.
Task<Result<GrantLease>> Master::agree_on_version(GrantLease offer) {
    while (true) {
        Chunk* const chunk = find(offer.chunk);
        if (chunk == nullptr) co_return Code::no_such_chunk;
        if (config_.has(Mechanism::version_bump)) {
            offer.version = next(chunk->reserved);
            chunk->reserved = offer.version;
            co_await reserve_version(offer);
        }

        std::vector<sim::Future<GrantLease::Reply>> answers;
        for (const ServerId secondary : offer.secondaries)
            answers.push_back(sim::start_call(host_, secondary, offer, config_.client_timeout));
        std::vector<ServerId> holders;
        bool in_doubt = false;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const GrantLease::Reply answer = co_await answers[i].get();
            if (answer.ok())
                holders.push_back(offer.secondaries[i]);
            else if (!info(answer.code()).definite)
                in_doubt = true;
        }
        offer.secondaries = std::move(holders);
        if (!in_doubt) co_return offer;
    }
}

// Choice (not in GFS): none of those `asked` has the number for certain; two lost messages are
// enough. They are counted out, and the primary that they leave alone is cloned before it gets a
// lease, like one whose secondaries failed in mutations. False where that cannot be.
bool Master::leaves_alone(const GrantLease& offer, const std::vector<ServerId>& asked) {
    SIM_ASSERT(offer.secondaries.empty());
    Chunk& chunk = *find(offer.chunk);
    if (chunk.find(offer.primary) == nullptr || !may_be_cloned_first(chunk)) return false;
    for (const ServerId server : asked) {
        if (chunk.find(server) == nullptr) continue;
        chunk.counted_out.insert(server);
        drop_replica(offer.chunk, server, "failed");
    }
    return is_left_alone(chunk);
}

// Choice (not in GFS): the number is reserved in the log before anybody hears it, and granted after
// (rule U4). If it were logged once and first, a master that crashed before informing the replicas
// would come back and find them all stale; if once and last, it could give the same number out
// again, and a replica that heard only the first grant would look up to date.
Task<void> Master::reserve_version(GrantLease offer) {
    if (config_.version_order == VersionOrder::replicas_first) co_return;
    if (config_.version_order == VersionOrder::log_first) {
        log::Entry granted = log::VersionGranted{offer.chunk, offer.version};
        co_await commit(offer.op, std::move(granted));
        co_return;
    }
    log::Entry reserved = log::VersionReserved{offer.chunk, offer.version};
    co_await commit(offer.op, std::move(reserved));
    host_.emit(event::chunk_version_reserved, {offer.chunk, offer.version});
}

// Reading takes a while. Nobody has the number yet: with another replica the set is formed anew.
bool Master::has_newcomer(ChunkHandle handle, const std::vector<ServerId>& before) const {
    const Chunk* const present = chunk(handle);
    if (present == nullptr) return false;
    return std::any_of(present->replicas.begin(), present->replicas.end(), [&](const Replica& one) {
        return std::find(before.begin(), before.end(), one.server) == before.end();
    });
}

// Asked before all other replicas become stale. The server reads all of its own before it answers.
Task<Code> Master::verify_replica(OpId op, ServerId server, ChunkHandle handle, Version version) {
    SIM_ASSERT(grants_.held(handle));
    const VerifyReplica question{
        .op = op, .chunk = handle, .version = version, .master = epoch()};
    const Duration patience = config_.client_timeout + 2 * time_for_full_chunk(config_);
    const VerifyReplica::Reply answer = co_await sim::call(host_, server, question, patience);
    co_return answer.code();
}

// The primary refused, or its answer was lost; in the second case the chunk stays without a primary
// until the offer has run out. The secondaries have the new number: they are the current replicas,
// and the primary is one as well if and when it reports the number.
Task<Code> Master::give_up_offer(GrantLease offer, Code answer) {
    Chunk* const chunk = find(offer.chunk);
    if (chunk == nullptr) co_return Code::no_such_chunk;
    if (info(answer).definite) chunk->offered_until = long_ago;
    if (answer == Code::checksum_mismatch)
        take_corrupt(offer.primary, offer.chunk, chunk->version);
    if (offer.secondaries.empty()) {
        if (answer == Code::no_such_chunk) drop_replica(offer.chunk, offer.primary, "missing");
        co_return Code::lease_in_doubt;
    }
    // One that will be the only current replica has to be good.
    if (offer.secondaries.size() == 1 && chunk->goal > 1) {
        const ServerId last = offer.secondaries.front();
        const Code verified = co_await verify_replica(offer.op, last, offer.chunk, offer.version);
        const bool is_bad = verified == Code::checksum_mismatch;
        if (is_bad && find(offer.chunk) != nullptr)
            take_corrupt(last, offer.chunk, offer.version);
        if (verified != Code::ok) co_return Code::lease_in_doubt;
    }
    co_await log_granted(offer, offer.secondaries.size());
    set_replicas(offer.chunk, offer.secondaries);
    co_return Code::lease_in_doubt;
}

Task<LogIndex> Master::log_granted(GrantLease offer, std::size_t holders) {
    const Chunk* const chunk = find(offer.chunk);
    if (chunk == nullptr || chunk->version == offer.version) co_return LogIndex{0};
    log::Entry entry = log::VersionGranted{offer.chunk, offer.version};
    const LogIndex record = co_await commit(offer.op, std::move(entry));
    host_.emit(event::chunk_version_granted, {offer.chunk, offer.version, holders});
    co_return record;
}

Result<Lease> Master::record_lease(const GrantLease& offer, LogIndex record) {
    Chunk* const chunk = find(offer.chunk);
    if (chunk == nullptr) return Code::no_such_chunk;
    SIM_ASSERT(chunk->version == offer.version);
    SIM_ASSERT(!in_force(*chunk));

    // Whoever is not in the set is stale from now on, those that were counted out included.
    std::vector<ServerId> members = offer.secondaries;
    members.push_back(offer.primary);
    chunk->counted_out.clear();
    set_replicas(offer.chunk, members);

    chunk->lease = Lease{.version = offer.version,
                         .primary = offer.primary,
                         .secondaries = offer.secondaries,
                         .expires = offer.expires,
                         .record = record};
    for (const ServerId member : members)
        host_.emit(event::chunk_replica_in_set, {offer.chunk, member, offer.version});
    host_.emit(event::lease_granted, {offer.chunk, offer.primary, offer.version, offer.expires});
    return *chunk->lease;
}

// Counts on `members`, as far as they are alive and have not lost it since they had the version,
// and on no others.
void Master::set_replicas(ChunkHandle handle, const std::vector<ServerId>& members) {
    Chunk* const chunk = find(handle);
    if (chunk == nullptr) return;
    for (const ServerId old : chunk->servers()) {
        const bool is_member = std::find(members.begin(), members.end(), old) != members.end();
        if (!is_member || has_lost(handle, old)) unplace_replica(handle, *chunk, old, "stale");
    }
    for (const ServerId member : members)
        if (chunk->find(member) == nullptr && is_alive(member) && !has_lost(handle, member))
            place_replica(handle, *chunk, member, 0);
    check_level(handle, *chunk);
}

// REQUIRES: there is a replica.
ServerId Master::choose_primary(const Chunk& chunk) {
    SIM_ASSERT(!chunk.replicas.empty());
    if (config_.primary_choice == PrimaryChoice::random)
        return primary_draws_.pick(chunk.replicas).server;
    const Replica* chosen = &chunk.replicas.front();
    if (config_.primary_choice == PrimaryChoice::longest)
        for (const Replica& replica : chunk.replicas)
            if (replica.length > chosen->length) chosen = &replica;
    return chosen->server;
}

}  // namespace gfs
