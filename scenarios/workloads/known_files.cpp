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
        files_.erase(text(event, 0));
    } else if (event.kind == event::file_renamed || event.kind == event::file_undeleted) {
        rename(text(event, 0), text(event, 1));
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

// A file, or a directory with all that is below it.
void KnownFiles::rename(const std::string& from, const std::string& to) {
    std::vector<std::pair<std::string, Known>> moved;
    const std::string below = from + "/";
    const auto concerned = [&](const std::string& file) {
        return file == from || file.starts_with(below);
    };
    for (auto file = files_.lower_bound(from); file != files_.end();) {
        if (!file->first.starts_with(from)) break;
        if (!concerned(file->first)) {
            ++file;
            continue;
        }
        moved.emplace_back(to + file->first.substr(from.size()), file->second);
        file = files_.erase(file);
    }
    for (auto& [file, known] : moved) files_.insert_or_assign(std::move(file), known);
}

void KnownFiles::grow(const std::string& file, std::uint64_t end) {
    const auto found = files_.find(file);
    if (found != files_.end()) found->second.length = std::max(found->second.length, end);
}

}  // namespace gfs::workloads
