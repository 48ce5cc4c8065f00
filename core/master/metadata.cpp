// SPDX-License-Identifier: Apache-2.0
// What each record of the operation log does: GFS 2.6.3, when it is new and when it is replayed.

#include "core/master/metadata.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "core/master/path.h"
#include "sim/assert.h"

namespace gfs {

Metadata::Forgotten Metadata::apply(const log::Entry& entry) {
    Forgotten forgotten;
    std::visit([&](const auto& each) { apply_one(each, forgotten); }, entry);
    return forgotten;
}

const Chunk* Metadata::find(ChunkHandle handle) const {
    const auto found = chunks_.find(handle);
    return found == chunks_.end() ? nullptr : &found->second;
}

Chunk* Metadata::find(ChunkHandle handle) {
    const auto found = chunks_.find(handle);
    return found == chunks_.end() ? nullptr : &found->second;
}

std::vector<ChunkHandle> Metadata::chunks_of(const std::string& file) const {
    const Namespace::Node* const node = files_.find(file);
    return node == nullptr ? std::vector<ChunkHandle>{} : node->chunks;
}

// The locks of GFS 4.1 make sure that a change still fits when it is applied; without them two
// operations can have logged changes that exclude each other, and the later one is void.
bool Metadata::is_consistent(bool condition) const {
    const bool must_hold = config_->has(Mechanism::namespace_locks) &&
                           config_->has(Mechanism::checkpoint_completeness) &&
                           config_->has(Mechanism::master_epoch);
    if (must_hold) SIM_ASSERT(condition);
    return condition;
}

Metadata Metadata::part(std::uint64_t pieces, std::uint64_t of) const {
    SIM_ASSERT(pieces <= of);
    Metadata kept = *this;
    std::uint64_t left = files_.nodes().size() * pieces / of;
    for (const auto& [path, node] : files_.nodes()) {
        if (path == "/" || left > 0) {
            left -= std::min<std::uint64_t>(left, 1);
            continue;
        }
        for (const ChunkHandle handle : node.chunks) kept.chunks_.erase(handle);
        kept.files_.remove(path);
    }
    return kept;
}

void Metadata::apply_one(const log::FileCreated& entry, Forgotten&) {
    if (!is_consistent(files_.find(entry.file) == nullptr)) return;
    files_.add_file(entry.file, config_->replication);
}

void Metadata::apply_one(const log::DirectoryCreated& entry, Forgotten&) {
    if (!is_consistent(files_.find(entry.directory) == nullptr)) return;
    files_.add_directory(entry.directory);
}

void Metadata::apply_one(const log::FileDeleted& entry, Forgotten&) {
    if (!is_consistent(files_.find(entry.file) != nullptr)) return;
    rename_files(entry.file, entry.hidden);
    files_.find(entry.hidden)->deleted = entry.at;
}

void Metadata::apply_one(const log::DirectoryDeleted& entry, Forgotten&) {
    if (!is_consistent(files_.find(entry.directory) != nullptr)) return;
    files_.remove(entry.directory);
}

// With the metadata goes the link from the file to its chunks: they are orphans (GFS 4.4.1).
void Metadata::apply_one(const log::FileReclaimed& entry, Forgotten& forgotten) {
    const Namespace::Node* const node = files_.find(entry.hidden);
    if (!is_consistent(node != nullptr)) return;
    for (const ChunkHandle handle : node->chunks) {
        const auto found = chunks_.find(handle);
        if (found == chunks_.end()) continue;
        forgotten.emplace_back(handle, std::move(found->second));
        chunks_.erase(found);
    }
    files_.remove(entry.hidden);
}

void Metadata::apply_one(const log::Renamed& entry, Forgotten&) {
    const bool fits = files_.find(entry.from) != nullptr && files_.find(entry.to) == nullptr;
    if (!is_consistent(fits)) return;
    rename_files(entry.from, entry.to);
    files_.find(entry.to)->deleted.reset();
}

void Metadata::rename_files(const std::string& from, const std::string& to) {
    files_.rename(from, to);
    const auto& nodes = files_.nodes();
    for (auto at = nodes.lower_bound(to); at != nodes.end() && at->first.starts_with(to); ++at) {
        if (!is_within(at->first, to)) continue;
        for (const ChunkHandle handle : at->second.chunks)
            if (Chunk* const moved = find(handle)) moved->file = at->first;
    }
}

void Metadata::apply_one(const log::HandlesReserved& entry, Forgotten&) {
    handles_below_ = std::max(handles_below_, entry.below);
}

void Metadata::apply_one(const log::ChunkAdded& entry, Forgotten&) {
    Namespace::Node* const node = files_.find(entry.file);
    if (!is_consistent(node != nullptr)) return;
    if (!is_consistent(node->chunks.size() == to_number(entry.index))) return;
    node->chunks.push_back(entry.chunk);
    if (config_->has(Mechanism::handle_uniqueness)) SIM_ASSERT(find(entry.chunk) == nullptr);
    Chunk added;
    added.file = entry.file;
    added.index = entry.index;
    added.goal = node->goal;
    added.version = entry.version;
    added.reserved = entry.version;
    chunks_.insert_or_assign(entry.chunk, std::move(added));
    handles_below_ = std::max(handles_below_, static_cast<std::uint64_t>(entry.chunk) + 1);
}

void Metadata::apply_one(const log::VersionReserved& entry, Forgotten&) {
    Chunk* const chunk = find(entry.chunk);
    if (chunk == nullptr) return;  // its file was reclaimed meanwhile
    chunk->reserved = std::max(chunk->reserved, entry.version);
}

void Metadata::apply_one(const log::VersionGranted& entry, Forgotten&) {
    Chunk* const chunk = find(entry.chunk);
    if (chunk == nullptr) return;  // its file was reclaimed meanwhile
    SIM_ASSERT(entry.version > chunk->version);
    chunk->version = entry.version;
    chunk->reserved = std::max(chunk->reserved, entry.version);
}

}  // namespace gfs
