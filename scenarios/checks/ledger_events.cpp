// SPDX-License-Identifier: Apache-2.0
// How the ledger takes events in.

#include <algorithm>
#include <limits>

#include "core/common/events.h"
#include "scenarios/checks/ledger.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

constexpr std::uint64_t not_ended = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t most_replicas = 64;  // the bits of MutationRecord::applied_by
constexpr std::size_t most_holders = 8;

// A counter by host, which grows as hosts are seen.
std::uint32_t& counter_at(std::vector<std::uint32_t>& counters, HostId host) {
    const std::size_t index = sim::to_index(host);
    if (index >= counters.size()) counters.resize(index + 1, 0);
    return counters[index];
}

bool is_dead(std::uint32_t standing) { return standing % 2 == 1; }

}  // namespace

void Ledger::apply(const sim::Event& event) {
    switch (sim::to_index(event.kind)) {
        case event::gfs_client_op_started:
            return on_op_started(event);
        case event::gfs_client_op_ok:
        case event::gfs_client_op_failed:
            return on_op_ended(event);
        case event::gfs_master_crashed:
        case event::gfs_master_recovered:
        case event::gfs_master_promoted:
        case event::gfs_server_crashed:
        case event::gfs_server_started:
        case event::gfs_server_declared_dead:
        case event::gfs_server_registered:
            return on_server_event(event);
        case event::gfs_lease_accepted:
            return on_lease_accepted(event);
        case event::gfs_lease_prolonged:
            return on_lease_prolonged(event);
        case event::gfs_lease_expired:
        case event::gfs_lease_revoked:
            return on_lease_over(event);
        case event::gfs_mutation_ordered:
            return on_ordered(event);
        case event::gfs_mutation_applied:
            return on_applied(event);
        case event::gfs_mutation_acknowledged:
            return on_acknowledged(event);
        case event::gfs_append_ok:
        case event::gfs_write_ok:
            return on_acked(event);
        default:
            return on_chunk_event(event);
    }
}

void Ledger::on_chunk_event(const sim::Event& event) {
    switch (sim::to_index(event.kind)) {
        case event::gfs_lease_granted: {
            const LeaseFields lease = lease_fields(event);
            ChunkRecord& record = chunk(lease.chunk);
            record.leased = std::max(record.leased, lease.version);
            return on_version_granted(lease.chunk, lease.version);
        }
        case event::gfs_chunk_created:
            chunk(chunk_of(event)).created = true;
            chunk(chunk_of(event)).began_empty = true;
            return on_version_granted(chunk_of(event), Version{event.fields[3]});
        case event::gfs_chunk_copied_on_write:
            return on_copied(event);
        case event::gfs_chunk_version_granted: {
            ChunkRecord& record = chunk(chunk_of(event));
            record.granted = std::max(record.granted, Version{event.fields[1]});
            return on_version_granted(record.handle, record.granted);
        }
        case event::gfs_chunk_replica_created:
        case event::gfs_chunk_version_bumped:
            return on_replica_stored(event);
        case event::gfs_chunk_replica_in_set:
            return on_replica_in_set(event);
        case event::gfs_chunk_adopted_version:
            return on_adopted(event);
        case event::gfs_chunk_replica_added: {
            const ReplicaFields added = replica_fields(event);
            return count_on(replica_of(chunk(added.chunk), added.server), added.version);
        }
        case event::gfs_clone_finished:
            return count_on(replica_of(chunk(chunk_of(event)), host_at(event, 2)),
                            Version{event.fields[4]});
        case event::gfs_chunk_replica_removed:
            replica_of(chunk(chunk_of(event)), host_at(event, 1)).counted = 0;
            return;
        case event::gfs_gc_deleted:
            return on_replica_gone(event);
        default:
            return;
    }
}

// ---- clients, processes
// --------------------------------------------------------------------------

void Ledger::on_op_started(const sim::Event& event) {
    // Only writes can be concurrent in a way that matters to Table 1 of the paper.
    if (engine_.texts().text(text_at(event, 1)) != "write") return;
    const std::uint64_t op = event.fields[0];
    open_ops_.set(op, static_cast<std::uint32_t>(ops_.size()));
    ops_.push_back({op, event.sequence, not_ended});
}

void Ledger::on_op_ended(const sim::Event& event) {
    const std::uint64_t op = event.fields[0];
    if (op == 0) return;
    if (const auto index = open_ops_.find(op)) ops_[*index].end = event.sequence;
    open_ops_.erase(op);
}

void Ledger::on_server_event(const sim::Event& event) {
    switch (sim::to_index(event.kind)) {
        case event::gfs_server_crashed:
        case event::gfs_server_started:
            process_changed(host_at(event, 0));
            return;
        case event::gfs_server_declared_dead: {
            std::uint32_t& standing = counter_at(standings_, host_at(event, 0));
            standing += is_dead(standing) ? 2 : 1;
            return;
        }
        case event::gfs_server_registered: {
            // A grant may have had a server in its set that was taken for dead: the master counts
            // on that replica when it is reported, and says so.
            std::uint32_t& standing = counter_at(standings_, host_at(event, 0));
            standing += is_dead(standing) ? 1 : 0;
            return;
        }
        default:
            ++master_life_;
            return;
    }
}

