// SPDX-License-Identifier: Apache-2.0
// How the master knows the chunkservers: registration with a report of all chunks (GFS 2.6.2),
// HeartBeats (GFS 2.3), and the declaration of death. What is made of the reported replicas is in
// stale_replicas.cpp, extensions are in lease_end.cpp. The other side is in
// chunkserver/registration.cpp.

#include <algorithm>
#include <utility>

#include "core/master/master.h"
#include "sim/engine.h"

namespace gfs {

// A chunkserver has the final word over what chunks it does or does not have (GFS 2.6.2).
Register::Reply Master::on_register(const Register& request) {
    if (!serving_) return Code::starting;
    const bool is_known = servers_.contains(request.server);
    Server& server = servers_[request.server];
    // Choice (not in GFS): registrations are numbered, so that a HeartBeat sent before this one can
    // be told from one sent after (rule U22). The number also says which master took it.
    server.epoch = registration(epoch(), ++registrations_);
    server.rack = host_.engine().host(request.server).rack();
    set_alive(server, true);
    server.last_heard = now();
    server.heartbeat = 0;
    server.disk_capacity = request.disk_capacity;
    server.disk_used = request.disk_used;
    host_.emit(event::server_registered, {request.server, server.epoch, request.replicas.size()});
    if (is_known) host_.emit(event::server_rejoined, {request.server, server.epoch});
    doubt_leases_of(server, request.server);
    give_up_clones_of(request.server);

    // What it stored for a grant that is under way may be gone, unless it is reported below.
    for (auto& [handle, granting] : granting_) granting.lost.insert(request.server);

    // The report is complete: what we believed to be there and is not in it is gone.
    const std::set<ChunkHandle> believed = server.chunks;
    std::set<ChunkHandle> reported;
    Registered answer{.epoch = server.epoch, .garbage = {}};
    for (const ReplicaReport& report : request.replicas) {
        reported.insert(report.chunk);
        take_report(request.server, report, ReportKind::registration, answer.garbage);
    }
    for (const ChunkHandle handle : believed)
        if (!reported.contains(handle)) drop_replica(handle, request.server, "missing");
    for (auto& [handle, lost] : creating_)
        if (!reported.contains(handle)) lost.insert(request.server);
    repair_.notify_all();
    return answer;
}

HeartBeat::Reply Master::on_heartbeat(const HeartBeat& request) {
    if (!serving_) return Code::starting;
    const auto known = servers_.find(request.server);
    const bool is_current =
        known != servers_.end() && known->second.alive && known->second.epoch == request.epoch;
    // Sent before its death was declared, or to an earlier master: it must not bring back replicas
    // that have been made up for, and that the server may have lost since.
    if (!is_current && config_.has(Mechanism::registration_epoch)) {
        host_.emit(event::heartbeat_rejected, {request.server, request.epoch});
        return Code::not_registered;
    }
    Server& server = servers_[request.server];
    // Choice (not in GFS): one that was overtaken, or is heard twice, tells of replicas that may be
    // gone by now.
    if (request.number <= server.heartbeat && is_current) return Code::overtaken;
    server.rack = host_.engine().host(request.server).rack();
    set_alive(server, true);
    server.last_heard = now();
    server.heartbeat = request.number;
    server.disk_capacity = request.disk_capacity;
    server.disk_used = request.disk_used;

    HeartBeatAnswer answer;
    for (const ReplicaReport& asked : request.extend) extend_lease(asked, request.server, answer);
    for (const ReplicaReport& report : request.replicas)
        take_report(request.server, report, ReportKind::heartbeat, answer.garbage);
    chunks_.set_aside_if_many();
    return answer;
}

Ping::Reply Master::on_ping(const Ping&) {
    return Done{};
}

bool Master::is_alive(ServerId id) const {
    const auto found = servers_.find(id);
    return found != servers_.end() && found->second.alive;
}

void Master::set_alive(Server& server, bool alive) {
    if (server.alive == alive) return;
    server.alive = alive;
    rack_has(server.rack, alive ? 1 : -1);
}

Task<void> Master::watch_servers() {
    while (true) {
        // A server that registers meanwhile cannot be due before this wait is over.
        Duration wait = config_.dead_after;
        for (const auto& [id, server] : servers_)
            if (server.alive) wait = std::min(wait, server.last_heard + config_.dead_after - now());
        wait = std::max(wait, Duration{1});
        co_await sim::sleep(host_, wait);
        std::vector<ServerId> silent;
        for (const auto& [id, server] : servers_)
            if (server.alive && now() - server.last_heard >= config_.dead_after)
                silent.push_back(id);
        for (const ServerId id : silent) declare_dead(id);
    }
}

void Master::declare_dead(ServerId id) {
    Server& server = servers_.at(id);
    set_alive(server, false);
    host_.emit(event::server_declared_dead, {id});
    doubt_leases_of(server, id);
    give_up_clones_of(id);
    const std::set<ChunkHandle> lost = server.chunks;
    for (const ChunkHandle handle : lost) drop_replica(handle, id, "dead");
    if (config_.has(Mechanism::handle_uniqueness)) SIM_ASSERT(server.chunks.empty());
    repair_.notify_all();
}

// The process that held these leases may have ended, and whoever runs there now may know nothing of
// them. The next client that asks has the master find out.
void Master::doubt_leases_of(const Server& server, ServerId id) {
    for (const ChunkHandle handle : server.chunks) {
        // Without unique handles another chunk may have taken the place of one that was here.
        Chunk* const chunk = find(handle);
        if (chunk == nullptr) continue;
        if (chunk->lease && chunk->lease->primary == id) chunk->lease->ending = true;
    }
}

}  // namespace gfs
