// SPDX-License-Identifier: Apache-2.0
// What a machine is in the midst of is known in two ways: some states have a first and a last
// event, and some last from the arrival of a request to the moment that its answer leaves.

#include "scenarios/checks/protocol_states.h"

#include <algorithm>
#include <optional>

#include "core/common/events.h"
#include "scenarios/checks/fields.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

using State = ProtocolState;

// The state of the machine that has such a request to answer.
std::optional<State> state_of(Message request) {
    switch (request) {
        case Message::ApplyMutation:
            return State::applying;
        case Message::GrantLease:
            return State::storing_version;
        case Message::VerifyReplica:
            return State::verifying;
        case Message::Read:
            return State::reading;
        case Message::CloneChunk:
        case Message::CopyChunk:
            return State::cloning;
        case Message::CopyChunkLocally:
            return State::copying_on_write;
        case Message::Snapshot:
            return State::snapshotting;
        case Message::ReplicateLog:
            return State::storing_log;
        case Message::ReplicateCheckpoint:
            return State::storing_checkpoint;
        default:
            return std::nullopt;
    }
}

bool is_mutation(Message request) {
    return request == Message::Write || request == Message::RecordAppend;
}

constexpr std::size_t index_of(State state) {
    return static_cast<std::size_t>(state);
}

}  // namespace

ProtocolStates::ProtocolStates(HostId first_master, Listener& listener)
    : listener_(listener), master_(first_master) {
    if (first_master != sim::no_host) machine(first_master).kind = MachineKind::master;
}

ProtocolStates::Machine& ProtocolStates::machine(HostId host) {
    SIM_ASSERT(host != sim::no_host);
    const std::size_t index = sim::to_index(host);
    if (index >= machines_.size()) machines_.resize(index + 1);
    return machines_[index];
}

bool ProtocolStates::is_in(HostId host, State state) const {
    if (sim::to_index(host) >= machines_.size()) return false;
    const Machine& of_host = machines_[sim::to_index(host)];
    const std::size_t index = index_of(state);
    return !of_host.causes[index].empty() || of_host.requests[index] > 0;
}

bool ProtocolStates::anywhere(State state) const {
    const std::size_t index = index_of(state);
    return std::any_of(machines_.begin(), machines_.end(), [&](const Machine& one) {
        return !one.causes[index].empty() || one.requests[index] > 0;
    });
}

MachineKind ProtocolStates::kind_of(HostId host) const {
    const std::size_t index = sim::to_index(host);
    return index < machines_.size() ? machines_[index].kind : MachineKind::other;
}

void ProtocolStates::add(HostId host, State state, Key key) {
    const bool was_in = is_in(host, state);
    machine(host).causes[index_of(state)].insert(key);
    if (!was_in) listener_.entered(host, state);
}

void ProtocolStates::remove(HostId host, State state, Key key) {
    machine(host).causes[index_of(state)].erase(key);
}

void ProtocolStates::clear(HostId host, State state) {
    machine(host).causes[index_of(state)].clear();
}

void ProtocolStates::ended(HostId host) {
    Machine& of_host = machine(host);
    for (auto& causes : of_host.causes) causes.clear();
    of_host.requests.fill(0);
    of_host.asked_for_leases = 0;
    of_host.logged = of_host.flushed;
}

void ProtocolStates::apply(const sim::Event& event) {
    switch (sim::to_index(event.kind)) {
        case sim::event::sim_message_sent:
        case sim::event::sim_message_delivered:
            return on_message(event);
        case event::gfs_client_op_started:
        case event::gfs_client_op_ok:
        case event::gfs_client_op_failed:
        case event::gfs_push_started:
            return on_client(event);
        case event::gfs_push_finished:
            return add(host_at(event, 1), State::data_pushed, {event.fields[0], 0});
        case event::gfs_push_evicted:
            return remove(host_at(event, 1), State::data_pushed, {event.fields[0], 0});
        case event::gfs_mutation_ordered:
        case event::gfs_mutation_applied:
        case event::gfs_mutation_forwarded:
        case event::gfs_mutation_acknowledged:
        case event::gfs_mutation_failed:
            return on_mutation(event);
        case event::gfs_master_log_appended:
        case event::gfs_master_log_flushed:
        case event::gfs_master_checkpoint_started:
        case event::gfs_master_checkpoint_finished:
            return on_log(event);
        case event::gfs_master_crashed:
        case event::gfs_master_promoted:
        case event::gfs_master_recovered:
        case event::gfs_server_started:
        case event::gfs_server_crashed:
        case event::gfs_server_registered:
            return on_process(event);
        default:
            return on_chunk(event);
    }
}

// ---- requests ----------------------------------------------------------------------------------

void ProtocolStates::on_message(const sim::Event& event) {
    const std::uint64_t type = event.fields[0];
    const auto request = static_cast<Message>(type / 2);
    const bool is_reply = type % 2 != 0;
    const bool is_sent = event.kind == sim::event::message_sent;
    if (is_mutation(request)) on_client_message(event);
    if (is_sent != is_reply) return;  // a request that leaves, an answer that arrives
    const HostId answers = host_at(event, is_sent ? 1 : 2);
    if (const auto state = state_of(request)) on_request(answers, *state, !is_sent);
    if (request == Message::ReplicateLog && !is_sent && kind_of(answers) == MachineKind::other)
        machine(answers).kind = MachineKind::log_replica;
    if (request == Message::FindLeaseHolder) on_lease_request(answers, !is_sent);
}

