// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/file_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/common/events.h"
#include "core/common/glob.h"
#include "scenarios/checks/fields.h"
#include "sim/assert.h"

namespace gfs::checks {

void FileMap::apply(const sim::Event& event) {
    switch (sim::to_index(event.kind)) {
        case event::gfs_file_created:
            return create(text(event, 0));
        case event::gfs_file_deleted:
        case event::gfs_file_undeleted:
            rename(text(event, 0), text(event, 1));
            return set_deleted(text(event, 1), event.kind == event::file_deleted);
        case event::gfs_file_renamed:
            return rename(text(event, 0), text(event, 1));
        case event::gfs_file_reclaimed:
            return reclaim(text(event, 0));
        case event::gfs_chunk_created:
            return add(text(event, 1), ChunkIndex{static_cast<std::uint32_t>(event.fields[2])},
                       chunk_of(event));
        case event::gfs_append_ok:
        case event::gfs_write_ok: {
            // A master that crashed between its log and the event has a chunk that nobody
            // announced; whoever writes to it names the file.
            const AckFields ack = ack_fields(event);
            if (place_of(ack.chunk)) return;
            const std::uint64_t index = ack.offset / chunk_size_;
            return add(text(event, 0), ChunkIndex{static_cast<std::uint32_t>(index)}, ack.chunk);
        }
        default:
            return;
    }
}

void FileMap::add(const std::string& path, ChunkIndex index, ChunkHandle chunk) {
    SIM_ASSERT(chunk != no_chunk);
    const std::uint32_t file = file_id(path);
    std::vector<ChunkHandle>& chunks = files_[file].chunks;
    if (to_number(index) >= chunks.size()) chunks.resize(to_number(index) + 1, no_chunk);
    chunks[to_number(index)] = chunk;
    const auto key = static_cast<std::uint64_t>(chunk);
    if (const auto known = place_index_.find(key)) {
        places_[*known] = {file, index};
        return;
    }
    place_index_.set(key, static_cast<std::uint32_t>(places_.size()));
    places_.push_back({file, index});
    order_.push_back(chunk);
}

std::vector<const FileMap::File*> FileMap::select(std::span<const std::string> patterns) const {
    std::vector<const File*> selected;
    for (const auto& [path, file] : paths_) {
        const std::string& name = path;
        const bool wanted = patterns.empty() || std::any_of(patterns.begin(), patterns.end(),
                                                            [&](const std::string& pattern) {
                                                                return glob_matches(pattern, name);
                                                            });
        if (wanted) selected.push_back(&files_[file]);
    }
    return selected;
}

const FileMap::File* FileMap::find(const std::string& path) const {
    const auto found = paths_.find(path);
    return found == paths_.end() ? nullptr : &files_[found->second];
}

bool FileMap::exists(ChunkHandle chunk) const {
    const auto place = place_of(chunk);
    return place && files_[place->file].exists;
}

bool FileMap::is_deleted(ChunkHandle chunk) const {
    const auto place = place_of(chunk);
    return place && files_[place->file].deleted;
}

std::string FileMap::describe(ChunkHandle chunk) const {
    const std::string text = fmt::format("chunk {}", static_cast<std::uint64_t>(chunk));
    const auto place = place_of(chunk);
    if (!place) return text;
    return fmt::format("{} ({}#{})", text, files_[place->file].path, to_number(place->index));
}

std::uint32_t FileMap::file_id(const std::string& path) {
    const auto found = paths_.find(path);
    if (found != paths_.end()) return found->second;
    const auto id = static_cast<std::uint32_t>(files_.size());
    files_.push_back({.path = path, .chunks = {}, .exists = true});
    paths_.emplace(path, id);
    return id;
}

// A file of this name that is still known here went with a master that could not say so any more.
void FileMap::create(const std::string& path) {
    const auto old = paths_.find(path);
    if (old != paths_.end()) {
        files_[old->second].exists = false;
        paths_.erase(old);
    }
    file_id(path);
}

// A file, or a directory with all below it.
void FileMap::rename(const std::string& from, const std::string& to) {
    std::vector<std::pair<std::string, std::uint32_t>> moved;
    const std::string below = from + "/";
    for (auto at = paths_.lower_bound(from); at != paths_.end();) {
        const bool inside = at->first.starts_with(below);
        if (!inside && at->first != from && at->first > below) break;
        if (inside || at->first == from) {
            moved.emplace_back(to + at->first.substr(from.size()), at->second);
            at = paths_.erase(at);
        } else {
            ++at;
        }
    }
    for (const auto& [path, file] : moved) {
        files_[file].path = path;
        paths_.insert_or_assign(path, file);
    }
}

void FileMap::set_deleted(const std::string& path, bool deleted) {
    const auto found = paths_.find(path);
    if (found != paths_.end()) files_[found->second].deleted = deleted;
}

void FileMap::reclaim(const std::string& path) {
    const auto found = paths_.find(path);
    if (found == paths_.end()) return;
    files_[found->second].exists = false;
    paths_.erase(found);
}

const std::string& FileMap::text(const sim::Event& event, std::size_t field) const {
    return engine_.texts().text(text_at(event, field));
}

std::optional<FileMap::Place> FileMap::place_of(ChunkHandle chunk) const {
    const auto index = place_index_.find(static_cast<std::uint64_t>(chunk));
    if (!index) return std::nullopt;
    return places_[*index];
}

}  // namespace gfs::checks
