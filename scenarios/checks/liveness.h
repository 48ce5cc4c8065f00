// SPDX-License-Identifier: Apache-2.0
// What the checker `liveness` has to remember of a run (rule G13): when something broke or healed
// last, what is still broken, how much there was to repair, and which operations go on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/checks/clone_book.h"
#include "scenarios/checks/invariant.h"
#include "scenarios/checks/repair_bound.h"

namespace gfs::checks {

class LivenessWatch {
  public:
    // Whether a kind of fault happens at one instant, by its name in fault.fired.
    using IsPoint = bool (*)(std::string_view kind);
    // Not owned: `around`'s parts.
    LivenessWatch(const Surroundings& around, IsPoint is_point);

    void apply(const sim::Event& event);

    // Faults that last and leave machines running, by name: while one does, nothing is promised.
    const std::set<std::string>& lasting() const { return lasting_; }
    // When repairs must be done, and since when that counts.
    sim::Time calm_since() const { return calm_since_; }
    sim::Time repaired_by() const;
    // Clones that the master runs now.
    const std::map<ChunkHandle, CloneBook::Running>& clones() const { return book_.running(); }
    // Operations that should have ended by now.
    std::vector<std::string> overdue_operations() const;
    // Of these, the first one that got no answer.
    std::optional<Focus> first_overdue() const;

  private:
    struct Operation {
        HostId client;
        sim::TextId kind;
        sim::TextId file;
        sim::Time began;
        std::uint64_t bytes;
    };

    void on_fault(const sim::Event& event);
    void on_failed(const sim::Event& event);
    void on_level();

    const Surroundings around_;
    IsPoint is_point_;
    CloneBook book_;
    std::vector<bool> wanted_;  // by kind
    sim::Time calm_since_{};
    std::set<std::string> lasting_;
    std::uint64_t most_missing_ = 0;  // replicas, since the last fault or shortly before
    std::map<std::uint64_t, Operation> operations_;
    std::vector<std::string> unanswered_;  // since the last fault
    Focus first_unanswered_;
};

}  // namespace gfs::checks
