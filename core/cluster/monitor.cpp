// SPDX-License-Identifier: Apache-2.0
// The external monitor: GFS 5.1.3. What the master asks of it is in master/log_members.cpp.

#include "core/cluster/monitor.h"

#include <algorithm>
#include <vector>

#include "core/common/events.h"
#include "sim/assert.h"
#include "sim/engine.h"
#include "sim/operation.h"
#include "sim/rpc.h"

namespace gfs {
namespace {

// Pings in the time after which silence counts.
constexpr int pings = 5;

}  // namespace

Monitor::Monitor(sim::Host& host, const Config& config, MasterBook& book, MasterStarter& starter)
    : host_(host), config_(config), book_(book), starter_(starter) {
    host_.endpoint().on<CountLogReplica>(*this, &Monitor::on_count_log_replica);
    host_.endpoint().on<Ping>(*this, &Monitor::on_ping);
    host_.spawn("watch", watch());
}

// A master that starts again where it was, before the time is over, answers: nothing is done then.
Task<void> Monitor::watch() {
    const Duration period = std::max(config_.master_failover_after / pings, Duration{1});
    LocalTime heard = host_.now();
    while (true) {
        const LocalTime asked = host_.now();
        const bool is_there = co_await answers(book_.master);
        if (is_there) heard = host_.now();
        if (host_.now() - heard >= config_.master_failover_after) {
            const bool is_replaced = co_await replace_master();
            if (is_replaced) heard = host_.now();
        }
        const Duration left = period - (host_.now() - asked);
        const Duration rest = std::max(left, Duration{1});
        co_await sim::sleep(host_, rest);
    }
}

Task<bool> Monitor::answers(HostId host) {
    const Duration patience = std::max(config_.master_failover_after / pings, Duration{1});
    const Ping question{};
    const Ping::Reply answer = co_await sim::call(host_, host, question, patience);
    co_return answer.ok();
}

// The first log replica that counts and answers. What some log replicas have beyond what is
// acknowledged becomes part of the log if the chosen one has it, and is void if not.
Task<bool> Monitor::replace_master() {
    const std::vector<HostId> candidates(book_.counted.begin(), book_.counted.end());
    for (const HostId candidate : candidates) {
        const bool is_there = co_await answers(candidate);
        // The master may have been agreed meanwhile to go on without it.
        if (!is_there || !book_.counted.contains(candidate)) continue;
        // The machine may have died since it answered: a process that is started there fails at
        // once, and the next machine is asked.
        if (!host_.engine().host(candidate).up()) continue;
        SIM_ASSERT(candidate != book_.master);
        book_.counted.erase(candidate);
        book_.master = candidate;
        starter_.promote(candidate);
        co_return true;
    }
    co_return false;
}

// Choice (not in GFS): a master must not acknowledge anything that its successor would not have. So
// the monitor agrees before flushes go on without a log replica, and agrees to nothing more that a
// master asks whom it has replaced (rules U19, U20).
CountLogReplica::Reply Monitor::on_count_log_replica(const CountLogReplica& request) {
    if (request.master < book_.epoch && config_.has(Mechanism::master_epoch))
        return Code::old_epoch;
    // A message that was overtaken by a later one.
    const auto known = book_.changes.find(request.replica);
    if (known != book_.changes.end() && known->second.master == request.master &&
        known->second.number > request.change)
        return Code::out_of_order;
    book_.changes[request.replica] = {request.master, request.change};
    const bool is_new = request.counts ? book_.counted.insert(request.replica).second
                                       : book_.counted.erase(request.replica) != 0;
    if (is_new) host_.emit(event::log_replica_counts, {request.replica, request.counts ? 1 : 0});
    return Done{};
}

Ping::Reply Monitor::on_ping(const Ping&) {
    return Done{};
}

}  // namespace gfs
