// SPDX-License-Identifier: Apache-2.0
// Processes of a cluster begin and end. GFS makes no difference between normal and abnormal
// termination (GFS 5.1.1): a process that starts finds what the disk kept, and nothing else. Which
// machine is the master's is in master_machines.cpp.

#include "core/chunkserver/chunkserver.h"
#include "core/client/client.h"
#include "core/cluster/cluster.h"
#include "core/common/events.h"
#include "core/master/log_replica.h"
#include "core/master/log_store.h"
#include "core/master/master.h"
#include "core/master/shadow.h"

namespace gfs {

void Cluster::start() {
    install_preloaded();
    // The master finds its log replicas there.
    for (Machine& machine : machines_)
        if (machine.role == MachineRole::log_replica) start_process(machine);
    for (Machine& machine : machines_)
        if (machine.role != MachineRole::log_replica) start_process(machine);
}

void Cluster::start_process(Machine& machine) {
    sim::Host& host = engine_.host(machine.host);
    host.start();
    switch (machine.role) {
        case MachineRole::master:
            machine.master =
                std::make_unique<Master>(host, config_, *machine.log, appoint(machine.host));
            break;
        case MachineRole::log_replica:
            machine.log_replica = std::make_unique<LogReplica>(host, config_, *machine.log);
            break;
        case MachineRole::chunkserver:
            machine.chunkserver =
                std::make_unique<ChunkServer>(host, config_, *machine.chunks, book_.master);
            break;
        case MachineRole::client:
            machine.client =
                std::make_unique<Client>(host, config_, book_.master, shadows_, engine_.seed());
            machine.client->set_user(machine.user);
            break;
        case MachineRole::shadow:
            machine.shadow = std::make_unique<Shadow>(host, config_,
                                                      Shadow::Places{log_machines_, chunkservers_});
            break;
        case MachineRole::monitor: {
            MasterStarter& starter = *this;
            machine.monitor = std::make_unique<Monitor>(host, config_, book_, starter);
            break;
        }
    }
}

void Cluster::end_process(Machine& machine) {
    sim::Host& host = engine_.host(machine.host);
    if (machine.host == book_.master) host.emit(event::master_crashed, {machine.host});
    if (machine.role == MachineRole::chunkserver) host.emit(event::server_crashed, {machine.host});
    // The coroutines go first: they use the actor.
    host.kill();
    host.endpoint().reset();
    network_.process_ended(machine.host);
    machine.master.reset();
    machine.chunkserver.reset();
    machine.log_replica.reset();
    machine.shadow.reset();
    machine.monitor.reset();
    machine.client.reset();
}

void Cluster::crash(HostId host) {
    Machine& machine = machines_.at(sim::to_index(host));
    end_process(machine);
    if (machine.disk) machine.disk->process_ended();
}

void Cluster::stop(HostId host) {
    Machine& machine = machines_.at(sim::to_index(host));
    end_process(machine);
    if (machine.disk) machine.disk->drain();
}

void Cluster::power_loss(HostId host, bool lose_unsynced, Torn torn) {
    Machine& machine = machines_.at(sim::to_index(host));
    end_process(machine);
    if (!machine.disk) return;
    if (!lose_unsynced) return machine.disk->process_ended();
    const PowerLoss how{config_.checksum_order, torn == Torn::yes};
    if (machine.chunks) machine.chunks->lose_unsynced(how);
    if (machine.log) machine.log->lose_unsynced();
}

void Cluster::restart(HostId host) {
    start_process(machines_.at(sim::to_index(host)));
}

void Cluster::pause(HostId host) {
    engine_.host(host).pause();
}

void Cluster::resume(HostId host) {
    engine_.host(host).resume();
}

}  // namespace gfs
