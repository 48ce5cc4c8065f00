// SPDX-License-Identifier: Apache-2.0
// Follows which prefix of the operation log is on which machine's disk, in a second run of a
// scenario that lost names: whether records that were flushed went from every one of them, and how.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/cluster/cluster.h"
#include "core/common/ids.h"
#include "sim/engine.h"
#include "sim/event.h"

namespace gfs::run {

// A machine came to be without records that it had.
struct LogStep {
    sim::Time at;
    HostId host;
    LogIndex had;
    LogIndex kept;
    bool by_fault = false;
    std::string how;
};

struct LogCourse {
    LogIndex flushed{0};            // the last record that somebody may have been told of
    std::size_t copies = 0;         // machines that had it, at most at one time
    std::optional<sim::Time> lost;  // since then no machine has
    std::vector<LogStep> steps;     // of the machines that had it
    LogIndex left{0};               // when it was lost: the last record that a machine has ...
    // ... and of these chunks a later one tells: that they are, or which version they have.
    std::set<ChunkHandle> forgotten;
};

class LogWatch final : public sim::EventObserver {
  public:
    // Not owned: both.
    LogWatch(const sim::Engine& engine, const Cluster& cluster)
        : engine_(engine), cluster_(cluster) {}

    void on_event(const sim::Event& event) override;
    const LogCourse& course() const { return course_; }

  private:
    struct Seen {
        LogIndex last{0};
        LogIndex synced{0};
    };
    struct Strike {
        std::string fault;
        std::uint64_t dispatch = 0;
    };

    void look();
    void look_at(const Machine& machine);
    void read(const LogStore& log, LogIndex first, LogIndex last);
    void forget();

    const sim::Engine& engine_;
    const Cluster& cluster_;
    LogCourse course_;
    std::map<ChunkHandle, LogIndex> told_of_;  // the last flushed record that tells of it
    std::map<HostId, Seen> seen_;
    std::map<HostId, Strike> strikes_;
    bool was_struck_ = false;  // a log's machine, and what came of it has not been looked at
};

}  // namespace gfs::run
