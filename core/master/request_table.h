// SPDX-License-Identifier: Apache-2.0
// Choice (not in GFS): the paper has no request numbers, so that a client whose answer was lost may
// find its own change in its way (anomaly A16). With `/gfs/request_table` the master remembers for
// a while which operations it has done, as HDFS's retry cache does, and gives a second try the
// first one's answer (rule U15). The records of the log name their operations, so that a new
// process remembers what it replayed.
#pragma once

#include <deque>
#include <map>
#include <optional>

#include "core/common/ids.h"
#include "sim/assert.h"
#include "sim/time.h"

namespace gfs {

class RequestTable {
  public:
    // With 0 nothing is remembered.
    explicit RequestTable(sim::Duration keep) : keep_(keep) {}

    void remember(OpId op, LogIndex record, sim::LocalTime now) {
        if (keep_ == sim::Duration{0} || op == no_op) return;
        if (!done_.try_emplace(op, record).second) return;
        oldest_.push_back({now, op});
        SIM_ASSERT(oldest_.size() == done_.size());
    }
    std::optional<LogIndex> find(OpId op, sim::LocalTime now) {
        while (!oldest_.empty() && now - oldest_.front().at >= keep_) {
            done_.erase(oldest_.front().op);
            oldest_.pop_front();
        }
        SIM_ASSERT(oldest_.size() == done_.size());
        const auto known = done_.find(op);
        if (known == done_.end()) return std::nullopt;
        return known->second;
    }

  private:
    struct Entry {
        sim::LocalTime at;
        OpId op;
    };
    sim::Duration keep_;
    std::map<OpId, LogIndex> done_;
    std::deque<Entry> oldest_;
};

}  // namespace gfs
