// SPDX-License-Identifier: Apache-2.0

#include "core/common/content.h"

#include <algorithm>

#include "sim/assert.h"

namespace gfs {
namespace {

// The part of `extent` within [offset, end). REQUIRES: they overlap.
Extent clip(const Extent& extent, std::uint64_t offset, std::uint64_t end) {
    Extent part = extent;
    if (part.offset < offset) {
        part.data_offset += offset - part.offset;
        part.length -= offset - part.offset;
        part.offset = offset;
    }
    if (part.end() > end) part.length = end - part.offset;
    SIM_ASSERT(part.length > 0);
    return part;
}

// `right` goes on where `left` stops, in the replica and in the data.
bool continues(const Extent& left, const Extent& right) {
    return left.end() == right.offset && left.data == right.data &&
           left.data_offset + left.length == right.data_offset && left.damaged == right.damaged;
}

bool ends_before(const Extent& extent, std::uint64_t offset) { return extent.end() <= offset; }

}  // namespace

std::vector<Extent> Content::write(const Extent& extent) {
    if (extent.length == 0) return {};
    std::vector<Extent> replaced = take_out(extent.offset, extent.end());
    put(extent);
    length_ = std::max(length_, extent.end());
    return replaced;
}

void Content::damage(const ByteRange& range) {
    SIM_ASSERT(range.end() <= length_);
    std::uint64_t at = range.offset;
    std::vector<Extent> damaged;
    for (Extent extent : read(range.offset, range.length)) {
        if (at < extent.offset)
            damaged.push_back({.offset = at, .length = extent.offset - at, .data = padding});
        at = extent.end();
        damaged.push_back(extent);
    }
    if (at < range.end())
        damaged.push_back({.offset = at, .length = range.end() - at, .data = padding});
    for (Extent& extent : damaged) {
        extent.damaged = true;
        write(extent);
    }
}

void Content::restore(std::uint64_t offset, std::uint64_t length, std::span<const Extent> old,
                      std::uint64_t old_length) {
    take_out(offset, offset + length);
    for (const Extent& extent : old) put(extent);
    SIM_ASSERT(extents_.empty() || extents_.back().end() <= old_length);
    length_ = old_length;
}

std::vector<Extent> Content::read(std::uint64_t offset, std::uint64_t length) const {
    const std::uint64_t end = std::min(offset + length, length_);
    std::vector<Extent> found;
    auto at = std::lower_bound(extents_.begin(), extents_.end(), offset, ends_before);
    for (; at != extents_.end() && at->offset < end; ++at) found.push_back(clip(*at, offset, end));
    return found;
}

// Removes [offset, end), splitting the extents at its edges; says what was there.
std::vector<Extent> Content::take_out(std::uint64_t offset, std::uint64_t end) {
    std::vector<Extent> taken;
    auto first = std::lower_bound(extents_.begin(), extents_.end(), offset, ends_before);
    auto last = first;
    std::vector<Extent> rest;
    for (; last != extents_.end() && last->offset < end; ++last) {
        taken.push_back(clip(*last, offset, end));
        if (last->offset < offset) rest.push_back(clip(*last, last->offset, offset));
        if (last->end() > end) rest.push_back(clip(*last, end, last->end()));
    }
    if (first == last) return taken;
    const auto place = extents_.erase(first, last);
    extents_.insert(place, rest.begin(), rest.end());
    return taken;
}

void Content::put(const Extent& extent) {
    auto at = std::lower_bound(extents_.begin(), extents_.end(), extent.offset, ends_before);
    SIM_ASSERT(at == extents_.end() || at->offset >= extent.end());
    if (at != extents_.begin() && continues(*(at - 1), extent)) {
        --at;
        at->length += extent.length;
    } else {
        at = extents_.insert(at, extent);
    }
    const auto right = at + 1;
    if (right == extents_.end() || !continues(*at, *right)) return;
    at->length += right->length;
    extents_.erase(right);
}

}  // namespace gfs
