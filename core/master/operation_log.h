// SPDX-License-Identifier: Apache-2.0
// The operation log at the master (GFS 2.6.3): the only persistent record of metadata, and the
// order of all its changes. Records are flushed in batches, to the local disk and to all log
// replicas, before anything that depends on them is visible (GFS 5.1.3).
//
// Invariants:
//  1. flushed_up_to() never goes back, and what is up to it is durable here and on every log
//  replica
//     that counted when it was flushed.
//  2. A log replica counts (is live) only while it has every flushed record.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/common/config.h"
#include "core/common/messages.h"
#include "core/master/log_store.h"
#include "sim/host.h"
#include "sim/sync.h"

namespace gfs {

using sim::Task;

class OperationLog {
  public:
    struct Replica {
        HostId host;
        bool live = true;    // flushes wait for it
        bool known = false;  // `stored` has been heard since this process began
        LogIndex stored{0};  // what it has, durably
        std::optional<LocalTime> silent_since;
    };

    // Continues the log in `store`. Not owned: host, config, store.
    OperationLog(sim::Host& host, const Config& config, LogStore& store,
                 const std::vector<HostId>& replicas);
    OperationLog(const OperationLog&) = delete;
    OperationLog& operator=(const OperationLog&) = delete;

    // Begins to flush, first what an earlier process left. REQUIRES: once; the store is not torn.
    void start();

    // Gives the record its place in the order of all changes. It is not durable yet.
    LogIndex append(OpId op, log::Entry entry);
    // Waits until the record, and with it all before it, is on the local disk and on all log
    // replicas.
    Task<void> flushed(LogIndex index);

    LogIndex last() const { return last_; }
    LogIndex flushed_up_to() const { return flushed_; }
    const std::vector<Replica>& replicas() const { return replicas_; }

  private:
    Task<void> flush_loop();
    Task<void> flush();
    Task<void> replica_loop(std::size_t place);
    ReplicateLog missing_records(const Replica& replica) const;
    void hear(Replica& replica, const ReplicateLog::Reply& answer, LocalTime asked);
    bool all_replicas_have(LogIndex index) const;

    sim::Host& host_;
    const Config& config_;
    LogStore& store_;
    std::vector<Replica> replicas_;
    LogIndex start_;  // the end of the log when this process began
    LogIndex last_;
    LogIndex flushed_;
    std::deque<LogRecord> batch_;  // appended, not yet written
    sim::Signal appended_;
    sim::Signal written_;        // there is more for the log replicas
    sim::Signal replica_moved_;  // one has more, or counts no longer
    sim::Signal flushed_moved_;
};

}  // namespace gfs
