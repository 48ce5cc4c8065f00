// SPDX-License-Identifier: Apache-2.0
// What a process is told when it is made master (GFS 5.1.3): by the monitor, or by whoever starts
// it again where it was.
#pragma once

#include <functional>
#include <vector>

#include "core/common/ids.h"

namespace gfs {

struct Appointment {
    MasterEpoch epoch{1};
    // All other machines with a log, and those of them that count: they have every record that was
    // acknowledged, and flushes wait for them.
    std::vector<HostId> log_replicas;
    std::vector<HostId> counted;
    // Agrees before a log replica counts no longer; sim::no_host: nobody needs to.
    HostId monitor = sim::no_host;
    // Another machine was master before, and may still believe that it is.
    bool is_promoted = false;
    // Shadows read at the log replicas, and want to know what is flushed.
    bool has_shadows = false;
    // Called once, when the process learns that another one is master: it should end.
    std::function<void()> retire = [] {};
    // Called once, when the process cannot trust its disk any more: it is to end.
    std::function<void()> fail_stop = [] {};
};

// The first master of a cluster, whose log replicas all count.
inline Appointment first_appointment(const std::vector<HostId>& log_replicas) {
    Appointment appointment;
    appointment.log_replicas = log_replicas;
    appointment.counted = log_replicas;
    return appointment;
}

}  // namespace gfs
