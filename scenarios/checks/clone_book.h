// SPDX-License-Identifier: Apache-2.0
// What the master may know of servers, of chunks below their goal and of clones (GFS 4.3), as the
// events say it: for the checks of its choices. Times are those of the master's clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "scenarios/checks/fields.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {

// clone.planned, clone.started, clone.finished, clone.failed, clone.withdrawn
struct CloneFields {
    ChunkHandle chunk;
    ServerId from;
    ServerId to;
};
inline CloneFields clone_fields(const sim::Event& event) {
    return {.chunk = chunk_of(event), .from = host_at(event, 1), .to = host_at(event, 2)};
}

class CloneBook {
  public:
    // Not owned: `around`'s parts.
    explicit CloneBook(const Surroundings& around) : around_(around) {}

    static std::vector<sim::EventKind> kinds();
    // To be called after the checks that are about the event.
    void apply(const sim::Event& event);

    // Not of a master that has been replaced.
    bool is_of_master(const sim::Event& event) const;

    struct Running {
        CloneFields clone;
        std::optional<sim::Time> started;  // when it was ordered; nothing while it is prepared
    };
    // A chunk below its goal.
    struct Lacking {
        std::uint64_t replicas;
        std::uint64_t goal;
        sim::LocalTime since;

        std::uint64_t missing() const { return goal - replicas; }
    };

    const std::map<ChunkHandle, Running>& running() const { return running_; }
    const std::map<ChunkHandle, Lacking>& lacking() const { return lacking_; }
    // Those that lack the most first.
    const std::map<std::uint64_t, std::set<ChunkHandle>, std::greater<>>& by_missing() const {
        return by_missing_;
    }
    // When a clone of the chunk last came to nothing, at its goal or below.
    std::optional<sim::LocalTime> failed(ChunkHandle chunk) const;
    bool is_live(ServerId server) const { return live_.contains(server); }
    const std::set<ServerId>& live() const { return live_; }
    // Clones from here and to here.
    std::uint64_t clones_at(ServerId server) const;
    // `/gfs/clone_limit`, now.
    std::uint64_t limit() const;
    sim::LocalTime master_now() const;

  private:
    void set_level(const sim::Event& event);
    void forget_level(ChunkHandle chunk);
    void end(const sim::Event& event);
    void forget_all();

    const Surroundings around_;
    std::set<ServerId> live_;
    std::map<ChunkHandle, Running> running_;
    std::map<ServerId, std::uint64_t> at_;
    std::map<ChunkHandle, Lacking> lacking_;
    std::map<ChunkHandle, sim::LocalTime> failed_;
    std::map<std::uint64_t, std::set<ChunkHandle>, std::greater<>> by_missing_;
};

}  // namespace gfs::checks
