// SPDX-License-Identifier: Apache-2.0
// The master's state is what the operation log says (GFS 2.6.3): how a new process rebuilds it (GFS
// 5.1.1), and what each record does, then and when it is new. Where replicas are is not in the log;
// the chunkservers tell (GFS 2.6.2, heartbeat.cpp).

#include <algorithm>
#include <variant>

#include "core/master/master.h"
#include "core/master/path.h"
#include "sim/engine.h"

namespace gfs {

Task<void> Master::recover() {
    const bool torn = store_.torn();
    const bool is_fresh = store_.last() == store_.preloaded() && !torn;
    if (torn) {
        // The last record was being written when the power failed. Nobody was told of it.
        host_.emit(event::master_log_torn, {next(store_.last())});
        store_.cut_torn();
    }
    if (!is_fresh) co_await sim::sleep(host_, config_.master_restart);

    for (const LogRecord& record : store_.records()) apply(record.entry);
    next_handle_ = config_.has(Mechanism::handle_uniqueness) ? handles_below_ : 1;

    // Records that were written and not yet flushed are part of the log now, and as with every
    // record, nothing may be seen of them before they are on all log replicas.
    log_.start();
    co_await log_.flushed(log_.last());

    // Choice (not in GFS): the leases that an earlier process granted are not in the log, and may
    // be in force for as long as one granted in its last moment. Chunks created since need no wait.
    if (!is_fresh && config_.has(Mechanism::lease_wait_after_failover)) {
        const LocalTime last_possible = now() + config_.lease;
        for (auto& [handle, chunk] : chunks_) chunk.offered_until = last_possible;
    }
    if (!is_fresh)
        host_.emit(event::master_recovered,
                   {host_.id(), files_.file_count(), chunks_.size(), to_number(store_.last())});
    begin_to_serve();
}

void Master::begin_to_serve() {
    SIM_ASSERT(!serving_);
    serving_ = true;
    host_.spawn("collect_locations", collect_locations());
    host_.spawn("watch_servers", watch_servers());
    host_.spawn("scan_loop", scan_loop());
    host_.spawn("repair_loop", repair_loop());
}

// A chunkserver that has not registered after this time is dead like one that was silent for as
// long. Until then a missing replica means nothing.
Task<void> Master::collect_locations() {
    co_await sim::sleep(host_, config_.dead_after);
    collecting_ = false;
    for (auto& [handle, chunk] : chunks_) check_level(handle, chunk);
}

Task<LogIndex> Master::commit(OpId op, log::Entry entry) {
    const LogIndex record = log_.append(op, entry);
    // Were the change seen before it is safe, a crash could take back what somebody has acted on.
    if (config_.has(Mechanism::log_before_reply)) co_await log_.flushed(record);
    apply(entry);
    co_return record;
}

void Master::apply(const log::Entry& entry) {
    std::visit([this](const auto& each) { apply(each); }, entry);
}

// The locks of GFS 4.1 make sure that a change still fits when it is applied; without them two
// operations can have logged changes that exclude each other, and the later one is void.
bool Master::is_consistent(bool condition) const {
    if (config_.has(Mechanism::namespace_locks)) SIM_ASSERT(condition);
    return condition;
}

void Master::apply(const log::FileCreated& entry) {
    if (!is_consistent(files_.find(entry.file) == nullptr)) return;
    files_.add_file(entry.file, config_.replication);
}

void Master::apply(const log::DirectoryCreated& entry) {
    if (!is_consistent(files_.find(entry.directory) == nullptr)) return;
    files_.add_directory(entry.directory);
}

void Master::apply(const log::FileDeleted& entry) {
    if (!is_consistent(files_.find(entry.file) != nullptr)) return;
    rename_files(entry.file, entry.hidden);
    files_.find(entry.hidden)->deleted = entry.at;
}

void Master::apply(const log::DirectoryDeleted& entry) {
    if (!is_consistent(files_.find(entry.directory) != nullptr)) return;
    files_.remove(entry.directory);
}

// With the metadata goes the link from the file to its chunks: they are orphans (GFS 4.4.1).
void Master::apply(const log::FileReclaimed& entry) {
    const Namespace::Node* const node = files_.find(entry.hidden);
    if (!is_consistent(node != nullptr)) return;
    for (const ChunkHandle handle : node->chunks) forget_chunk(handle);
    files_.remove(entry.hidden);
}

void Master::apply(const log::Renamed& entry) {
    const bool fits = files_.find(entry.from) != nullptr && files_.find(entry.to) == nullptr;
    if (!is_consistent(fits)) return;
    rename_files(entry.from, entry.to);
    files_.find(entry.to)->deleted.reset();
}

void Master::rename_files(const std::string& from, const std::string& to) {
    files_.rename(from, to);
    const auto& nodes = files_.nodes();
    for (auto at = nodes.lower_bound(to); at != nodes.end() && at->first.starts_with(to); ++at) {
        if (!is_within(at->first, to)) continue;
        for (const ChunkHandle handle : at->second.chunks)
            if (Chunk* const moved = find(handle)) moved->file = at->first;
    }
}

void Master::apply(const log::HandlesReserved& entry) {
    handles_below_ = std::max(handles_below_, entry.below);
}

void Master::apply(const log::ChunkAdded& entry) {
    Namespace::Node* const node = files_.find(entry.file);
    if (!is_consistent(node != nullptr)) return;
    if (!is_consistent(node->chunks.size() == to_number(entry.index))) return;
    node->chunks.push_back(entry.chunk);
    if (config_.has(Mechanism::handle_uniqueness)) SIM_ASSERT(find(entry.chunk) == nullptr);
    Chunk added;
    added.file = entry.file;
    added.index = entry.index;
    added.goal = node->goal;
    added.version = entry.version;
    added.reserved = entry.version;
    chunks_.insert_or_assign(entry.chunk, std::move(added));
    handles_below_ = std::max(handles_below_, static_cast<std::uint64_t>(entry.chunk) + 1);
}

void Master::apply(const log::VersionReserved& entry) {
    Chunk* const chunk = find(entry.chunk);
    if (chunk == nullptr) return;  // its file was reclaimed meanwhile
    chunk->reserved = std::max(chunk->reserved, entry.version);
}

void Master::apply(const log::VersionGranted& entry) {
    Chunk* const chunk = find(entry.chunk);
    if (chunk == nullptr) return;  // its file was reclaimed meanwhile
    SIM_ASSERT(entry.version > chunk->version);
    chunk->version = entry.version;
    chunk->reserved = std::max(chunk->reserved, entry.version);
}

void Master::forget_chunk(ChunkHandle handle) {
    Chunk* const chunk = find(handle);
    if (chunk == nullptr) return;
    for (const Replica& replica : chunk->replicas) servers_[replica.server].chunks.erase(handle);
    chunks_.erase(handle);
    to_repair_.erase(handle);
}

}  // namespace gfs
