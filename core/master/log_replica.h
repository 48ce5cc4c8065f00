// SPDX-License-Identifier: Apache-2.0
// A log replica (GFS 2.6.3, 5.1.3): keeps a copy of the master's operation log and its checkpoints
// on its own disk, and lets shadows read what is flushed.
#pragma once

#include "core/common/config.h"
#include "core/common/messages.h"
#include "core/master/log_store.h"
#include "sim/host.h"

namespace gfs {

using sim::Task;

class LogReplica {
  public:
    // A process that starts. Not owned: all of them.
    LogReplica(sim::Host& host, const Config& config, LogStore& store);
    LogReplica(const LogReplica&) = delete;
    LogReplica& operator=(const LogReplica&) = delete;

    const LogStore& log() const { return store_; }

  private:
    Task<ReplicateLog::Reply> on_replicate_log(ReplicateLog request);
    Task<ReplicateCheckpoint::Reply> on_replicate_checkpoint(ReplicateCheckpoint request);
    ReadLog::Reply on_read_log(const ReadLog& request);
    Ping::Reply on_ping(const Ping& request);
    bool is_replaced(MasterEpoch master) const;
    void obey(MasterEpoch master, LogIndex start);
    LogIndex take(std::vector<LogRecord> records, LogIndex after);
    LogStored stored(LogIndex last, bool same) const;

    sim::Host& host_;
    const Config& config_;
    LogStore& store_;
    bool writing_checkpoint_ = false;
};

}  // namespace gfs
