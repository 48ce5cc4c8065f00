// SPDX-License-Identifier: Apache-2.0
// In which states of the protocol each machine is, as the stream of events tells it: what a fault
// that comes now would meet. The states are listed in protocol_states.def.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "core/common/ids.h"
#include "core/common/message_types.h"
#include "sim/event.h"

namespace gfs::checks {

enum class ProtocolState : std::uint8_t {
#define GFS_PROTOCOL_STATE(name, ...) name,
#include "scenarios/checks/protocol_states.def"
#undef GFS_PROTOCOL_STATE
};

enum class MachineKind : std::uint8_t { chunkserver, master, client, log_replica, other };

struct ProtocolStateInfo {
    std::string_view name;
    MachineKind machine;
    std::string_view section;
    std::string_view sentence;
};
inline constexpr ProtocolStateInfo protocol_states[] = {
#define GFS_PROTOCOL_STATE(name, machine, section, sentence) \
    {#name, MachineKind::machine, section, sentence},
#include "scenarios/checks/protocol_states.def"
#undef GFS_PROTOCOL_STATE
};
inline constexpr std::size_t count_of_states = std::size(protocol_states);

class ProtocolStates {
  public:
    // Gets told of each state that a machine was not in and now is.
    class Listener {
      public:
        virtual void entered(HostId host, ProtocolState state) = 0;

      protected:
        ~Listener() = default;
    };

    // Not owned: the listener, which outlives this. `first_master`: the machine that is the master
    // when the run begins.
    ProtocolStates(HostId first_master, Listener& listener);

    // REQUIRES: every event of the run is shown, in order.
    void apply(const sim::Event& event);
    // The process on the machine has ended, which no event of its own may tell.
    void ended(HostId host);

    bool is_in(HostId host, ProtocolState state) const;
    // Whether any machine is in the state.
    bool anywhere(ProtocolState state) const;
    MachineKind kind_of(HostId host) const;

  private:
    // What brings a state about: a chunk, an operation, data, ..., and what tells it from others.
    using Key = std::pair<std::uint64_t, std::uint64_t>;
    struct Machine {
        MachineKind kind = MachineKind::other;
        std::array<std::set<Key>, count_of_states> causes;
        std::array<std::uint32_t, count_of_states> requests{};  // being answered
        std::uint32_t asked_for_leases = 0;  // requests that the master has to answer
        std::uint64_t logged = 0;            // the last record of its log ...
        std::uint64_t flushed = 0;           // ... and the last that is flushed
    };

    Machine& machine(HostId host);
    void add(HostId host, ProtocolState state, Key key);
    void remove(HostId host, ProtocolState state, Key key);
    void clear(HostId host, ProtocolState state);
    void on_message(const sim::Event& event);
    void on_request(HostId host, ProtocolState state, bool arrives);
    void on_lease_request(HostId master, bool arrives);
    void on_client_message(const sim::Event& event);
    void on_client(const sim::Event& event);
    void on_mutation(const sim::Event& event);
    void on_chunk(const sim::Event& event);
    void on_log(const sim::Event& event);
    void on_process(const sim::Event& event);
    void recovered(HostId master);

    Listener& listener_;
    std::vector<Machine> machines_;  // by host, as far as there was something to say of them
    std::set<HostId> running_;       // chunkservers
    HostId master_;
};

}  // namespace gfs::checks
