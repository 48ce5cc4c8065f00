// SPDX-License-Identifier: Apache-2.0
// The states that `eventually` waits for, as predicates over truth, ledger and probe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/checks/flat_map.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {

class States {
  public:
    // Not owned: `around`'s parts.
    explicit States(const Surroundings& around) : around_(around) {}

    // A replication goal other than the configured one.
    void set_goal(ChunkHandle chunk, std::uint32_t replicas) {
        goals_.set(static_cast<std::uint64_t>(chunk), replicas);
    }

    // Empty when the state holds now; otherwise what is in its way.
    // REQUIRES: one of expected_states.
    std::string objection(std::string_view state);

    // Whether an event of this kind can change any state.
    static bool relevant(sim::EventKind kind);

  private:
    std::string replication_objection(std::uint32_t at_least);
    std::string below(ChunkHandle chunk, std::uint32_t at_least) const;
    std::string lease_objection();
    std::string work_objection() const;

    const Surroundings around_;
    FlatMap goals_;
    // What was in the way last time is asked first, so that most polls look at one chunk.
    std::size_t replication_culprit_ = 0;
    std::size_t lease_culprit_ = 0;
};

}  // namespace gfs::checks
