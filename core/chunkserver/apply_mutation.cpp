// SPDX-License-Identifier: Apache-2.0
// Applying mutations in serial order: step 5 of GFS 3.1 at the secondaries, and the step that
// primary and secondaries share. The primary's side is in write.cpp and record_append.cpp.

#include <optional>

#include "core/chunkserver/chunkserver.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

Task<ChunkServer::Reply> ChunkServer::on_apply_mutation(ApplyMutation request) {
    const Mutation& mutation = request.mutation;
    const Code early = check_mutation(request);
    if (early != Code::ok) co_return reject(mutation.chunk, early, sim::no_host, mutation.version);

    // At the offset of a record append, too, there may be bytes of an earlier one that failed.
    const ByteRange range{mutation.offset, mutation.length};
    if (overwrites_in_part(mutation.chunk, range)) {
        const Code code = co_await read_before_overwrite(mutation.chunk, range);
        if (code != Code::ok) co_return code;
    }

    if (config_.has(Mechanism::serial_order)) {
        // All that the primary ordered before it comes first.
        const Code turn = co_await reach_turn(request);
        if (turn != Code::ok)
            co_return reject(mutation.chunk, turn, sim::no_host, mutation.version);
    }

    // Applied before: this is the second copy of a message, and the answer is the same.
    Order& order = states_[mutation.chunk].order;
    const bool doubled = mutation.serial < order.next && config_.has(Mechanism::serial_order);
    if (!doubled) {
        const PushedData pushed{mutation.data, mutation.data_offset};
        const bool needs_data =
            mutation.kind != Mutation::Kind::pad && config_.has(Mechanism::data_before_mutation);
        if (needs_data && !buffer_.contains(pushed))
            co_return reject(mutation.chunk, Code::data_not_buffered, sim::no_host,
                             mutation.version);
        const Code intact = verify_before_overwrite(mutation.chunk, range);
        if (intact != Code::ok)
            co_return reject(mutation.chunk, intact, sim::no_host, mutation.version);
        const Code admitted = store_.admit(mutation.chunk, range.end());
        if (admitted != Code::ok)
            co_return reject(mutation.chunk, admitted, sim::no_host, mutation.version);
        apply(mutation);
    }

    const Code durable = co_await make_durable(mutation);
    if (durable != Code::ok) co_return durable;
    // Step 6.
    co_return Done{};
}

// Whether a mutation that another server ordered may still change this replica.
Code ChunkServer::check_mutation(const ApplyMutation& request) const {
    const StoredReplica* const replica = store_.find(request.mutation.chunk);
    if (replica == nullptr) return Code::no_such_chunk;

    // Choice (not in GFS): both checks keep a primary whose lease is over, but does not know it,
    // from changing replicas that the master has given to another (rule U5).
    if (!config_.secondary_version_check) return Code::ok;
    if (!config_.has(Mechanism::secondary_version_check)) return Code::ok;
    if (replica->version != request.mutation.version) return Code::stale_version;
    if (request.lease_expires <= now()) return Code::lease_expired;
    if (is_closed(request.mutation.chunk, request.mutation.version)) return Code::lease_expired;
    return Code::ok;
}

// The master has a replica copied only when no lease is in force. A primary that still believes in
// its own has a clock that is more wrong than `lease_guard` allows for; what it goes on to order
// would be acknowledged and missing from the copy. So a version ends with the first copy of it.
void ChunkServer::close(ChunkHandle chunk, Version version) {
    SIM_ASSERT(store_.find(chunk) != nullptr);
    Version& copied = states_[chunk].copied;
    copied = std::max(copied, version);
}

