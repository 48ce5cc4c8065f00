// SPDX-License-Identifier: Apache-2.0
// How a chunkserver and the master keep in touch: registration with a list of all chunks (GFS
// 2.6.2), regular HeartBeats (GFS 2.3) which carry lease extensions (GFS 3.1) and a subset of the
// chunks, and bring back what is garbage (GFS 4.4.1). The master's side is in master/heartbeat.cpp.

#include <iterator>
#include <utility>

#include "core/chunkserver/chunkserver.h"
#include "core/common/buggify.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

Task<void> ChunkServer::heartbeat_loop() {
    // Servers that start together do not all report in the same instant.
    const std::int64_t period_ns = sim::to_ns(config_.heartbeat);
    const Duration until_first{draws_.between(0, period_ns)};
    while (!co_await register_with_master()) co_await sim::sleep(host_, config_.heartbeat);
    co_await sim::sleep(host_, until_first);
    while (true) {
        co_await beat();
        const bool early = buggify(host_, Site::server_early_heartbeat);
        const Duration wait = early ? config_.heartbeat / 16 : config_.heartbeat;
        co_await sim::sleep(host_, wait);
    }
}

// A chunkserver has the final word over what chunks it does or does not have (GFS 2.6.2).
Task<bool> ChunkServer::register_with_master() {
    Register request{.server = id(),
                     .disk_capacity = store_.disk().capacity(),
                     .disk_used = disk_used(),
                     .replicas = {}};
    request.replicas.reserve(store_.replicas().size());
    for (const auto& [chunk, replica] : store_.replicas())
        request.replicas.push_back(report_of(chunk, replica));
    // What the complete report does not name is missing.
    const std::vector<ChunkHandle> missing(store_.missing().begin(), store_.missing().end());
    const Duration patience = config_.client_timeout;
    const Register::Reply answer = co_await sim::call(host_, master_, std::move(request), patience);
    if (!answer.ok() || is_replaced(master_of(answer->epoch))) co_return false;
    epoch_ = answer->epoch;
    heartbeats_ = 0;
    for (auto& [chunk, state] : states_) state.told_from = 0;
    for (const ChunkHandle chunk : missing) store_.forget_missing(chunk);
    delete_garbage(answer->garbage);
    co_return true;
}

Task<void> ChunkServer::beat() {
    if (!epoch_) {
        co_await register_with_master();
        co_return;
    }
    const std::vector<ChunkHandle> missing = find_missing();
    HeartBeat request{.server = id(),
                      .epoch = *epoch_,
                      .number = ++heartbeats_,
                      .disk_capacity = store_.disk().capacity(),
                      .disk_used = disk_used(),
                      .extend = {},
                      .replicas = next_reports(missing)};
    // While a chunk is being mutated, its primary asks for an extension (GFS 3.1).
    for (auto& [chunk, state] : states_) {
        if (!state.lease || state.lease->revoking) continue;
        if (!state.lease->mutated && state.lease->in_flight.empty()) continue;
        state.lease->mutated = false;
        request.extend.push_back({chunk, state.lease->version, 0});
    }
    host_.emit(event::heartbeat_sent, {id(), *epoch_});
    const HeartBeat::Reply answer =
        co_await sim::call(host_, master_, std::move(request), config_.client_timeout);
    // The answer may come from a master that has been replaced since the question left.
    const bool is_current = epoch_ && !is_replaced(master_of(*epoch_));
    if (answer.ok() && is_current) {
        for (const ChunkHandle chunk : missing) store_.forget_missing(chunk);
        extend_leases(answer->extensions);
        delete_garbage(answer->garbage);
    } else if (answer.ok() || answer.code() == Code::not_registered) {
        epoch_.reset();
        co_await register_with_master();
    } else {
        host_.emit(event::heartbeat_missed, {id()});
    }
}

// Choice (not in GFS): a master that has been replaced may still run, and believe that a replica is
// surplus which is the last one by now. Who has heard of its successor does not obey it (rule U20).
bool ChunkServer::is_replaced(MasterEpoch master) {
    if (master < store_.master() && config_.has(Mechanism::master_epoch)) return true;
    store_.set_master(master);
    return false;
}

// A shadow learns locations by itself (GFS 5.1.3).
PollChunks::Reply ChunkServer::on_poll_chunks(const PollChunks&) {
    ChunkList list;
    list.replicas.reserve(store_.replicas().size());
    for (const auto& [chunk, replica] : store_.replicas())
        list.replicas.push_back(report_of(chunk, replica));
    return list;
}

// What cannot be had is as good as used: nothing is placed on a disk that takes no writes.
std::uint64_t ChunkServer::disk_used() const {
    return store_.disk().capacity() - store_.disk().free();
}

// Files that were there and are gone; as many as one HeartBeat reports.
std::vector<ChunkHandle> ChunkServer::find_missing() const {
    std::vector<ChunkHandle> missing;
    for (const ChunkHandle chunk : store_.missing()) {
        if (missing.size() == config_.heartbeat_reports) break;
        missing.push_back(chunk);
        host_.emit(event::chunk_file_missing, {chunk, id()});
    }
    return missing;
}

// A HeartBeat reports `heartbeat_reports` chunks (rule U8): what is missing first, then the next
// ones in turn, so that in time the master hears of each.
std::vector<ReplicaReport> ChunkServer::next_reports(const std::vector<ChunkHandle>& missing) {
    SIM_ASSERT(missing.size() <= config_.heartbeat_reports);
    std::vector<ReplicaReport> reports;
    for (const ChunkHandle chunk : missing)
        reports.push_back({.chunk = chunk, .version = Version{0}, .length = 0, .missing = true});
    const auto& replicas = store_.replicas();
    auto at = replicas.upper_bound(last_reported_);
    const std::size_t room = config_.heartbeat_reports - reports.size();
    for (std::size_t left = std::min(room, replicas.size()); left > 0; --left) {
        if (at == replicas.end()) at = replicas.begin();
        last_reported_ = at->first;
        reports.push_back(report_of(at->first, at->second));
        ++at;
    }
    return reports;
}

ReplicaReport ChunkServer::report_of(ChunkHandle chunk, const StoredReplica& replica) const {
    return {chunk, replica.version, replica.content.length(), replica.corrupt};
}

void ChunkServer::extend_leases(const std::vector<LeaseExtension>& extensions) {
    for (const LeaseExtension& extension : extensions) {
        // The lease may have run out, been revoked or renewed while the HeartBeat was under way.
        Lease* const lease = find_lease(extension.chunk, extension.version);
        if (lease == nullptr || lease->revoking || lease->expires <= now()) continue;
        lease->expires = std::max(lease->expires, extension.expires);
        host_.emit(event::lease_prolonged,
                   {extension.chunk, id(), extension.version, lease->expires});
    }
}

void ChunkServer::delete_garbage(const std::vector<ReplicaReport>& garbage) {
    for (const ReplicaReport& report : garbage) {
        const StoredReplica* const replica = store_.find(report.chunk);
        // It may have been renewed since the master looked at it.
        if (replica == nullptr || replica->version > report.version) continue;
        // It will be reported again, and is garbage again.
        if (!store_.may_erase()) continue;
        drop_replica(report.chunk);
    }
}

}  // namespace gfs
