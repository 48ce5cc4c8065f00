// SPDX-License-Identifier: Apache-2.0
// Snapshot: GFS 3.4, with the locks of GFS 4.1. A file or a directory tree is duplicated by its
// metadata; the data is duplicated chunk by chunk, when somebody writes to it (copy_on_write.cpp).

#include <algorithm>

#include "core/common/hidden_name.h"
#include "core/master/master.h"
#include "core/master/path.h"
#include "core/master/permissions.h"
#include "sim/engine.h"

namespace gfs {

Task<Snapshot::Reply> Master::on_snapshot(Snapshot request) {
    const Result<LogIndex> done = co_await snapshot(request);
    co_return reply(request, done);
}

Task<Result<LogIndex>> Master::snapshot(Snapshot request) {
    if (!serving_) co_return Code::starting;
    const std::string& from = request.from;
    const std::string& to = request.to;
    if (!is_valid_path(from) || !is_valid_path(to) || is_hidden(to)) co_return Code::invalid_path;
    // A directory cannot be copied to below itself.
    if (from == "/" || (from != to && is_within(to, from))) co_return Code::invalid_path;

    co_await spend_time_on_all_below(from);
    co_await spend_time_on(to);

    // "/data" and "/save" are read-locked, "/data/user" and "/save/user" write-locked: nothing is
    // created, deleted or renamed below the source meanwhile, and no chunk is added to its files.
    NamespaceLocks::Plan plan;
    plan.write(from);
    plan.write(to);
    const auto guard = co_await locks_.enter(std::move(plan));

    if (const auto done = done_before(request.op)) co_return *done;
    const Namespace::Node* const node = files_.find(from);
    if (node == nullptr) co_return Code::not_found;
    // A deleted file can be read and undeleted, no more (GFS 4.4.1).
    if (node->deleted) co_return Code::permission_denied;
    Code code = check_creation(to, request.user);
    if (code == Code::ok) code = may_read_tree(files_, from, request.user);
    if (code != Code::ok) co_return code;
    const Usages more = metadata_.growth(from, to, Metadata::Move::copy);
    if (!quotas_.has_room(metadata_.usage(), more)) co_return Code::quota_exceeded;
    const auto promise = quotas_.promise(more);

    // First: revoke the leases, so that whoever writes next has to ask the master, who then can
    // copy the chunk. The turns keep anybody from getting a new one before the record is applied.
    std::vector<Turn> turns;
    const Code ended = co_await end_leases(chunks_below(from), turns);
    if (ended != Code::ok) co_return ended;

    // Then: log, and duplicate the metadata.
    log::Entry entry = log::SnapshotTaken{from, to};
    const LogIndex record = co_await commit(request.op, std::move(entry));
    host_.emit(event::snapshot_taken, {text(from), text(to), request.op});
    check_levels_below(to);
    co_return record;
}

// Takes the turns of the chunks, and makes sure that no lease on them is in force.
//
// Choice (not in GFS): it waits for no other change of a chunk, and not for a lease to expire whose
// holder does not answer. The client is told to ask again, which is definite; were it left waiting
// for longer than it has patience, it could not know what became of its snapshot. A lease that was
// asked for back is not extended, so that the snapshot is possible when it has run out.
Task<Code> Master::end_leases(std::vector<ChunkHandle> handles, std::vector<Turn>& turns) {
    for (const ChunkHandle handle : handles) {
        if (!grants_.try_enter(handle)) co_return Code::chunk_busy;
        turns.push_back(grants_.adopt(handle));
    }
    if (!config_.has(Mechanism::snapshot_revoke)) co_return Code::ok;
    const bool all_over = co_await revoke(handles, config_.client_timeout / 2);
    co_return all_over ? Code::ok : Code::lease_in_doubt;
}

// Of a file, or of all files below a directory; each chunk once.
std::vector<ChunkHandle> Master::chunks_below(const std::string& path) const {
    std::vector<ChunkHandle> handles;
    for (const auto& file : files_.tree(path))
        handles.insert(handles.end(), file->second.chunks.begin(), file->second.chunks.end());
    std::stable_sort(handles.begin(), handles.end());
    handles.erase(std::unique(handles.begin(), handles.end()), handles.end());
    return handles;
}

}  // namespace gfs
