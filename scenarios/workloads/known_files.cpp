// SPDX-License-Identifier: Apache-2.0

#include "scenarios/workloads/known_files.h"

#include <algorithm>
#include <utility>

#include "core/common/events.h"
#include "core/common/glob.h"
#include "sim/engine.h"

namespace gfs::workloads {

void KnownFiles::add(const std::string& file, std::uint64_t length) {
    files_.insert_or_assign(file, Known{++created_, length});
}

void KnownFiles::see(const sim::Event& event) {
    if (event.kind == event::file_created) {
        add(text(event, 0), 0);
    } else if (event.kind == event::file_deleted) {
        move(text(event, 0), files_, text(event, 1), deleted_);
    } else if (event.kind == event::file_undeleted) {
        move(text(event, 0), deleted_, text(event, 1), files_);
    } else if (event.kind == event::file_reclaimed) {
        deleted_.erase(text(event, 0));
    } else if (event.kind == event::file_renamed) {
        rename(text(event, 0), text(event, 1));
    } else if (event.kind == event::snapshot_taken) {
        copy(text(event, 0), text(event, 1));
    } else if (event.kind == event::write_ok || event.kind == event::append_ok) {
        // file, chunk, client, offset in the file, length
        grow(text(event, 0), event.fields[3] + event.fields[4]);
    }
}

std::uint64_t KnownFiles::length(const std::string& file) const {
    const auto found = files_.find(file);
    return found == files_.end() ? 0 : found->second.length;
}

std::uint64_t KnownFiles::age_number(const std::string& file) const {
    const auto found = files_.find(file);
    return found == files_.end() ? 0 : found->second.number;
}

std::vector<std::string> KnownFiles::matching(const std::string& glob) const {
    // All names that match begin with what stands before the first star.
    const std::string start = glob.substr(0, glob.find_first_of("*?"));
    std::vector<std::string> found;
    for (auto file = files_.lower_bound(start); file != files_.end(); ++file) {
        if (!file->first.starts_with(start)) break;
        if (glob_matches(glob, file->first)) found.push_back(file->first);
    }
    return found;
}

const std::string& KnownFiles::text(const sim::Event& event, std::size_t field) const {
    return engine_.texts().text(sim::TextId{static_cast<std::uint32_t>(event.fields[field])});
}

void KnownFiles::move(const std::string& from, Files& source, const std::string& to,
                      Files& target) {
    const auto found = source.find(from);
    if (found == source.end()) return;
    target.insert_or_assign(to, found->second);
    source.erase(found);
}

// A file, or a directory with all that is below it: the names and what is known of them.
std::vector<KnownFiles::Files::value_type> KnownFiles::tree(const std::string& path) const {
    std::vector<Files::value_type> found;
    const std::string below = path + "/";
    for (auto file = files_.lower_bound(path); file != files_.end(); ++file) {
        if (!file->first.starts_with(path)) break;
        if (file->first == path || file->first.starts_with(below)) found.push_back(*file);
    }
    return found;
}

void KnownFiles::rename(const std::string& from, const std::string& to) {
    const auto moved = tree(from);
    for (const auto& [file, known] : moved) files_.erase(file);
    for (const auto& [file, known] : moved)
        files_.insert_or_assign(to + file.substr(from.size()), known);
}

void KnownFiles::copy(const std::string& from, const std::string& to) {
    for (const auto& [file, known] : tree(from))
        add(to + file.substr(from.size()), known.length);
}

void KnownFiles::grow(const std::string& file, std::uint64_t end) {
    const auto found = files_.find(file);
    if (found != files_.end()) found->second.length = std::max(found->second.length, end);
}

}  // namespace gfs::workloads
