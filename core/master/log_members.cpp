// SPDX-License-Identifier: Apache-2.0
// Which log replicas count, and what a master does that has been replaced: GFS 5.1.3, where the
// paper is silent about both (rules U19, U20).
//
// Choice (not in GFS): a master that flushed without a log replica, and died, could be followed by
// a master with that log replica's log, which lacks what was acknowledged. So before flushes go on
// without one the monitor must have agreed to make no master of it; and the monitor, once it has
// made a new master, agrees to nothing that the old one asks. A master that is cut off from the
// monitor and from a log replica can change nothing any more.

#include "core/common/events.h"
#include "core/master/operation_log.h"
#include "sim/rpc.h"

namespace gfs {

// Choice (not in GFS): one silent log replica does not stop all changes for ever (rule U19).
bool OperationLog::is_given_up(const Replica& replica) const {
    // allow(synonym): to wait for it
    if (config_.log_replica_down == LogReplicaDown::block) return false;
    if (!replica.live || !replica.silent_since) return false;
    return host_.now() - *replica.silent_since >= config_.log_replica_timeout;
}

Task<void> OperationLog::stop_counting(std::size_t place) {
    const std::uint64_t change = ++changes_;
    replicas_.at(place).change = change;
    const CountLogReplica request{
        .master = epoch_, .replica = replicas_.at(place).host, .counts = false, .change = change};
    // Until the monitor has agreed, the log replica counts.
    const CountLogReplica::Reply answer = co_await tell_monitor(request);
    if (!answer.ok()) co_return;
    replicas_.at(place).live = false;
    replica_moved_.notify_all();
}

// Ends when the monitor knows, or when there is something newer to tell.
Task<void> OperationLog::count(std::size_t place, std::uint64_t change) {
    while (replicas_.at(place).change == change) {
        const CountLogReplica request{.master = epoch_,
                                      .replica = replicas_.at(place).host,
                                      .counts = true,
                                      .change = change};
        const CountLogReplica::Reply answer = co_await tell_monitor(request);
        if (answer.ok()) co_return;
        co_await sim::sleep(host_, config_.client_timeout);
    }
}

Task<CountLogReplica::Reply> OperationLog::tell_monitor(CountLogReplica change) {
    if (appointment_.monitor == sim::no_host) co_return Done{};
    const HostId monitor = appointment_.monitor;
    const CountLogReplica::Reply answer =
        co_await sim::call(host_, monitor, change, config_.client_timeout);
    if (answer.code() == Code::old_epoch) retire();
    co_return answer;
}

// A new master takes this machine for one of its log replicas.
ReplicateLog::Reply OperationLog::on_replicate_log(const ReplicateLog& request) {
    if (request.master < epoch_) return Code::old_epoch;
    if (request.master > epoch_) retire();
    return Code::starting;
}

void OperationLog::retire() {
    if (retired_ || !config_.has(Mechanism::master_epoch)) return;
    retired_ = true;
    host_.emit(event::master_superseded, {host_.id(), to_number(epoch_)});
    appointment_.retire();
}

}  // namespace gfs
