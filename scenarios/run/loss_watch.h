// SPDX-License-Identifier: Apache-2.0
// Follows what became of bytes that a run is known to lose, in a second run of the same scenario:
// which servers had them when, how each came to be without them, and how long the file system had
// time to make another copy.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/cluster/cluster.h"
#include "scenarios/checks/checks.h"
#include "scenarios/checks/losses.h"
#include "sim/engine.h"
#include "sim/event.h"

namespace gfs::run {

// A server got the bytes, or came to be without them.
struct LossStep {
    sim::Time at;
    ServerId server;
    bool has = false;
    bool by_fault = false;
    std::string how;
    std::size_t copies = 0;  // that there are after it
    bool given_up = false;   // by the file system, on a server that is up

    bool operator==(const LossStep&) const = default;
};

// Of one range of bytes.
struct LossCourse {
    const checks::LostChunk* lost = nullptr;
    checks::LostRange range{};
    std::vector<LossStep> steps{};
    std::size_t copies = 0;  // whole, and on servers that are up
    std::size_t most = 0;    // at any time ...
    std::size_t wanted = 0;  // ... and as many there could have been then
    std::size_t decline = 0;        // index of the first step since there were enough
    sim::Duration longest_calm{};   // since then, in which another copy could have been made
    std::optional<sim::Time> calm_since{};
};

class LossWatch final : public sim::EventObserver {
  public:
    // Not owned: all. REQUIRES: the engine has not run.
    LossWatch(const sim::Engine& engine, const Cluster& cluster, const checks::Checks& checks,
              const std::vector<checks::LostChunk>& losses);

    void on_event(const sim::Event& event) override;
    // Looks at nothing any more. REQUIRES: the run is over, and the checks have not been finished.
    const std::vector<LossCourse>& courses();

  private:
    // What was seen of one range on one server when it was last looked at.
    struct Seen {
        bool has = false;
        bool up = false;
        bool unsynced = false;  // and a file system could have known
    };
    // A fault that hit a server, in the dispatch of this number.
    struct Strike {
        std::string fault;
        std::uint64_t dispatch = 0;
        sim::Time at;
    };

    void on_fault(const sim::Event& event);
    void look_at(ServerId server);
    void look_at_all_of(ChunkHandle chunk);
    void look(std::size_t course, ServerId server);
    Seen see(const LossCourse& course, ServerId server) const;
    void lose(LossCourse& course, ServerId server, const Seen& before, const Seen& now);
    void measure_calm(LossCourse& course) const;
    bool may_repair(const LossCourse& course) const;
    std::size_t servers_up() const;
    bool is_server(HostId host) const;
    const checks::Truth& truth() const { return checks_.around().truth; }

    const sim::Engine& engine_;
    const Cluster& cluster_;
    const checks::Checks& checks_;
    std::vector<LossCourse> courses_;
    std::map<std::pair<std::size_t, ServerId>, Seen> seen_;  // by course
    std::vector<std::uint8_t> place_;  // by kind: 1 + position of the first chunk field; 0: none
    std::set<ChunkHandle> chunks_;
    std::map<ServerId, Strike> strikes_;
    std::set<ServerId> to_look_at_;
    std::set<std::pair<ChunkHandle, ServerId>> destroyed_;  // by a fault
    bool over_ = false;  // processes end when a run is taken down
    std::set<std::string> obstacles_;  // faults that last and that no copy is made through
};

}  // namespace gfs::run
