// SPDX-License-Identifier: Apache-2.0
// Two states held against each other: the master's memory is what its log says (GFS 2.6.3).

#include <tuple>

#include "core/master/metadata.h"

namespace gfs {
namespace {

// What the log determines of a chunk; the rest lives and dies with the process.
auto persistent(const Chunk& chunk) {
    return std::tie(chunk.index, chunk.owners, chunk.live_owners, chunk.goal, chunk.version,
                    chunk.reserved, chunk.never_leased);
}

std::string number(ChunkHandle handle) {
    return "chunk " + std::to_string(static_cast<std::uint64_t>(handle));
}

}  // namespace

std::string Metadata::difference(const Metadata& other) const {
    if (handles_below_ != other.handles_below_)
        return "handles below " + std::to_string(handles_below_) + " here, below " +
               std::to_string(other.handles_below_) + " there";
    for (const auto& [path, node] : files_.nodes()) {
        const Namespace::Node* const theirs = other.files_.find(path);
        if (theirs == nullptr) return path + " is here only";
        if (!(node == *theirs)) return path + " is not the same";
    }
    for (const auto& [path, node] : other.files_.nodes())
        if (files_.find(path) == nullptr) return path + " is there only";
    std::string found;
    chunks_.for_each([&](ChunkHandle handle, const Chunk& chunk) {
        if (!found.empty()) return;
        const Chunk* const theirs = other.find(handle);
        if (theirs == nullptr)
            found = number(handle) + " is here only";
        else if (persistent(chunk) != persistent(*theirs))
            found = number(handle) + " is not the same";
    });
    if (!found.empty()) return found;
    if (chunks_.size() != other.chunks_.size()) return "there are more chunks there";
    return {};
}

}  // namespace gfs
