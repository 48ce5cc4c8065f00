// SPDX-License-Identifier: Apache-2.0
// Garbage collection: GFS 4.4. A deleted file is renamed to a hidden name; a scan of the namespace
// erases it after the grace period; the chunks are then orphans, and each chunkserver learns that
// its replicas may go when it reports them (stale_replicas.cpp).

#include <string>
#include <vector>

#include "core/common/buggify.h"
#include "core/common/hidden_name.h"
#include "core/common/regions.h"
#include "core/master/master.h"
#include "core/master/path.h"
#include "core/master/permissions.h"
#include "sim/engine.h"

namespace gfs {

Task<Delete::Reply> Master::on_delete(Delete request) {
    const Result<LogIndex> done = co_await remove(request);
    co_return reply(request, done);
}

Task<Result<LogIndex>> Master::remove(Delete request) {
    if (!serving_) co_return Code::starting;
    const std::string& path = request.file;
    co_await spend_time_on(path);
    if (!is_valid_path(path) || path == "/") co_return Code::invalid_path;

    NamespaceLocks::Plan plan;
    plan.write(path);
    const auto guard = co_await locks_.enter(std::move(plan));

    if (const auto done = done_before(request.op)) co_return *done;
    const Namespace::Node* const node = files_.find(path);
    if (node == nullptr) co_return Code::not_found;
    const Code may = may_change_name(files_, path, request.user);
    if (may != Code::ok) co_return may;
    if (node->directory) {
        if (!files_.is_empty(path)) co_return Code::not_empty;
        log::Entry entry = log::DirectoryDeleted{path};
        const LogIndex record = co_await commit(request.op, std::move(entry));
        host_.emit(event::directory_deleted, {text(path), request.op});
        co_return record;
    }

    // Deleting a deleted file again expedites the reclamation of its storage (GFS 4.4.2).
    if (is_hidden(path)) co_return co_await reclaim(request.op, path);

    std::vector<ChunkHandle> chunks = node->chunks.to_vector();
    const std::vector<log::Entry> deletion = deletion_of(path, next(log_.last()));
    const LogIndex record = co_await commit_all(request.op, deletion);
    announce_deletion(request.op, deletion, std::move(chunks));
    co_return record;
}

// The file gets a hidden name. The deletion time and the number of the log record make it unique;
// nobody knows it yet, so it needs no lock. Where deleted files are to be gone at once and for ever
// (GFS 2.3) the next record erases it, and nobody ever finds it.
std::vector<log::Entry> Master::deletion_of(const std::string& file, LogIndex record) const {
    const LocalTime at = now();
    const std::string hidden = to_path({.deleted = at, .record = record, .file = file});
    std::vector<log::Entry> entries{log::FileDeleted{file, hidden, at}};
    const bool is_irrevocable = delete_grace_at(config_, file) == Duration{0};
    if (is_irrevocable) entries.push_back(log::FileReclaimed{hidden});
    return entries;
}

// REQUIRES: it has been applied.
void Master::announce_deletion(OpId op, const std::vector<log::Entry>& deletion,
                               std::vector<ChunkHandle> chunks) {
    const log::FileDeleted& deleted = std::get<log::FileDeleted>(deletion.front());
    host_.emit(event::file_deleted, {text(deleted.file), text(deleted.hidden), op});
    if (deletion.size() > 1)
        announce_reclamation(deleted.hidden, chunks);
    else
        enqueue_chunks_of(deleted.hidden);
}

// Erases a hidden file's metadata. REQUIRES: the file is there, and its name is locked.
Task<LogIndex> Master::reclaim(OpId op, std::string hidden) {
    SIM_ASSERT(files_.find(hidden) != nullptr);
    const std::vector<ChunkHandle> chunks = files_.find(hidden)->chunks.to_vector();
    log::Entry entry = log::FileReclaimed{hidden};
    const LogIndex record = co_await commit(op, std::move(entry));
    announce_reclamation(hidden, chunks);
    co_return record;
}

// What a snapshot shares with the file is still there, perhaps with a lower goal.
void Master::announce_reclamation(const std::string& hidden,
                                  const std::vector<ChunkHandle>& chunks) {
    host_.emit(event::file_reclaimed, {text(hidden), chunks.size()});
    for (const ChunkHandle handle : chunks)
        if (Chunk* const left = find(handle)) check_level(handle, *left);
}

Task<void> Master::scan_loop() {
    while (true) {
        const bool early = buggify(host_, Site::master_early_scan);
        const Duration wait = early ? config_.scan_every / 16 : config_.scan_every;
        co_await sim::sleep(host_, wait);
        forget_leases_that_are_over();
        create_lost_anew();
        chunks_.set_aside();
        is_rebalancing_ = true;  // repair_loop() will see
        co_await scan_namespace();
    }
}

bool Master::is_due(const std::string& hidden, const Namespace::Node& node) const {
    if (!node.deleted) return false;
    if (!config_.has(Mechanism::delete_grace)) return true;
    const std::optional<HiddenName> name = parse_hidden_name(hidden);
    SIM_ASSERT(name.has_value());
    return now() - name->deleted >= delete_grace_at(config_, hidden);
}

Task<void> Master::scan_namespace() {
    std::vector<std::string> due;
    const auto& nodes = files_.nodes();
    const std::string first_hidden(hidden_prefix);
    for (auto at = nodes.lower_bound(first_hidden); at != nodes.end(); ++at) {
        if (!is_hidden(at->first)) break;
        if (is_due(at->first, at->second)) due.push_back(at->first);
    }
    for (const std::string& path : due) {
        NamespaceLocks::Plan plan;
        plan.write(path);
        const auto guard = co_await locks_.enter(std::move(plan));
        // It may have been undeleted, or reclaimed, while this waited.
        const Namespace::Node* const node = files_.find(path);
        if (node == nullptr || !is_due(path, *node)) continue;
        co_await reclaim(no_op, path);
    }
}

}  // namespace gfs
