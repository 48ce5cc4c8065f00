// SPDX-License-Identifier: Apache-2.0
// Follows which prefix of the operation log is on which machine's disk, in a second run of a
// scenario that lost names: whether records that were flushed went from every one of them, and how.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
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
    LogIndex left{0};               // when it was lost: the last record that a machine has

    // What masters do not know since then: that these chunks are, ...
    std::set<ChunkHandle> forgotten;
    // ... which version these have, of which they know that they are, ...
    std::set<ChunkHandle> outdated;
    // ... and that these handles have been given out, of chunks that were in no file yet.
    std::set<ChunkHandle> unborn;
    // Chunks of these handles, forgotten or unborn, a later master has created; when first.
    std::map<ChunkHandle, sim::Time> given_again;
    // Since then a replica that was left over counts as one of the new chunk.
    std::map<ChunkHandle, sim::Time> mixed;
    // Of those unborn: what was left of them was deleted before the handle's new chunk was in a
    // file, and nothing else of that handle was.
    std::set<ChunkHandle> swept;
};

class LogWatch final : public sim::EventObserver {
  public:
    // Not owned: both.
    LogWatch(const sim::Engine& engine, const Cluster& cluster, std::uint64_t chunk_size)
        : engine_(engine), cluster_(cluster), chunk_size_(chunk_size) {}

    // An append to the chunk that got the handle of a forgotten one.
    struct LaterAppend {
        ChunkHandle chunk;
        std::uint64_t offset;
        std::uint64_t length;
        DataId data;
        sim::Time at;  // acknowledged
    };

    void on_event(const sim::Event& event) override;
    const LogCourse& course() const { return course_; }
    // To this chunk, and on no server that is up; as things are now. Null: none.
    const LaterAppend* later_loss(ChunkHandle chunk) const;

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
    void note_if_unborn(ChunkHandle chunk);
    // After the loss.
    void follow(const sim::Event& event);
    void on_created(ChunkHandle chunk);
    void on_appended(const sim::Event& event);
    bool is_there(const LaterAppend& append) const;

    const sim::Engine& engine_;
    const Cluster& cluster_;
    const std::uint64_t chunk_size_;
    LogCourse course_;
    // The flushed record that says that the chunk is, and the last one that tells its version.
    std::map<ChunkHandle, LogIndex> added_;
    std::map<ChunkHandle, LogIndex> versions_;
    std::uint64_t reserved_below_ = 0;  // by flushed records; what is left of that: left_below_
    std::uint64_t left_below_ = 0;
    std::set<ChunkHandle> given_out_;  // replicas were created, before the loss
    std::set<ChunkHandle> deleted_;    // before the loss, or of a chunk that was created later
    std::set<ChunkHandle> swept_early_;
    std::vector<LaterAppend> later_appends_;
    std::set<std::pair<ChunkHandle, HostId>> created_later_;
    bool recovered_ = false;  // a master has, since the loss
    std::map<HostId, Seen> seen_;
    std::map<HostId, Strike> strikes_;
    bool was_struck_ = false;  // a log's machine, and what came of it has not been looked at
};

}  // namespace gfs::run
