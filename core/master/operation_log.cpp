// SPDX-License-Identifier: Apache-2.0
// The operation log: GFS 2.6.3, replicated as in GFS 5.1.3. The log replica's side is in
// log_replica.cpp; what the records do to the master's state is in recovery.cpp.

#include "core/master/operation_log.h"

#include <algorithm>
#include <utility>

#include "core/common/buggify.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {
namespace {

// In one message to a log replica that has to catch up.
constexpr std::size_t records_per_message = 1000;

}  // namespace

OperationLog::OperationLog(sim::Host& host, const Config& config, LogStore& store,
                           Appointment appointment)
    : host_(host),
      config_(config),
      store_(store),
      appointment_(std::move(appointment)),
      epoch_(appointment_.epoch),
      appended_(host),
      written_(host),
      replica_moved_(host),
      flushed_moved_(host),
      checkpoint_wanted_(host) {
    host.endpoint().on<ReplicateLog>(*this, &OperationLog::on_replicate_log);
    store.settle();
    start_ = store.last();
    last_ = store.last();
    flushed_ = store.preloaded();
    if (store.checkpoint() != nullptr)
        flushed_ = std::max(flushed_, store.checkpoint()->content.last);
    if (!config.has(Mechanism::log_replication)) return;
    const std::vector<HostId>& counted = appointment_.counted;
    for (const HostId replica : appointment_.log_replicas) {
        const bool live = std::find(counted.begin(), counted.end(), replica) != counted.end();
        replicas_.push_back({.host = replica, .live = live, .stored = start_});
    }
}

void OperationLog::start() {
    SIM_ASSERT(!store_.torn());
    SIM_ASSERT(last_ == store_.last());
    store_.set_writer(epoch_);
    host_.spawn("flush_loop", flush_loop());
    host_.spawn("checkpoint_loop", checkpoint_loop());
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        host_.spawn("replica_loop", replica_loop(i));
        host_.spawn("checkpoint_replica_loop", checkpoint_replica_loop(i));
    }
}

LogIndex OperationLog::append(OpId op, log::Entry entry) {
    last_ = next(last_);
    sim::Engine& engine = host_.engine();
    const log::Subject about = log::subject(entry);
    const sim::TextId kind = engine.text(log::name(entry));
    const sim::TextId file = engine.text(about.file);
    const sim::TextId to = engine.text(about.to);
    host_.emit(event::master_log_appended, {last_, kind, op, file, to});
    batch_.push_back({.index = last_, .op = op, .entry = std::move(entry), .master = epoch_});
    appended_.notify_all();
    return last_;
}

Task<void> OperationLog::flushed(LogIndex index) {
    SIM_ASSERT(index <= last_);
    while (flushed_ < index) co_await flushed_moved_.wait();
}

Task<void> OperationLog::flush_loop() {
    while (true) {
        if (flushed_ == last_) {
            co_await appended_.wait();
            // Several records go into one flush (GFS 2.6.3). What comes while a flush is running
            // waits for that anyway, and then goes at once.
            const Duration window = batch_window();
            co_await sim::sleep(host_, window);
        }
        const bool is_flushed = co_await flush();
        if (!is_flushed) co_return;
    }
}

// How long records are collected. At a fault point: not at all, or for long.
Duration OperationLog::batch_window() {
    if (buggify(host_, Site::master_small_batch)) return Duration{0};
    if (buggify(host_, Site::master_late_flush)) return 10 * config_.log_batch;
    return config_.log_batch;
}

// Choice (not in GFS): a master whose disk fails the log ends its process. A sync that is tried
// again could say `done` of what the disk has given up, and a master that lived on without its log
// would answer and never change anything; a successor has the same records, from another disk.
void OperationLog::fail_stop(Code code) {
    if (failed_) return;
    failed_ = true;
    host_.emit(event::master_log_failed, {host_.id(), flushed_, code});
    appointment_.fail_stop();
}

