// SPDX-License-Identifier: Apache-2.0
// The chunks that wait for a clone, most urgent first (GFS 4.3).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "core/common/ids.h"

namespace gfs {

// What the priority of a chunk is made of. The paper names the three and does not weigh them.
//
// Choice (not in GFS): in this order. The distance from the goal is about losing data, the others
// are about waiting for it.
struct Urgency {
    std::uint32_t missing = 0;  // replicas; 0: at its goal, and all on one rack
    bool live = true;           // of a file that is not deleted
    bool blocking = false;      // a client waits for it

    friend auto operator<=>(const Urgency&, const Urgency&) = default;
};

class RepairQueue {
  public:
    // Most urgent first; among equals the older handle.
    struct Entry {
        Urgency urgency;
        ChunkHandle chunk;

        friend bool operator<(const Entry& a, const Entry& b) {
            if (a.urgency != b.urgency) return a.urgency > b.urgency;
            return a.chunk < b.chunk;
        }
    };

    // Enters the chunk, or moves it to its new place.
    void set(ChunkHandle chunk, const Urgency& urgency) {
        const auto [known, is_new] = urgencies_.try_emplace(chunk, urgency);
        if (!is_new) {
            if (known->second == urgency) return;
            entries_.erase({known->second, chunk});
            known->second = urgency;
        }
        entries_.insert({urgency, chunk});
    }
    void erase(ChunkHandle chunk) {
        const auto known = urgencies_.find(chunk);
        if (known == urgencies_.end()) return;
        entries_.erase({known->second, chunk});
        urgencies_.erase(known);
    }
    bool contains(ChunkHandle chunk) const { return urgencies_.contains(chunk); }
    bool empty() const { return entries_.empty(); }
    const std::set<Entry>& entries() const { return entries_; }

  private:
    std::set<Entry> entries_;
    std::map<ChunkHandle, Urgency> urgencies_;
};

}  // namespace gfs
