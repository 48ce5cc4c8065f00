// SPDX-License-Identifier: Apache-2.0

#include "core/common/chunk_store.h"

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
    return length <= present || length - present <= disk_.capacity() - disk_.used();
}

void ChunkStore::resize(std::uint64_t old_length, std::uint64_t new_length) {
    if (old_length > new_length) disk_.release(old_length - new_length);
    const bool fits = new_length <= old_length || disk_.reserve(new_length - old_length);
    SIM_ASSERT(fits);
}

void ChunkStore::put(ChunkHandle chunk, Version version, Content content) {
    erase(chunk);
    StoredReplica& replica = replicas_[chunk];
    replica.version = version;
    const std::uint64_t bytes = content.length();
    resize(0, bytes);
    const sim::WriteNumber write = disk_.write(file_of(chunk), 0, bytes + version_bytes);
    replica.content = std::move(content);
    replica.not_durable.push_back({write, 0, 0, bytes, {}, version});
}

void ChunkStore::set_version(ChunkHandle chunk, Version version) {
    StoredReplica& replica = at(chunk);
    SIM_ASSERT(version > replica.version);
    replica.version = version;
    const std::uint64_t length = replica.content.length();
    const sim::WriteNumber write = disk_.write(file_of(chunk), length, version_bytes);
    replica.not_durable.push_back({write, 0, 0, length, {}, version});
}

void ChunkStore::write(ChunkHandle chunk, const Extent& extent) {
    StoredReplica& replica = at(chunk);
    const std::uint64_t old_length = replica.content.length();
    std::vector<Extent> replaced = replica.content.write(extent);
    resize(old_length, replica.content.length());
    const sim::WriteNumber write = disk_.write(file_of(chunk), extent.offset, extent.length);
    replica.not_durable.push_back({write, extent.offset, extent.length, old_length,
                                   std::move(replaced), replica.version});
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
    replicas_[chunk] = {version, version, std::move(content), {}};
}

void ChunkStore::on_durable(sim::FileId file, sim::WriteNumber last) {
    const auto found = replicas_.find(ChunkHandle{static_cast<std::uint64_t>(file)});
    if (found == replicas_.end()) return;
    StoredReplica& replica = found->second;
    while (!replica.not_durable.empty() && replica.not_durable.front().write <= last) {
        replica.durable_version = replica.not_durable.front().version;
        replica.not_durable.pop_front();
    }
}

void ChunkStore::lose_unsynced() {
    disk_.lose_unsynced();
    for (auto at = replicas_.begin(); at != replicas_.end();) {
        StoredReplica& replica = at->second;
        const std::uint64_t length_before = replica.content.length();
        while (!replica.not_durable.empty()) {
            const StoredReplica::Undo& undo = replica.not_durable.back();
            replica.content.restore(undo.offset, undo.length, undo.replaced, undo.old_length);
            replica.not_durable.pop_back();
        }
        replica.version = replica.durable_version;
        const std::uint64_t length_after = replica.content.length();
        // The file was never durable: it is not in the directory either.
        const bool never_durable = replica.durable_version == Version{0};
        resize(length_before, never_durable ? 0 : length_after);
        at = never_durable ? replicas_.erase(at) : std::next(at);
    }
}

}  // namespace gfs
