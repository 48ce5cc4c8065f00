// SPDX-License-Identifier: Apache-2.0
// Whom the names of a scenario stand for: actors, patterns, racks, roles and the named targets,
// which are chosen late by the true state of the cluster and then stay who they are.
//
// Invariants:
//  1. A target that has bound keeps its hosts, whatever becomes of them (but for `each_use`).
//  2. Choosing draws from the stream "target.NAME" only, and only where somebody is left out.
//  3. Every binding is an event, target.bound, for each host; also when a match caused it.
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
    // When a fault first found nobody to choose; not for a target with `on_empty: skip`.
    std::optional<sim::Time> empty_at;
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
    };
    Chosen use(const Who& who);

    // All that use() could choose now; a target that binds once, binds.
    std::vector<HostId> could_use(const Who& who);

    // Whether `host` is meant. A target that has not bound yet binds if `host` could be it.
    bool is_meant(const Who& who, HostId host);

    // NameResolver: names are those of targets, and those that `locations` steps bound.
    bool is_named(const std::string& name, HostId host) override;
    std::optional<ChunkHandle> named_chunk(const std::string& name) override;
    std::optional<ChunkHandle> chunk_of(const std::string& file, ChunkIndex index) override;

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
        std::optional<EventCounter> trigger;  // bind_on
        TargetReport report;
    };

    void on_event(const sim::Event& event) override;
    Target* find(const std::string& name);
    std::vector<HostId> without_targets(const Who& who) const;
    std::vector<HostId> candidates(const TargetSpec& spec) const;
    std::vector<HostId> holders(const TargetSpec& spec) const;
    std::optional<ChunkHandle> held_chunk(const HeldChunk& held) const;
    std::vector<HostId> choose(Target& target, std::vector<HostId> candidates) const;
    void bind(Target& target);

    sim::Engine& engine_;
    const Machines& machines_;
    const Truth& truth_;
    std::vector<MachineInfo> machine_infos_;  // from the start on
    std::vector<Target> targets_;  // in the order of the scenario
};

}  // namespace gfs::faults
