// SPDX-License-Identifier: Apache-2.0
// All chunks that the master knows, by handle: less than 64 bytes for each (GFS 2.6.1). A chunk
// that nothing is being done with is kept as a few bytes; whoever looks one up gets it as a Chunk,
// which stays one until set_aside().
//
// Invariants:
//  1. Each chunk is in one of the two places.
//  2. What is packed comes back the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/common/ids.h"
#include "core/master/chunk_table.h"

namespace gfs {

class ChunkPages {
  public:
    // Null if there is no such chunk. Valid until the chunk is removed, or set_aside().
    Chunk* find(ChunkHandle handle) { return unpack(handle); }
    const Chunk* find(ChunkHandle handle) const { return unpack(handle); }
    // True if it is packed, and all that a report of this replica says is known. What most reports
    // say is, and the chunk stays where it is. False says nothing.
    bool confirms(ChunkHandle handle, Version version, const Replica& replica) const;
    // Replaces what may be there.
    void set(ChunkHandle handle, Chunk chunk);
    // REQUIRES: the chunk is there.
    Chunk remove(ChunkHandle handle);

    std::size_t size() const { return unpacked_.size() + packed_; }
    bool empty() const { return size() == 0; }

    // Packs every chunk that nothing is being done with.
    void set_aside();
    // ... if many have been looked up since the last time.
    void set_aside_if_many() {
        if (unpacked_.size() >= many_) set_aside();
    }

    // All chunks, in the order of their handles, to be changed.
    template <typename Do>
    void for_each(Do each) {
        unpack_all();
        for (auto& [handle, chunk] : unpacked_) each(handle, chunk);
    }
    // ... and to be looked at, in no order that matters.
    template <typename Do>
    void for_each(Do each) const {
        for (const auto& [handle, chunk] : unpacked_) each(handle, chunk);
        for (const auto& [page, bytes] : pages_)
            for (std::size_t at = 0; at < bytes.size();) {
                const auto [handle, chunk] = read(page, bytes, at);
                each(handle, chunk);
            }
    }
    // Those that something may be being done with, in the order of their handles.
    template <typename Do>
    void for_each_in_use(Do each) {
        for (auto& [handle, chunk] : unpacked_) each(handle, chunk);
    }

    // All memory that the chunks take.
    std::uint64_t bytes() const;

  private:
    // The handles 64 n, 64 n + 1, ... are on page n.
    using PageNumber = std::uint64_t;
    static constexpr std::uint64_t page_handles = 64;
    static constexpr std::size_t at_ease = 1024;
    using Unpacked = std::map<ChunkHandle, Chunk>;

    static bool is_idle(const Chunk& chunk);
    static void write(ChunkHandle handle, const Chunk& chunk, std::string& out);
    // Moves `at` behind the chunk.
    static std::pair<ChunkHandle, Chunk> read(PageNumber page, const std::string& bytes,
                                              std::size_t& at);
    // Where the first chunk on the page is whose handle is not below this one.
    static std::size_t place_of(ChunkHandle handle, const std::string& bytes);
    static bool is_at(ChunkHandle handle, const std::string& bytes, std::size_t at);

    Chunk* unpack(ChunkHandle handle) const;
    void unpack_all() const;

    // To look a chunk up moves it from one to the other, and changes nothing that could be seen.
    mutable std::map<PageNumber, std::string> pages_;
    mutable Unpacked unpacked_;
    mutable std::size_t packed_ = 0;
    std::size_t many_ = at_ease;
};

}  // namespace gfs
