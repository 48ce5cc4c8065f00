// SPDX-License-Identifier: Apache-2.0
// The operation log and its checkpoints on one machine's disk (GFS 2.6.3): the master's own, or a
// log replica's. Belongs to the machine and outlives the process. Time is the business of
// sim::Disk.
//
// Invariants:
//  1. The records are numbered without a gap, from the one after dropped() to last().
//  2. What is dropped is in a checkpoint that is complete.
//  3. A power loss leaves the records up to durable(), and a torn one behind them if there were
//     more; of a checkpoint it leaves the pieces that were durable.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "core/common/log_record.h"
#include "sim/disk/disk.h"

namespace gfs {

// A checkpoint on the disk: written piece by piece, and last a piece that says it is complete.
struct CheckpointFile {
    Checkpoint content;
    sim::FileId file;
    std::uint64_t pieces = 0;  // in all, the last one included
    std::uint64_t written = 0;
    std::uint64_t durable = 0;
    bool is_complete() const { return written == pieces; }
};

class LogStore final : public sim::DiskOwner {
  public:
    // Not owned: the disk; it has no other owner.
    explicit LogStore(sim::Disk& disk) : disk_(disk) { disk_.set_owner(this); }
    ~LogStore() { disk_.set_owner(nullptr); }
    LogStore(const LogStore&) = delete;
    LogStore& operator=(const LogStore&) = delete;

    // ---- records ----
    // Those that are still here, oldest first.
    const std::deque<LogRecord>& records() const { return records_; }
    // REQUIRES: it is there.
    const LogRecord& at(LogIndex index) const {
        return records_.at(to_number(index) - to_number(dropped_) - 1);
    }
    // The last record; LogIndex{0} for none. The last one that has been deleted.
    LogIndex last() const { return LogIndex{to_number(dropped_) + records_.size()}; }
    LogIndex dropped() const { return dropped_; }
    LogIndex durable() const { return durable_; }
    // Which master put the record into the order. REQUIRES: dropped() <= index <= last().
    MasterEpoch master_of_record(LogIndex index) const;
    std::uint64_t bytes_after(LogIndex index) const;

    // Into the disk's cache. REQUIRES: the record comes next.
    void append(LogRecord record);
    // co_await store.sync(): what has been appended so far is durable when it ends with `done`.
    auto sync() { return disk_.sync(log_file_); }
    // The records after `last` are void, and the checkpoints that contain them.
    void cut_after(LogIndex last);
    // The next record that comes when all are durable begins a new file, so that those before it
    // can be deleted as files.
    void switch_file() { new_file_wanted_ = true; }
    // How long the file is that records go to.
    std::uint64_t file_bytes() const { return bytes_; }

    // ---- checkpoints ----
    // Oldest first; only the last one can be incomplete.
    const std::deque<CheckpointFile>& checkpoints() const { return checkpoints_; }
    // The latest complete one; null for none.
    const CheckpointFile* checkpoint() const;
    // An empty file; what was incomplete is deleted. REQUIRES: it contains more than the latest.
    void begin_checkpoint(Checkpoint content, std::uint64_t pieces);
    // The next piece of the last one, into the disk's cache. REQUIRES: it is incomplete.
    void write_piece();
    auto sync_checkpoint() { return disk_.sync(checkpoints_.back().file); }
    // The latest is complete and durable: older ones, and the records that they make superfluous,
    // are deleted; the one before it is kept, with all records after that one.
    void delete_old();
    void delete_incomplete();
    // A process starts: a checkpoint that goes beyond the log takes its place, or is deleted when a
    // power loss could still take it.
    void settle();

    sim::Disk& disk() const { return disk_; }

    // What there was before the run began, durable. The master starts without delay from a log that
    // has nothing else. REQUIRES: nothing is there.
    void preload(Checkpoint state);
    LogIndex preloaded() const { return preloaded_; }

    // The machine lost power.
    void lose_unsynced();
    // Whether an incomplete record follows the last one. Recovery cuts it off.
    bool torn() const { return torn_; }
    void cut_torn() { torn_ = false; }

    // Which master wrote here last; MasterEpoch{0} for none.
    MasterEpoch writer() const { return writer_; }
    void set_writer(MasterEpoch master) { writer_ = master; }
    // Up to here every record is known to have been flushed by its master.
    LogIndex flushed() const { return flushed_; }
    void set_flushed(LogIndex index) { flushed_ = std::max(flushed_, std::min(index, last())); }

    void on_durable(sim::FileId changed, sim::WriteNumber last) override;

  private:
    struct Write {
        sim::WriteNumber number;
        LogIndex record;
    };

    sim::FileId new_file() { return sim::FileId{next_file_++}; }
    void begin_new_file();
    void drop_records(LogIndex up_to);

    sim::Disk& disk_;
    std::uint64_t next_file_ = 0;
    sim::FileId log_file_ = new_file();
    std::deque<LogRecord> records_;
    std::deque<Write> not_durable_;  // in the log file, oldest first
    LogIndex dropped_{0};
    MasterEpoch dropped_master_{1};  // of the record `dropped_`
    LogIndex durable_{0};
    LogIndex preloaded_{0};
    LogIndex flushed_{0};
    std::deque<CheckpointFile> checkpoints_;
    std::uint64_t bytes_ = 0;  // of the log file
    MasterEpoch writer_{0};
    bool new_file_wanted_ = false;
    bool torn_ = false;
};

}  // namespace gfs
