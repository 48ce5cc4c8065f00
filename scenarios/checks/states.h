// SPDX-License-Identifier: Apache-2.0
// The states that `eventually` waits for, as predicates over truth, ledger and probe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/checks/flat_map.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {

class States {
  public:
    // Not owned: `around`'s parts.
    explicit States(const Surroundings& around);

    // A replication goal other than the configured one.
    void set_goal(ChunkHandle chunk, std::uint32_t replicas) {
        goals_.set(static_cast<std::uint64_t>(chunk), replicas);
    }

    const FlatMap& goals() const { return goals_; }

    // Empty when the state holds now; otherwise what is in its way.
    // REQUIRES: one of expected_states.
    std::string objection(std::string_view state);

    // The chunks that are in the way now of a state that is about replicas and nothing else.
    std::vector<ChunkHandle> lacking(std::string_view state) const;

    // Whether an event of this kind can change any state.
    static bool relevant(sim::EventKind kind);
    // Every event must be shown, so that only chunks that something happened to are looked at.
    void note(const sim::Event& event);

  private:
    // Where the last search for a chunk with too few replicas ended.
    struct Search {
        std::uint32_t at_least;
        std::size_t culprit = 0;  // is asked first, so that most polls look at one chunk
        bool found_none = false;  // since then only `touched` chunks can have come to lack some
        std::vector<ChunkHandle> touched{};
    };
    enum class Scope : std::uint8_t { none, chunk, all };

    std::string replication_objection(Search& search);
    std::string first_below(Search& search) const;
    std::string below(ChunkHandle chunk, std::uint32_t at_least) const;
    std::string lease_objection();
    std::string work_objection() const;

    const Surroundings around_;
    FlatMap goals_;
    Search whole_{.at_least = ~std::uint32_t{0}};
    Search two_{.at_least = 2};
    std::vector<Scope> scopes_;  // by kind: which chunks' replicas such an event may change
    std::size_t lease_culprit_ = 0;
};

}  // namespace gfs::checks
