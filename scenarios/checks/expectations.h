// SPDX-License-Identifier: Apache-2.0
// Follows the expectations of a scenario through a run. Those about events count, those about
// states poll when something changed, metrics measure; the rest is judged at the end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/common/event_match.h"
#include "scenarios/checks/checkers.h"
#include "scenarios/checks/expectation.h"
#include "scenarios/checks/meter.h"
#include "scenarios/checks/states.h"
#include "sim/engine.h"

namespace gfs::checks {

// How an invariant came out, for `always`.
struct InvariantOutcome {
    std::string name;
    std::string guarantee;
    std::uint64_t checked = 0;
    std::uint64_t violations = 0;
    std::optional<Violation> first;
    std::vector<ChunkHandle> chunks;  // that the violations are about; no_chunk among them: others
    std::uint64_t warnings = 0;
    std::string first_warning;
};

class Expectations {
  public:
    struct Options {
        sim::Engine& engine;
        NameResolver& names;
        Meter::IsPoint is_point_fault;
    };
    // Not owned: the engine, the names, and `around`'s parts.
    // REQUIRES: every word and name in the expectations is known.
    Expectations(const Surroundings& around, const Options& options,
                 std::vector<Expectation> expectations);
    Expectations(const Expectations&) = delete;
    Expectations& operator=(const Expectations&) = delete;
    ~Expectations();

    // Before the ledger takes the event in.
    void before(const sim::Event& event);
    // After the ledger took the event in.
    void after(const sim::Event& event);
    // Something beside the events may have changed a state.
    void poll();
    void set_goal(ChunkHandle chunk, std::uint32_t replicas) { states_.set_goal(chunk, replicas); }

    // Chunk -> replicas, where not the configured number.
    const FlatMap& goals() const { return states_.goals(); }

    // One of the checkers that judge at the end.
    bool asks_for(std::string_view checker) const;
    // The latest moment that an `eventually` still waits for; nothing when none waits for a time.
    // `repaired_by`: when the checker of liveness, if one was asked for, may judge.
    std::optional<sim::Time> waits_until(sim::Time repaired_by);

    // One outcome for each expectation, in their order.
    std::vector<Outcome> finish(const CheckInput& input,
                                const std::vector<InvariantOutcome>& invariants);

  private:
    struct Watch;  // one expectation on its way

    void begin(Watch& watch, sim::Time since);
    void ask(Watch& watch);
    void settle(Watch& watch);
    Finding finish_one(Watch& watch, const CheckInput& input,
                       const std::vector<InvariantOutcome>& invariants);
    Finding finish_events(const Watch& watch) const;
    Finding finish_state(Watch& watch);

    sim::Engine& engine_;
    States states_;
    std::vector<std::unique_ptr<Watch>> watches_;
    std::vector<std::vector<Watch*>> by_kind_;  // those that count events, by kind
    std::vector<Watch*> metrics_;
    std::vector<Watch*> waiting_;  // for states
    bool dirty_ = false;           // a state may have changed since the last poll
};

}  // namespace gfs::checks
