// SPDX-License-Identifier: Apache-2.0
// Operations of the client library and their limits: GFS 2.3. What is tried again is in retry.cpp;
// the operations themselves are in namespace.cpp, read.cpp, write.cpp and append.cpp.

#include "core/client/client.h"

#include <algorithm>
#include <utility>

#include "core/common/events.h"
#include "sim/assert.h"
#include "sim/engine.h"
#include "sim/network/network.h"

namespace gfs {
namespace {

// Data is expected to flow at 1 MB/s or faster, on top of the time for one request.
constexpr std::int64_t slowest_ns_per_byte = 1'000;

// Operations of one process. A client that crashed and came back must not give out their numbers
// again.
constexpr std::uint32_t operations_of_a_process = 1U << 24;

}  // namespace

Client::Client(sim::Host& host, const Config& config, const HostId& master,
               const std::vector<HostId>& shadows, std::uint64_t seed)
    : host_(host),
      config_(config),
      master_(master),
      shadows_(shadows),
      back_off_draws_(seed, "client.back_off", sim::to_index(host.id())),
      replica_draws_(seed, "client.replicas", sim::to_index(host.id())),
      cache_(config),
      retry_(make_retry(config.retry)),
      timeout_(make_timeout(config.timeout)),
      replica_choice_(make_replica_choice(config.replica_choice)) {}

OpId Client::begin(const Begin& what) {
    SIM_ASSERT(host_.incarnation() > 0);
    SIM_ASSERT(!what.file.empty());
    SIM_ASSERT(operations_begun_ + 1 < operations_of_a_process);
    const std::uint32_t number =
        (host_.incarnation() - 1) * operations_of_a_process + ++operations_begun_;
    const OpId op{(std::uint64_t{sim::to_index(id())} << 32) | number};
    const LocalTime now = host_.now();
    const bool fresh = running_
                           .emplace(op, Running{.kind = what.kind,
                                                .file = what.file,
                                                .began = now,
                                                .ends = now + op_limit_.value_or(default_limit())})
                           .second;
    SIM_ASSERT(fresh);
    host_.emit(event::client_op_started, {op, text(what.kind), text(what.file), text(what.to),
                                          what.offset, what.length, what.data});
    return op;
}

void Client::end_ok(OpId op, const Outcome& outcome) {
    const auto ended = running_.find(op);
    SIM_ASSERT(ended != running_.end());
    const Running& operation = ended->second;
    const Duration latency = host_.now() - operation.began;
    host_.emit(event::client_op_ok, {op, text(operation.kind), text(operation.file), latency,
                                     outcome.bytes, outcome.offset});
    running_.erase(ended);
}

void Client::end_failed(OpId op, Code code) {
    SIM_ASSERT(code != Code::ok);
    const auto ended = running_.find(op);
    SIM_ASSERT(ended != running_.end());
    const Running& operation = ended->second;
    const Duration latency = host_.now() - operation.began;
    const int definite = operation.may_have_happened ? 0 : 1;
    host_.emit(event::client_op_failed,
               {op, text(operation.kind), text(operation.file), code, latency, definite});
    running_.erase(ended);
}

Client::Running& Client::running(OpId op) {
    const auto found = running_.find(op);
    SIM_ASSERT(found != running_.end());
    return found->second;
}

void Client::made_progress(OpId op) {
    Running& operation = running(op);
    operation.failures = 0;
    if (!op_limit_) operation.ends = host_.now() + default_limit();
}

// Long enough to sit out what the protocol may take: a lease that has to run out and one more that
// was offered and lost, a master that restarts, a dead server that has to be noticed.
Duration Client::default_limit() const {
    return 2 * (config_.lease + config_.lease_guard) + 3 * config_.client_timeout +
           config_.master_restart + config_.dead_after;
}

// A call needs a deadline in the future, also when the clock jumped over the operation's limit.
Duration Client::time_left(OpId op) const {
    return std::max(running_.at(op).ends - host_.now(), Duration{1});
}

Duration Client::patience(OpId op, std::uint64_t bytes, HostId to) const {
    const Duration flowing{static_cast<std::int64_t>(bytes) * slowest_ns_per_byte};
    return std::min(timeout_->limit(to, config_.client_timeout) + flowing, time_left(op));
}

void Client::note_answer(HostId to, LocalTime sent, Code code) {
    const Duration waited = host_.now() - sent;
    if (code == Code::timeout)
        timeout_->timed_out(to, waited);
    else
        timeout_->answered(to, waited);
}

void Client::order_for_reading(std::vector<ServerId>& servers) {
    SIM_ASSERT(!servers.empty());
    const sim::Network& network = host_.endpoint().network();
    std::vector<ReadCandidate> candidates;
    for (const ServerId server : servers) {
        const auto asked = reads_asked_.find(server);
        candidates.push_back({.server = server,
                              .distance = network.distance(id(), server),
                              .asked = asked == reads_asked_.end() ? 0 : asked->second});
    }
    replica_choice_->order(candidates, replica_draws_);
    SIM_ASSERT(candidates.size() == servers.size());
    for (std::size_t i = 0; i < servers.size(); ++i) servers[i] = candidates[i].server;
}

void Client::order_by_distance(std::vector<ServerId>& servers) {
    SIM_ASSERT(!servers.empty());
    replica_draws_.shuffle(servers);
    const sim::Network& network = host_.endpoint().network();
    std::stable_sort(servers.begin(), servers.end(), [&](ServerId a, ServerId b) {
        return network.distance(id(), a) < network.distance(id(), b);
    });
}

sim::TextId Client::text(std::string_view name) const {
    return host_.engine().text(name);
}

void Client::emit_retried(OpId op, Code code) {
    const Running& operation = running(op);
    host_.emit(event::client_retried, {op, text(operation.file), code, operation.attempts});
}

}  // namespace gfs
