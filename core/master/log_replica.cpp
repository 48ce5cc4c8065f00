// SPDX-License-Identifier: Apache-2.0
// A log replica: GFS 2.6.3. The master's side is in operation_log.cpp and checkpoint.cpp, the
// shadow's in shadow.cpp.

#include "core/master/log_replica.h"

#include <algorithm>
#include <utility>

#include "core/common/buggify.h"
#include "core/master/checkpoint.h"
#include "sim/rpc.h"

namespace gfs {
namespace {

// In one answer to a shadow.
constexpr std::size_t records_per_answer = 1000;

}  // namespace

LogReplica::LogReplica(sim::Host& host, const Config& config, LogStore& store)
    : host_(host), config_(config), store_(store) {
    store_.cut_torn();
    store_.delete_incomplete();
    store_.settle();
    host_.endpoint().on<ReplicateLog>(*this, &LogReplica::on_replicate_log);
    host_.endpoint().on<ReplicateCheckpoint>(*this, &LogReplica::on_replicate_checkpoint);
    host_.endpoint().on<ReadLog>(*this, &LogReplica::on_read_log);
    host_.endpoint().on<Ping>(*this, &LogReplica::on_ping);
}

// A master that has been replaced must not commit anything, and it cannot without us (rule U20).
bool LogReplica::is_replaced(MasterEpoch master) const {
    return master < store_.writer() && config_.has(Mechanism::master_epoch);
}

// The first word of a new process: what an earlier one sent here and this one does not have was
// never acknowledged to anybody, and its place in the order will be taken by another record.
void LogReplica::obey(MasterEpoch master, LogIndex start) {
    if (master <= store_.writer()) return;
    store_.set_writer(master);
    store_.cut_after(start);
}

LogStored LogReplica::stored(LogIndex last, bool same) const {
    const CheckpointFile* const latest = store_.checkpoint();
    return {.last = last,
            .same = same,
            .checkpoint = latest != nullptr ? latest->content.last : LogIndex{0}};
}

Task<ReplicateLog::Reply> LogReplica::on_replicate_log(ReplicateLog request) {
    if (buggify(host_, Site::log_replica_late_request))
        co_await hesitate(host_, Site::log_replica_late_request, config_.client_timeout);
    if (is_replaced(request.master)) co_return Code::old_epoch;
    obey(request.master, request.start);

    // There is a gap, or the last common record is further back: a master whose word never came to
    // the others had put something else there. The answer asks for what came before.
    if (request.after > store_.last()) co_return stored(store_.last(), false);
    if (request.after >= store_.dropped() &&
        store_.master_of_record(request.after) != request.after_master) {
        store_.cut_after(previous(request.after));
        co_return stored(store_.last(), false);
    }

    // A disk that fails: the master goes on without us when it has waited long enough (rule U19).
    if (!request.records.empty()) {
        const Code admitted = store_.admit();
        if (admitted != Code::ok) co_return admitted;
    }
    const LogIndex same = take(std::move(request.records), request.after);
    if (store_.synced() < same) {
        const auto outcome = co_await store_.sync();
        if (!outcome || *outcome != sim::Disk::Outcome::done) {
            store_.leave_failed_file();
            co_return Code::disk_error;
        }
        // A new master may have spoken while the disk was writing. What it has put in the place of
        // these records is not on the platter yet.
        if (is_replaced(request.master)) co_return Code::old_epoch;
        store_.set_synced(same);
    }
    store_.set_flushed(std::min(request.flushed, same));
    co_return stored(std::min(store_.synced(), same), true);
}

// Appends what is new, and says up to where the log is the master's. The second copy of a message
// brings nothing.
LogIndex LogReplica::take(std::vector<LogRecord> records, LogIndex after) {
    LogIndex same = std::max(after, store_.dropped());
    for (LogRecord& record : records) {
        if (record.index <= store_.dropped()) continue;
        if (record.index <= store_.last()) {
            const bool is_there = store_.at(record.index).master == record.master;
            if (!is_there) store_.cut_after(previous(record.index));
            if (is_there) {
                same = record.index;
                continue;
            }
        }
        same = record.index;
        store_.append(std::move(record));
    }
    return same;
}

Task<ReplicateCheckpoint::Reply> LogReplica::on_replicate_checkpoint(ReplicateCheckpoint request) {
    if (is_replaced(request.master)) co_return Code::old_epoch;
    obey(request.master, request.start);
    const LogIndex last = request.checkpoint.last;
    const CheckpointFile* const latest = store_.checkpoint();
    if (latest != nullptr && latest->content.last >= last)
        co_return stored(std::min(last, store_.synced()), true);
    // The first copy of this message is being served, or an earlier checkpoint.
    if (writing_checkpoint_) co_return Code::starting;
    if (last >= store_.dropped() && last <= store_.last() &&
        store_.master_of_record(last) != request.checkpoint.master)
        store_.cut_after(previous(last));

    writing_checkpoint_ = true;
    const Duration no_pause{0};
    const bool is_written =
        co_await write_checkpoint(host_, store_, std::move(request.checkpoint), no_pause);
    writing_checkpoint_ = false;
    if (is_replaced(request.master)) co_return Code::old_epoch;
    if (!is_written) co_return Code::disk_error;
    store_.switch_file();
    store_.delete_old();
    co_return stored(std::min(last, store_.synced()), true);
}

// A shadow sees what is flushed, and nothing that could still be taken back.
ReadLog::Reply LogReplica::on_read_log(const ReadLog& request) {
    LogTail tail;
    LogIndex after = request.after;
    const bool has_it = after > store_.dropped() && after <= store_.flushed();
    if (has_it) tail.after = mark_of(store_.at(after));
    if (after < store_.dropped()) {
        tail.checkpoint = store_.checkpoint()->content;
        after = tail.checkpoint.last;
    }
    while (after < store_.flushed() && tail.records.size() < records_per_answer) {
        after = next(after);
        tail.records.push_back(store_.at(after));
    }
    return tail;
}

Ping::Reply LogReplica::on_ping(const Ping&) {
    return Done{};
}

}  // namespace gfs
