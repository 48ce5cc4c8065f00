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

MetadataDifference of_name(const std::string& path, const char* how) {
    return {.words = path + how, .path = path};
}

MetadataDifference of_chunk(ChunkHandle handle, const char* how) {
    const auto number = static_cast<std::uint64_t>(handle);
    return {.words = "chunk " + std::to_string(number) + how, .path = {}, .chunk = handle};
}

}  // namespace

MetadataDifference Metadata::difference(const Metadata& other) const {
    if (handles_below_ != other.handles_below_)
        return {.words = "handles below " + std::to_string(handles_below_) + " here, below " +
                         std::to_string(other.handles_below_) + " there",
                .path = {}};
    for (const auto& [path, node] : files_.nodes()) {
        const Namespace::Node* const theirs = other.files_.find(path);
        if (theirs == nullptr) return of_name(path, " is here only");
        if (!(node == *theirs)) return of_name(path, " is not the same");
    }
    for (const auto& [path, node] : other.files_.nodes())
        if (files_.find(path) == nullptr) return of_name(path, " is there only");
    MetadataDifference found;
    chunks_.for_each([&](ChunkHandle handle, const Chunk& chunk) {
        if (!found.empty()) return;
        const Chunk* const theirs = other.find(handle);
        if (theirs == nullptr)
            found = of_chunk(handle, " is here only");
        else if (persistent(chunk) != persistent(*theirs))
            found = of_chunk(handle, " is not the same");
    });
    if (!found.empty()) return found;
    if (chunks_.size() != other.chunks_.size())
        return {.words = "there are more chunks there", .path = {}};
    return {};
}

}  // namespace gfs
