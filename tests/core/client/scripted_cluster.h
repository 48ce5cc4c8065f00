// SPDX-License-Identifier: Apache-2.0
// A client under test among a master and three chunkservers that answer what a script says.
#pragma once

#include <catch2/catch.hpp>
#include <deque>
#include <optional>
#include <vector>

#include "core/client/client.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/network/network.h"
#include "sim/rpc.h"

namespace gfs::client_testing {

using sim::Duration;
using namespace std::chrono_literals;

// The answers to one kind of message: those in `next`, then `otherwise`; nothing is silence.
template <typename M>
struct Script {
    using Reply = typename M::Reply;
    explicit Script(sim::Host& answering) : host(answering) {
        host.endpoint().on<M>(*this, &Script::answer);
    }
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    Task<Reply> answer(M request) {
        asked.push_back(request);
        std::optional<Reply> reply = otherwise;
        if (!next.empty()) {
            reply = next.front();
            next.pop_front();
        }
        if (!reply) co_await sim::sleep(host, 100h);
        co_return reply.value_or(Reply::timed_out());
    }

    sim::Host& host;
    std::deque<std::optional<Reply>> next;
    std::optional<Reply> otherwise;
    std::vector<M> asked;
};

struct ScriptedMaster {
    explicit ScriptedMaster(sim::Host& host)
        : create(host),
          remove(host),
          rename(host),
          make_directory(host),
          list(host),
          stat(host),
          open(host),
          find_location(host),
          find_lease_holder(host) {}
    Script<Create> create;
    Script<Delete> remove;
    Script<Rename> rename;
    Script<MakeDirectory> make_directory;
    Script<List> list;
    Script<Stat> stat;
    Script<Open> open;
    Script<FindLocation> find_location;
    Script<FindLeaseHolder> find_lease_holder;
};

struct ScriptedServer {
    explicit ScriptedServer(sim::Host& host) : push(host), write(host), append(host), read(host) {
        push.otherwise = Done{};
    }
    Script<PushData> push;
    Script<Write> write;
    Script<RecordAppend> append;
    Script<Read> read;
};

struct Recorder final : sim::EventObserver {
    void on_event(const sim::Event& event) override { events.push_back(event); }
    std::vector<sim::Event> events;
};

// Hosts: 0 and 1 can be master, 2 to 4 are chunkservers, 5 is the client. Chunkserver 2 is in the
// client's rack, the others are not. Chunks have 1 MiB.
struct ScriptedCluster {
    ScriptedCluster() {
        engine.observe(recorder);
        constexpr std::uint32_t racks[] = {0, 0, 0, 1, 1, 0};
        for (const std::uint32_t rack : racks) {
            sim::Host& host = engine.add_host("h" + std::to_string(engine.host_count()), rack);
            network.connect(host);
            host.start();
        }
        config.chunk_size = 1 * MiB;
        config.record_append_max = config.chunk_size / 4;
        master.emplace(engine.host(HostId{0}));
        other_master.emplace(engine.host(HostId{1}));
        for (const ServerId server : servers) server_scripts.emplace_back(engine.host(server));
        client.emplace(engine.host(HostId{5}), config, master_host, shadows, 7);
    }
    ~ScriptedCluster() { engine.shut_down(); }

    // Runs an operation to its end and says what came of it.
    template <typename T>
    T run(Task<T> operation) {
        std::optional<T> result;
        engine.host(HostId{5}).spawn("operation", keep(std::move(operation), result));
        while (!result.has_value()) {
            const sim::Time before = engine.now();
            engine.run(engine.now() + 1s);
            REQUIRE(engine.now() > before);
        }
        return std::move(*result);
    }
    template <typename T>
    static Task<void> keep(Task<T> operation, std::optional<T>& result) {
        result.emplace(co_await std::move(operation));
    }
    void pass(Duration time) {
        engine.after(time, [] {});
        engine.run(engine.now() + time);
    }

    ScriptedServer& server(ServerId id) { return server_scripts.at(sim::to_index(id) - 2); }

    std::vector<sim::Event> all(sim::EventKind kind) const {
        std::vector<sim::Event> found;
        for (const sim::Event& event : recorder.events)
            if (event.kind == kind) found.push_back(event);
        return found;
    }
    std::size_t count(sim::EventKind kind) const { return all(kind).size(); }
    // A field of the last event of the kind.
    std::uint64_t last(sim::EventKind kind, std::string_view field) const {
        const std::vector<sim::Event> found = all(kind);
        REQUIRE(!found.empty());
        return found.back().fields.at(event_table()[kind].field(field).value());
    }

    // A file of `chunks` chunks with handles 100, 101, ... and version 3.
    ChunkLocations where(std::uint32_t index) const {
        return {.index = ChunkIndex{index},
                .chunk = ChunkHandle{100 + index},
                .version = Version{3},
                .servers = servers};
    }
    Locations locations(std::uint32_t first, std::uint32_t count, std::uint32_t chunks) const {
        Locations found{.file_chunks = chunks, .chunks = {}};
        for (std::uint32_t i = first; i < first + count; ++i) found.chunks.push_back(where(i));
        return found;
    }
    LeaseHolder holder(std::uint32_t index, ServerId primary) const {
        LeaseHolder holder{.index = ChunkIndex{index},
                           .chunk = ChunkHandle{100 + index},
                           .version = Version{3},
                           .primary = primary,
                           .secondaries = servers};
        std::erase(holder.secondaries, primary);
        return holder;
    }
    static ReadData bytes(std::uint64_t offset, std::uint64_t length) {
        return {.version = Version{3},
                .replica_length = offset + length,
                .length = length,
                .extents = {{.offset = offset, .length = length, .data = DataId{77}}}};
    }
    // All replicas hold the first `length` bytes of the chunk that is read next.
    void serve(std::uint64_t offset, std::uint64_t length) {
        for (ScriptedServer& each : server_scripts) each.read.otherwise = bytes(offset, length);
    }

    sim::Engine engine{{.seed = 7, .events = &event_table()}};
    sim::Network network{engine, {}};
    Recorder recorder;
    Config config;
    HostId master_host{0};
    const std::vector<ServerId> servers{ServerId{2}, ServerId{3}, ServerId{4}};
    std::optional<ScriptedMaster> master;
    std::optional<ScriptedMaster> other_master;
    std::deque<ScriptedServer> server_scripts;
    std::vector<HostId> shadows;
    std::optional<Client> client;
};

inline constexpr ServerId near_server{2};

}  // namespace gfs::client_testing
