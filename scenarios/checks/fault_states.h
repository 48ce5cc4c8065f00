// SPDX-License-Identifier: Apache-2.0
// Which states of the protocol each fault of a run met, and how often: a fault that only ever hits
// machines that do nothing has tested nothing. An observer of the stream of events, which changes
// nothing.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/checks/protocol_states.h"
#include "sim/engine.h"

namespace gfs::checks {

// One fault of the scenario that fired.
struct FaultStates {
    std::string fault;
    std::string kind;
    // How often it met each state that the machines it hit can be in, `idle` first; 0: never.
    std::vector<std::pair<std::string, std::uint64_t>> met;
};

class FaultStatesWatch final : public sim::EventObserver, private ProtocolStates::Listener {
  public:
    // Whether a kind of fault happens at one instant, by its name in fault.fired.
    using IsPoint = bool (*)(std::string_view kind);
    // Registers itself with the engine, which must not run any more when this goes; after whoever
    // applies the faults. Not owned: the engine.
    FaultStatesWatch(sim::Engine& engine, HostId first_master, IsPoint is_point);
    FaultStatesWatch(const FaultStatesWatch&) = delete;
    FaultStatesWatch& operator=(const FaultStatesWatch&) = delete;

    void on_event(const sim::Event& event) override;
    // In the order of the first firings.
    std::vector<FaultStates> rows() const;

  private:
    struct Row {
        sim::TextId fault;
        sim::TextId kind;
        std::uint64_t idle = 0;
        std::array<std::uint64_t, count_of_states> met{};
        bool everybody = false;          // it was aimed at no machine in particular
        std::set<MachineKind> machines;  // that it has hit
        std::set<HostId> lasts_on;       // no_host: on everybody
    };

    void on_fired(const sim::Event& event);
    void on_healed(const sim::Event& event);
    void entered(HostId host, ProtocolState state) override;
    Row& row_of(sim::TextId fault, sim::TextId kind);

    sim::Engine& engine_;
    IsPoint is_point_;
    ProtocolStates states_;
    std::vector<Row> rows_;
    std::size_t lasting_ = 0;  // rows that last on somebody
};

}  // namespace gfs::checks
