// SPDX-License-Identifier: Apache-2.0
// The operation log on one machine's disk (GFS 2.6.3): the master's own, or a log replica's.
// Belongs to the machine and outlives the process. Time is the business of sim::Disk.
//
// Invariants:
//  1. The records are numbered 1, 2, 3, ... without a gap.
//  2. A power loss leaves the records up to durable(), and a torn one behind them if there were
//  more.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "core/common/log_record.h"
#include "sim/disk/disk.h"

namespace gfs {

class LogStore final : public sim::DiskOwner {
  public:
    // Not owned: the disk; it has no other owner.
    explicit LogStore(sim::Disk& disk) : disk_(disk) { disk_.set_owner(this); }
    ~LogStore() { disk_.set_owner(nullptr); }
    LogStore(const LogStore&) = delete;
    LogStore& operator=(const LogStore&) = delete;

    const std::vector<LogRecord>& records() const { return records_; }
    // REQUIRES: it is there.
    const LogRecord& at(LogIndex index) const { return records_.at(to_number(index) - 1); }
    // The last record; LogIndex{0} for none.
    LogIndex last() const { return LogIndex{records_.size()}; }
    LogIndex durable() const { return durable_; }

    // Into the disk's cache. REQUIRES: the record comes next.
    void append(LogRecord record);
    // co_await store.sync(): what has been appended so far is durable when it ends with `done`.
    auto sync() { return disk_.sync(file); }
    // The records after `last` are void.
    void cut_after(LogIndex last);

    // A record from before the run began, durable. The master starts without delay from a log that
    // has no other.
    void preload(LogRecord record);
    LogIndex preloaded() const { return preloaded_; }

    // The machine lost power.
    void lose_unsynced();
    // Whether an incomplete record follows the last one. Recovery cuts it off.
    bool torn() const { return torn_; }
    void cut_torn() { torn_ = false; }

    // At a log replica: which of the master's processes wrote here last.
    std::uint32_t writer() const { return writer_; }
    void set_writer(std::uint32_t process) { writer_ = process; }

    void on_durable(sim::FileId changed, sim::WriteNumber last) override;

    static constexpr sim::FileId file{0};

  private:
    struct Write {
        sim::WriteNumber number;
        LogIndex record;
    };

    sim::Disk& disk_;
    std::vector<LogRecord> records_;
    std::deque<Write> not_durable_;  // oldest first
    LogIndex durable_{0};
    LogIndex preloaded_{0};
    std::uint64_t bytes_ = 0;
    std::uint32_t writer_ = 0;
    bool torn_ = false;
};

}  // namespace gfs
