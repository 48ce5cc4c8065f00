// SPDX-License-Identifier: Apache-2.0
// What a replica contains, described instead of stored: an ordered map of extents, each saying
// which data its bytes came from. A 64 MiB chunk costs tens of bytes, and every byte of every
// replica has a known author.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/common/ids.h"

namespace gfs {

// Zeros that the primary put at the end of a chunk (GFS 3.3).
inline constexpr DataId padding{0xffff'ffff'ffff'ffff};

// Some bytes of a replica.
struct ByteRange {
    std::uint64_t offset;
    std::uint64_t length;

    std::uint64_t end() const { return offset + length; }
    bool operator==(const ByteRange&) const = default;
};

// A run of bytes with one author. Not damaged: byte i is byte `data_offset + i` of `data`.
struct Extent {
    std::uint64_t offset;  // in the replica, or in the file where that is said
    std::uint64_t length;
    DataId data;
    std::uint64_t data_offset = 0;
    bool damaged = false;  // the disk changed the bytes behind our back

    std::uint64_t end() const { return offset + length; }
    bool operator==(const Extent&) const = default;
};

// Invariants: extents are ordered, do not overlap, are not empty and end at or before length().
// Bytes below length() that no extent covers are a hole and read as zeros.
class Content {
  public:
    std::uint64_t length() const { return length_; }
    std::span<const Extent> extents() const { return extents_; }

    // Replaces the bytes [extent.offset, extent.end()); the content grows as needed. Says what was
    // there before, clipped to the range, so that restore() can undo it.
    std::vector<Extent> write(const Extent& extent);
    // The bytes of the range, a hole's zeros included, are not any more what was written.
    // REQUIRES: the range ends at or before length().
    void damage(const ByteRange& range);
    // Puts `old`, which lies within the range, back, and cuts the content to `old_length`.
    void restore(std::uint64_t offset, std::uint64_t length, std::span<const Extent> old,
                 std::uint64_t old_length);
    // The extents within [offset, offset + length), clipped. Holes are left out.
    std::vector<Extent> read(std::uint64_t offset, std::uint64_t length) const;

    bool operator==(const Content&) const = default;

  private:
    std::vector<Extent> take_out(std::uint64_t offset, std::uint64_t end);
    void put(const Extent& extent);

    std::vector<Extent> extents_;
    std::uint64_t length_ = 0;
};

}  // namespace gfs