void Ledger::process_changed(ServerId server) {
    ++counter_at(processes_, server);
}

// ---- replicas, versions, leases
// ------------------------------------------------------------------

ChunkRecord& Ledger::chunk(ChunkHandle handle) {
    SIM_ASSERT(handle != no_chunk);
    const auto key = static_cast<std::uint64_t>(handle);
    if (const auto place = places_.find(key)) return chunks_[*place];
    places_.set(key, static_cast<std::uint32_t>(chunks_.size()));
    ChunkRecord& record = chunks_.emplace_back();
    record.handle = handle;
    return record;
}

ReplicaRecord& Ledger::replica_of(ChunkRecord& record, ServerId server) {
    return record.replicas[place_of(record, server)];
}

std::size_t Ledger::place_of(ChunkRecord& record, ServerId server) {
    std::vector<ReplicaRecord>& replicas = record.replicas;
    for (std::size_t i = 0; i < replicas.size(); ++i)
        if (replicas[i].server == server) return i;
    ReplicaRecord fresh{.server = server};
    // A chunk from before the run has replicas that no event has told of.
    if (const StoredReplica* const stored = truth_.replica(server, record.handle))
        fresh.stored = stored->version;
    if (replicas.size() < most_replicas) {
        replicas.push_back(fresh);
        return replicas.size() - 1;
    }
    // The place of the server that has been out of the set for longest is given to another.
    const auto oldest = std::min_element(
        replicas.begin(), replicas.end(),
        [](const ReplicaRecord& a, const ReplicaRecord& b) { return a.member < b.member; });
    *oldest = fresh;
    return static_cast<std::size_t>(oldest - replicas.begin());
}

void Ledger::count_on(ReplicaRecord& replica, Version version) {
    replica.counted = count_token(replica.server);
    replica.member = std::max(replica.member, version);
}

void Ledger::on_replica_stored(const sim::Event& event) {
    const ReplicaFields stored = replica_fields(event);
    ReplicaRecord& replica = replica_of(chunk(stored.chunk), stored.server);
    replica.stored = std::max(replica.stored, stored.version);
    replica.process_stored = stored.version;
    replica.process = process_of(stored.server);
    if (event.kind != event::chunk_replica_created) return;
    replica.made = event.time;
    replica.applied_version = Version{};
    replica.applied_serial = Serial{};
}

void Ledger::on_replica_in_set(const sim::Event& event) {
    const ReplicaFields in_set = replica_fields(event);
    ChunkRecord& record = chunk(in_set.chunk);
    const std::size_t place = place_of(record, in_set.server);
    // One that was lost meanwhile is a member all the same, and the master does not count on it.
    ReplicaRecord& replica = record.replicas[place];
    if (counted(replica)) count_on(replica, in_set.version);
    replica.member = std::max(replica.member, in_set.version);
    grant_of(record, in_set.version).members |= std::uint64_t{1} << place;
}

GrantRecord& Ledger::grant_of(ChunkRecord& record, Version version) {
    for (auto at = record.grants.rbegin(); at != record.grants.rend(); ++at)
        if (at->version == version) return *at;
    return record.grants.emplace_back(GrantRecord{.version = version});
}

void Ledger::on_version_granted(ChunkHandle handle, Version version) {
    ChunkRecord& record = chunk(handle);
    record.current = std::max(record.current, version);
}

// The master counts on the replica only if it says so next: its server may have registered anew
// while it was asked, and reports it once more.
void Ledger::on_adopted(const sim::Event& event) {
    const ReplicaFields adopted = replica_fields(event);
    ChunkRecord& record = chunk(adopted.chunk);
    record.adopted = adopted.version;
    record.current = std::max(record.current, adopted.version);
}

void Ledger::on_copied(const sim::Event& event) {
    begin_as_copy({.file = {},
                   .index = {},
                   .from = ChunkHandle{event.fields[1]},
                   .chunk = chunk_of(event),
                   .version = Version{event.fields[4]}});
}

bool Ledger::begin_as_copy(const log::ChunkCopied& copied) {
    ChunkRecord& copy = chunk(copied.chunk);
    // A handle that was given out twice: what it stood for first goes on.
    if (copy.created) return false;
    ChunkRecord& source = chunk(copied.from);
    keep_baseline(source);
    copy.created = true;
    copy.began_empty = source.began_empty;
    copy.source = &source;
    source.copied = true;
    copy.inherited = source.mutations.size();
    copy.acked_end = source.acked_end;
    if (source.baseline != nullptr) copy.baseline = std::make_unique<Content>(*source.baseline);
    on_version_granted(copy.handle, copied.version);
    return true;
}

// What a chunk from before the run holds before anything happens to it.
void Ledger::keep_baseline(ChunkRecord& record) {
    if (record.created || record.baseline != nullptr || !record.mutations.empty()) return;
    for (const ServerId server : highest_on_disk(record.handle))
        if (const StoredReplica* const stored = truth_.replica(server, record.handle)) {
            record.baseline = std::make_unique<Content>(stored->content);
            return;
        }
}