bool ChunkServer::is_closed(ChunkHandle chunk, Version version) const {
    // Without these the master lets mutations of one version go on beside and after a copy.
    if (!config_.clone_revoke || !config_.has(Mechanism::clone_revoke)) return false;
    if (!config_.has(Mechanism::snapshot_revoke)) return false;
    if (!config_.has(Mechanism::version_bump)) return false;
    if (!config_.has(Mechanism::lease_wait)) return false;
    const auto state = states_.find(chunk);
    return state != states_.end() && state->second.copied >= version;
}

// Waits until every mutation before this one has been applied, or need not be waited for.
Task<Code> ChunkServer::reach_turn(const ApplyMutation& request) {
    const ChunkHandle chunk = request.mutation.chunk;
    const Serial serial = request.mutation.serial;
    const LocalTime give_up = now() + config_.client_timeout / 4;
    while (true) {
        // The wait may have brought a new version or an expired lease.
        const Code still = check_mutation(request);
        if (still != Code::ok) co_return still;
        Order& order = states_[chunk].order;
        if (order.version != request.mutation.version)
            order = Order{.version = request.mutation.version, .next = Serial{1}, .skipped = {}};

        // It comes after one that was ordered later: too late, the order is what counts.
        if (order.skipped.contains(serial)) co_return Code::out_of_order;
        if (serial <= order.next) co_return Code::ok;

        // What the primary has settled failed here for good; what is neither here nor settled when
        // time is up is given up as well.
        const bool time_is_up = now() >= give_up;
        while (order.next < serial && (time_is_up || order.next < request.settled)) {
            order.skipped.insert(order.next);
            order.next = next(order.next);
        }
        if (serial == order.next) co_return Code::ok;
        co_await order_moved_.wait(give_up - now());
    }
}

// The atomic step: content, order and buffer change together, and nothing waits in it.
void ChunkServer::apply(const Mutation& mutation) {
    Extent extent{
        .offset = mutation.offset,
        .length = mutation.length,
        .data = mutation.data,
        .data_offset = mutation.data_offset,
    };
    if (!config_.has(Mechanism::exact_offset) && mutation.kind == Mutation::Kind::append)
        extent.offset = store_.find(mutation.chunk)->content.length();
    if (!config_.has(Mechanism::data_before_mutation) &&
        !buffer_.contains({mutation.data, mutation.data_offset})) {
        // Nobody has pushed it here: there is nothing to write but zeros.
        extent.data = padding;
        extent.data_offset = 0;
    }
    store_.write(mutation.chunk, extent);
    buffer_.take({mutation.data, mutation.data_offset});
    Order& order = states_[mutation.chunk].order;
    if (order.version != mutation.version)
        order = Order{.version = mutation.version, .next = Serial{1}, .skipped = {}};
    order.next = std::max(order.next, next(mutation.serial));
    host_.emit(event::mutation_applied,
               {mutation.chunk, mutation.serial, id(), mutation.version, extent.offset,
                mutation.length, extent.data, host_.engine().text(name(mutation.kind))});
    order_moved_.notify_all();
}

// The mutation, applied here, is on the platter (rule U9).
Task<Code> ChunkServer::make_durable(Mutation mutation) {
    const Code durable = co_await make_durable(mutation.chunk);
    const bool synced = durable == Code::ok && config_.durability == Durability::fsync;
    if (synced)
        host_.emit(event::mutation_synced,
                   {mutation.chunk, mutation.serial, id(), mutation.version});
    co_return durable;
}

// What was written to the replica so far is on the platter (rule U9).
Task<Code> ChunkServer::make_durable(ChunkHandle chunk) {
    if (config_.durability == Durability::writeback) co_return Code::ok;
    const auto outcome = co_await store_.disk().sync(ChunkStore::file_of(chunk));
    if (!outcome || *outcome != sim::Disk::Outcome::done) {
        disk_failed(chunk, "sync");
        co_return Code::disk_error;
    }
    // The file may have been deleted, or lost, while the disk was writing.
    if (store_.find(chunk) == nullptr) co_return Code::no_such_chunk;
    co_return Code::ok;
}

}  // namespace gfs
