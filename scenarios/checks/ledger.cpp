// SPDX-License-Identifier: Apache-2.0
// What the ledger answers. How it takes events in is in ledger_events.cpp.

#include "scenarios/checks/ledger.h"

#include <algorithm>

#include "sim/assert.h"

namespace gfs::checks {

Ledger::Ledger(const sim::Engine& engine, const Config& config, const Truth& truth)
    : engine_(engine), config_(config), truth_(truth) {}

const ChunkRecord* Ledger::find(ChunkHandle chunk) const {
    if (chunk == no_chunk) return nullptr;
    const auto place = places_.find(static_cast<std::uint64_t>(chunk));
    return place ? &chunks_[*place] : nullptr;
}

namespace {

void add_history(const ChunkRecord& chunk, std::size_t mutations,
                 std::vector<const MutationRecord*>& history) {
    if (chunk.source != nullptr) add_history(*chunk.source, chunk.inherited, history);
    const auto first = static_cast<std::ptrdiff_t>(history.size());
    for (std::size_t i = 0; i < mutations; ++i) history.push_back(&chunk.mutations[i]);
    std::stable_sort(history.begin() + first, history.end(),
                     [](const MutationRecord* a, const MutationRecord* b) {
                         if (a->version != b->version) return a->version < b->version;
                         return a->serial < b->serial;
                     });
}

}  // namespace

std::vector<const MutationRecord*> Ledger::history(const ChunkRecord& chunk) {
    std::vector<const MutationRecord*> history;
    add_history(chunk, chunk.mutations.size(), history);
    return history;
}

const ChunkRecord& Ledger::origin(const ChunkRecord& chunk) {
    const ChunkRecord* origin = &chunk;
    while (origin->source != nullptr) origin = origin->source;
    return *origin;
}

const ReplicaRecord* Ledger::replica(const ChunkRecord& chunk, ServerId server) {
    for (const ReplicaRecord& replica : chunk.replicas)
        if (replica.server == server) return &replica;
    return nullptr;
}

const MutationRecord* Ledger::mutation(const ChunkRecord& chunk, Version version, Serial serial) {
    // What is asked for is nearly always among the last.
    for (auto at = chunk.mutations.rbegin(); at != chunk.mutations.rend(); ++at)
        if (at->serial == serial && at->version == version) return &*at;
    return nullptr;
}

const MutationRecord* Ledger::acknowledged(const ChunkRecord& chunk, const AckFields& ack) const {
    const std::uint64_t offset = offset_in_chunk(ack.offset);
    const MutationRecord* found = nullptr;
    for (auto at = chunk.mutations.rbegin(); at != chunk.mutations.rend(); ++at) {
        if (at->data != ack.data || at->offset != offset || at->length != ack.length) continue;
        if (found == nullptr) found = &*at;
        if (applied_by_set(chunk, *at)) return &*at;
    }
    return found;
}

const GrantRecord* Ledger::grant(const ChunkRecord& chunk, Version version) {
    for (auto at = chunk.grants.rbegin(); at != chunk.grants.rend(); ++at)
        if (at->version == version) return &*at;
    return nullptr;
}

bool Ledger::applied_by_set(const ChunkRecord& chunk, const MutationRecord& mutation) {
    const GrantRecord* const set = grant(chunk, mutation.version);
    if (set == nullptr || set->members == 0) return false;
    return (mutation.applied_by & set->members) == set->members;
}

const HolderRecord* Ledger::holder(const ChunkRecord& chunk, ServerId server, Version version) {
    for (auto at = chunk.holders.rbegin(); at != chunk.holders.rend(); ++at)
        if (at->server == server && at->version == version) return &*at;
    return nullptr;
}

bool Ledger::believes(const HolderRecord& holder) const {
    if (holder.over || holder.process != process_of(holder.server)) return false;
    return engine_.host(holder.server).clock().read(engine_.now()) < holder.expires;
}

std::vector<ServerId> Ledger::may_hold(ChunkHandle chunk) const {
    const auto at_begin = truth_.began_on(chunk);
    if (!at_begin) return truth_.chunkservers();
    std::vector<ServerId> servers(at_begin->begin(), at_begin->end());
    if (const ChunkRecord* const record = find(chunk))
        for (const ReplicaRecord& replica : record->replicas) servers.push_back(replica.server);
    std::stable_sort(servers.begin(), servers.end());
    servers.erase(std::unique(servers.begin(), servers.end()), servers.end());
    return servers;
}

// A replica that stored a version number without the master knowing may have missed what was
// acknowledged under it: it is current only if it is one of the set, or was counted on later.
// Before a set is known nothing was acknowledged, and the number alone decides.
std::vector<ServerId> Ledger::current_replicas(ChunkHandle chunk) const {
    const ChunkRecord* const record = find(chunk);
    if (record == nullptr || record->current == Version{}) return highest_on_disk(chunk);
    const bool set_known =
        std::any_of(record->grants.begin(), record->grants.end(), [&](const GrantRecord& grant) {
            return grant.version >= record->current && grant.members != 0;
        });
    std::vector<ServerId> current;
    for (const ServerId server : may_hold(chunk)) {
        const StoredReplica* const stored = truth_.replica(server, chunk);
        if (stored == nullptr || stored->version < record->current) continue;
        const ReplicaRecord* const known = replica(*record, server);
        const bool belongs =
            known != nullptr && (known->member >= record->current || counted(*known));
        if (belongs || !set_known) current.push_back(server);
    }
    return current;
}

// Of a chunk from before the run that nothing has happened to.
std::vector<ServerId> Ledger::highest_on_disk(ChunkHandle chunk) const {
    std::vector<ServerId> servers;
    Version highest{};
    for (const ServerId server : may_hold(chunk)) {
        const StoredReplica* const stored = truth_.replica(server, chunk);
        if (stored == nullptr || stored->version < highest) continue;
        if (stored->version > highest) servers.clear();
        highest = stored->version;
        servers.push_back(server);
    }
    return servers;
}

bool Ledger::counted(const ReplicaRecord& replica) const {
    return replica.counted != 0 && replica.counted == count_token(replica.server);
}

// Changes when the master forgets what it knew of the server's replicas, and is told anew: another
// master process, the server declared dead, and its next registration.
std::uint64_t Ledger::count_token(ServerId server) const {
    const std::size_t index = sim::to_index(server);
    const std::uint32_t standing = index < standings_.size() ? standings_[index] : 0;
    return std::uint64_t{master_life_} << 32 | standing;
}

MutationKind Ledger::kind_of(sim::TextId text) const {
    const auto index = static_cast<std::size_t>(text);
    if (index >= kinds_.size()) kinds_.resize(index + 1, 0);
    if (kinds_[index] == 0) {
        const std::string& word = engine_.texts().text(text);
        SIM_ASSERT(word == "write" || word == "append" || word == "pad");
        const MutationKind kind = word == "write"    ? MutationKind::write
                                  : word == "append" ? MutationKind::append
                                                     : MutationKind::pad;
        kinds_[index] = static_cast<std::uint8_t>(1 + static_cast<unsigned>(kind));
    }
    return static_cast<MutationKind>(kinds_[index] - 1);
}

std::uint32_t Ledger::process_of(ServerId server) const {
    const std::size_t index = sim::to_index(server);
    return index < processes_.size() ? processes_[index] : 0;
}

}  // namespace gfs::checks
