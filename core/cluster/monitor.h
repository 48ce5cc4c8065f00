// SPDX-License-Identifier: Apache-2.0
// The monitoring infrastructure outside GFS that starts a new master process elsewhere when the
// master's machine or disk fails (GFS 5.1.3). There is no election: whoever the monitor names is
// master, and the canonical name leads there from then on.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "core/common/config.h"
#include "core/common/messages.h"
#include "sim/host.h"

namespace gfs {

using sim::Task;

// What the monitor has on its disk, and whoever starts a master process looks up.
struct MasterBook {
    MasterEpoch epoch{0};  // of the newest master process
    HostId master = sim::no_host;
    // The log replicas that have every record that was acknowledged: only one of these can follow.
    std::set<HostId> counted;
    struct Change {
        MasterEpoch master;
        std::uint64_t number;
    };
    std::map<HostId, Change> changes;  // the latest of each log replica
};

// Makes a machine the master's.
class MasterStarter {
  public:
    // REQUIRES: a log replica runs there.
    virtual void promote(HostId host) = 0;

  protected:
    ~MasterStarter() = default;
};

class Monitor {
  public:
    // A process that starts. Not owned: all of them.
    Monitor(sim::Host& host, const Config& config, MasterBook& book, MasterStarter& starter);
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;

  private:
    Task<void> watch();
    Task<bool> answers(HostId host);
    Task<bool> replace_master();
    CountLogReplica::Reply on_count_log_replica(const CountLogReplica& request);
    Ping::Reply on_ping(const Ping& request);

    sim::Host& host_;
    const Config& config_;
    MasterBook& book_;
    MasterStarter& starter_;
};

}  // namespace gfs
