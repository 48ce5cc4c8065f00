// SPDX-License-Identifier: Apache-2.0
// What the region of a name does to its metadata: GFS 2.3. The replication goal of files that come
// from another region, and what quotas count.

#include <utility>

#include "core/common/regions.h"
#include "core/master/metadata.h"
#include "sim/assert.h"

namespace gfs {

// Choice (not in GFS): a file that is renamed, or copied by a snapshot, into a region with another
// goal takes that goal. So a file that is written under a temporary name has in the end the goal of
// its last one. A goal that differs for another reason stays.
void Metadata::take_goals_of_region(const std::string& from, const std::string& to, Move move) {
    if (config_->regions.empty()) return;
    std::vector<std::pair<std::string, std::uint32_t>> changed;
    for (const auto& below : files_.tree(to)) {
        if (below->second.directory) continue;
        const std::string before = from + below->first.substr(to.size());
        const std::uint32_t goal = replication_at(*config_, below->first);
        if (goal != replication_at(*config_, before) && goal != below->second.goal)
            changed.emplace_back(below->first, goal);
    }
    for (const auto& [path, goal] : changed) {
        Namespace::Node& file = *files_.find(path);
        const std::uint32_t old_goal = std::exchange(file.goal, static_cast<std::uint8_t>(goal));
        if (move == Move::copy) continue;  // it is no owner of the chunks yet
        for (const ChunkHandle handle : file.chunks) {
            Chunk* const chunk = find(handle);
            if (chunk == nullptr) continue;  // its handle was given out twice
            chunk->remove_owner(old_goal, config_->shared_goal);
            chunk->add_owner(goal, config_->shared_goal);
        }
    }
}

void Metadata::count_file(const std::string& path, const Namespace::Node& node, int by) {
    SIM_ASSERT(by == 1 || by == -1);
    if (node.directory) return;
    for (const std::size_t region : quotas_at(*config_, path)) {
        Usage& usage = usage_[region];
        SIM_ASSERT(by > 0 || usage.files > 0);
        SIM_ASSERT(by > 0 || usage.chunks >= node.chunks.size());
        usage.files += static_cast<std::uint64_t>(by);
        usage.chunks += static_cast<std::uint64_t>(by) * node.chunks.size();
    }
}

void Metadata::count_tree(const std::string& path, int by) {
    if (config_->regions.empty()) return;
    for (const auto& below : files_.tree(path)) count_file(below->first, below->second, by);
}

void Metadata::count_chunk(const std::string& path) {
    for (const std::size_t region : quotas_at(*config_, path)) ++usage_[region].chunks;
}

Usages Metadata::growth(const std::string& from, const std::string& to, Move move) const {
    Usages more;
    if (config_->regions.empty()) return more;
    for (const auto& below : files_.tree(from)) {
        if (below->second.directory) continue;
        const std::string after = to + below->first.substr(from.size());
        for (const std::size_t region : quotas_at(*config_, after)) {
            // What stays in a region needs no room there.
            const bool is_there = lies_in(config_->regions.at(region), below->first);
            if (move == Move::rename && is_there) continue;
            ++more[region].files;
            more[region].chunks += below->second.chunks.size();
        }
    }
    return more;
}

Usages Metadata::growth(const std::string& path, Usage more) const {
    Usages all;
    for (const std::size_t region : quotas_at(*config_, path)) all.emplace(region, more);
    return all;
}

}  // namespace gfs
