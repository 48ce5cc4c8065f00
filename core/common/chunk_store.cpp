// SPDX-License-Identifier: Apache-2.0

#include "core/common/chunk_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace gfs {
namespace {

constexpr std::uint64_t version_bytes = 16;  // the version record beside the data

}  // namespace

const StoredReplica* ChunkStore::find(ChunkHandle chunk) const {
    const auto found = replicas_.find(chunk);
    return found == replicas_.end() ? nullptr : &found->second;
}

bool ChunkStore::has_room(ChunkHandle chunk, std::uint64_t length) const {
    const StoredReplica* const replica = find(chunk);
    const std::uint64_t present = replica == nullptr ? 0 : replica->content.length();
    return length <= present || length - present <= disk_.free();
}

Code ChunkStore::admit(ChunkHandle chunk, std::uint64_t length) {
    const StoredReplica* const replica = find(chunk);
    const bool grows = replica == nullptr || length > replica->content.length();
    switch (disk_.refusal(grows)) {
        case sim::Disk::Refusal::none:
            break;
        case sim::Disk::Refusal::full:
            return Code::no_space;
        case sim::Disk::Refusal::read_only:
            return Code::read_only;
        case sim::Disk::Refusal::failed:
            return Code::disk_error;
    }
    return has_room(chunk, length) ? Code::ok : Code::no_space;
}

void ChunkStore::resize(std::uint64_t old_length, std::uint64_t new_length) {
    if (old_length > new_length) disk_.release(old_length - new_length);
    const bool fits = new_length <= old_length || disk_.reserve(new_length - old_length);
    SIM_ASSERT(fits);
}

void ChunkStore::put(ChunkHandle chunk, Version version, Content content) {
    erase(chunk);
    missing_.erase(chunk);
    StoredReplica& replica = replicas_[chunk];
    replica.version = version;
    replica.sums = no_sums_;
    const std::uint64_t bytes = content.length();
    resize(0, bytes);
    const sim::WriteNumber write = disk_.write(file_of(chunk), 0, bytes + version_bytes);
    replica.content = std::move(content);
    replica.not_durable.push_back({write, 0, 0, bytes, {}, {}, version});
}

void ChunkStore::set_version(ChunkHandle chunk, Version version) {
    StoredReplica& replica = at(chunk);
    SIM_ASSERT(version > replica.version);
    replica.version = version;
    const std::uint64_t length = replica.content.length();
    const sim::WriteNumber write = disk_.write(file_of(chunk), length, version_bytes);
    replica.not_durable.push_back({write, 0, 0, length, {}, {}, version});
}

void ChunkStore::write(ChunkHandle chunk, const Extent& extent) {
    StoredReplica& replica = at(chunk);
    const std::uint64_t old_length = replica.content.length();
    std::vector<Checksums::Recorded> sums = replica.sums.write(extent, old_length);
    std::vector<Extent> replaced = replica.content.write(extent);
    resize(old_length, replica.content.length());
    const sim::WriteNumber write = disk_.write(file_of(chunk), extent.offset, extent.length);
    replica.not_durable.push_back({write, extent.offset, extent.length, old_length,
                                   std::move(replaced), std::move(sums), replica.version});
    const std::vector<WriteWatcher*> watchers = watchers_;  // they may leave
    for (WriteWatcher* const watcher : watchers) watcher->on_write(chunk, extent);
}

void ChunkStore::erase(ChunkHandle chunk) {
    const auto found = replicas_.find(chunk);
    if (found == replicas_.end()) return;
    resize(found->second.content.length(), 0);
    replicas_.erase(found);
    disk_.forget(file_of(chunk));
}

void ChunkStore::preload(ChunkHandle chunk, Version version, Content content) {
    SIM_ASSERT(find(chunk) == nullptr);
    resize(0, content.length());
    StoredReplica& replica = replicas_[chunk];
    replica.version = version;
    replica.durable_version = version;
    replica.sums = no_sums_;
    replica.content = std::move(content);
}

void ChunkStore::on_durable(sim::FileId file, sim::WriteNumber last) {
    const auto found = replicas_.find(chunk_in(file));
    if (found == replicas_.end()) return;
    StoredReplica& replica = found->second;
    const auto covered = std::find_if(replica.not_durable.begin(), replica.not_durable.end(),
                                      [last](const auto& undo) { return undo.write > last; });
    if (covered == replica.not_durable.begin()) return;
    replica.durable_version = std::prev(covered)->version;
    replica.not_durable.erase(replica.not_durable.begin(), covered);
}