void Ledger::on_lease_accepted(const sim::Event& event) {
    const LeaseFields lease = lease_fields(event);
    ChunkRecord& record = chunk(lease.chunk);
    std::erase_if(record.holders, [&](const HolderRecord& holder) {
        return holder.over || holder.process != process_of(holder.server) ||
               (holder.server == lease.holder && holder.version <= lease.version);
    });
    if (record.holders.size() == most_holders) record.holders.erase(record.holders.begin());
    record.holders.push_back({.server = lease.holder,
                              .version = lease.version,
                              .expires = lease.expires,
                              .process = process_of(lease.holder),
                              .over = false,
                              .accepted = event.time});
    if (lease.version < record.accepted) return;
    record.accepted = lease.version;
    record.accepted_by = lease.holder;
}

void Ledger::on_lease_prolonged(const sim::Event& event) {
    const LeaseFields lease = lease_fields(event);
    for (HolderRecord& holder : chunk(lease.chunk).holders)
        if (holder.server == lease.holder && holder.version == lease.version)
            holder.expires = std::max(holder.expires, lease.expires);
}

void Ledger::on_lease_over(const sim::Event& event) {
    const ReplicaFields lease = replica_fields(event);
    for (HolderRecord& holder : chunk(lease.chunk).holders)
        if (holder.server == lease.server && holder.version == lease.version) holder.over = true;
}

void Ledger::on_replica_gone(const sim::Event& event) {
    const ReplicaFields gone = replica_fields(event);
    ReplicaRecord& replica = replica_of(chunk(gone.chunk), gone.server);
    replica.process_stored = Version{};
    replica.member = Version{};
    replica.applied_version = Version{};
    replica.applied_serial = Serial{};
    replica.counted = 0;
    forget_if_gone(chunk(gone.chunk));
}

// ---- mutations
// -----------------------------------------------------------------------------------

void Ledger::on_ordered(const sim::Event& event) {
    const MutationFields fields = mutation_fields(event);
    ChunkRecord& record = chunk(fields.chunk);
    if (!record.created && record.baseline == nullptr && record.mutations.empty()) {
        const StoredReplica* const stored = truth_.replica(fields.server, fields.chunk);
        if (stored != nullptr) record.baseline = std::make_unique<Content>(stored->content);
    }
    GrantRecord& grant = grant_of(record, fields.version);
    grant.ordered = std::max(grant.ordered, fields.serial);
    const MutationKind kind = kind_of(fields.kind);
    record.mutations.push_back(
        {.version = fields.version,
         .serial = fields.serial,
         .offset = fields.offset,
         .length = fields.length,
         .data = fields.data,
         .ordered_sequence = event.sequence,
         .primary = fields.server,
         .kind = kind,
         .superseded = record.accepted >= fields.version && record.accepted_by != fields.server,
         .below_acked = kind == MutationKind::append && fields.offset < record.acked_end});
    fold(record);
}

void Ledger::on_applied(const sim::Event& event) {
    const MutationFields fields = mutation_fields(event);
    ChunkRecord& record = chunk(fields.chunk);
    const std::size_t place = place_of(record, fields.server);
    ReplicaRecord& replica = record.replicas[place];
    replica.applied_version = fields.version;
    replica.applied_serial = fields.serial;
    for (auto at = record.mutations.rbegin(); at != record.mutations.rend(); ++at) {
        if (at->serial != fields.serial || at->version != fields.version) continue;
        // Applied somewhere else than it was ordered: that does not count.
        if (at->offset == fields.offset && at->length == fields.length && at->data == fields.data)
            at->applied_by |= std::uint64_t{1} << place;
        return;
    }
}

void Ledger::on_acknowledged(const sim::Event& event) {
    const SerialFields fields = serial_fields(event);
    ChunkRecord& record = chunk(fields.chunk);
    for (auto at = record.mutations.rbegin(); at != record.mutations.rend(); ++at) {
        if (at->serial != fields.serial || at->version != fields.version) continue;
        at->acknowledged = true;
        if (at->kind != MutationKind::write)
            record.acked_end = std::max(record.acked_end, at->end());
        return;
    }
}

void Ledger::on_acked(const sim::Event& event) {
    const AckFields ack = ack_fields(event);
    ChunkRecord& record = chunk(ack.chunk);
    const MutationRecord* const found = acknowledged(record, ack);
    if (found == nullptr) return;
    MutationRecord& mutation =
        record.mutations[static_cast<std::size_t>(found - record.mutations.data())];
    mutation.acked = true;
    if (event.kind == event::append_ok) {
        record.acked_end = std::max(record.acked_end, mutation.end());
        return;
    }
    mutation.data_offset = event.fields[6];
    const std::uint64_t op = event.fields[7];
    if (op == 0) return;
    if (const auto index = open_ops_.find(op)) mutation.op = 1 + *index;
}

}  // namespace gfs::checks
