// SPDX-License-Identifier: Apache-2.0
// The checksums of one replica (GFS 5.2): 32 bits for each block of it, kept apart from the data.
//
// A sum on record is nearly always that of the bytes in its block, and then needs no room: it is
// computed when somebody asks. Kept as numbers are only the sums of blocks that the disk has
// changed, or that a power loss left half written: what was on record before.
//
// Invariants:
//  1. The sum of bytes is the sum over the bytes: of bytes that follow, it is enough to see them
//     alone to bring a block's sum up to date (GFS 5.2: an append updates it incrementally).
//  2. Zeros add nothing, so a block that was never written has the sum 0.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/common/content.h"

namespace gfs {

// The sum of what `content` has in the range, or of the bytes of one extent.
std::uint32_t checksum(const Content& content, const ByteRange& range);
std::uint32_t checksum(const Extent& extent);

class Checksums {
  public:
    // A block whose sum on record may differ from that of its bytes.
    struct Recorded {
        std::uint64_t block;  // counts from 0
        std::uint32_t sum;
        bool operator==(const Recorded&) const = default;
    };

    explicit Checksums(std::uint64_t block_size = 64 * 1024) : block_size_(block_size) {}

    // Every sum on record is that of the bytes in its block.
    bool all_match() const { return recorded_.empty(); }

    // The sum on record for the block; `content` is what the replica has now.
    std::uint32_t sum_of(std::uint64_t block, const Content& content) const;

    // Where the first block begins that overlaps the range and whose bytes do not have the sum on
    // record.
    std::optional<std::uint64_t> find_mismatch(const Content& content,
                                               const ByteRange& range) const;

    // The sums after `extent` is written into a replica that is `old_length` long: a block that
    // only gets longer has its sum updated by the new bytes, so that what was wrong stays wrong;
    // the sum of a block that is overwritten is computed anew, from whatever is there then. Says
    // what was on record before, for restore().
    std::vector<Recorded> write(const Extent& extent, std::uint64_t old_length);
    // Undoes write(). REQUIRES: the content is as it was before.
    void restore(const ByteRange& written, std::span<const Recorded> before);

    // Before bytes change without the chunkserver's knowledge: the sums on record stay as they are.
    void keep(const Content& content, const ByteRange& range);
    // The sum on record for the block is `sum`, whatever `content` has there.
    void record(std::uint64_t block, std::uint32_t sum, const Content& content);

    // ---- arithmetic of blocks ----
    std::uint64_t first_block(const ByteRange& range) const { return range.offset / block_size_; }
    // One past the last. REQUIRES: the range is not empty.
    std::uint64_t end_block(const ByteRange& range) const {
        return (range.end() - 1) / block_size_ + 1;
    }
    ByteRange bytes_of(std::uint64_t block) const { return {block * block_size_, block_size_}; }
    // All of the blocks that overlap the range.
    ByteRange whole_blocks(const ByteRange& range) const;

  private:
    std::vector<Recorded>::iterator place_of(std::uint64_t block);
    void forget(const ByteRange& range);

    std::uint64_t block_size_;
    std::vector<Recorded> recorded_;  // by block; empty but after faults
};

}  // namespace gfs
