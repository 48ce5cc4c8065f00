// SPDX-License-Identifier: Apache-2.0
// Real chunkservers with a scripted master and a scripted client, for tests of single handlers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/chunkserver/chunkserver.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/future.h"
#include "sim/network/network.h"
#include "sim/network/transfer.h"

namespace gfs::testing {

using namespace std::chrono_literals;

inline constexpr ChunkHandle chunk{42};
inline constexpr Version v1{1};
inline constexpr Version v2{2};
inline constexpr Version v3{3};
inline constexpr DataId record{0x0000'0004'0000'0001};

// Answers like a master that knows every server and grants every extension.
struct ScriptedMaster {
    explicit ScriptedMaster(sim::Host& h) : host(h) {
        host.endpoint().on<Register>(*this, &ScriptedMaster::on_register);
        host.endpoint().on<HeartBeat>(*this, &ScriptedMaster::on_heartbeat);
        host.endpoint().on<ReportFailure>(*this, &ScriptedMaster::on_report_failure);
        host.endpoint().on<ReportCorruption>(*this, &ScriptedMaster::on_report_corruption);
    }
    Register::Reply on_register(const Register& request) {
        registrations.push_back(request);
        if (!answers) return Code::starting;
        return Registered{Epoch{registrations.size()}, garbage};
    }
    HeartBeat::Reply on_heartbeat(const HeartBeat& request) {
        heartbeats.push_back(request);
        if (forget_registrations) {
            forget_registrations = false;
            return Code::not_registered;
        }
        HeartBeatAnswer answer;
        answer.garbage = garbage;
        for (const ReplicaReport& lease : request.extend)
            answer.extensions.push_back({lease.chunk, lease.version, host.now() + extension});
        return answer;
    }
    ReportFailure::Reply on_report_failure(const ReportFailure& request) {
        failures.push_back(request);
        return Done{};
    }
    ReportCorruption::Reply on_report_corruption(const ReportCorruption& request) {
        corruptions.push_back(request);
        return Done{};
    }

    sim::Host& host;
    bool answers = true;
    bool forget_registrations = false;
    Duration extension = 60s;
    std::vector<ReplicaReport> garbage;
    std::vector<Register> registrations;
    std::vector<HeartBeat> heartbeats;
    std::vector<ReportFailure> failures;
    std::vector<ReportCorruption> corruptions;
};

class EventLog final : public sim::EventObserver {
  public:
    void on_event(const sim::Event& event) override { events.push_back(event); }
    std::size_t count(sim::EventKind kind) const {
        std::size_t found = 0;
        for (const sim::Event& event : events) found += event.kind == kind ? 1 : 0;
        return found;
    }
    const sim::Event* last(sim::EventKind kind) const {
        for (auto at = events.rbegin(); at != events.rend(); ++at)
            if (at->kind == kind) return &*at;
        return nullptr;
    }
    std::vector<sim::Event> events;
};

// A disk that fails whatever it is asked of one kind.
struct Trouble final : sim::DiskTrouble {
    explicit Trouble(sim::DiskOperation failing) : operation(failing) {}
    void on_request(const sim::DiskRequest& request, sim::DiskFate& fate) override {
        if (request.operation == operation) fate.fails = true;
    }
    sim::DiskOperation operation;
};

// Host 0 is the master, 1 to 3 are chunkservers, 4 is a client.
class ChunkserverWorld {
  public:
    explicit ChunkserverWorld(Config settings = {})
        : config(std::move(settings)),
          engine({.seed = 3, .events = &event_table()}),
          network(engine, {}) {
        for (const char* const name : {"master", "cs1", "cs2", "cs3", "client"}) {
            sim::Host& host = engine.add_host(name, 0);
            network.connect(host);
            host.start();
        }
        engine.observe(log);
        master = std::make_unique<ScriptedMaster>(engine.host(HostId{0}));
        for (std::uint32_t i = 1; i <= 3; ++i) {
            sim::Host& host = engine.host(HostId{i});
            disks.push_back(std::make_unique<sim::Disk>(engine, host, sim::DiskOptions{}));
            stores.push_back(std::make_unique<ChunkStore>(*disks.back()));
            servers.push_back(std::make_unique<ChunkServer>(host, config, *stores.back(), master_));
        }
    }
    ~ChunkserverWorld() { engine.shut_down(); }

    // Every server has an empty replica of the chunk, and server 1 the lease with version 2.
    void give_lease(Duration length = 60s) {
        for (std::uint32_t i = 1; i <= 3; ++i) store(i).preload(chunk, v1, Content{});
        const LocalTime expires = engine.host(HostId{0}).now() + length;
        for (std::uint32_t i : {2U, 3U, 1U}) {
            const Code code = ask(HostId{i}, grant(v2, expires));
            SIM_ASSERT(code == Code::ok);
        }
    }
    // The order of a master that has heard all that the server has said, once it has registered.
    DeleteChunk deletion(HostId server, ChunkHandle unwanted, Version version) {
        engine.run(engine.now() + std::chrono::milliseconds{10});
        DeleteChunk order{.chunk = unwanted, .version = version};
        for (std::size_t i = 0; i < master->registrations.size(); ++i)
            if (master->registrations[i].server == server) order.registration = Epoch{i + 1};
        for (const HeartBeat& beat : master->heartbeats)
            if (beat.server == server) order.heard = beat.number;
        return order;
    }
    GrantLease grant(Version version, LocalTime expires) const {
        return {.op = OpId{0},
                .chunk = chunk,
                .version = version,
                .primary = HostId{1},
                .secondaries = {HostId{2}, HostId{3}},
                .expires = expires};
    }

    // Sends `request` from the client (or `from`), runs until the answer is there; its code.
    template <typename M>
    Code ask(HostId server, M request, HostId from = HostId{4}) {
        return ask_for(server, std::move(request), from).code();
    }
    template <typename M>
    typename M::Reply ask_for(HostId server, M request, HostId from = HostId{4}) {
        std::optional<typename M::Reply> reply;
        sim::Host& host = engine.host(from);
        host.spawn("ask", put_answer(host, server, std::move(request), reply));
        while (!reply) engine.run(engine.now() + 1ms);
        return *reply;
    }

    // Data in the buffers of the servers, as if it had been pushed.
    void push(std::vector<ServerId> to, DataId data = record, std::uint64_t length = 1000) {
        const ServerId first = to.front();
        to.erase(to.begin());
        auto transfer = sim::Transfer::start(network, HostId{4}, first, length);
        const PushData request{.op = OpId{1},
                               .data = data,
                               .data_offset = 0,
                               .length = length,
                               .forward_to = to,
                               .patience = 2s,
                               .transfer = transfer};
        const Code code = ask(first, request);
        SIM_ASSERT(code == Code::ok);
    }
    RecordAppend append(Version version = v2, std::uint64_t length = 1000) const {
        return {.op = OpId{1},
                .client = HostId{4},
                .chunk = chunk,
                .version = version,
                .data = record,
                .length = length};
    }
    Write write(std::uint64_t offset, std::uint64_t length = 1000) const {
        return {.op = OpId{1},
                .client = HostId{4},
                .chunk = chunk,
                .version = v2,
                .data = record,
                .offset = offset,
                .length = length,
                .data_offset = 0};
    }
    ApplyMutation mutation(std::uint64_t serial, std::uint64_t settled,
                           Version version = v2) const {
        return {.op = OpId{1},
                .mutation = {.kind = Mutation::Kind::pad,
                             .chunk = chunk,
                             .version = version,
                             .serial = Serial{serial},
                             .offset = serial * 100,
                             .length = 100,
                             .data = padding,
                             .data_offset = 0},
                .settled = Serial{settled},
                .lease_expires = engine.host(HostId{0}).now() + 60s};
    }

    ChunkStore& store(std::uint32_t server) { return *stores.at(server - 1); }
    const StoredReplica& replica(std::uint32_t server) { return *store(server).find(chunk); }
    void run_for(Duration d) { engine.run(engine.now() + d); }
    void kill(std::uint32_t server) {
        engine.host(HostId{server}).kill();
        network.process_ended(HostId{server});
        servers.at(server - 1).reset();
    }

    Config config;
    sim::Engine engine;
    sim::Network network;
    EventLog log;
    std::unique_ptr<ScriptedMaster> master;
    std::vector<std::unique_ptr<sim::Disk>> disks;
    std::vector<std::unique_ptr<ChunkStore>> stores;
    std::vector<std::unique_ptr<ChunkServer>> servers;

    // The answer comes when time has passed; for a question that another one is put beside.
    template <typename M>
    static Task<void> put_answer(sim::Host& host, HostId server, M request,
                                 std::optional<typename M::Reply>& reply) {
        typename M::Reply answer = co_await sim::call(host, server, std::move(request), 10s);
        reply.emplace(std::move(answer));
    }

  private:
    HostId master_{0};
};

}  // namespace gfs::testing
