// SPDX-License-Identifier: Apache-2.0
// Runs the workload of a scenario: makes a client machine for every client of every group, lets
// each do its script or its mix, and says what did not go as expected. What operations there were
// and how long they took, everybody learns from the stream of events.
//
// A client that crashes has ended its work; when its machine comes back, it does not go on: nobody
// could say which of its operations had happened.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/workloads/group.h"
#include "scenarios/workloads/group_client.h"
#include "scenarios/workloads/shared.h"
#include "sim/event.h"

namespace gfs::workloads {

// Where the runner gets its machines.
class ClientMachines {
  public:
    // A machine with a client process, spread over the racks when none is named.
    // Of a group: its rack and its user.
    virtual HostId add_client(const std::string& name, const Group& group) = 0;
    // Null while the process is down. Not owned by the caller.
    virtual Client* client(HostId host) = 0;

  protected:
    ~ClientMachines() = default;
};

class WorkloadRunner final : public sim::EventObserver {
  public:
    using World = Shared::World;

    // Adds the machines: before the cluster starts. Clients are named after their group:
    // "writers.1". Registers itself with the engine. Not owned: world and machines, which outlive
    // the runner.
    WorkloadRunner(const World& world, ClientMachines& machines, std::vector<Group> groups);
    WorkloadRunner(const WorkloadRunner&) = delete;
    WorkloadRunner& operator=(const WorkloadRunner&) = delete;
    // Shuts the engine down, because its processes run code of the runner.
    ~WorkloadRunner();

    // A file that exists before the run begins, for globs and for offsets of a mix.
    void add_existing_file(const std::string& file, std::uint64_t length);

    // After the cluster has started, once. `when_done` is called, in an event of its own, when
    // every client has ended its work.
    void start(std::function<void()> when_done);
    // Every client has ended its work, and no operation is running.
    bool done() const { return started_ && shared_.activities == 0; }
    // The same, but for clients that wait for the event `quiescent`. `call` is called whenever this
    // becomes so; it changes nothing at once.
    bool is_at_rest() const { return started_ && shared_.is_at_rest(); }
    void tell_of_rest(std::function<void()> call) { shared_.when_at_rest = std::move(call); }
    // Operations that have begun and not ended, on clients that are up.
    std::size_t operations_running() const;

    const std::vector<Failure>& failures() const { return shared_.failures; }
    // What a step kept under this name; null for nothing (yet).
    const Bound* bound(const std::string& name) const;
    bool is_bound_server(const std::string& name, HostId host) const;
    // The data that the steps with this label wrote, in the order in which they began.
    std::vector<DataId> labelled(const std::string& label) const;
    // The length of data that a client of the workload made; nothing for other data.
    std::optional<std::uint64_t> length_of(DataId data) const { return shared_.length_of(data); }

    void on_event(const sim::Event& event) override { shared_.see(event); }

  private:
    void add_group(std::size_t number, Group plan);
    void start_group(GroupState& group);
    void has_left(GroupState& group, const GroupClient& client);
    void hand_on_creation(GroupState& group);
    // The barriers in the client's script, each once.
    static std::vector<std::string> barriers_of(const GroupState& group, const GroupClient& client);

    Shared shared_;
    ClientMachines& machines_;
    std::deque<GroupState> groups_;                           // they stay where they are
    std::map<std::size_t, std::deque<GroupClient>> clients_;  // by group
    bool started_ = false;
};

}  // namespace gfs::workloads