// False: the disk failed.
Task<bool> OperationLog::flush() {
    const LogIndex last = last_;
    const Code admitted = batch_.empty() ? Code::ok : store_.admit();
    if (admitted != Code::ok) {
        fail_stop(admitted);
        co_return false;
    }
    for (LogRecord& record : batch_) store_.append(std::move(record));
    batch_.clear();
    SIM_ASSERT(store_.last() == last);
    written_.notify_all();

    // The local disk and the log replicas work at the same time.
    if (store_.synced() < last) {
        const auto outcome = co_await store_.sync();
        if (!outcome || *outcome != sim::Disk::Outcome::done) {
            fail_stop(Code::disk_error);
            co_return false;
        }
        store_.set_synced(last);
    }
    while (!all_replicas_have(last)) co_await replica_moved_.wait();

    host_.emit(event::master_log_flushed, {next(flushed_), last});
    SIM_ASSERT(flushed_ < last);
    flushed_ = last;
    store_.set_flushed(last);
    flushed_moved_.notify_all();
    if (appointment_.has_shadows) written_.notify_all();
    co_return true;
}

bool OperationLog::all_replicas_have(LogIndex index) const {
    if (retired_) return false;
    const auto has_it = [&](const Replica& replica) {
        return !replica.live || (replica.known && replica.stored >= index);
    };
    return std::all_of(replicas_.begin(), replicas_.end(), has_it);
}

bool OperationLog::has_everything(const Replica& replica) const {
    if (!replica.known || replica.stored != store_.last()) return false;
    return !appointment_.has_shadows || replica.told == flushed_;
}

// Keeps one log replica up to date, and one that was away catches up with what it has missed.
Task<void> OperationLog::replica_loop(std::size_t place) {
    while (true) {
        const Replica& replica = replicas_.at(place);
        if (has_everything(replica)) {
            co_await written_.wait();
            continue;
        }
        // The records that it lacks have been deleted: it is being sent a checkpoint.
        if (replica.heard && replica.stored < store_.dropped()) {
            checkpoint_wanted_.notify_all();
            co_await replica_moved_.wait(config_.client_timeout);
        }
        const LocalTime asked = host_.now();
        const HostId to = replicas_.at(place).host;
        ReplicateLog request = missing_records(replicas_.at(place));
        const LogIndex told = request.flushed;
        const ReplicateLog::Reply answer =
            co_await sim::call(host_, to, std::move(request), config_.client_timeout);
        hear(place, answer, asked);
        if (answer.ok() && answer->same) replicas_.at(place).told = told;
        if (is_given_up(replicas_.at(place))) co_await stop_counting(place);
        const bool refused = !answer.ok() && answer.code() != Code::timeout;
        if (refused) co_await sim::sleep(host_, config_.client_timeout);
    }
}

ReplicateLog OperationLog::missing_records(const Replica& replica) const {
    const LogIndex after = std::max(replica.stored, store_.dropped());
    ReplicateLog request{.master = epoch_,
                         .start = start_,
                         .after = after,
                         .after_master = store_.master_of_record(after),
                         .flushed = flushed_,
                         .records = {}};
    if (replica.stored < store_.dropped()) return request;
    const auto& all = store_.records();
    const std::size_t from = to_number(after) - to_number(store_.dropped());
    const std::size_t to = std::min(all.size(), from + records_per_message);
    request.records.assign(all.begin() + static_cast<std::ptrdiff_t>(from),
                           all.begin() + static_cast<std::ptrdiff_t>(to));
    return request;
}

void OperationLog::hear(std::size_t place, const ReplicateLog::Reply& answer, LocalTime asked) {
    Replica& replica = replicas_.at(place);
    if (answer.ok()) {
        SIM_ASSERT(!answer->same || answer->last <= store_.last());
        replica.heard = true;
        replica.known = answer->same;
        replica.stored = std::min(answer->last, store_.last());
        replica.checkpoint = std::max(replica.checkpoint, answer->checkpoint);
        replica.silent_since.reset();
        checkpoint_wanted_.notify_all();
        replica_moved_.notify_all();
        // One that was dropped counts again when it has everything: flushes wait for it from here
        // on, so it will not lack any that the monitor could miss.
        const bool has_all = replica.known && replica.stored == store_.last();
        if (has_all && !replica.live) {
            replica.live = true;
            replica.change = ++changes_;
            host_.spawn("count", count(place, replica.change));
        }
        return;
    }
    if (answer.code() == Code::old_epoch) retire();
    if (!replica.silent_since) replica.silent_since = asked;
}

}  // namespace gfs
