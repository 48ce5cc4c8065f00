// SPDX-License-Identifier: Apache-2.0
// Leases at the chunkserver: GFS 3.1, and the version numbers that come with them, GFS 4.5. The
// master's side is in master/lease.cpp; extensions ride on HeartBeats (registration.cpp).

#include <utility>

#include "core/chunkserver/chunkserver.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

Task<ChunkServer::Reply> ChunkServer::on_grant_lease(GrantLease request) {
    if (is_replaced(request.master)) co_return Code::old_epoch;
    const StoredReplica* const replica = store_.find(request.chunk);
    if (replica == nullptr) co_return Code::no_such_chunk;
    // An old grant that was delayed, or the second copy of one.
    if (request.version < replica->version) co_return Code::stale_version;
    // Choice (not in GFS): a corrupt replica gets no new version. Its report may have come too late
    // for this offer, and in a set of one it would make all the good replicas stale.
    if (request.version > replica->version && replica->corrupt)
        co_return Code::checksum_mismatch;

    // The new version ends whatever was ordered under an older one: its mutations are refused from
    // here on, and the order begins anew. Nothing waits in between.
    if (request.version > replica->version) {
        const Code admitted = store_.admit(request.chunk, replica->content.length());
        if (admitted != Code::ok) co_return admitted;
        store_.set_version(request.chunk, request.version);
        ReplicaState& state = states_[request.chunk];
        state.lease.reset();
        state.order = Order{.version = request.version, .next = Serial{1}, .skipped = {}};
        order_moved_.notify_all();
        host_.emit(event::chunk_version_bumped, {request.chunk, id(), request.version});
    }

    // The number is on the disk before anybody hears that it is here (GFS 4.5).
    const Code durable = co_await make_durable(request.chunk);
    if (durable != Code::ok) co_return durable;
    if (request.primary != id()) co_return Done{};

    // A newer master may have spoken while the disk was writing, and there may have been a newer
    // grant, or the second copy of this one.
    if (is_replaced(request.master)) co_return Code::old_epoch;
    const StoredReplica* const after = store_.find(request.chunk);
    if (after == nullptr || after->version != request.version) co_return Code::stale_version;
    ReplicaState& state = states_[request.chunk];
    if (state.lease) co_return Done{};
    // The second copy of a grant must not bring back a lease that was given back or ran out: its
    // serial numbers would begin anew, and the master counts on nobody being primary.
    if (state.lease_taken >= request.version && config_.has(Mechanism::version_bump))
        co_return Code::not_primary;
    if (request.expires <= now()) co_return Code::lease_expired;

    state.lease_taken = request.version;
    Lease lease;
    lease.version = request.version;
    lease.expires = request.expires;
    lease.secondaries = std::move(request.secondaries);
    state.lease = std::move(lease);
    host_.emit(event::lease_accepted, {request.chunk, id(), request.version, request.expires});
    host_.spawn("watch_expiry", watch_expiry(request.chunk, request.version));
    co_return Done{};
}

// The lease ends when its time has come; by then it may have been extended, or be gone.
Task<void> ChunkServer::watch_expiry(ChunkHandle chunk, Version version) {
    if (!config_.has(Mechanism::lease_check_at_primary)) co_return;
    while (Lease* const lease = find_lease(chunk, version)) {
        const LocalTime expires = lease->expires;
        if (expires <= now()) {
            host_.emit(event::lease_expired, {chunk, id(), version, expires});
            // Mutations in flight were ordered while it held; they end on their own.
            states_[chunk].lease.reset();
            order_moved_.notify_all();
            co_return;
        }
        co_await sim::sleep(host_, expires - now());
    }
}

// The primary takes no new mutations from now on, and answers when none is in flight; unless it is
// configured to give the lease up at once (rule U13).
Task<ChunkServer::Reply> ChunkServer::on_revoke_lease(RevokeLease request) {
    if (is_replaced(request.master)) co_return Code::old_epoch;
    while (Lease* const lease = find_lease(request.chunk, request.version)) {
        lease->revoking = true;
        const bool waits = config_.revocation_waits == RevocationWaits::in_flight;
        if (lease->in_flight.empty() || !waits) {
            host_.emit(event::lease_revoked, {request.chunk, id(), request.version});
            states_[request.chunk].lease.reset();
            break;
        }
        co_await order_moved_.wait();
    }
    co_return Done{};
}

ChunkServer::Lease* ChunkServer::find_lease(ChunkHandle chunk, Version version) {
    const auto found = states_.find(chunk);
    if (found == states_.end() || !found->second.lease) return nullptr;
    Lease& lease = *found->second.lease;
    return lease.version == version ? &lease : nullptr;
}

Result<ChunkServer::Lease*> ChunkServer::usable_lease(ChunkHandle chunk, Version client_version) {
    const StoredReplica* const replica = store_.find(chunk);
    if (replica == nullptr) return Code::no_such_chunk;

    // The client was told a version with the primary (GFS 4.5): another one means that one of us
    // knows of an old lease.
    if (config_.has(Mechanism::version_check) && replica->version != client_version)
        return Code::stale_version;

    // Only the holder of an unexpired lease may order mutations (GFS 3.1).
    Lease* const lease = find_lease(chunk, replica->version);
    if (lease == nullptr) return Code::not_primary;
    if (lease->revoking) return Code::not_primary;
    if (config_.has(Mechanism::lease_check_at_primary) && lease->expires <= now())
        return Code::lease_expired;
    if (is_closed(chunk, replica->version)) return Code::lease_expired;
    return lease;
}

}  // namespace gfs
