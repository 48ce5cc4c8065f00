// SPDX-License-Identifier: Apache-2.0
// An invariant: a guarantee of the file system that is watched over in every run. To add one, write
// its class in a file of its own and a line in invariants.def.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/common/config.h"
#include "core/common/ids.h"
#include "scenarios/checks/file_map.h"
#include "scenarios/checks/ledger.h"
#include "scenarios/checks/name_log.h"
#include "scenarios/checks/story.h"
#include "scenarios/checks/truth.h"
#include "sim/engine.h"
#include "sim/event.h"

namespace gfs::checks {

// A guarantee that did not hold.
struct Violation {
    std::string invariant;
    std::string guarantee;  // "G3"
    std::string section;    // of the paper
    sim::Time time;
    std::uint64_t sequence;  // of the event that showed it
    std::string promise;     // what should have been so
    std::string message;     // what was so, in plain words, with the numbers
    ChunkHandle chunk = no_chunk;
    HostId host = sim::no_host;
    std::vector<std::string> witness;  // how it came about, at most fifteen lines, oldest first
};

// What all invariants of a run look at. Not owned: all of them; they outlive the invariants.
struct Surroundings {
    const sim::Engine& engine;
    const Config& config;
    const Truth& truth;
    const Probe* probe;  // null where nobody runs a master or a workload
    const Ledger& ledger;
    const FileMap& files;
    const NameLog& names;
};

class Invariant {
  public:
    // Takes what an invariant finds.
    class Desk {
      public:
        virtual void violated(Invariant& invariant, const Focus& focus, std::string message) = 0;

      protected:
        ~Desk() = default;
    };

    explicit Invariant(const Surroundings& around) : around_(around) {}
    Invariant(const Invariant&) = delete;
    Invariant& operator=(const Invariant&) = delete;
    virtual ~Invariant() = default;

    // The kinds of events that it wants to see.
    virtual std::vector<sim::EventKind> kinds() const = 0;
    // The ledger, the files and the names are as they were before the event. Costs O(1).
    virtual void on_event(const sim::Event& event) = 0;
    // The run is over.
    virtual void at_end() {}

    void set_desk(Desk& desk) { desk_ = &desk; }
    // How often there was something to check; 0 says that the invariant held for want of cases.
    std::uint64_t checked() const { return checked_; }
    std::uint64_t warnings() const { return warnings_; }
    const std::string& first_warning() const { return first_warning_; }

  protected:
    void count_check() { ++checked_; }
    void violated(ChunkHandle chunk, HostId host, std::string message) {
        violated(Focus{.chunk = chunk, .host = host}, std::move(message));
    }
    // Where the event that shows the violation does not say what it is about.
    void violated(const Focus& focus, std::string message) {
        desk_->violated(*this, focus, std::move(message));
    }
    // Something that is not allowed to do harm, and has done none yet.
    void warn(std::string message) {
        if (warnings_++ == 0) first_warning_ = std::move(message);
    }

    const sim::Engine& engine() const { return around_.engine; }
    const Config& config() const { return around_.config; }
    const Truth& truth() const { return around_.truth; }
    const Probe* probe() const { return around_.probe; }
    const Ledger& ledger() const { return around_.ledger; }
    const FileMap& files() const { return around_.files; }
    const NameLog& names() const { return around_.names; }
    std::string name(HostId host) const;
    std::string name(ChunkHandle chunk) const { return around_.files.describe(chunk); }

  private:
    const Surroundings around_;
    Desk* desk_ = nullptr;
    std::uint64_t checked_ = 0;
    std::uint64_t warnings_ = 0;
    std::string first_warning_;
};

// One row of invariants.def.
struct InvariantInfo {
    std::string_view name;
    std::string_view guarantee;
    std::string_view section;
    std::string_view sentence;
    std::unique_ptr<Invariant> (*make)(const Surroundings& around);
};
std::span<const InvariantInfo> all_invariants();

}  // namespace gfs::checks
