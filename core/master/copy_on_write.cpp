// SPDX-License-Identifier: Apache-2.0
// The first write to a chunk after a snapshot: GFS 3.4. The master sees that several files have the
// chunk, defers its answer to the client, and has a copy made wherever there is a current replica;
// the copy takes the chunk's place in the file that is written to. The chunkserver's side is in
// chunkserver/copy_on_write.cpp, the snapshot itself in snapshot.cpp.

#include <utility>

#include "core/master/disk_time.h"
#include "core/master/master.h"
#include "sim/engine.h"
#include "sim/future.h"

namespace gfs {
namespace {

// Twice the time to read and to write a full chunk, on top of one message.
Duration patience_with_copies(const Config& config) {
    return config.client_timeout + 2 * 2 * time_for_full_chunk(config);
}

}  // namespace

// Nobody may get a lease on a chunk that several files have.
bool Master::must_copy(const Chunk& chunk) const {
    return chunk.is_shared() && config_.has(Mechanism::copy_on_write);
}

// The chunk that stands at the place of `handle` in the file once nobody shares it.
Task<Result<ChunkHandle>> Master::chunk_to_write(OpId op, std::string file, ChunkHandle handle) {
    const Chunk* const asked = find(handle);
    if (asked != nullptr && !must_copy(*asked)) co_return handle;

    // One copy at a time per chunk. Of two clients that write at once, the second one waits here,
    // and then finds the first one's copy in the file.
    const auto turn = co_await grants_.enter(handle);
    const Chunk* const chunk = find(handle);
    if (chunk == nullptr) co_return Code::no_such_chunk;
    const Namespace::Node* const node = files_.find(file);
    const std::size_t index = to_number(chunk->index);
    if (node == nullptr || index >= node->chunks.size()) co_return Code::not_found;
    const ChunkHandle in_file = node->chunks[index];
    if (in_file != handle || !must_copy(*chunk)) co_return in_file;
    if (chunk->replicas.empty()) co_return without_replicas();
    co_return co_await copy_chunk(op, file, handle);
}

// REQUIRES: the shared chunk's turn, so that no lease on it can be granted and no mutation of it
// ordered before the copy is in its place.
Task<Result<ChunkHandle>> Master::copy_chunk(OpId op, std::string file, ChunkHandle shared) {
    // From here until the copy is in the file, a report of it is no orphan.
    const ChunkHandle handle = co_await new_handle(op);
    creating_.try_emplace(handle);
    const Chunk* const original = find(shared);
    const CopyChunkLocally request{.op = op,
                                   .chunk = shared,
                                   .version = original != nullptr ? original->version : Version{},
                                   .copy = handle,
                                   .copy_version = Version{1},
                                   .master = epoch()};
    std::vector<ServerId> made = co_await copy_locally(request);
    forget_lost(handle, made);

    // Choice (not in GFS): as when a chunk is created, one replica, or `creation_replicas`, is
    // enough to go on with, and re-replication makes the others (rule U18).
    const Chunk* const copied = find(shared);
    if (copied == nullptr || made.size() < needed_at_creation(copied->goal)) {
        creating_.erase(handle);
        co_return copied == nullptr ? Code::no_such_chunk : Code::no_chunkserver;
    }
    const ChunkIndex index = copied->index;
    log::Entry entry = log::ChunkCopied{file, index, shared, handle, request.copy_version};
    co_await commit(op, std::move(entry));
    forget_lost(handle, made);
    creating_.erase(handle);

    // The file may have got another name, or have been deleted, since the client asked: the record
    // is void then, and the copies are garbage.
    Chunk* const chunk = find(handle);
    if (chunk == nullptr) co_return Code::not_found;
    host_.emit(event::chunk_copied_on_write,
               {handle, shared, text(file), index, request.copy_version});
    for (const ServerId server : made)
        if (is_alive(server) && chunk->find(server) == nullptr)
            place_replica(handle, *chunk, server, 0);
    check_level(handle, *chunk);
    // The file that has gone to the copy may have been the one with the highest goal.
    if (Chunk* const left = find(shared)) check_level(shared, *left);
    co_return handle;
}

// "It asks each chunkserver that has a current replica of C to create a new chunk." Those that did.
Task<std::vector<ServerId>> Master::copy_locally(CopyChunkLocally request) {
    std::vector<ServerId> holders;
    if (const Chunk* const original = find(request.chunk)) holders = original->servers();
    std::vector<sim::Future<CopyChunkLocally::Reply>> answers;
    for (const ServerId holder : holders) {
        servers_.at(holder).creations.push_back(now());
        answers.push_back(sim::start_call(host_, holder, request, patience_with_copies(config_)));
    }
    // Were the client answered now, it could write to a copy before the data is in it.
    if (!config_.has(Mechanism::deferred_reply)) co_return holders;

    std::vector<ServerId> made;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const CopyChunkLocally::Reply answer = co_await answers[i].get();
        if (answer.ok()) made.push_back(holders[i]);
    }
    co_return made;
}

}  // namespace gfs
