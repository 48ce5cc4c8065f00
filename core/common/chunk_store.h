// SPDX-License-Identifier: Apache-2.0
// The chunk files on one chunkserver's disk: content, checksums, version number and what of them is
// durable. Belongs to the machine: it outlives the process, as a disk does. Time is the business of
// sim::Disk; this is what the files contain. What a power loss leaves is in half_written.cpp.
//
// Invariants:
//  1. A replica's content is what the process sees: everything written, synced or not.
//  2. Undoing the writes that are not durable, newest first, gives what was there before them.
//  3. Checksums reach the disk with the sync of the data they are of, and cost it no time of their
//     own; only a power loss in the middle of that sync can part them (rule U10).
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "core/common/checksums.h"
#include "core/common/codes.h"
#include "core/common/config.h"
#include "core/common/content.h"
#include "core/common/ids.h"
#include "sim/disk/disk.h"

namespace gfs {

struct StoredReplica {
    Version version;          // as last written
    Version durable_version;  // what a power loss leaves; Version{0}: no file at all
    Content content;
    Checksums sums;
    // A checksum did not match: the chunkserver found out, and keeps that in mind with the sums.
    bool corrupt = false;
    // It is corrupt because the disk failed to read it, and for nothing else: that may pass.
    bool unread = false;

    struct Undo {
        sim::WriteNumber write;
        std::uint64_t offset;
        std::uint64_t length;
        std::uint64_t old_length;
        std::vector<Extent> replaced;
        std::vector<Checksums::Recorded> sums;
        Version version;  // what `version` becomes when the write is durable
    };
    std::vector<Undo> not_durable;  // oldest first; a vector: mostly empty, and then it is small
};

// How a machine loses its power.
struct PowerLoss {
    ChecksumOrder checksum_order = ChecksumOrder::journaled;
    bool torn = false;  // of the write in flight, a part is on the platter
};

// Is told of each write to a replica, just after it.
class WriteWatcher {
  public:
    virtual void on_write(ChunkHandle chunk, const Extent& extent) = 0;

  protected:
    ~WriteWatcher() = default;
};

class ChunkStore final : public sim::DiskOwner {
  public:
    explicit ChunkStore(sim::Disk& disk, std::uint64_t checksum_block = 64 * KiB)
        : disk_(disk), no_sums_(checksum_block) {
        disk_.set_owner(this);
    }
    ~ChunkStore() { disk_.set_owner(nullptr); }
    ChunkStore(const ChunkStore&) = delete;
    ChunkStore& operator=(const ChunkStore&) = delete;

    sim::Disk& disk() const { return disk_; }
    const std::map<ChunkHandle, StoredReplica>& replicas() const { return replicas_; }
    const StoredReplica* find(ChunkHandle chunk) const;

    // Whether the disk has room for a replica of this length, or for the one that is there to grow
    // to it.
    bool has_room(ChunkHandle chunk, std::uint64_t length) const;
    // Whether the disk takes a write that leaves a replica of this length, new or not: if not,
    // no_space, read_only or disk_error. To be asked once for each write, just before it: chance
    // may have a say.
    Code admit(ChunkHandle chunk, std::uint64_t length);
    // Whether it lets a file be deleted.
    bool may_erase() const { return !disk_.read_only(); }

    // Each of these goes to the disk's cache and is durable after the next sync of the file.
    // REQUIRES: it was admitted.
    // A new file, or a whole new content for an old one.
    void put(ChunkHandle chunk, Version version, Content content);
    void set_version(ChunkHandle chunk, Version version);
    void write(ChunkHandle chunk, const Extent& extent);
    // The file is unlinked; that is durable at once. REQUIRES: may_erase.
    void erase(ChunkHandle chunk);
    // A replica that was there before the run began, durable.
    void preload(ChunkHandle chunk, Version version, Content content);

    static sim::FileId file_of(ChunkHandle chunk) {
        return static_cast<sim::FileId>(static_cast<std::uint64_t>(chunk));
    }
    static ChunkHandle chunk_in(sim::FileId file) {
        return ChunkHandle{static_cast<std::uint64_t>(file)};
    }

    // The newest master that this machine has heard of, kept on the disk (rule U20).
    MasterEpoch master() const { return master_; }
    void set_master(MasterEpoch master) { master_ = std::max(master_, master); }

    // ---- checksums (GFS 5.2) ----
    // Where the first block begins that overlaps the range and does not match its checksum.
    // REQUIRES for all: the replica is there.
    std::optional<std::uint64_t> find_mismatch(ChunkHandle chunk, const ByteRange& range) const;
    // What a read of the range takes from the disk: the blocks that overlap it, up to the end.
    ByteRange whole_blocks(ChunkHandle chunk, const ByteRange& range) const;
    // The blocks of which a write to the range would replace a part: two at most, the first and the
    // last of those that are there.
    std::vector<ByteRange> partly_overwritten(ChunkHandle chunk, const ByteRange& range) const;
    void mark_corrupt(ChunkHandle chunk);
    // What is known against it already stays.
    void mark_unread(ChunkHandle chunk);
    // All of it could be read, and matches. REQUIRES: it is marked unread.
    void clear_unread(ChunkHandle chunk);

    // ---- what happens to a disk ----
    // Not owned; removed before it ends.
    void add_watcher(WriteWatcher& watcher) { watchers_.push_back(&watcher); }
    void remove_watcher(WriteWatcher& watcher) { std::erase(watchers_, &watcher); }
    // The machine lost power: every write that was not durable is undone, but for what of the sync
    // in flight is on the platter.
    void lose_unsynced(const PowerLoss& how = {});
    // The range changes silently. What was written before is on the platter by then.
    // REQUIRES: the replica is there, and at least as long.
    void damage(ChunkHandle chunk, const ByteRange& range);
    // The write to the range, just done, has not come to the platter, and the disk said it had: the
    // old bytes are there, with the new sums. REQUIRES: as damage().
    void lose_write(ChunkHandle chunk, const ByteRange& range);
    // Bytes that were written elsewhere have come to be here. REQUIRES: as damage(), of the extent.
    void overwrite_behind(ChunkHandle chunk, const Extent& extent);
    // The file is gone behind the process's back. REQUIRES: the replica is there.
    void lose(ChunkHandle chunk);
    // Files that are gone, and that the master does not know of yet.
    const std::set<ChunkHandle>& missing() const { return missing_; }
    void forget_missing(ChunkHandle chunk) { missing_.erase(chunk); }

    void on_durable(sim::FileId file, sim::WriteNumber last) override;

  private:
    struct HalfWritten;

    StoredReplica& at(ChunkHandle chunk) { return replicas_.at(chunk); }
    static void make_final(StoredReplica& replica);
    void resize(std::uint64_t old_length, std::uint64_t new_length);
    static void undo_last(StoredReplica& replica);
    static HalfWritten undo_all(StoredReplica& replica, const sim::Disk::SyncInService* sync);
    static void leave_half_written(StoredReplica& replica, const HalfWritten& sync,
                                   const PowerLoss& how);

    sim::Disk& disk_;
    const Checksums no_sums_;  // of an empty replica
    std::map<ChunkHandle, StoredReplica> replicas_;
    std::set<ChunkHandle> missing_;
    std::vector<WriteWatcher*> watchers_;
    MasterEpoch master_{1};
};

}  // namespace gfs
