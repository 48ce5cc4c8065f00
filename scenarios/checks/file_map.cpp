// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/file_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/common/events.h"
#include "core/common/glob.h"
#include "core/common/hidden_name.h"
#include "scenarios/checks/fields.h"
#include "sim/assert.h"

namespace gfs::checks {

void FileMap::apply(const sim::Event& event) {
    switch (sim::to_index(event.kind)) {
        case event::gfs_file_created:
        case event::gfs_file_deleted:
        case event::gfs_file_undeleted:
        case event::gfs_file_renamed:
        case event::gfs_file_reclaimed:
        case event::gfs_snapshot_taken: {
            const Change change = change_of(event);
            std::erase_if(unsaid_, [&](const auto& entry) { return entry.second == change; });
            return carry_out(change);
        }
        case event::gfs_master_log_appended:
            return note_record(event);
        case event::gfs_master_recovered:
            return carry_out_unsaid(event.fields[3]);
        case event::gfs_chunk_created:
            return add(text(event, 1), ChunkIndex{static_cast<std::uint32_t>(event.fields[2])},
                       chunk_of(event));
        case event::gfs_chunk_copied_on_write:
            return add(text(event, 2), ChunkIndex{static_cast<std::uint32_t>(event.fields[3])},
                       chunk_of(event));
        case event::gfs_append_ok:
        case event::gfs_write_ok: {
            // A master that crashed between its log and the event has a chunk that nobody
            // announced; whoever writes to it names the file. (Of a chunk that was reclaimed the
            // name may be another file's by now: the client's lease holder is an old one.)
            const AckFields ack = ack_fields(event);
            if (place_index_.find(static_cast<std::uint64_t>(ack.chunk))) return;
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
    if (!place_index_.find(key)) {
        place_index_.set(key, static_cast<std::uint32_t>(places_.size()));
        places_.emplace_back();
        order_.push_back(chunk);
    }
    std::vector<Place>& known = places_[*place_index_.find(key)];
    std::erase_if(known, [&](const Place& place) { return !is_there(place, chunk); });
    const auto is_same = [&](const Place& place) {
        return place.file == file && place.index == index;
    };
    if (std::none_of(known.begin(), known.end(), is_same)) known.push_back({file, index});
}

bool FileMap::is_there(const Place& place, ChunkHandle chunk) const {
    const File& file = files_[place.file];
    return file.exists && to_number(place.index) < file.chunks.size() &&
           file.chunks[to_number(place.index)] == chunk;
}

std::vector<FileMap::Place> FileMap::places(ChunkHandle chunk) const {
    std::vector<Place> present;
    const auto known = place_index_.find(static_cast<std::uint64_t>(chunk));
    if (!known) return present;
    for (const Place& place : places_[*known])
        if (is_there(place, chunk)) present.push_back(place);
    return present;
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

bool FileMap::is_deleted(ChunkHandle chunk) const {
    const std::vector<Place> present = places(chunk);
    return !present.empty() &&
           std::all_of(present.begin(), present.end(),
                       [this](const Place& place) { return files_[place.file].deleted; });
}

std::string FileMap::describe(ChunkHandle chunk) const {
    const std::string text = fmt::format("chunk {}", static_cast<std::uint64_t>(chunk));
    const auto known = place_index_.find(static_cast<std::uint64_t>(chunk));
    if (!known || places_[*known].empty()) return text;
    std::string files;
    for (const Place& place : places(chunk))
        files +=
            fmt::format("{}{}#{}", files.empty() ? "" : ", ", path(place), to_number(place.index));
    // In no file any more: where it was.
    const Place& last = places_[*known].back();
    if (files.empty()) files = fmt::format("{}#{}", path(last), to_number(last.index));
    return fmt::format("{} ({})", text, files);
}

std::uint32_t FileMap::file_id(const std::string& path) {
    const auto found = paths_.find(path);
    if (found != paths_.end()) return found->second;
    const auto id = static_cast<std::uint32_t>(files_.size());
    files_.push_back({.path = path, .chunks = {}, .exists = true});
    paths_.emplace(path, id);
    return id;
}

// REQUIRES: the event is about a file's name.
FileMap::Change FileMap::change_of(const sim::Event& event) const {
    using What = Change::What;
    switch (sim::to_index(event.kind)) {
        case event::gfs_file_created:
            return {What::create, text(event, 0), {}};
        case event::gfs_file_deleted:
            return {What::remove, text(event, 0), text(event, 1)};
        case event::gfs_snapshot_taken:
            return {What::snapshot, text(event, 0), text(event, 1)};
        case event::gfs_file_reclaimed:
            return {What::reclaim, text(event, 0), {}};
        default:
            return {What::rename, text(event, 0), text(event, 1)};
    }
}

// The same change, as the log has it: it is announced when it has been flushed.
void FileMap::note_record(const sim::Event& log_appended) {
    using What = Change::What;
    constexpr std::pair<std::string_view, What> kinds[] = {
        {"file_created", What::create},   {"file_deleted", What::remove},
        {"renamed", What::rename},        {"snapshot_taken", What::snapshot},
        {"file_reclaimed", What::reclaim}};
    const std::string& kind = text(log_appended, 1);
    for (const auto& [name, what] : kinds)
        if (kind == name)
            unsaid_[log_appended.fields[0]] = {what, text(log_appended, 3), text(log_appended, 4)};
}

// A master that crashed between a record of the log and its word about it has done what the record
// says, if the next one finds it in the log.
void FileMap::carry_out_unsaid(std::uint64_t last_record) {
    for (const auto& [record, change] : unsaid_)
        if (record <= last_record) carry_out(change);
    unsaid_.clear();
}

void FileMap::carry_out(const Change& change) {
    switch (change.what) {
        case Change::What::create:
            return create(change.file);
        case Change::What::remove:
            rename(change.file, change.to);
            return set_deleted(change.to, true);
        case Change::What::rename:
            rename(change.file, change.to);
            if (is_hidden(change.file)) set_deleted(change.to, false);
            return;
        case Change::What::snapshot:
            return snapshot(change.file, change.to);
        case Change::What::reclaim:
            return reclaim(change.file);
    }
}

// A file of this name that is still known here went with a log that was lost.
void FileMap::create(const std::string& path) {
    const auto old = paths_.find(path);
    if (old != paths_.end()) {
        files_[old->second].exists = false;
        files_[old->second].deleted = true;
        paths_.erase(old);
    }
    file_id(path);
}

// A file, or a directory with all below it.
std::vector<std::pair<std::string, std::uint32_t>> FileMap::tree(const std::string& path) const {
    std::vector<std::pair<std::string, std::uint32_t>> found;
    const std::string below = path + "/";
    for (auto at = paths_.lower_bound(path); at != paths_.end(); ++at) {
        if (!at->first.starts_with(path)) break;
        if (at->first == path || at->first.starts_with(below)) found.push_back(*at);
    }
    return found;
}

void FileMap::rename(const std::string& from, const std::string& to) {
    const auto moved = tree(from);
    for (const auto& [path, file] : moved) paths_.erase(path);
    for (const auto& [path, file] : moved) {
        files_[file].path = to + path.substr(from.size());
        paths_.insert_or_assign(files_[file].path, file);
    }
}

void FileMap::snapshot(const std::string& from, const std::string& to) {
    for (const auto& [path, file] : tree(from)) {
        const std::string copy = to + path.substr(from.size());
        create(copy);
        const std::vector<ChunkHandle> chunks = files_[file].chunks;
        for (std::size_t i = 0; i < chunks.size(); ++i)
            if (chunks[i] != no_chunk)
                add(copy, ChunkIndex{static_cast<std::uint32_t>(i)}, chunks[i]);
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

}  // namespace gfs::checks
