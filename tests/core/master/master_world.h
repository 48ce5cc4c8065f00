// SPDX-License-Identifier: Apache-2.0
// A master with scripted peers: chunkservers that answer what a test tells them to, log replicas,
// and a client that asks one question at a time.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/common/config.h"
#include "core/common/events.h"
#include "core/common/messages.h"
#include "core/master/log_replica.h"
#include "core/master/log_store.h"
#include "core/master/master.h"
#include "sim/disk/disk.h"
#include "sim/engine.h"
#include "sim/network/network.h"
#include "sim/rpc.h"
#include "sim/sync.h"

namespace gfs::testing {

// Registers, beats and reports like a chunkserver; what it answers to the master is the test's.
class FakeChunkServer {
  public:
    using Replicas = std::map<ChunkHandle, Version>;
    // Registers at once, with these replicas.
    FakeChunkServer(sim::Host& host, const Config& config, HostId master, Replicas on_disk);

    Replicas replicas;
    std::set<ChunkHandle> extend;  // asks for an extension of these leases
    std::set<ChunkHandle> corrupt;  // says so of these replicas
    std::set<ChunkHandle> missing;  // says that these files are gone
    bool beats = true;
    bool silent = false;  // does what it is told, and does not answer
    bool rotten = false;  // finds a bad checksum when it reads all of a replica
    std::map<Message, Code> refuse;
    Duration clone_time{0};
    Duration verify_time{0};  // until it has read all of a replica
    Duration copy_time{0};  // of a local copy
    std::uint64_t disk_used = 0;

    std::optional<Epoch> epoch;
    std::uint64_t heartbeats = 0;  // numbers given out
    std::vector<CreateChunk> creations;
    std::vector<GrantLease> grants;
    std::vector<VerifyReplica> verifications;
    std::vector<RevokeLease> revocations;
    std::vector<CloneChunk> clones;
    std::vector<CopyChunkLocally> copies;
    std::vector<DeleteChunk> deletions;
    std::vector<LeaseExtension> extensions;
    std::vector<ReplicaReport> garbage;

    ServerId id() const { return host_.id(); }
    ReplicaReport report(ChunkHandle chunk) const {
        return {chunk, replicas.at(chunk), 100, corrupt.contains(chunk)};
    }

  private:
    Task<void> heartbeat_loop();
    Task<void> join();
    Task<CreateChunk::Reply> on_create_chunk(CreateChunk request);
    Task<GrantLease::Reply> on_grant_lease(GrantLease request);
    Task<VerifyReplica::Reply> on_verify_replica(VerifyReplica request);
    Task<RevokeLease::Reply> on_revoke_lease(RevokeLease request);
    Task<CloneChunk::Reply> on_clone_chunk(CloneChunk request);
    Task<CopyChunkLocally::Reply> on_copy_chunk_locally(CopyChunkLocally request);
    Task<DeleteChunk::Reply> on_delete_chunk(DeleteChunk request);
    Task<Answer<Done>> answer(Message message);

    sim::Host& host_;
    const Config& config_;
    HostId master_;
    sim::Signal never_;
};

struct WorldOptions {
    std::uint32_t servers = 3;
    std::uint32_t racks = 3;
    std::uint32_t log_replicas = 0;
    Config config;
};

class MasterWorld final : public sim::EventObserver {
  public:
    explicit MasterWorld(WorldOptions options = {});
    ~MasterWorld() { engine.shut_down(); }

    // Puts the question to the master from the client, and lets time pass until it is answered.
    template <typename M>
    typename M::Reply ask(M request, Duration patience = 60s) {
        std::optional<typename M::Reply> got;
        host(client).spawn("ask", put<M>(*this, std::move(request), patience, got));
        engine.run(sim::time_never);
        REQUIRE(got.has_value());
        return *got;
    }
    // As ask, and does not wait; `got` is filled when the answer comes.
    template <typename M>
    void ask_later(M request, std::optional<typename M::Reply>& got) {
        host(client).spawn("ask", put_later<M>(*this, std::move(request), got));
    }
    // As ask, from a chunkserver.
    template <typename M>
    typename M::Reply ask_from(ServerId from, M request) {
        std::optional<typename M::Reply> got;
        host(from).spawn("ask", put_from<M>(*this, from, std::move(request), got));
        engine.run(sim::time_never);
        REQUIRE(got.has_value());
        return *got;
    }

    Code create(const std::string& file);
    Code make_directory(const std::string& directory);
    Code remove(const std::string& file);
    Code rename(const std::string& from, const std::string& to);
    Code snapshot(const std::string& from, const std::string& to);
    Answer<LeaseHolder> lease_holder(const std::string& file, std::uint32_t index = 0);
    // A new file with one chunk that was never mutated beyond its first lease.
    LeaseHolder new_chunk(const std::string& file);

    void run_for(Duration d) { engine.run(engine.now() + d); }
    sim::Host& host(HostId id) { return engine.host(id); }
    FakeChunkServer& server(ServerId id) { return *servers.at(id); }
    const Chunk& chunk(ChunkHandle handle) const { return *master->chunk(handle); }

    void crash_master();
    void power_loss_of_master();
    void start_master();
    void crash_server(ServerId id);
    // A process with the same replicas begins.
    void start_server(ServerId id);

    std::size_t count(sim::EventKind kind) const;
    // The last event of the kind. REQUIRES: there is one.
    const sim::Event& last(sim::EventKind kind) const;
    std::string text(std::uint64_t field) const;
    void on_event(const sim::Event& event) override { events.push_back(event); }

    Config config;
    sim::Engine engine;
    sim::Network network;
    HostId master_host{};
    HostId client{};
    std::vector<HostId> log_hosts;
    std::map<HostId, std::unique_ptr<sim::Disk>> disks;
    std::map<HostId, std::unique_ptr<LogStore>> logs;
    std::map<HostId, std::unique_ptr<LogReplica>> log_replicas;
    std::map<ServerId, std::unique_ptr<FakeChunkServer>> servers;
    std::unique_ptr<Master> master;
    std::vector<sim::Event> events;

  private:
    HostId add_host(const std::string& name, std::uint32_t rack);
    void add_log(HostId host);

    template <typename M>
    static Task<void> put(MasterWorld& world, M request, Duration patience,
                          std::optional<typename M::Reply>& got) {
        sim::Host& from = world.host(world.client);
        got = co_await sim::call(from, world.master_host, std::move(request), patience);
        world.engine.stop();
    }
    template <typename M>
    static Task<void> put_later(MasterWorld& world, M request,
                                std::optional<typename M::Reply>& got) {
        sim::Host& from = world.host(world.client);
        got = co_await sim::call(from, world.master_host, std::move(request), 1h);
    }
    template <typename M>
    static Task<void> put_from(MasterWorld& world, ServerId id, M request,
                               std::optional<typename M::Reply>& got) {
        sim::Host& from = world.host(id);
        got = co_await sim::call(from, world.master_host, std::move(request), 10s);
        world.engine.stop();
    }
};

}  // namespace gfs::testing
