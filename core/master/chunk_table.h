// SPDX-License-Identifier: Apache-2.0
// What the master knows of each chunk and of each chunkserver (GFS 2.6). Of a chunk, the files that
// have it, its version and the numbers reserved for it are in the operation log; where its replicas
// are, and who holds its lease, is known only while the process lives (GFS 2.6.2).
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/common/config.h"
#include "core/common/ids.h"
#include "sim/assert.h"
#include "sim/time.h"

namespace gfs {

using sim::LocalTime;

inline constexpr LocalTime long_ago = LocalTime::min();

// A lease as the master knows it (GFS 3.1).
struct Lease {
    Version version;
    ServerId primary;
    std::vector<ServerId> secondaries;  // the rest of the set it was granted for, by id
    LocalTime expires;                  // on the master's clock
    LogIndex record;                    // of the grant
    // It is not extended any more, and not told to clients: the master wants it back, or the
    // primary's process may have ended and forgotten it.
    bool ending = false;
};

struct Replica {
    ServerId server;
    std::uint64_t length = 0;  // as last reported
};

struct Chunk {
    ChunkIndex index{};  // in every file that has it
    // The goals of the files that have it, ascending: several after a snapshot (GFS 3.4).
    std::vector<std::uint32_t> owners;
    std::uint32_t live_owners = 0;  // those of them that are not deleted
    std::uint32_t goal = 0;         // the highest of the owners', or the lowest (rule U24)

    Version version{};   // of the last grant; what a current replica has
    Version reserved{};  // no number up to this one is used for a new grant
    bool never_leased = false;  // since it was created: there is nothing in it

    std::vector<Replica> replicas;   // current ones on live servers, by id
    std::set<ServerId> counted_out;  // has this version, and is not counted on until a new one

    std::optional<Lease> lease;
    // Until this time, and the guard, there may be a primary: the one of `lease`, or one whose
    // answer was lost, or one that an earlier master process made.
    LocalTime offered_until = long_ago;
    bool busy = false;  // being cloned: no lease is granted

    std::optional<LocalTime> below_goal_since;
    LocalTime retry_at = long_ago;  // the last clone failed
    bool blocking = false;          // below its goal, and a client could not be served

    // A write to it would change several files (GFS 3.4).
    bool is_shared() const { return owners.size() > 1; }
    void add_owner(std::uint32_t goal_of_file, SharedGoal rule) {
        owners.insert(std::upper_bound(owners.begin(), owners.end(), goal_of_file), goal_of_file);
        goal = goal_by(rule);
    }
    // REQUIRES: a file with this goal has the chunk. Keeps its goal when nobody has it any more.
    void remove_owner(std::uint32_t goal_of_file, SharedGoal rule) {
        const auto owner = std::lower_bound(owners.begin(), owners.end(), goal_of_file);
        SIM_ASSERT(owner != owners.end() && *owner == goal_of_file);
        owners.erase(owner);
        if (!owners.empty()) goal = goal_by(rule);
    }
    // Choice (not in GFS): a chunk that several files share serves the one that wants most (rule
    // U24). REQUIRES: a file has it.
    std::uint32_t goal_by(SharedGoal rule) const {
        SIM_ASSERT(!owners.empty());
        return rule == SharedGoal::highest ? owners.back() : owners.front();
    }

    const Replica* find(ServerId server) const {
        for (const Replica& replica : replicas)
            if (replica.server == server) return &replica;
        return nullptr;
    }
    Replica* find(ServerId server) {
        for (Replica& replica : replicas)
            if (replica.server == server) return &replica;
        return nullptr;
    }
    std::vector<ServerId> servers() const {
        std::vector<ServerId> ids;
        for (const Replica& replica : replicas) ids.push_back(replica.server);
        return ids;
    }
};

struct Server {
    std::uint32_t rack = 0;
    Epoch epoch{};  // of its registration
    bool alive = false;
    LocalTime last_heard{};
    std::uint64_t heartbeat = 0;  // the number of the last one heard; 0 since the registration
    std::uint64_t disk_capacity = 0;  // bytes
    std::uint64_t disk_used = 0;      // bytes
    std::set<ChunkHandle> chunks;     // the current replicas that are counted on here
    std::list<LocalTime> creations;   // recent ones (GFS 4.2), oldest first
    std::uint64_t clones = 0;         // under way, from here or to here
};

// A clone that is under way (GFS 4.3).
struct Clone {
    ChunkHandle chunk;
    ServerId from;
    ServerId to;
    Epoch to_epoch;
    std::uint64_t priority;  // how many replicas were missing; 0: spread over racks, or a move
    std::optional<ServerId> replaces{};  // a move for balance: whose replica goes afterwards
    std::uint64_t number = 0;            // of all clones of this master process
    Version version{};                   // of the replica that is copied, once it has started
};

}  // namespace gfs
