// SPDX-License-Identifier: Apache-2.0
// The operation log at the master (GFS 2.6.3): the only persistent record of metadata, and the
// order of all its changes. Records are flushed in batches, to the local disk and to all log
// replicas, before anything that depends on them is visible (GFS 5.1.3).
//
//   operation_log.cpp  2.6.3, 5.1.3  records: batches, flushes, log replicas
//   log_members.cpp    5.1.3         which log replicas count; a master that was replaced
//   checkpoint.cpp     2.6.3         checkpoints
//
// Invariants:
//  1. flushed_up_to() never goes back, and what is up to it is durable here and on every log
//     replica that counted when it was flushed.
//  2. A log replica counts (is live) only while it has every flushed record, and the monitor counts
//     on no other.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/common/config.h"
#include "core/common/messages.h"
#include "core/master/appointment.h"
#include "core/master/log_store.h"
#include "sim/host.h"
#include "sim/sync.h"

namespace gfs {

using sim::Task;

class OperationLog {
  public:
    struct Replica {
        HostId host;
        bool live = false;       // flushes wait for it
        bool heard = false;      // it has answered since this process began
        bool known = false;      // `stored` is the same there as here
        LogIndex stored{0};      // what it has, durably; unless `known`, where it may be the same
        LogIndex told{0};        // what it knows to be flushed
        LogIndex checkpoint{0};  // what its latest checkpoint contains
        std::uint64_t change = 0;  // the last one that the monitor was, or is being, told
        std::optional<LocalTime> silent_since{};
    };

    // Continues the log in `store`. Not owned: host, config, store.
    OperationLog(sim::Host& host, const Config& config, LogStore& store, Appointment appointment);
    OperationLog(const OperationLog&) = delete;
    OperationLog& operator=(const OperationLog&) = delete;

    // Begins to flush, first what an earlier process left. REQUIRES: once; the store is not torn.
    void start();

    // Gives the record its place in the order of all changes. It is not durable yet.
    LogIndex append(OpId op, log::Entry entry);
    // Waits until the record, and with it all before it, is on the local disk and on all log
    // replicas.
    Task<void> flushed(LogIndex index);

    // The disk failed the log. Nothing that is not flushed yet will ever be acknowledged by this
    // process, which ends.
    void fail_stop(Code code);

    MasterEpoch epoch() const { return epoch_; }
    LogIndex last() const { return last_; }
    LogIndex flushed_up_to() const { return flushed_; }
    const std::vector<Replica>& replicas() const { return replicas_; }

  private:
    // operation_log.cpp
    Task<void> flush_loop();
    Duration batch_window();
    Task<bool> flush();
    Task<void> replica_loop(std::size_t place);
    bool has_everything(const Replica& replica) const;
    ReplicateLog missing_records(const Replica& replica) const;
    void hear(std::size_t place, const ReplicateLog::Reply& answer, LocalTime asked);
    bool all_replicas_have(LogIndex index) const;

    // log_members.cpp
    bool is_given_up(const Replica& replica) const;
    Task<void> stop_counting(std::size_t place);
    Task<void> count(std::size_t place, std::uint64_t change);
    Task<CountLogReplica::Reply> tell_monitor(CountLogReplica change);
    ReplicateLog::Reply on_replicate_log(const ReplicateLog& request);
    void retire();

    // checkpoint.cpp
    Task<void> checkpoint_loop();
    Task<void> make_checkpoint_now();
    Task<void> checkpoint_replica_loop(std::size_t place);
    bool all_replicas_have_checkpoint(LogIndex last) const;

    sim::Host& host_;
    const Config& config_;
    LogStore& store_;
    Appointment appointment_;
    MasterEpoch epoch_;
    std::vector<Replica> replicas_;
    LogIndex start_{0};  // the end of the log when this process began
    LogIndex last_{0};
    LogIndex flushed_{0};
    std::deque<LogRecord> batch_;  // appended, not yet written
    std::uint64_t changes_ = 0;    // that the monitor was told
    bool retired_ = false;
    bool failed_ = false;
    sim::Signal appended_;
    sim::Signal written_;        // there is more for the log replicas
    sim::Signal replica_moved_;  // one has more, or counts no longer
    sim::Signal flushed_moved_;
    sim::Signal checkpoint_wanted_;  // there is one that some log replica may not have
};

}  // namespace gfs
