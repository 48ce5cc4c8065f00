// SPDX-License-Identifier: Apache-2.0

#include "scenarios/workloads/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "sim/assert.h"

namespace gfs::workloads {

WorkloadRunner::WorkloadRunner(const World& world, ClientMachines& machines,
                               std::vector<Group> groups)
    : shared_(world), machines_(machines) {
    for (std::size_t i = 0; i < groups.size(); ++i) add_group(i, std::move(groups[i]));
    world.engine.observe(*this);
}

WorkloadRunner::~WorkloadRunner() {
    shared_.world.engine.shut_down();
}

void WorkloadRunner::add_group(std::size_t number, Group plan) {
    GroupState& group = groups_.emplace_back();
    group.number = number;
    group.plan = std::move(plan);
    for (std::uint32_t i = 1; i <= group.plan.clients; ++i) {
        const std::string name = fmt::format("{}.{}", group.plan.name, i);
        const HostId host = machines_.add_client(name, group.plan);
        const GroupClient& client = clients_[number].emplace_back(shared_, group, i, host);
        for (const std::string& barrier : barriers_of(group, client))
            shared_.barriers[barrier].add_member();
    }
    // What counts from a mark or a fault must not miss it, however late its step comes.
    for (const Step& step : group.plan.script)
        if (step.event && step.event->since.kind != CountSince::Kind::start)
            group.waits.emplace(group.index_of(step), shared_.wait_for_event(*step.event));
}

std::vector<std::string> WorkloadRunner::barriers_of(const GroupState& group,
                                                     const GroupClient& client) {
    std::set<std::string> names;
    for (const Step& step : group.plan.script)
        if (step.op == Op::barrier && client.does(step)) names.insert(step.name);
    return {names.begin(), names.end()};
}

void WorkloadRunner::add_existing_file(const std::string& file, std::uint64_t length) {
    SIM_ASSERT(!started_);
    shared_.files.add(file, length);
}

void WorkloadRunner::start(std::function<void()> when_done) {
    SIM_ASSERT(!started_);
    started_ = true;
    shared_.when_done = std::move(when_done);
    // One activity for the runner itself, so that a run without groups ends like any other.
    shared_.begin_activity();
    for (GroupState& group : groups_) {
        for (std::uint32_t i = 0; i < group.plan.clients; ++i) shared_.begin_activity();
        shared_.world.engine.after(group.plan.start, [this, &group] { start_group(group); });
    }
    shared_.world.engine.after(sim::Duration{0}, [this] { shared_.end_activity(); });
}

void WorkloadRunner::start_group(GroupState& group) {
    for (GroupClient& member : clients_.at(group.number)) {
        Activity presence(shared_.world.engine,
                          [this, &group, &member] { has_left(group, member); });
        // Whoever is down when its group begins does not take part.
        Client* const client = machines_.client(member.host_id());
        if (client == nullptr) continue;
        client->host().spawn("workload", member.live(*client, std::move(presence)));
    }
}

void WorkloadRunner::has_left(GroupState& group, const GroupClient& client) {
    for (const std::string& barrier : barriers_of(group, client))
        shared_.barriers.at(barrier).leave();
    group.left.insert(client.number());
    const bool was_creating = client.number() == group.creator && !group.ready.is_open();
    if (was_creating && !group.plan.mix.empty()) hand_on_creation(group);
    shared_.end_activity();
}

// Without its files a mix comes to nothing: the next client that is there creates them.
void WorkloadRunner::hand_on_creation(GroupState& group) {
    for (GroupClient& member : clients_.at(group.number)) {
        Client* const client = machines_.client(member.host_id());
        if (client == nullptr || group.left.contains(member.number())) continue;
        group.creator = member.number();
        client->host().spawn("create_files", member.take_over_creation(*client));
        return;
    }
}

std::size_t WorkloadRunner::operations_running() const {
    std::size_t sum = 0;
    for (const auto& [group, members] : clients_)
        for (const GroupClient& member : members)
            if (const Client* const client = machines_.client(member.host_id()))
                sum += client->operations_running();
    return sum;
}

const Bound* WorkloadRunner::bound(const std::string& name) const {
    const auto found = shared_.bound.find(name);
    return found == shared_.bound.end() ? nullptr : &found->second;
}

bool WorkloadRunner::is_bound_server(const std::string& name, HostId host) const {
    const Bound* const kept = bound(name);
    if (kept == nullptr) return false;
    return std::find(kept->servers.begin(), kept->servers.end(), host) != kept->servers.end();
}

std::vector<DataId> WorkloadRunner::labelled(const std::string& label) const {
    const auto found = shared_.labels.find(label);
    return found == shared_.labels.end() ? std::vector<DataId>{} : found->second;
}

}  // namespace gfs::workloads
