// SPDX-License-Identifier: Apache-2.0
// A log replica (GFS 2.6.3, 5.1.3): keeps a copy of the master's operation log on its own disk.
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
    LogReplica(sim::Host& host, LogStore& store);
    LogReplica(const LogReplica&) = delete;
    LogReplica& operator=(const LogReplica&) = delete;

    const LogStore& log() const { return store_; }

  private:
    Task<ReplicateLog::Reply> on_replicate_log(ReplicateLog request);
    Ping::Reply on_ping(const Ping& request);

    sim::Host& host_;
    LogStore& store_;
};

}  // namespace gfs
