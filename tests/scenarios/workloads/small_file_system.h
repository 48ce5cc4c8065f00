// SPDX-License-Identifier: Apache-2.0
// A file system of one master and one chunkserver without faults, just enough for clients of a
// workload: to test the workload, not the file system.
#pragma once

#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/common/content.h"
#include "core/common/events.h"
#include "scenarios/workloads/runner.h"
#include "sim/engine.h"
#include "sim/network/network.h"
#include "sim/rpc.h"

namespace gfs::workloads::testing {

using sim::Duration;
using namespace std::chrono_literals;

struct SmallMaster {
    explicit SmallMaster(sim::Host& on) : host(on) {
        sim::Endpoint& endpoint = host.endpoint();
        endpoint.on<Create>(*this, &SmallMaster::on_create);
        endpoint.on<Delete>(*this, &SmallMaster::on_delete);
        endpoint.on<Rename>(*this, &SmallMaster::on_rename);
        endpoint.on<MakeDirectory>(*this, &SmallMaster::on_make_directory);
        endpoint.on<List>(*this, &SmallMaster::on_list);
        endpoint.on<Stat>(*this, &SmallMaster::on_stat);
        endpoint.on<Open>(*this, &SmallMaster::on_open);
        endpoint.on<FindLocation>(*this, &SmallMaster::on_find_location);
        endpoint.on<FindLeaseHolder>(*this, &SmallMaster::on_find_lease_holder);
    }

    Answer<Done> on_create(const Create& request) {
        creates.push_back(request.file);
        if (refuses) return *refuses;
        const std::string parent = request.file.substr(0, request.file.rfind('/'));
        if (!parent.empty() && !directories.contains(parent)) return Code::parent_not_found;
        if (!files.try_emplace(request.file).second) return Code::already_exists;
        host.emit(event::file_created, {host.engine().text(request.file), request.op});
        return Done{};
    }
    Answer<Done> on_delete(const Delete& request) {
        if (files.erase(request.file) == 0) return Code::not_found;
        host.emit(event::file_deleted,
                  {host.engine().text(request.file), host.engine().text("/.hidden"), request.op});
        return Done{};
    }
    Answer<Done> on_rename(const Rename& request) {
        auto moved = files.extract(request.from);
        if (moved.empty()) return Code::not_found;
        moved.key() = request.to;
        files.insert(std::move(moved));
        host.emit(event::file_renamed,
                  {host.engine().text(request.from), host.engine().text(request.to), request.op});
        return Done{};
    }
    Answer<Done> on_make_directory(const MakeDirectory& request) {
        if (!directories.insert(request.directory).second) return Code::already_exists;
        return Done{};
    }
    Answer<Names> on_list(const List&) {
        Names names;
        for (const auto& [file, chunks] : files) names.names.push_back(file);
        return names;
    }
    Answer<FileStatus> on_stat(const Stat& request) { return status(request.file); }
    Answer<FileStatus> on_open(const Open& request) { return status(request.file); }
    Answer<FileStatus> status(const std::string& file) {
        const auto found = files.find(file);
        if (found == files.end()) return Code::not_found;
        return FileStatus{.chunks = static_cast<std::uint32_t>(found->second.size()), .goal = 1};
    }
    Answer<Locations> on_find_location(const FindLocation& request) {
        const auto found = files.find(request.file);
        if (found == files.end()) return Code::not_found;
        Locations locations{.file_chunks = static_cast<std::uint32_t>(found->second.size()),
                            .chunks = {}};
        const std::uint32_t first = to_number(request.first);
        for (std::uint32_t i = first; i < locations.file_chunks && i < first + request.count; ++i)
            locations.chunks.push_back({.index = ChunkIndex{i},
                                        .chunk = found->second[i],
                                        .version = Version{1},
                                        .servers = {HostId{1}}});
        return locations;
    }
    Answer<LeaseHolder> on_find_lease_holder(const FindLeaseHolder& request) {
        const auto found = files.find(request.file);
        if (found == files.end()) return Code::not_found;
        std::vector<ChunkHandle>& chunks = found->second;
        std::size_t index = to_number(request.index);
        if (request.which == FindLeaseHolder::Which::last)
            index = chunks.empty() ? 0 : chunks.size() - 1;
        if (index > chunks.size()) return Code::invalid_offset;
        if (index == chunks.size()) chunks.push_back(ChunkHandle{++handles});
        return LeaseHolder{.index = ChunkIndex{static_cast<std::uint32_t>(index)},
                           .chunk = chunks[index],
                           .version = Version{1},
                           .primary = HostId{1},
                           .secondaries = {}};
    }

    sim::Host& host;
    std::map<std::string, std::vector<ChunkHandle>> files;
    std::set<std::string> directories;
    std::vector<std::string> creates;
    std::optional<Code> refuses;  // to create a file
    std::uint64_t handles = 0;
};

struct SmallServer {
    SmallServer(sim::Host& on, const Config& of) : host(on), config(of) {
        sim::Endpoint& endpoint = host.endpoint();
        endpoint.on<PushData>(*this, &SmallServer::on_push_data);
        endpoint.on<Write>(*this, &SmallServer::on_write);
        endpoint.on<RecordAppend>(*this, &SmallServer::on_record_append);
        endpoint.on<Read>(*this, &SmallServer::on_read);
    }

