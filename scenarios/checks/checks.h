// SPDX-License-Identifier: Apache-2.0
// All checks of one run: every invariant, always; the scenario's expectations; the table of
// operations. An observer of the stream of events, which reads the truth and changes nothing.
//
//   Checks checks(options);          // before the first event; observes the engine
//   checks.preloaded(...);           // for each chunk of a file from before the run
//   engine.run(...);
//   const Results results = checks.finish();   // once; before the digest is read
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/common/config.h"
#include "core/common/event_match.h"
#include "core/common/log_record.h"
#include "scenarios/checks/expectation.h"
#include "scenarios/checks/expectations.h"
#include "scenarios/checks/file_map.h"
#include "scenarios/checks/invariant.h"
#include "scenarios/checks/ledger.h"
#include "scenarios/checks/liveness.h"
#include "scenarios/checks/losses.h"
#include "scenarios/checks/operations.h"
#include "scenarios/checks/region_table.h"
#include "scenarios/checks/truth.h"
#include "scenarios/checks/witness.h"
#include "sim/engine.h"

namespace gfs::checks {

// A chunk of a file that exists when the run begins.
struct PreloadedChunk {
    std::string path;
    ChunkIndex index;
    ChunkHandle chunk;
    std::uint64_t bytes;
    std::uint32_t goal;  // replicas
};

struct Results {
    std::vector<InvariantOutcome> invariants;  // all, in the order of invariants.def
    std::vector<Outcome> expectations;         // in the order of the scenario
    std::vector<OperationRow> operations;
    OperationRow all_operations;

    // The earliest violation of an invariant; nothing when all held.
    std::optional<Violation> first_violation() const;
};

class Checks final : public sim::EventObserver, private Invariant::Desk {
  public:
    struct Options {
        sim::Engine& engine;
        const Config& config;
        const Truth& truth;
        const Probe* probe = nullptr;  // null: nobody runs a master or a workload
        NameResolver& names;           // for the patterns of expectations
        Meter::IsPoint is_point_fault;
        std::vector<Expectation> expectations{};
        PlaceOfFault place_of_fault{};
    };
    // Registers itself with the engine, which must not run any more when this goes.
    // Not owned: everything in the options.
    explicit Checks(Options options);
    Checks(const Checks&) = delete;
    Checks& operator=(const Checks&) = delete;

    // REQUIRES: before the first event about the chunk.
    void preloaded(const PreloadedChunk& chunk);

    void on_event(const sim::Event& event) override;
    // A workload has ended, or something else that no event says.
    void poll() { expectations_.poll(); }
    // The latest moment that an `eventually` with a time, or what must be repaired or collected by
    // then, still waits for.
    std::optional<sim::Time> waits_until();
    // Operations of clients that began and have not ended.
    std::uint64_t open_operations() const { return operations_.open(); }

    // The run is over: what is judged at the end. Emits check.violated for what fails only now.
    Results finish();

    // What is gone of these chunks, after finish().
    std::vector<LostChunk> losses(const std::set<ChunkHandle>& chunks) const;
    const LivenessWatch& liveness() const { return liveness_; }

    // Table 1, for the files that match (all without a pattern); at any time.
    std::vector<FileRegions> regions(const std::vector<std::string>& files) const {
        return region_table(around_, files);
    }
    // What has been found so far, for a run that does not come to its end.
    std::vector<InvariantOutcome> invariants() const { return invariant_outcomes(); }
    const Surroundings& around() const { return around_; }
    const Ledger& ledger() const { return ledger_; }
    const FileMap& files() const { return files_; }

  private:
    struct Watched {
        const InvariantInfo* info;
        std::unique_ptr<Invariant> invariant;
        std::uint64_t violations = 0;
        std::optional<Violation> first;
        std::set<ChunkHandle> chunks;
    };

    // Said by a master that has been replaced and does not know it: what it counts on is nobody's
    // business any more.
    bool is_void(const sim::Event& event);
    // What it announces is in the ledger and in the files already.
    bool is_known(const sim::Event& event);
    bool is_outdated(const sim::Event& event) const;
    void take_in(const sim::Event& event);
    void violated(Invariant& invariant, const Focus& focus, std::string message) override;
    std::vector<std::string> witness(const Focus& focus) const;
    void take_in_copies(const sim::Event& master_recovered);
    void reclaim(const sim::Event& file_reclaimed);
    std::vector<InvariantOutcome> invariant_outcomes() const;
    void tell_of_failures(std::vector<Outcome>& outcomes);
    CheckInput input() const;

    sim::Engine& engine_;
    Ledger ledger_;
    FileMap files_;
    NameLog names_;
    const Surroundings around_;
    std::optional<NameHistorian> historian_;  // where a checker of names was asked for
    EventMemory memory_;
    OperationTable operations_;
    LivenessWatch liveness_;
    Expectations expectations_;
    std::vector<Watched> watched_;                  // in the order of invariants.def
    std::vector<std::vector<Invariant*>> by_kind_;  // who subscribed, by kind
    std::vector<Preloaded> preloaded_;
    std::map<ChunkHandle, log::ChunkCopied> unsaid_copies_;  // known from a log alone
    HostId master_;
    std::set<HostId> replaced_;  // were the master's, and are not
    sim::Time now_{};            // of the event that is being looked at
    std::uint64_t sequence_ = 0;
    bool finished_ = false;
};

}  // namespace gfs::checks
