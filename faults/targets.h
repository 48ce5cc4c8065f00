// SPDX-License-Identifier: Apache-2.0
// Whom the names of a scenario stand for: actors, patterns, racks, roles and the named targets,
// which are chosen late by the true state of the cluster and then stay who they are.
//
// Invariants:
//  1. A target that has bound keeps its hosts, whatever becomes of them (but for `each_use`).
//  2. A role is what a machine is at the moment of asking: after a failover the master is another.
//  3. Choosing draws from the stream "target.NAME" only, and only where somebody is left out.
//  4. Every binding is an event, target.bound, for each host; also when a match caused it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/common/event_match.h"
#include "faults/machines.h"
#include "faults/spec.h"
#include "faults/truth.h"
#include "sim/engine.h"

namespace gfs::faults {

struct TargetReport {
    std::string name;
    Source source;
    struct Binding {
        sim::Time at;
        std::vector<std::string> hosts;
    };
    std::vector<Binding> bindings;
    struct Nobody {
        sim::Time at;     // when it was to be bound; unbound: when it was asked for
        std::string why;  // "no lease on /log#0 is in force"
        bool unbound = false;  // what binds it has not happened
    };
    // What the first fault met that found nobody; not for a target with `on_empty: skip`.
    std::optional<Nobody> empty;
};

class Targets final : public NameResolver, private sim::EventObserver {
  public:
    // Not owned: machines, truth; they outlive the targets.
    Targets(Machines& machines, const Truth& truth, const std::vector<TargetSpec>& specs);
    Targets(const Targets&) = delete;
    Targets& operator=(const Targets&) = delete;

    // Binds those that resolve at the start, and listens for the triggers of the others. The engine
    // keeps a reference.
    void start();

    // The hosts that a fault acts on now, by id. A target that has not bound yet binds.
    struct Chosen {
        std::vector<HostId> hosts;
        bool skip = false;  // nobody, and the scenario says that this is no mistake
        std::optional<TargetReport::Nobody> nobody;  // of a target
    };
    Chosen use(const Who& who);

    // Whom a use() at this instant chooses, to ask about them first. A target that binds once,
    // binds; of one that is chosen anew they are drawn, for that use() or to be put back.
    std::vector<HostId> draw(const Who& who);
    void put_back(const Who& who);

    // Whether `host` is meant. A target that has not bound yet binds if `host` could be it.
    bool is_meant(const Who& who, HostId host);

    // NameResolver: names are those of targets, and those that `locations` steps bound.
    bool is_named(const std::string& name, HostId host) override;
    bool is_in_rack(const std::string& rack, HostId host) override;
    bool has_role(const std::string& role, HostId host) override;
    std::optional<ChunkHandle> named_chunk(const std::string& name) override;
    std::optional<ChunkHandle> chunk_of(const std::string& file, ChunkIndex index) override;
    // Nothing while there is no such file or chunk, or while no step has bound the name.
    std::optional<ChunkHandle> held_chunk(const HeldChunk& held) const;

    const std::vector<MachineInfo>& machines() const { return machine_infos_; }
    // A machine that was not there at the start; who has bound already stays who they are.
    void machine_joined(const MachineInfo& machine) { machine_infos_.push_back(machine); }
    const std::string& name_of(HostId host) const { return engine_.host(host).name(); }
    std::vector<TargetReport> report() const;

  private:
    struct Target {
        TargetSpec spec;
        sim::Random random;
        std::optional<std::vector<HostId>> bound;
        std::optional<std::vector<HostId>> drawn;  // for the next binding
        std::optional<TargetReport::Nobody> nobody;  // the last binding found
        std::optional<EventCounter> trigger;  // bind_on
        TargetReport report;
    };

    void on_event(const sim::Event& event) override;
    Target* find(const std::string& name);
    std::vector<HostId> without_targets(const Who& who) const;
    std::vector<HostId> candidates(const TargetSpec& spec) const;
    std::vector<HostId> holders(const TargetSpec& spec) const;
    std::vector<HostId> choose(Target& target, std::vector<HostId> candidates) const;
    // ---- why_nobody.cpp ----
    std::string why_nobody(const TargetSpec& spec) const;
    std::string why_no_holder(const TargetSpec& spec) const;
    TargetReport::Nobody nobody_now(const Target& target) const;
    void bind(Target& target);

    sim::Engine& engine_;
    const Machines& machines_;
    const Truth& truth_;
    std::vector<MachineInfo> machine_infos_;  // from the start on
    std::vector<Target> targets_;  // in the order of the scenario
};

}  // namespace gfs::faults
