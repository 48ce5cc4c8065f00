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

void ChunkStore::put(ChunkHandle chunk, Version version, Content content) {
    erase(chunk);
    StoredReplica& replica = replicas_[chunk];
    replica.version = version;
    const std::uint64_t bytes = content.length();
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
    const sim::WriteNumber write = disk_.write(file_of(chunk), extent.offset, extent.length);
    replica.not_durable.push_back({write, extent.offset, extent.length, old_length,
                                   std::move(replaced), replica.version});
}

void ChunkStore::erase(ChunkHandle chunk) {
    if (replicas_.erase(chunk) != 0) disk_.forget(file_of(chunk));
}

void ChunkStore::preload(ChunkHandle chunk, Version version, Content content) {
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
        while (!replica.not_durable.empty()) {
            const StoredReplica::Undo& undo = replica.not_durable.back();
            replica.content.restore(undo.offset, undo.length, undo.replaced, undo.old_length);
            replica.not_durable.pop_back();
        }
        replica.version = replica.durable_version;
        // The file was never durable: it is not in the directory either.
        const bool never_durable = replica.durable_version == Version{0};
        at = never_durable ? replicas_.erase(at) : std::next(at);
    }
}

}  // namespace gfs
