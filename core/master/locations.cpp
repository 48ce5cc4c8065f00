// SPDX-License-Identifier: Apache-2.0
// What clients ask before they read (GFS 2.4) and before they write (steps 1 and 2 of GFS 3.1). The
// lease itself is in lease.cpp, the creation of a chunk in chunk_creation.cpp.

#include <algorithm>
#include <optional>

#include "core/master/master.h"
#include "core/master/path.h"
#include "core/master/permissions.h"
#include "sim/engine.h"

namespace gfs {
namespace {

// Chunks that follow those asked for, which cost almost nothing to add to the answer (GFS 2.4).
constexpr std::size_t chunks_ahead = 4;

}  // namespace

Task<FindLocation::Reply> Master::on_find_location(FindLocation request) {
    if (!serving_) co_return Code::starting;
    if (!is_valid_path(request.file)) co_return Code::invalid_path;
    co_await spend_time_on(request.file);
    NamespaceLocks::Plan plan;
    plan.read(request.file);
    const auto guard = co_await locks_.enter(std::move(plan));

    const Namespace::Node* const node = files_.find(request.file);
    if (node == nullptr) co_return Code::not_found;
    if (node->directory) co_return Code::is_a_directory;
    const Code may = may_read(files_, request.file, request.user);
    if (may != Code::ok) co_return may;
    const std::size_t first = to_number(request.first);
    if (first >= node->chunks.size()) co_return Code::end_of_file;
    const Chunk* const asked_for = find(node->chunks[first]);
    // Its handle was given out twice, and reclaimed once.
    if (asked_for == nullptr) co_return Code::no_such_chunk;
    if (asked_for->replicas.empty()) {
        note_blocking(node->chunks[first]);
        co_return without_replicas();
    }

    Locations locations;
    locations.file_chunks = static_cast<std::uint32_t>(node->chunks.size());
    const std::size_t wanted = std::max<std::size_t>(request.count, 1) + chunks_ahead;
    const std::size_t end = std::min(node->chunks.size(), first + wanted);
    for (std::size_t i = first; i < end; ++i) {
        const ChunkHandle handle = node->chunks[i];
        if (find(handle) == nullptr) break;
        const Chunk& chunk = *find(handle);
        // Stale replicas are as good as none (GFS 4.5): only current ones are in the list.
        for (const Replica& replica : chunk.replicas)
            tell_replica(handle, replica.server, chunk.version, request.client);
        locations.chunks.push_back({.index = ChunkIndex{static_cast<std::uint32_t>(i)},
                                    .chunk = handle,
                                    .version = chunk.version,
                                    .servers = chunk.servers()});
    }
    co_return locations;
}

void Master::tell_replica(ChunkHandle handle, ServerId server, Version version, ClientId client) {
    host_.emit(event::location_replied, {handle, server, version, client});
}

// A chunk without a replica is lost only if nobody is left who might still report one.
Code Master::without_replicas() const {
    return collecting_ ? Code::starting : Code::no_live_replica;
}

Task<FindLeaseHolder::Reply> Master::on_find_lease_holder(FindLeaseHolder request) {
    const Result<ChunkHandle> present = co_await chunk_to_mutate(request);
    if (!present.ok()) co_return reply(request, present.code(), LogIndex{0});
    // After a snapshot the answer is deferred until the file has a chunk of its own (GFS 3.4).
    const Result<ChunkHandle> handle =
        co_await chunk_to_write(request.op, request.file, *present);
    if (!handle.ok()) co_return reply(request, handle.code(), LogIndex{0});

    // Step 1: who holds the lease; if nobody does, it is granted to a replica.
    const Result<Lease> lease = co_await lease_for(*handle, request.op);
    if (!lease.ok()) {
        note_blocking(*handle);
        co_return reply(request, lease.code(), LogIndex{0});
    }
    const Chunk* const chunk = find(*handle);
    if (chunk == nullptr) co_return reply(request, Code::no_such_chunk, LogIndex{0});

    // Step 2: the primary, the secondaries, and the version for the client to verify (GFS 4.5).
    tell_replica(*handle, lease->primary, lease->version, request.client);
    for (const ServerId secondary : lease->secondaries)
        tell_replica(*handle, secondary, lease->version, request.client);
    LeaseHolder holder{.index = chunk->index,
                       .chunk = *handle,
                       .version = lease->version,
                       .primary = lease->primary,
                       .secondaries = lease->secondaries};
    co_return reply(request, std::move(holder), lease->record);
}

// The chunk that the client wants to change; if it is the file's next one, it is created.
Task<Result<ChunkHandle>> Master::chunk_to_mutate(FindLeaseHolder request) {
    if (!serving_) co_return Code::starting;
    if (!is_valid_path(request.file)) co_return Code::invalid_path;
    co_await spend_time_on(request.file);
    // With `next_chunk: always`: for whoever asks for what comes after the last chunk now, the one
    // that another client gets meanwhile will not do.
    bool wants_its_own = false;
    if (request.which == FindLeaseHolder::Which::after) {
        const Result<std::optional<ChunkHandle>> already = present_chunk(request);
        wants_its_own = already.ok() && !already->has_value();
    }
    if (!wants_its_own) {
        NamespaceLocks::Plan plan;
        plan.read(request.file);
        const auto guard = co_await locks_.enter(std::move(plan));
        const Result<std::optional<ChunkHandle>> present = present_chunk(request);
        if (!present.ok()) co_return present.code();
        if (present->has_value()) co_return **present;
    }
    // Choice (not in GFS): of two clients that ask for the next chunk at once, the second one finds
    // the first one's, unless each is to have its own (rule U23).
    NamespaceLocks::Plan plan;
    plan.write(request.file);
    const auto guard = co_await locks_.enter(std::move(plan));
    const Result<std::optional<ChunkHandle>> present = present_chunk(request);
    if (!present.ok()) co_return present.code();
    if (present->has_value() && !wants_its_own) co_return **present;
    co_return co_await create_chunk(request.op, request.file, request.client);
}

// No handle: it is the next chunk of the file.
Result<std::optional<ChunkHandle>> Master::present_chunk(const FindLeaseHolder& request) const {
    const Namespace::Node* const node = files_.find(request.file);
    if (node == nullptr) return Code::not_found;
    if (node->directory) return Code::is_a_directory;
    // A deleted file can be read and undeleted, not written (GFS 4.4.1).
    if (node->deleted) return Code::permission_denied;
    const Code may = may_write(files_, request.file, request.user);
    if (may != Code::ok) return may;
    const auto& chunks = node->chunks;
    std::optional<ChunkHandle> present;
    if (request.which == FindLeaseHolder::Which::last) {
        if (!chunks.empty()) present = chunks.back();
        return present;
    }
    const bool is_after = request.which == FindLeaseHolder::Which::after;
    const std::size_t index = to_number(request.index) + (is_after ? 1 : 0);
    if (index > chunks.size()) return Code::invalid_offset;
    if (index < chunks.size()) present = chunks[index];
    return present;
}

}  // namespace gfs