// No event tells that a grant was given up. When everybody who asked has an answer, none goes on.
void ProtocolStates::on_lease_request(HostId master, bool arrives) {
    std::uint32_t& asked = machine(master).asked_for_leases;
    if (arrives)
        ++asked;
    else if (asked > 0)
        --asked;
    if (asked == 0) clear(master, State::granting_lease);
}

void ProtocolStates::on_request(HostId host, State state, bool arrives) {
    const bool was_in = is_in(host, state);
    std::uint32_t& requests = machine(host).requests[index_of(state)];
    // The answer of a process to what its predecessor was asked does not exist.
    if (arrives)
        ++requests;
    else if (requests > 0)
        --requests;
    if (!was_in && arrives) listener_.entered(host, state);
}

// Step 4 of GFS 3.1, as the client sees it: until the primary's answer has come.
void ProtocolStates::on_client_message(const sim::Event& event) {
    const bool is_reply = event.fields[0] % 2 != 0;
    const bool is_sent = event.kind == sim::event::message_sent;
    const Key op{event.fields[3], 0};
    if (is_sent && !is_reply) {
        remove(host_at(event, 1), State::pushing_data, op);
        add(host_at(event, 1), State::waiting_for_primary, op);
    }
    if (!is_sent && is_reply) remove(host_at(event, 2), State::waiting_for_primary, op);
}

// ---- events ------------------------------------------------------------------------------------

void ProtocolStates::on_client(const sim::Event& event) {
    if (event.kind == event::push_started)
        return add(event.actor, State::pushing_data, {event.fields[3], 0});
    machine(event.actor).kind = MachineKind::client;
    const Key op{event.fields[0], 0};
    if (event.kind == event::client_op_started) return add(event.actor, State::operation_open, op);
    for (const State state :
         {State::operation_open, State::pushing_data, State::waiting_for_primary})
        remove(event.actor, state, op);
}

// A primary applies what it has ordered, then forwards it and waits (GFS 3.1, steps 4 to 6).
void ProtocolStates::on_mutation(const sim::Event& event) {
    const HostId server = host_at(event, 2);
    const Key mutation{event.fields[0], event.fields[1]};
    if (event.kind == event::mutation_ordered) {
        remove(server, State::data_pushed, {event.fields[6], 0});
        return add(server, State::applying, mutation);
    }
    if (event.kind == event::mutation_applied)
        return remove(server, State::data_pushed, {event.fields[6], 0});
    remove(server, State::applying, mutation);
    if (event.kind == event::mutation_forwarded)
        return add(server, State::waiting_for_secondaries, mutation);
    remove(server, State::waiting_for_secondaries, mutation);
}

void ProtocolStates::on_chunk(const sim::Event& event) {
    const Key chunk{event.fields[0], 0};
    switch (sim::to_index(event.kind)) {
        case event::gfs_lease_accepted:
            return add(host_at(event, 1), State::lease_held, chunk);
        case event::gfs_lease_expired:
        case event::gfs_lease_revoked:
            return remove(host_at(event, 1), State::lease_held, chunk);
        case event::gfs_chunk_version_reserved:
            return add(event.actor, State::granting_lease, chunk);
        case event::gfs_chunk_version_granted:
        case event::gfs_lease_granted:
            return remove(event.actor, State::granting_lease, chunk);
        case event::gfs_clone_started:
            return add(event.actor, State::re_replicating, {event.fields[0], event.fields[2]});
        case event::gfs_clone_finished:
        case event::gfs_clone_failed:
            return remove(event.actor, State::re_replicating, {event.fields[0], event.fields[2]});
        default:
            return;
    }
}

void ProtocolStates::on_log(const sim::Event& event) {
    Machine& master = machine(event.actor);
    if (event.kind == event::master_checkpoint_started)
        return add(event.actor, State::checkpointing, {0, 0});
    if (event.kind == event::master_checkpoint_finished)
        return remove(event.actor, State::checkpointing, {0, 0});
    const std::uint64_t record = event.fields[event.kind == event::master_log_appended ? 0 : 1];
    if (event.kind == event::master_log_appended) {
        master.logged = record;
        return add(event.actor, State::log_unflushed, {0, 0});
    }
    master.flushed = record;
    if (master.flushed >= master.logged) clear(event.actor, State::log_unflushed);
}

void ProtocolStates::on_process(const sim::Event& event) {
    const HostId host = host_at(event, 0);
    switch (sim::to_index(event.kind)) {
        case event::gfs_server_started:
            machine(host).kind = MachineKind::chunkserver;
            running_.insert(host);
            return;
        case event::gfs_server_crashed:
            running_.erase(host);
            remove(master_, State::collecting_locations, {sim::to_index(host), 0});
            return ended(host);
        case event::gfs_server_registered:
            return remove(event.actor, State::collecting_locations, {sim::to_index(host), 0});
        case event::gfs_master_recovered:
            return recovered(host);
        default:
            // Crashed, or promoted: on that machine, what was under way has ended.
            ended(host);
            machine(host).kind = MachineKind::master;
            if (event.kind == event::master_promoted) master_ = host;
            return add(host, State::recovering, {0, 0});
    }
}

void ProtocolStates::recovered(HostId master) {
    clear(master, State::recovering);
    for (const HostId server : running_)
        add(master, State::collecting_locations, {sim::to_index(server), 0});
}

}  // namespace gfs::checks
