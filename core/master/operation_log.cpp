// SPDX-License-Identifier: Apache-2.0
// The operation log: GFS 2.6.3, replicated as in GFS 5.1.3. The log replica's side is in
// log_replica.cpp; what the records do to the master's state is in recovery.cpp.

#include "core/master/operation_log.h"

#include <algorithm>
#include <utility>

#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {
namespace {

// In one message to a log replica that has to catch up.
constexpr std::size_t records_per_message = 1000;

}  // namespace

OperationLog::OperationLog(sim::Host& host, const Config& config, LogStore& store,
                           const std::vector<HostId>& replicas)
    : host_(host),
      config_(config),
      store_(store),
      start_(store.last()),
      last_(store.last()),
      flushed_(store.preloaded()),
      appended_(host),
      written_(host),
      replica_moved_(host),
      flushed_moved_(host) {
    if (!config.has(Mechanism::log_replication)) return;
    for (const HostId replica : replicas) replicas_.push_back({.host = replica});
}

void OperationLog::start() {
    SIM_ASSERT(!store_.torn());
    SIM_ASSERT(last_ == store_.last());
    host_.spawn("flush_loop", flush_loop());
    for (std::size_t i = 0; i < replicas_.size(); ++i) host_.spawn("replica_loop", replica_loop(i));
}

LogIndex OperationLog::append(OpId op, log::Entry entry) {
    last_ = next(last_);
    sim::Engine& engine = host_.engine();
    const log::Subject about = log::subject(entry);
    const sim::TextId kind = engine.text(log::name(entry));
    const sim::TextId file = engine.text(about.file);
    const sim::TextId to = engine.text(about.to);
    host_.emit(event::master_log_appended, {last_, kind, op, file, to});
    batch_.push_back({.index = last_, .op = op, .entry = std::move(entry)});
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
            co_await sim::sleep(host_, config_.log_batch);
        }
        co_await flush();
    }
}

Task<void> OperationLog::flush() {
    const LogIndex last = last_;
    for (LogRecord& record : batch_) store_.append(std::move(record));
    batch_.clear();
    SIM_ASSERT(store_.last() == last);
    written_.notify_all();

    // The local disk and the log replicas work at the same time.
    while (store_.durable() < last) {
        const auto outcome = co_await store_.sync();
        const bool failed = !outcome || *outcome != sim::Disk::Outcome::done;
        if (failed) co_await sim::sleep(host_, config_.client_timeout);
    }
    while (!all_replicas_have(last)) co_await replica_moved_.wait();

    host_.emit(event::master_log_flushed, {next(flushed_), last});
    SIM_ASSERT(flushed_ < last);
    flushed_ = last;
    flushed_moved_.notify_all();
}

bool OperationLog::all_replicas_have(LogIndex index) const {
    const auto has_it = [&](const Replica& replica) {
        return !replica.live || (replica.known && replica.stored >= index);
    };
    return std::all_of(replicas_.begin(), replicas_.end(), has_it);
}

// Keeps one log replica up to date, and one that was away catches up with what it has missed.
Task<void> OperationLog::replica_loop(std::size_t place) {
    while (true) {
        const Replica& replica = replicas_.at(place);
        if (replica.known && replica.stored == store_.last()) {
            co_await written_.wait();
            continue;
        }
        const LocalTime asked = host_.now();
        const HostId to = replica.host;
        ReplicateLog request = missing_records(replica);
        const ReplicateLog::Reply answer =
            co_await sim::call(host_, to, std::move(request), config_.client_timeout);
        hear(replicas_.at(place), answer, asked);
        const bool refused = !answer.ok() && answer.code() != Code::timeout;
        if (refused) co_await sim::sleep(host_, config_.client_timeout);
    }
}

ReplicateLog OperationLog::missing_records(const Replica& replica) const {
    ReplicateLog request{.process = host_.incarnation(),
                         .start = start_,
                         .after = replica.known ? replica.stored : start_,
                         .records = {}};
    const auto& all = store_.records();
    const std::size_t from = to_number(request.after);
    const std::size_t to = std::min(all.size(), from + records_per_message);
    request.records.assign(all.begin() + static_cast<std::ptrdiff_t>(from),
                           all.begin() + static_cast<std::ptrdiff_t>(to));
    return request;
}

void OperationLog::hear(Replica& replica, const ReplicateLog::Reply& answer, LocalTime asked) {
    if (answer.ok()) {
        SIM_ASSERT(answer->last <= store_.last());
        replica.known = true;
        replica.stored = answer->last;
        replica.silent_since.reset();
        // One that was dropped counts again when it has everything.
        if (replica.stored == store_.last()) replica.live = true;
        replica_moved_.notify_all();
        return;
    }
    if (!replica.silent_since) replica.silent_since = asked;
    // Choice (not in GFS): one silent log replica does not stop all changes for ever (rule U19).
    // allow(synonym): to wait for it
    if (config_.log_replica_down == LogReplicaDown::block) return;
    if (host_.now() - *replica.silent_since < config_.log_replica_timeout) return;
    replica.live = false;
    replica_moved_.notify_all();
}

}  // namespace gfs