    Answer<Done> on_push_data(const PushData&) { return Done{}; }
    Task<Answer<Done>> on_write(Write request) {
        co_await sim::sleep(host, takes);
        chunks[request.chunk].write({.offset = request.offset,
                                     .length = request.length,
                                     .data = request.data,
                                     .data_offset = request.data_offset});
        co_return Done{};
    }
    Task<Answer<Appended>> on_record_append(RecordAppend request) {
        co_await sim::sleep(host, takes);
        Content& content = chunks[request.chunk];
        const std::uint64_t offset = content.length();
        if (offset + request.length > config.chunk_size) {
            content.write(
                {.offset = offset, .length = config.chunk_size - offset, .data = padding});
            co_return Code::retry_next_chunk;
        }
        content.write({.offset = offset, .length = request.length, .data = request.data});
        co_return Appended{.offset = offset};
    }
    Answer<ReadData> on_read(const Read& request) {
        const Content& content = chunks[request.chunk];
        const std::uint64_t end = std::min(request.offset + request.length, content.length());
        ReadData data{.version = Version{1},
                      .replica_length = content.length(),
                      .length = end > request.offset ? end - request.offset : 0,
                      .extents = {}};
        data.extents = content.read(request.offset, data.length);
        for (Extent& extent : data.extents) extent.damaged = damages;
        return data;
    }

    sim::Host& host;
    const Config& config;
    std::map<ChunkHandle, Content> chunks;
    Duration takes{1ms};  // a write or an append
    bool damages = false;
};

struct NoNames final : NameResolver {
    bool is_named(const std::string&, HostId) override { return false; }
    bool is_in_rack(const std::string&, HostId) override { return false; }
    bool has_role(const std::string&, HostId) override { return false; }
    std::optional<ChunkHandle> named_chunk(const std::string&) override { return std::nullopt; }
    std::optional<ChunkHandle> chunk_of(const std::string&, ChunkIndex) override {
        return std::nullopt;
    }
};

struct Recorder final : sim::EventObserver {
    void on_event(const sim::Event& event) override { events.push_back(event); }
    std::vector<sim::Event> events;
};

// Host 0 is the master, host 1 the chunkserver, the clients follow. Chunks have 1 MiB.
class SmallFileSystem final : public ClientMachines {
  public:
    SmallFileSystem() {
        engine.observe(recorder);
        config.chunk_size = 1 * MiB;
        config.record_append_max = config.chunk_size / 4;
        add_host("master");
        add_host("cs1");
        master.emplace(engine.host(HostId{0}));
        server.emplace(engine.host(HostId{1}), config);
    }
    ~SmallFileSystem() { engine.shut_down(); }

    HostId add_client(const std::string& name, const Group&) override {
        sim::Host& host = add_host(name);
        clients.emplace(std::piecewise_construct, std::forward_as_tuple(host.id()),
                        std::forward_as_tuple(host, config, master_host, shadows, 7));
        return host.id();
    }
    Client* client(HostId host) override {
        return engine.host(host).up() ? &clients.at(host) : nullptr;
    }

    // Runs the workload until it is done. Says when that was.
    sim::Time run(std::vector<Group> groups) {
        prepare(std::move(groups));
        go();
        REQUIRE(runner->done());
        return *done_at;
    }
    void prepare(std::vector<Group> groups) {
        runner.emplace(WorkloadRunner::World{engine, data, names, config}, *this,
                       std::move(groups));
    }
    void go(Duration limit = 1h) {
        if (!done_at) runner->start([this] { done_at = engine.now(); });
        engine.run(sim::time_zero + limit);
    }

    std::vector<sim::Event> all(sim::EventKind kind) const {
        std::vector<sim::Event> found;
        for (const sim::Event& event : recorder.events)
            if (event.kind == kind) found.push_back(event);
        return found;
    }
    std::string text(const sim::Event& event, std::string_view field) const {
        const std::size_t place = event_table()[event.kind].field(field).value();
        return engine.texts().text(sim::TextId{static_cast<std::uint32_t>(event.fields[place])});
    }
    std::size_t started(std::string_view kind) const {
        std::size_t sum = 0;
        for (const sim::Event& event : all(event::client_op_started))
            if (text(event, "kind") == kind) ++sum;
        return sum;
    }
    std::vector<std::string> failures() const {
        std::vector<std::string> messages;
        for (const Failure& failure : runner->failures()) messages.push_back(failure.message);
        return messages;
    }

    sim::Engine engine{{.seed = 7, .events = &event_table()}};
    sim::Network network{engine, {}};
    Recorder recorder;
    Config config;
    DataTable data;
    NoNames names;
    HostId master_host{0};
    std::optional<SmallMaster> master;
    std::optional<SmallServer> server;
    std::vector<HostId> shadows;
    std::map<HostId, Client> clients;
    std::optional<sim::Time> done_at;
    std::optional<WorkloadRunner> runner;

  private:
    sim::Host& add_host(const std::string& name) {
        sim::Host& host = engine.add_host(name, 0);
        network.connect(host);
        host.start();
        return host;
    }
};

using Messages = std::vector<std::string>;

inline Group script(std::string name, std::vector<Step> steps) {
    Group group;
    group.name = std::move(name);
    group.script = std::move(steps);
    return group;
}

}  // namespace gfs::workloads::testing
