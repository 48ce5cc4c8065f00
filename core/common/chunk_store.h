// SPDX-License-Identifier: Apache-2.0
// The chunk files on one chunkserver's disk: content, version number and what of it is durable.
// Belongs to the machine: it outlives the process, as a disk does. Time is the business of
// sim::Disk; this is what the files contain.
//
// Invariants:
//  1. A replica's content is what the process sees: everything written, synced or not.
//  2. Undoing the writes that are not durable, newest first, gives what a power loss leaves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "core/common/content.h"
#include "core/common/ids.h"
#include "sim/disk/disk.h"

namespace gfs {

struct StoredReplica {
    Version version;          // as last written
    Version durable_version;  // what a power loss leaves; Version{0}: no file at all
    Content content;

    struct Undo {
        sim::WriteNumber write;
        std::uint64_t offset;
        std::uint64_t length;
        std::uint64_t old_length;
        std::vector<Extent> replaced;
        Version version;  // what `version` becomes when the write is durable
    };
    std::deque<Undo> not_durable;  // oldest first
};

class ChunkStore final : public sim::DiskOwner {
  public:
    explicit ChunkStore(sim::Disk& disk) : disk_(disk) { disk_.set_owner(this); }
    ~ChunkStore() { disk_.set_owner(nullptr); }
    ChunkStore(const ChunkStore&) = delete;
    ChunkStore& operator=(const ChunkStore&) = delete;

    sim::Disk& disk() const { return disk_; }
    const std::map<ChunkHandle, StoredReplica>& replicas() const { return replicas_; }
    const StoredReplica* find(ChunkHandle chunk) const;

    // Whether the disk takes a replica of this length, or lets the one that is there grow to it.
    bool has_room(ChunkHandle chunk, std::uint64_t length) const;

    // Each of these goes to the disk's cache and is durable after the next sync of the file.
    // REQUIRES: has_room.
    // A new file, or a whole new content for an old one.
    void put(ChunkHandle chunk, Version version, Content content);
    void set_version(ChunkHandle chunk, Version version);
    void write(ChunkHandle chunk, const Extent& extent);
    // The file is unlinked; that is durable at once.
    void erase(ChunkHandle chunk);
    // A replica that was there before the run began, durable.
    void preload(ChunkHandle chunk, Version version, Content content);

    static sim::FileId file_of(ChunkHandle chunk) {
        return static_cast<sim::FileId>(static_cast<std::uint64_t>(chunk));
    }

    // The newest master that this machine has heard of, kept on the disk (rule U20).
    MasterEpoch master() const { return master_; }
    void set_master(MasterEpoch master) { master_ = std::max(master_, master); }

    // The machine lost power: every write that was not durable is undone.
    void lose_unsynced();
    void on_durable(sim::FileId file, sim::WriteNumber last) override;

  private:
    StoredReplica& at(ChunkHandle chunk) { return replicas_.at(chunk); }
    void resize(std::uint64_t old_length, std::uint64_t new_length);

    sim::Disk& disk_;
    std::map<ChunkHandle, StoredReplica> replicas_;
    MasterEpoch master_{1};
};

}  // namespace gfs