std::optional<std::uint64_t> ChunkStore::find_mismatch(ChunkHandle chunk,
                                                       const ByteRange& range) const {
    const StoredReplica& replica = replicas_.at(chunk);
    return replica.sums.find_mismatch(replica.content, range);
}

ByteRange ChunkStore::whole_blocks(ChunkHandle chunk, const ByteRange& range) const {
    const StoredReplica& replica = replicas_.at(chunk);
    const ByteRange blocks = replica.sums.whole_blocks(range);
    const std::uint64_t end = std::min(blocks.end(), replica.content.length());
    return {blocks.offset, end - std::min(end, blocks.offset)};
}

void ChunkStore::mark_corrupt(ChunkHandle chunk) {
    StoredReplica& replica = at(chunk);
    replica.corrupt = true;
    replica.unread = false;
}

void ChunkStore::mark_unread(ChunkHandle chunk) {
    StoredReplica& replica = at(chunk);
    if (replica.corrupt) return;
    replica.corrupt = true;
    replica.unread = true;
}

void ChunkStore::clear_unread(ChunkHandle chunk) {
    StoredReplica& replica = at(chunk);
    SIM_ASSERT(replica.unread);
    SIM_ASSERT(replica.corrupt);
    replica.corrupt = false;
    replica.unread = false;
}

std::vector<ByteRange> ChunkStore::partly_overwritten(ChunkHandle chunk,
                                                      const ByteRange& range) const {
    const StoredReplica& replica = replicas_.at(chunk);
    const std::uint64_t length = replica.content.length();
    if (range.length == 0 || range.offset >= length) return {};
    const ByteRange present{range.offset, std::min(range.end(), length) - range.offset};
    const std::uint64_t first = replica.sums.first_block(present);
    const std::uint64_t last = replica.sums.end_block(present) - 1;
    std::vector<ByteRange> blocks;
    const auto add = [&](std::uint64_t block) {
        ByteRange bytes = replica.sums.bytes_of(block);
        bytes.length = std::min(bytes.end(), length) - bytes.offset;
        const bool replaced = range.offset <= bytes.offset && bytes.end() <= range.end();
        if (!replaced) blocks.push_back(bytes);
    };
    add(first);
    if (last != first) add(last);
    return blocks;
}

void ChunkStore::damage(ChunkHandle chunk, const ByteRange& range) {
    StoredReplica& replica = at(chunk);
    make_final(replica);
    replica.sums.keep(replica.content, range);
    replica.content.damage(range);
}

// A cache may write back at any time; it has done so now, and nothing of this can be undone.
void ChunkStore::make_final(StoredReplica& replica) {
    replica.durable_version = replica.version;
    replica.not_durable.clear();
}

void ChunkStore::lose_write(ChunkHandle chunk, const ByteRange& range) {
    StoredReplica& replica = at(chunk);
    SIM_ASSERT(range.end() <= replica.content.length());
    std::vector<Extent> old;
    for (const StoredReplica::Undo& undo : replica.not_durable)
        if (undo.offset == range.offset && undo.length == range.length) old = undo.replaced;
    make_final(replica);
    replica.sums.keep(replica.content, range);
    const Extent zeros{.offset = range.offset, .length = range.length, .data = padding};
    replica.content.write(zeros);
    for (const Extent& extent : old) replica.content.write(extent);
    // To the checks they are what the disk made of the bytes that were written.
    replica.content.damage(range);
}

void ChunkStore::overwrite_behind(ChunkHandle chunk, const Extent& extent) {
    StoredReplica& replica = at(chunk);
    const ByteRange range{extent.offset, extent.length};
    SIM_ASSERT(range.end() <= replica.content.length());
    make_final(replica);
    replica.sums.keep(replica.content, range);
    replica.content.write(extent);
    replica.content.damage(range);
}

void ChunkStore::lose(ChunkHandle chunk) {
    SIM_ASSERT(find(chunk) != nullptr);
    erase(chunk);
    missing_.insert(chunk);
}

}  // namespace gfs
