// SPDX-License-Identifier: Apache-2.0
// What each record of the operation log does: GFS 2.6.3, when it is new and when it is replayed.

#include "core/master/metadata.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "core/common/regions.h"
#include "sim/assert.h"

namespace gfs {

Metadata::Metadata(const Config& config) : config_(&config) {
    Namespace::Node& root = *files_.find("/");
    root.owner = owner_at(config, "/").value_or(root_user);
    root.mode = mode_at(config, "/");
}

Metadata::Forgotten Metadata::apply(const log::Entry& entry) {
    Forgotten forgotten;
    std::visit([&](const auto& each) { apply_one(each, forgotten); }, entry);
    return forgotten;
}

std::vector<ChunkHandle> Metadata::chunks_of(const std::string& file) const {
    const Namespace::Node* const node = files_.find(file);
    return node == nullptr ? std::vector<ChunkHandle>{} : node->chunks.to_vector();
}

Metadata::Memory Metadata::memory() const {
    return {.names = files_.nodes().size(),
            .name_bytes = files_.nodes().bytes(),
            .chunks = chunks_.size(),
            .chunk_bytes = files_.nodes().chunk_list_bytes() + chunks_.bytes()};
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
        Forgotten lost;
        for (const ChunkHandle handle : node.chunks) kept.disown(handle, node, lost);
        kept.files_.remove(path);
    }
    return kept;
}

void Metadata::apply_one(const log::FileCreated& entry, Forgotten&) {
    if (!is_consistent(files_.find(entry.file) == nullptr)) return;
    Namespace::Node& file = files_.add_file(entry.file, entry.goal);
    file.owner = entry.owner;
    file.mode = entry.mode;
    count_file(entry.file, file, +1);
}

void Metadata::apply_one(const log::DirectoryCreated& entry, Forgotten&) {
    if (!is_consistent(files_.find(entry.directory) == nullptr)) return;
    Namespace::Node& directory = files_.add_directory(entry.directory);
    directory.owner = entry.owner;
    directory.mode = entry.mode;
}

void Metadata::apply_one(const log::FileDeleted& entry, Forgotten&) {
    if (!is_consistent(files_.find(entry.file) != nullptr)) return;
    count_file(entry.file, *files_.find(entry.file), -1);
    files_.rename(entry.file, entry.hidden);
    Namespace::Node& file = *files_.find(entry.hidden);
    file.deleted = true;
    change_live_owners(file, -1);
}

void Metadata::apply_one(const log::DirectoryDeleted& entry, Forgotten&) {
    if (!is_consistent(files_.find(entry.directory) != nullptr)) return;
    files_.remove(entry.directory);
}

// With the metadata goes the link from the file to its chunks: they are orphans (GFS 4.4.1).
void Metadata::apply_one(const log::FileReclaimed& entry, Forgotten& forgotten) {
    const Namespace::Node* const node = files_.find(entry.hidden);
    if (!is_consistent(node != nullptr)) return;
    for (const ChunkHandle handle : node->chunks) disown(handle, *node, forgotten);
    files_.remove(entry.hidden);
}

void Metadata::apply_one(const log::Renamed& entry, Forgotten&) {
    const bool fits = files_.find(entry.from) != nullptr && files_.find(entry.to) == nullptr;
    if (!is_consistent(fits)) return;
    count_tree(entry.from, -1);
    files_.rename(entry.from, entry.to);
    count_tree(entry.to, +1);
    take_goals_of_region(entry.from, entry.to, Move::rename);
    Namespace::Node& moved = *files_.find(entry.to);
    if (!moved.deleted) return;
    moved.deleted = false;
    change_live_owners(moved, +1);
}

// "The newly created snapshot files point to the same chunks as the source files" (GFS 3.4).
void Metadata::apply_one(const log::SnapshotTaken& entry, Forgotten&) {
    const bool fits = files_.find(entry.from) != nullptr && files_.find(entry.to) == nullptr;
    if (!is_consistent(fits)) return;
    files_.copy(entry.from, entry.to);
    count_tree(entry.to, +1);
    take_goals_of_region(entry.from, entry.to, Move::copy);
    for (const auto& copied : files_.tree(entry.to)) {
        for (const ChunkHandle handle : copied->second.chunks) {
            Chunk* const chunk = find(handle);
            if (chunk == nullptr) continue;  // its handle was given out twice
            chunk->add_owner(copied->second.goal, config_->shared_goal);
            ++chunk->live_owners;
        }
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
    count_chunk(entry.file);
    add_chunk(entry.chunk, entry.index, entry.version, *node);
    find(entry.chunk)->never_leased = true;
}

// The file may have got another name, or have been deleted, while the copies were made: then it has
// the shared chunk still, and the copies are garbage.
void Metadata::apply_one(const log::ChunkCopied& entry, Forgotten& forgotten) {
    Namespace::Node* const node = files_.find(entry.file);
    if (node == nullptr || to_number(entry.index) >= node->chunks.size()) return;
    if (node->chunks[to_number(entry.index)] != entry.from) return;
    node->chunks.set(to_number(entry.index), entry.chunk);
    add_chunk(entry.chunk, entry.index, entry.version, *node);
    disown(entry.from, *node, forgotten);
}

void Metadata::add_chunk(ChunkHandle handle, ChunkIndex index, Version version,
                         const Namespace::Node& file) {
    // Without unique handles two files can come to have the same one, and what is known of the
    // first chunk is forgotten.
    if (config_->has(Mechanism::handle_uniqueness)) SIM_ASSERT(find(handle) == nullptr);
    Chunk added;
    added.index = index;
    added.add_owner(file.goal, config_->shared_goal);
    added.live_owners = file.deleted ? 0 : 1;
    added.version = version;
    added.reserved = version;
    chunks_.set(handle, std::move(added));
    handles_below_ = std::max(handles_below_, static_cast<std::uint64_t>(handle) + 1);
}

// A chunk that no file has is an orphan (GFS 4.4.1).
void Metadata::disown(ChunkHandle handle, const Namespace::Node& file, Forgotten& forgotten) {
    Chunk* const chunk = find(handle);
    if (chunk == nullptr) return;  // its handle was given out twice
    chunk->remove_owner(file.goal, config_->shared_goal);
    if (!file.deleted) --chunk->live_owners;
    if (!chunk->owners.empty()) return;
    forgotten.emplace_back(handle, chunks_.remove(handle));
}

void Metadata::change_live_owners(const Namespace::Node& file, int by) {
    for (const ChunkHandle handle : file.chunks)
        if (Chunk* const chunk = find(handle)) chunk->live_owners += static_cast<std::uint32_t>(by);
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
    chunk->never_leased = false;
}

}  // namespace gfs
