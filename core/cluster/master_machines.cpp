// SPDX-License-Identifier: Apache-2.0
// Which machine is the master's: GFS 5.1.3. The monitor decides it (monitor.cpp); a machine whose
// process starts looks it up, like everybody else, under the canonical name.

#include <algorithm>

#include "core/cluster/cluster.h"
#include "core/common/events.h"
#include "core/master/checkpoint.h"
#include "core/master/log_replica.h"
#include "core/master/log_store.h"
#include "core/master/master.h"
#include "core/master/shadow.h"

namespace gfs {

// Every process that is made master gets the next number, also one that starts again where the last
// one ended.
Appointment Cluster::appoint(HostId host) {
    SIM_ASSERT(host == book_.master);
    const sim::Host& machine = engine_.host(host);
    book_.epoch = next(book_.epoch);
    Appointment appointment;
    appointment.epoch = book_.epoch;
    appointment.log_replicas = log_machines_;
    // The first master's machine is none of its own log replicas.
    std::erase(appointment.log_replicas, host);
    appointment.counted.assign(book_.counted.begin(), book_.counted.end());
    appointment.monitor = monitor_;
    appointment.is_promoted = was_promoted_;
    appointment.has_shadows = !shadows_.empty();
    const std::uint32_t process = machine.incarnation();
    appointment.retire = [this, host, process] {
        engine_.after(sim::Duration{0}, [this, host, process] { retire(host, process); });
    };
    appointment.fail_stop = [this, host, process] {
        engine_.after(sim::Duration{0}, [this, host, process] { fail_stop(host, process); });
    };
    was_promoted_ = false;
    return appointment;
}

// The log replica's process makes room for a master's. What it had written and not yet synced is in
// the machine's memory still, and belongs to the log that the master finds.
void Cluster::promote(HostId host) {
    SIM_ASSERT(host == book_.master);
    Machine& machine = machines_.at(sim::to_index(host));
    SIM_ASSERT(machine.role == MachineRole::log_replica);
    for (Machine& former : machines_)
        if (former.role == MachineRole::master) former.role = MachineRole::log_replica;
    sim::Host& place = engine_.host(host);
    place.kill();
    place.endpoint().reset();
    network_.process_ended(host);
    machine.log_replica.reset();
    machine.disk->process_ended();
    machine.role = MachineRole::master;
    was_promoted_ = true;
    start_process(machine);
    place.emit(event::master_promoted, {host, to_number(book_.epoch)});
}

// A process that was master, and has learned that another one is, ends; a log replica's follows it.
void Cluster::retire(HostId host, std::uint32_t process) {
    const sim::Host& machine = engine_.host(host);
    if (!machine.up() || machine.incarnation() != process || host == book_.master) return;
    crash(host);
    restart(host);
}

// A master process that cannot trust its disk ends. Choice (not in GFS): where the monitor can make
// another machine the master, this one stays down for long enough that it does, and comes back as a
// log replica; where nobody else has the log, a new process tries again.
void Cluster::fail_stop(HostId host, std::uint32_t process) {
    const sim::Host& machine = engine_.host(host);
    if (!machine.up() || machine.incarnation() != process) return;
    crash(host);
    const bool is_replaceable = monitor_ != sim::no_host && !book_.counted.empty();
    const Duration down =
        is_replaceable ? 3 * config_.master_failover_after : config_.client_timeout;
    engine_.after(down, [this, host, process] {
        const sim::Host& same = engine_.host(host);
        if (!same.up() && same.incarnation() == process) restart(host);
    });
}

const Metadata& Cluster::metadata() const {
    if (master() != nullptr && master()->serving()) return master()->metadata();
    const LogStore& log = *machine(master_host()).log;
    const LogIndex last = log.last();
    const MasterEpoch by = log.master_of_record(last);
    const bool is_known =
        logged_ && logged_->host == master_host() && logged_->last == last && logged_->master == by;
    if (!is_known) logged_ = LoggedState{master_host(), last, by, state_at(log, last, config_)};
    return *logged_->checkpoint.state;
}

}  // namespace gfs
