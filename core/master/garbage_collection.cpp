// SPDX-License-Identifier: Apache-2.0
// Garbage collection: GFS 4.4. A deleted file is renamed to a hidden name; a scan of the namespace
// erases it after the grace period; the chunks are then orphans, and each chunkserver learns that
// its replicas may go when it reports them (stale_replicas.cpp).

#include <string>
#include <vector>

#include "core/common/hidden_name.h"
#include "core/master/master.h"
#include "core/master/path.h"
#include "sim/engine.h"

namespace gfs {

Task<Delete::Reply> Master::on_delete(Delete request) {
    const Result<LogIndex> done = co_await remove(request);
    co_return reply(request, done);
}

Task<Result<LogIndex>> Master::remove(Delete request) {
    if (!serving_) co_return Code::starting;
    const std::string& path = request.file;
    if (!is_valid_path(path) || path == "/") co_return Code::invalid_path;

    NamespaceLocks::Plan plan;
    plan.write(path);
    const auto guard = co_await locks_.enter(std::move(plan));

    if (const auto done = done_before(request.op)) co_return *done;
    const Namespace::Node* const node = files_.find(path);
    if (node == nullptr) co_return Code::not_found;
    if (node->directory) {
        if (!files_.is_empty(path)) co_return Code::not_empty;
        log::Entry entry = log::DirectoryDeleted{path};
        const LogIndex record = co_await commit(request.op, std::move(entry));
        host_.emit(event::directory_deleted, {text(path), request.op});
        co_return record;
    }

    // Deleting a deleted file again expedites the reclamation of its storage (GFS 4.4.2).
    if (is_hidden(path)) co_return co_await reclaim(request.op, path);

    // The deletion time and the number of the log record make the hidden name unique. Nobody knows
    // it yet, so it needs no lock.
    const LocalTime at = now();
    const std::string hidden =
        to_path({.deleted = at, .record = next(log_.last()), .file = path});
    log::Entry entry = log::FileDeleted{path, hidden, at};
    const LogIndex record = co_await commit(request.op, std::move(entry));
    host_.emit(event::file_deleted, {text(path), text(hidden), request.op});
    enqueue_chunks_of(hidden);
    co_return record;
}

// Erases a hidden file's metadata. REQUIRES: the file is there, and its name is locked.
Task<LogIndex> Master::reclaim(OpId op, std::string hidden) {
    SIM_ASSERT(files_.find(hidden) != nullptr);
    const std::vector<ChunkHandle> chunks = files_.find(hidden)->chunks;
    log::Entry entry = log::FileReclaimed{hidden};
    const LogIndex record = co_await commit(op, std::move(entry));
    host_.emit(event::file_reclaimed, {text(hidden), chunks.size()});
    // What a snapshot shares with it is still there, perhaps with a lower goal.
    for (const ChunkHandle handle : chunks)
        if (Chunk* const left = find(handle)) check_level(handle, *left);
    co_return record;
}

Task<void> Master::scan_loop() {
    while (true) {
        co_await sim::sleep(host_, config_.scan_every);
        forget_leases_that_are_over();
        is_rebalancing_ = true;  // repair_loop() will see
        co_await scan_namespace();
    }
}

bool Master::is_due(const Namespace::Node& node) const {
    if (!node.deleted) return false;
    if (!config_.has(Mechanism::delete_grace)) return true;
    return now() - *node.deleted >= config_.delete_grace;
}

Task<void> Master::scan_namespace() {
    std::vector<std::string> due;
    const auto& nodes = files_.nodes();
    const std::string first_hidden(hidden_prefix);
    for (auto at = nodes.lower_bound(first_hidden); at != nodes.end(); ++at) {
        if (!is_hidden(at->first)) break;
        if (is_due(at->second)) due.push_back(at->first);
    }
    for (const std::string& path : due) {
        NamespaceLocks::Plan plan;
        plan.write(path);
        const auto guard = co_await locks_.enter(std::move(plan));
        // It may have been undeleted, or reclaimed, while this waited.
        const Namespace::Node* const node = files_.find(path);
        if (node == nullptr || !is_due(*node)) continue;
        co_await reclaim(no_op, path);
    }
}

}  // namespace gfs
