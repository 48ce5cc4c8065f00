// SPDX-License-Identifier: Apache-2.0
// What a power loss leaves of a chunk file: GFS 5.2 keeps checksums apart from the data, and says
// nothing of the order in which the two reach the disk (rule U10). Writes that no sync had begun to
// make durable are undone, data and sums. Of the sync that was in flight,
//
//   journaled   the log has the old and the new sums: after the loss a block is taken for good with
//               whichever of them fits its bytes, and the bytes that an append had begun to add are
//               cut off. A block that is torn fits neither, and the next read finds out.
//   data_first  the new data is there with the old sums
//   log_first   the old data is there with the new sums
//
// and with the last two, what an append had not finished takes the records with it that stand in
// the same block and were acknowledged long before: a mismatch on every replica that lost power.
//
// A torn write has its first part on the platter, up to where the arm had come.

#include <algorithm>
#include <utility>

#include "core/common/chunk_store.h"
#include "sim/assert.h"

namespace gfs {
namespace {

// What a disk writes whole or not at all.
constexpr std::uint64_t disk_block = 4 * KiB;

// The part of the ranges, in order, that the first `bytes` of them are; whole disk blocks.
std::vector<ByteRange> first_part(const std::vector<ByteRange>& ranges, std::uint64_t bytes) {
    std::vector<ByteRange> part;
    for (const ByteRange& range : ranges) {
        if (bytes >= range.length) {
            part.push_back(range);
            bytes -= range.length;
            continue;
        }
        const std::uint64_t end = (range.offset + bytes) / disk_block * disk_block;
        if (end > range.offset) part.push_back({range.offset, end - range.offset});
        break;
    }
    return part;
}

}  // namespace

// The sync in flight: what the replica would be when it ends.
struct ChunkStore::HalfWritten {
    Content content;
    Checksums sums;
    std::vector<ByteRange> ranges;  // that it writes, oldest first; empty: there was none
    std::uint64_t bytes_written = 0;
};

void ChunkStore::undo_last(StoredReplica& replica) {
    SIM_ASSERT(!replica.not_durable.empty());
    const StoredReplica::Undo& undo = replica.not_durable.back();
    replica.content.restore(undo.offset, undo.length, undo.replaced, undo.old_length);
    replica.sums.restore({undo.offset, undo.length}, undo.sums);
    replica.not_durable.pop_back();
}

// `sync` is null unless it is of this file.
ChunkStore::HalfWritten ChunkStore::undo_all(StoredReplica& replica,
                                             const sim::Disk::SyncInService* sync) {
    HalfWritten half;
    std::vector<StoredReplica::Undo>& writes = replica.not_durable;
    if (sync != nullptr) {
        while (!writes.empty() && writes.back().write > sync->covers) undo_last(replica);
        for (const StoredReplica::Undo& undo : writes)
            if (undo.length > 0) half.ranges.push_back({undo.offset, undo.length});
        half.content = replica.content;
        half.sums = replica.sums;
        half.bytes_written = sync->bytes_written;
    }
    while (!writes.empty()) undo_last(replica);
    replica.version = replica.durable_version;
    return half;
}

void ChunkStore::lose_unsynced(const PowerLoss& how) {
    const auto sync = disk_.sync_in_service();
    disk_.lose_unsynced();
    for (auto at = replicas_.begin(); at != replicas_.end();) {
        auto& [chunk, replica] = *at;
        const std::uint64_t length_before = replica.content.length();
        const bool in_flight = sync && sync->file == file_of(chunk);
        const HalfWritten half = undo_all(replica, in_flight ? &*sync : nullptr);
        // The file was never durable: it is not in the directory either.
        const bool never_durable = replica.durable_version == Version{0};
        if (!never_durable && !half.ranges.empty()) leave_half_written(replica, half, how);
        resize(length_before, never_durable ? 0 : replica.content.length());
        at = never_durable ? replicas_.erase(at) : std::next(at);
    }
}

// REQUIRES: the replica is as before the sync.
void ChunkStore::leave_half_written(StoredReplica& replica, const HalfWritten& sync,
                                    const PowerLoss& how) {
    SIM_ASSERT(replica.not_durable.empty());
    const Content old_content = replica.content;
    const Checksums old_sums = replica.sums;
    const bool journaled = how.checksum_order == ChecksumOrder::journaled;

    std::vector<ByteRange> there;
    if (how.torn) there = first_part(sync.ranges, sync.bytes_written);
    if (!how.torn && how.checksum_order == ChecksumOrder::data_first) there = sync.ranges;
    for (ByteRange range : there) {
        // The journal knows how long the file was.
        if (journaled && range.offset >= old_content.length()) continue;
        if (journaled) range.length = std::min(range.end(), old_content.length()) - range.offset;
        for (const Extent& extent : sync.content.read(range.offset, range.length))
            replica.content.write(extent);
    }

    const Content& content = replica.content;
    for (const ByteRange& range : sync.ranges) {
        const std::uint64_t end = replica.sums.end_block(range);
        for (std::uint64_t block = replica.sums.first_block(range); block < end; ++block) {
            if (replica.sums.bytes_of(block).offset >= content.length()) break;
            const std::uint32_t old_sum = old_sums.sum_of(block, old_content);
            const std::uint32_t new_sum = sync.sums.sum_of(block, sync.content);
            bool is_new = how.checksum_order == ChecksumOrder::log_first;
            if (journaled) is_new = checksum(content, replica.sums.bytes_of(block)) == new_sum;
            replica.sums.record(block, is_new ? new_sum : old_sum, content);
        }
    }
}

}  // namespace gfs
