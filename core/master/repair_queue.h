// SPDX-License-Identifier: Apache-2.0
// The chunks that wait for a clone, in the order of `/gfs/re_replication` (GFS 4.3).
#pragma once

#include <map>
#include <set>
#include <utility>

#include "core/common/ids.h"
#include "core/policy/re_replication.h"

namespace gfs {

class RepairQueue {
  public:
    // The highest rank first; among equals the older handle.
    struct Entry {
        Rank rank;
        ChunkHandle chunk;

        friend bool operator<(const Entry& a, const Entry& b) {
            if (a.rank != b.rank) return a.rank > b.rank;
            return a.chunk < b.chunk;
        }
    };

    // Enters the chunk, or moves it to its new place.
    void set(ChunkHandle chunk, const Rank& rank) {
        const auto [known, is_new] = ranks_.try_emplace(chunk, rank);
        if (!is_new) {
            if (known->second == rank) return;
            entries_.erase({known->second, chunk});
            known->second = rank;
        }
        entries_.insert({rank, chunk});
    }
    void erase(ChunkHandle chunk) {
        const auto known = ranks_.find(chunk);
        if (known == ranks_.end()) return;
        entries_.erase({known->second, chunk});
        ranks_.erase(known);
    }
    bool contains(ChunkHandle chunk) const { return ranks_.contains(chunk); }
    bool empty() const { return entries_.empty(); }
    const std::set<Entry>& entries() const { return entries_; }

  private:
    std::set<Entry> entries_;
    std::map<ChunkHandle, Rank> ranks_;
};

}  // namespace gfs
