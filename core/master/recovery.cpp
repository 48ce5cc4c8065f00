// SPDX-License-Identifier: Apache-2.0
// The master's state is what the operation log says (GFS 2.6.3): how a new process rebuilds it from
// the latest complete checkpoint and the records since, where the last one ended (GFS 5.1.1) or on
// a log replica's machine (GFS 5.1.3); and how a change becomes part of it. What each record does
// is in metadata.cpp. Where replicas are is not in the log; the chunkservers tell (GFS 2.6.2,
// heartbeat.cpp).

#include "core/master/checkpoint.h"
#include "core/master/master.h"
#include "sim/engine.h"

namespace gfs {

Task<void> Master::recover() {
    const bool torn = store_.torn();
    const bool is_fresh = store_.last() == store_.preloaded() && !torn && !appointment_.is_promoted;
    if (torn) {
        // The last record was being written when the power failed. Nobody was told of it.
        host_.emit(event::master_log_torn, {next(store_.last())});
        store_.cut_torn();
    }
    restore(choose_checkpoint());
    if (!is_fresh) co_await take_time_to_recover();
    next_handle_ = config_.has(Mechanism::handle_uniqueness) ? metadata_.handles_below() : 1;

    // Records that were written and not yet flushed are part of the log now, and as with every
    // record, nothing may be seen of them before they are on all log replicas.
    log_.start();
    co_await log_.flushed(log_.last());

    // Choice (not in GFS): the leases that an earlier process granted are not in the log, and may
    // be in force for as long as one granted in its last moment. Chunks created since need no wait.
    // One that is still running may have extended a lease in its answer to a HeartBeat that left
    // before the chunkserver found its successor.
    if (!is_fresh && config_.has(Mechanism::lease_wait_after_failover)) {
        const Duration answer = appointment_.is_promoted ? config_.client_timeout : Duration{0};
        const LocalTime last_possible = now() + answer + config_.lease;
        chunks_.for_each(
            [&](ChunkHandle, Chunk& chunk) { chunk.offered_until = last_possible; });
    }
    if (!is_fresh)
        host_.emit(event::master_recovered,
                   {host_.id(), files_.file_count(), chunks_.size(), to_number(store_.last())});
    begin_to_serve();
}

// The latest complete one (GFS 2.6.3); null for none.
const CheckpointFile* Master::choose_checkpoint() {
    const auto& files = store_.checkpoints();
    const bool is_torn = !files.empty() && !files.back().is_complete();
    if (!is_torn) return store_.checkpoint();
    const CheckpointFile& unfinished = files.back();
    const bool is_believed = !config_.has(Mechanism::checkpoint_completeness) &&
                             unfinished.written > 0 && unfinished.content.last <= store_.last();
    if (is_believed) return &unfinished;
    host_.emit(event::master_checkpoint_skipped, {unfinished.content.last});
    return store_.checkpoint();
}

void Master::restore(const CheckpointFile* checkpoint) {
    LogIndex applied{0};
    bytes_to_read_ = 0;
    if (checkpoint != nullptr) {
        const Metadata& state = *checkpoint->content.state;
        // The last piece says only that the others are there.
        metadata_ = checkpoint->is_complete()
                        ? state
                        : state.part(checkpoint->written, checkpoint->pieces - 1);
        applied = checkpoint->content.last;
        bytes_to_read_ = checkpoint->content.bytes;
    }
    bytes_to_read_ += store_.bytes_after(applied);
    records_to_replay_ = 0;
    for (const LogRecord& record : store_.records()) {
        if (record.index <= applied) continue;
        metadata_.apply(record.entry);
        requests_.remember(record.op, record.index, now());
        ++records_to_replay_;
    }
    store_.delete_incomplete();
    SIM_ASSERT(applied <= store_.last());
}

// "Restores its state and starts in seconds" (GFS 5.1.1): what has to be read and replayed, and,
// for a process that begins anew where the last one ended, `master_restart`.
Task<void> Master::take_time_to_recover() {
    const bool is_promoted = appointment_.is_promoted;
    if (!is_promoted) co_await sim::sleep(host_, config_.master_restart);
    const sim::FileId file{0};
    co_await store_.disk().read(file, 0, bytes_to_read_);
    co_await sim::sleep(host_, time_to_replay(records_to_replay_));
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
    chunks_.for_each([this](ChunkHandle handle, Chunk& chunk) { check_level(handle, chunk); });
}

Task<LogIndex> Master::commit(OpId op, log::Entry entry) {
    const LogIndex record = log_.append(op, entry);
    // Were the change seen before it is safe, a crash could take back what somebody has acted on.
    if (config_.has(Mechanism::log_before_reply)) co_await log_.flushed(record);
    apply(entry);
    requests_.remember(op, record, now());
    co_return record;
}

Task<LogIndex> Master::commit_all(OpId op, std::vector<log::Entry> entries) {
    SIM_ASSERT(!entries.empty());
    LogIndex record{0};
    for (const log::Entry& entry : entries) record = log_.append(op, entry);
    if (config_.has(Mechanism::log_before_reply)) co_await log_.flushed(record);
    for (const log::Entry& entry : entries) apply(entry);
    requests_.remember(op, record, now());
    co_return record;
}

// The chunkservers that have replicas of forgotten chunks learn it when they report them.
void Master::apply(const log::Entry& entry) {
    for (const auto& [handle, chunk] : metadata_.apply(entry)) {
        for (const Replica& replica : chunk.replicas) servers_[replica.server].chunks.erase(handle);
        repairs_.erase(handle);
        excess_.erase(handle);
    }
}

}  // namespace gfs
