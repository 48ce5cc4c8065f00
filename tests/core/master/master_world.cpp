// SPDX-License-Identifier: Apache-2.0

#include "tests/core/master/master_world.h"

#include <algorithm>

namespace gfs::testing {

FakeChunkServer::FakeChunkServer(sim::Host& host, const Config& config, HostId master,
                                 Replicas on_disk)
    : replicas(std::move(on_disk)), host_(host), config_(config), master_(master), never_(host) {
    sim::Endpoint& endpoint = host.endpoint();
    endpoint.on<CreateChunk>(*this, &FakeChunkServer::on_create_chunk);
    endpoint.on<GrantLease>(*this, &FakeChunkServer::on_grant_lease);
    endpoint.on<VerifyReplica>(*this, &FakeChunkServer::on_verify_replica);
    endpoint.on<RevokeLease>(*this, &FakeChunkServer::on_revoke_lease);
    endpoint.on<CloneChunk>(*this, &FakeChunkServer::on_clone_chunk);
    endpoint.on<CopyChunkLocally>(*this, &FakeChunkServer::on_copy_chunk_locally);
    endpoint.on<DeleteChunk>(*this, &FakeChunkServer::on_delete_chunk);
    host.spawn("heartbeat_loop", heartbeat_loop());
}

Task<void> FakeChunkServer::heartbeat_loop() {
    while (true) {
        if (!beats) {
            co_await sim::sleep(host_, config_.heartbeat);
            continue;
        }
        if (!epoch) {
            co_await join();
        } else {
            HeartBeat request{.server = id(),
                              .epoch = *epoch,
                              .number = ++heartbeats,
                              .disk_capacity = 1'000'000,
                              .disk_used = disk_used,
                              .extend = {},
                              .replicas = {}};
            for (const ChunkHandle chunk : extend) request.extend.push_back(report(chunk));
            for (const ChunkHandle chunk : missing)
                request.replicas.push_back(
                    {.chunk = chunk, .version = Version{0}, .length = 0, .missing = true});
            for (const auto& [chunk, version] : replicas) request.replicas.push_back(report(chunk));
            const HeartBeat::Reply reply =
                co_await sim::call(host_, master_, std::move(request), config_.client_timeout);
            if (reply.code() == Code::not_registered) {
                epoch.reset();
                continue;
            }
            if (reply.ok()) {
                extensions = reply->extensions;
                garbage = reply->garbage;
            }
        }
        co_await sim::sleep(host_, config_.heartbeat);
    }
}

Task<void> FakeChunkServer::join() {
    Register request{
        .server = id(), .disk_capacity = 1'000'000, .disk_used = disk_used, .replicas = {}};
    for (const auto& [chunk, version] : replicas) request.replicas.push_back(report(chunk));
    const Register::Reply reply =
        co_await sim::call(host_, master_, std::move(request), config_.client_timeout);
    if (!reply.ok()) co_return;
    epoch = reply->epoch;
    garbage = reply->garbage;
}

Task<Answer<Done>> FakeChunkServer::answer(Message message) {
    if (silent) co_await never_.wait();
    const auto refused = refuse.find(message);
    if (refused != refuse.end()) co_return refused->second;
    co_return Done{};
}

Task<CreateChunk::Reply> FakeChunkServer::on_create_chunk(CreateChunk request) {
    creations.push_back(request);
    if (!refuse.contains(Message::CreateChunk)) replicas[request.chunk] = request.version;
    co_return co_await answer(Message::CreateChunk);
}

Task<GrantLease::Reply> FakeChunkServer::on_grant_lease(GrantLease request) {
    grants.push_back(request);
    if (!refuse.contains(Message::GrantLease)) replicas[request.chunk] = request.version;
    co_return co_await answer(Message::GrantLease);
}

Task<VerifyReplica::Reply> FakeChunkServer::on_verify_replica(VerifyReplica request) {
    verifications.push_back(request);
    co_await sim::sleep(host_, verify_time);
    if (rotten) co_return Code::checksum_mismatch;
    co_return co_await answer(Message::VerifyReplica);
}

Task<RevokeLease::Reply> FakeChunkServer::on_revoke_lease(RevokeLease request) {
    revocations.push_back(request);
    co_return co_await answer(Message::RevokeLease);
}

Task<CloneChunk::Reply> FakeChunkServer::on_clone_chunk(CloneChunk request) {
    clones.push_back(request);
    co_await sim::sleep(host_, clone_time);
    if (!refuse.contains(Message::CloneChunk)) {
        replicas[request.chunk] = request.version;
        corrupt.erase(request.chunk);
    }
    co_return co_await answer(Message::CloneChunk);
}

Task<CopyChunkLocally::Reply> FakeChunkServer::on_copy_chunk_locally(CopyChunkLocally request) {
    copies.push_back(request);
    co_await sim::sleep(host_, copy_time);
    const bool done = !silent && !refuse.contains(Message::CopyChunkLocally);
    if (done) replicas[request.copy] = request.copy_version;
    co_return co_await answer(Message::CopyChunkLocally);
}

Task<DeleteChunk::Reply> FakeChunkServer::on_delete_chunk(DeleteChunk request) {
    deletions.push_back(request);
    if (!refuse.contains(Message::DeleteChunk)) {
        replicas.erase(request.chunk);
        corrupt.erase(request.chunk);
    }
    co_return co_await answer(Message::DeleteChunk);
}

MasterWorld::MasterWorld(WorldOptions options)
    : config(options.config), engine({.seed = 7, .events = &event_table()}), network(engine, {}) {
    engine.observe(*this);
    master_host = add_host("master", 0);
    add_log(master_host);
    for (std::uint32_t i = 0; i < options.log_replicas; ++i) {
        const HostId id = add_host("log" + std::to_string(i + 1), 0);
        log_hosts.push_back(id);
        add_log(id);
        log_replicas[id] = std::make_unique<LogReplica>(host(id), config, *logs.at(id));
    }
    client = add_host("client", 0);
    start_master();
    for (std::uint32_t i = 0; i < options.servers; ++i) {
        const HostId id = add_host("cs" + std::to_string(i + 1), i % options.racks);
        servers[id] = std::make_unique<FakeChunkServer>(host(id), config, master_host,
                                                        FakeChunkServer::Replicas{});
    }
    run_for(100ms);  // all register
}

HostId MasterWorld::add_host(const std::string& name, std::uint32_t rack) {
    sim::Host& added = engine.add_host(name, rack);
    network.connect(added);
    added.start();
    return added.id();
}

void MasterWorld::add_log(HostId id) {
    disks[id] = std::make_unique<sim::Disk>(engine, host(id), sim::DiskOptions{});
    logs[id] = std::make_unique<LogStore>(*disks.at(id));
}

void MasterWorld::start_master() {
    if (!host(master_host).up()) host(master_host).start();
    Appointment appointment = first_appointment(log_hosts);
    appointment.epoch = MasterEpoch{host(master_host).incarnation()};
    master = std::make_unique<Master>(host(master_host), config, *logs.at(master_host),
                                      std::move(appointment));
}

void MasterWorld::crash_master() {
    host(master_host).kill();
    network.process_ended(master_host);
    disks.at(master_host)->process_ended();
    master.reset();
}

void MasterWorld::power_loss_of_master() {
    crash_master();
    logs.at(master_host)->lose_unsynced();
}

void MasterWorld::crash_server(ServerId id) {
    host(id).kill();
    network.process_ended(id);
}

void MasterWorld::start_server(ServerId id) {
    host(id).start();
    auto replicas = server(id).replicas;
    servers[id] =
        std::make_unique<FakeChunkServer>(host(id), config, master_host, std::move(replicas));
}

Code MasterWorld::create(const std::string& file) {
    return ask(Create{.op = OpId{1}, .client = client, .file = file}).code();
}

Code MasterWorld::make_directory(const std::string& directory) {
    return ask(MakeDirectory{.op = OpId{1}, .client = client, .directory = directory}).code();
}

Code MasterWorld::remove(const std::string& file) {
    return ask(Delete{.op = OpId{1}, .client = client, .file = file}).code();
}

Code MasterWorld::snapshot(const std::string& from, const std::string& to) {
    return ask(Snapshot{.op = {}, .client = client, .from = from, .to = to}).code();
}

Code MasterWorld::rename(const std::string& from, const std::string& to) {
    return ask(Rename{.op = OpId{1}, .client = client, .from = from, .to = to}).code();
}

Answer<LeaseHolder> MasterWorld::lease_holder(const std::string& file, std::uint32_t index) {
    return ask(FindLeaseHolder{.op = OpId{1},
                               .client = client,
                               .file = file,
                               .which = FindLeaseHolder::Which::at_index,
                               .index = ChunkIndex{index}});
}

LeaseHolder MasterWorld::new_chunk(const std::string& file) {
    REQUIRE(create(file) == Code::ok);
    const Answer<LeaseHolder> holder = lease_holder(file);
    REQUIRE(holder.ok());
    return *holder;
}

std::size_t MasterWorld::count(sim::EventKind kind) const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [&](const auto& event) { return event.kind == kind; }));
}

const sim::Event& MasterWorld::last(sim::EventKind kind) const {
    const auto found = std::find_if(events.rbegin(), events.rend(),
                                    [&](const auto& event) { return event.kind == kind; });
    REQUIRE(found != events.rend());
    return *found;
}

std::string MasterWorld::text(std::uint64_t field) const {
    return std::string(engine.texts().text(static_cast<sim::TextId>(field)));
}

}  // namespace gfs::testing
