// SPDX-License-Identifier: Apache-2.0

#include "core/common/checksums.h"

#include <algorithm>

#include "sim/assert.h"

namespace gfs {
namespace {

// Scrambles 64 bits; neighbours differ in about half of theirs.
std::uint64_t mix(std::uint64_t x) {
    x ^= x >> 30;
    x *= 0xbf58'476d'1ce4'e5b9U;
    x ^= x >> 27;
    x *= 0x94d0'49bb'1331'11ebU;
    return x ^ (x >> 31);
}

// The part of `extent` within the range; empty if there is none.
Extent clip(Extent extent, const ByteRange& range) {
    const std::uint64_t begin = std::clamp(extent.offset, range.offset, range.end());
    const std::uint64_t end = std::clamp(extent.end(), range.offset, range.end());
    extent.data_offset += begin - std::min(begin, extent.offset);
    extent.offset = begin;
    extent.length = end - begin;
    return extent;
}

}  // namespace

// A byte adds its author, its place in the author's data, its place in the replica and whether it
// is damaged, scrambled.
std::uint32_t checksum(const Extent& extent) {
    const bool zeros = extent.data == padding || extent.data == no_data;
    if (zeros && !extent.damaged) return 0;
    const std::uint64_t author =
        mix(static_cast<std::uint64_t>(extent.data) + (extent.damaged ? 1 : 0));
    std::uint32_t sum = 0;
    for (std::uint64_t i = 0; i < extent.length; ++i) {
        const std::uint64_t in_data = zeros ? 0 : extent.data_offset + i;
        const std::uint64_t place = (extent.offset + i) << 32 ^ in_data;
        sum += static_cast<std::uint32_t>(mix(author ^ place));
    }
    return sum;
}

std::uint32_t checksum(const Content& content, const ByteRange& range) {
    std::uint32_t sum = 0;
    for (const Extent& extent : content.read(range.offset, range.length)) sum += checksum(extent);
    return sum;
}

std::vector<Checksums::Recorded>::iterator Checksums::place_of(std::uint64_t block) {
    return std::lower_bound(
        recorded_.begin(), recorded_.end(), block,
        [](const Recorded& recorded, std::uint64_t wanted) { return recorded.block < wanted; });
}

std::uint32_t Checksums::sum_of(std::uint64_t block, const Content& content) const {
    for (const Recorded& recorded : recorded_)
        if (recorded.block == block) return recorded.sum;
    return checksum(content, bytes_of(block));
}

std::optional<std::uint64_t> Checksums::find_mismatch(const Content& content,
                                                      const ByteRange& range) const {
    if (recorded_.empty() || range.length == 0) return std::nullopt;
    for (const Recorded& recorded : recorded_) {
        if (recorded.block < first_block(range) || recorded.block >= end_block(range)) continue;
        const ByteRange bytes = bytes_of(recorded.block);
        if (checksum(content, bytes) != recorded.sum) return bytes.offset;
    }
    return std::nullopt;
}

std::vector<Checksums::Recorded> Checksums::write(const Extent& extent, std::uint64_t old_length) {
    const ByteRange range{extent.offset, extent.length};
    if (recorded_.empty() || range.length == 0) return {};
    std::vector<Recorded> before;
    for (std::uint64_t block = first_block(range); block < end_block(range); ++block) {
        const auto recorded = place_of(block);
        if (recorded == recorded_.end() || recorded->block != block) continue;
        before.push_back(*recorded);
        const ByteRange bytes = bytes_of(block);
        const bool only_longer = std::max(range.offset, bytes.offset) >= old_length;
        if (only_longer)
            recorded->sum += checksum(clip(extent, bytes));
        else
            recorded_.erase(recorded);
    }
    return before;
}

void Checksums::restore(const ByteRange& written, std::span<const Recorded> before) {
    forget(written);
    for (const Recorded& recorded : before) {
        SIM_ASSERT(recorded.block >= first_block(written));
        SIM_ASSERT(recorded.block < end_block(written));
        recorded_.insert(place_of(recorded.block), recorded);
    }
}

// Every block of the range has the sum of its bytes on record.
void Checksums::forget(const ByteRange& range) {
    if (recorded_.empty() || range.length == 0) return;
    const auto first = place_of(first_block(range));
    recorded_.erase(first, place_of(end_block(range)));
}

void Checksums::keep(const Content& content, const ByteRange& range) {
    SIM_ASSERT(range.length > 0);
    for (std::uint64_t block = first_block(range); block < end_block(range); ++block) {
        const auto place = place_of(block);
        if (place != recorded_.end() && place->block == block) continue;
        recorded_.insert(place, {block, checksum(content, bytes_of(block))});
    }
}

void Checksums::record(std::uint64_t block, std::uint32_t sum, const Content& content) {
    forget(bytes_of(block));
    if (checksum(content, bytes_of(block)) == sum) return;
    recorded_.insert(place_of(block), {block, sum});
}

ByteRange Checksums::whole_blocks(const ByteRange& range) const {
    if (range.length == 0) return range;
    const std::uint64_t begin = first_block(range) * block_size_;
    return {begin, end_block(range) * block_size_ - begin};
}

}  // namespace gfs
