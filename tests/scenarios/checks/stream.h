// SPDX-License-Identifier: Apache-2.0
// A run without a cluster: events emitted by hand, and a truth made to go with them.
#pragma once

#include <catch2/catch.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/common/codes.h"
#include "core/common/events.h"
#include "core/common/message_types.h"
#include "scenarios/checks/checks.h"

namespace gfs::checks {

using namespace std::chrono_literals;

class FakeTruth final : public Truth {
  public:
    const StoredReplica* replica(ServerId server, ChunkHandle chunk) const override {
        const auto found = replicas.find({server, chunk});
        return found == replicas.end() ? nullptr : &found->second;
    }
    const std::vector<ServerId>& chunkservers() const override { return servers; }
    bool up(HostId host) const override {
        return std::find(down.begin(), down.end(), host) == down.end();
    }
    HostId master() const override { return master_host; }
    const DataTable& data() const override { return table; }
    std::vector<log::ChunkCopied> logged_copies(HostId) const override { return copies; }

    std::map<std::pair<ServerId, ChunkHandle>, StoredReplica> replicas;
    std::vector<ServerId> servers;
    std::vector<HostId> down;
    HostId master_host = sim::no_host;
    std::vector<log::ChunkCopied> copies;  // on write, in the master's log
    DataTable table;
};

class FakeProbe final : public Probe {
  public:
    bool all_ops_done() const override { return done; }
    std::optional<std::uint64_t> chunks_below(std::uint32_t) const override { return below; }
    std::optional<ChunkHandle> chunk_at(const std::string& path,
                                        ChunkIndex index) const override {
        const auto found = chunks.find(path);
        const bool is_there = found != chunks.end() && index == ChunkIndex{0};
        return is_there ? found->second : no_chunk;
    }
    std::optional<bool> has_file(const std::string& path) const override {
        if (!serving) return std::nullopt;
        return std::find(files.begin(), files.end(), path) != files.end();
    }

    std::optional<std::vector<std::string>> names() const override {
        return serving ? std::optional(files) : std::nullopt;
    }

    std::optional<LogDifference> log_difference() const override { return difference; }

    bool done = true;
    bool serving = true;
    std::optional<LogDifference> difference;  // between log and memory
    std::map<std::string, ChunkHandle> chunks;  // the only one of each file
    std::optional<std::uint64_t> below = 0;
    std::vector<std::string> files;
};

class NoNames final : public NameResolver {
  public:
    bool is_named(const std::string&, HostId) override { return false; }
    bool is_in_rack(const std::string&, HostId) override { return false; }
    bool has_role(const std::string&, HostId) override { return false; }
    std::optional<ChunkHandle> named_chunk(const std::string&) override { return std::nullopt; }
    std::optional<ChunkHandle> chunk_of(const std::string&, ChunkIndex) override {
        return std::nullopt;
    }
};

// A master, the chunkservers cs1 to cs5 and the clients c1 and c2; one file of one chunk if wanted.
class Stream {
  public:
    static constexpr ChunkHandle chunk{7};
    static constexpr std::uint64_t KB = 1024;

    explicit Stream(std::vector<Expectation> expectations = {}) {
        config.chunk_size = MiB;
        truth.master_host = engine.add_host("master", 0).id();
        for (const char* const name : {"cs1", "cs2", "cs3", "cs4", "cs5"})
            truth.servers.push_back(engine.add_host(name, 0).id());
        for (const char* const name : {"c1", "c2"}) engine.add_host(name, 0);
        checks.emplace(
            Checks::Options{.engine = engine,
                            .config = config,
                            .truth = truth,
                            .probe = &probe,
                            .names = names,
                            .is_point_fault = [](std::string_view kind) { return kind == "drop"; },
                            .expectations = std::move(expectations)});
    }

    HostId master() const { return truth.master_host; }
    ServerId cs(std::size_t number) const { return truth.servers.at(number - 1); }
    ClientId client(std::uint32_t number = 1) const {
        return HostId{static_cast<std::uint32_t>(truth.servers.size()) + number};
    }
    StoredReplica& on_disk(std::size_t server, ChunkHandle which = chunk) {
        return truth.replicas[{cs(server), which}];
    }

    void advance(sim::Duration by) {
        const sim::Time until = engine.now() + by;
        engine.at(until, [] {});
        engine.run(until);
    }
    void emit(sim::EventKind kind, std::initializer_list<sim::Field> fields) {
        engine.emit(sim::no_host, kind, fields);
    }
    void emit_as(HostId actor, sim::EventKind kind, std::initializer_list<sim::Field> fields) {
        engine.emit(actor, kind, fields);
    }
    sim::TextId text(std::string_view words) { return engine.text(words); }
    sim::LocalTime in(sim::Duration lease) const {
        return engine.host(truth.master_host).now() + lease;
    }

    // ---- chunks and leases ----
    void create(const char* file = "/f", ChunkHandle which = chunk, std::uint32_t index = 0) {
        if (index == 0) emit_as(master(), event::file_created, {text(file), 0});
        for (const std::size_t server : {1U, 2U, 3U}) {
            on_disk(server, which).version = Version{1};
            emit_as(cs(server), event::chunk_replica_created, {which, cs(server), 1});
        }
        emit_as(master(), event::chunk_created, {which, text(file), index, 1});
    }
    void bump(std::size_t server, std::uint64_t version, ChunkHandle which = chunk) {
        on_disk(server, which).version = Version{version};
        emit_as(cs(server), event::chunk_version_bumped, {which, cs(server), version});
    }
    void accept(std::size_t primary, std::uint64_t version, sim::Duration lease = 60s) {
        emit_as(cs(primary), event::lease_accepted, {chunk, cs(primary), version, in(lease)});
    }
    // The whole grant as the rules have it: `set` stores the number, its first server is primary.
    void grant(std::uint64_t version, std::vector<std::size_t> set = {1, 2, 3},
               sim::Duration lease = 60s, ChunkHandle which = chunk) {
        for (const std::size_t server : set) bump(server, version, which);
        emit_as(cs(set.front()), event::lease_accepted,
                {which, cs(set.front()), version, in(lease)});
        emit_as(master(), event::chunk_version_granted, {which, version, set.size()});
        for (const std::size_t server : set)
            emit_as(master(), event::chunk_replica_in_set, {which, cs(server), version});
        emit_as(master(), event::lease_granted, {which, cs(set.front()), version, in(lease)});
    }

    // ---- mutations ----
    struct Mutation {
        std::uint64_t version = 2;
        std::uint64_t serial = 1;
        std::uint64_t offset = 0;
        DataId data{1};
        std::uint64_t length = 10;
        const char* kind = "append";
        ChunkHandle chunk = Stream::chunk;
        std::uint64_t data_offset = 0;
    };
    void order(std::size_t primary, const Mutation& m) {
        emit_as(
            cs(primary), event::mutation_ordered,
            {m.chunk, m.serial, cs(primary), m.version, m.offset, m.length, m.data, text(m.kind)});
    }
    // Also in the truth.
    void apply(std::size_t server, const Mutation& m) {
        put(server, m);
        emit_as(
            cs(server), event::mutation_applied,
            {m.chunk, m.serial, cs(server), m.version, m.offset, m.length, m.data, text(m.kind)});
    }
    void put(std::size_t server, const Mutation& m) {
        const bool pad = std::string_view(m.kind) == "pad";
        on_disk(server, m.chunk)
            .content.write({m.offset, m.length, pad ? padding : m.data, m.data_offset});
    }
    void acknowledge(std::size_t primary, const Mutation& m) {
        emit_as(cs(primary), event::mutation_acknowledged,
                {m.chunk, m.serial, cs(primary), m.version});
    }
    void append_ok(const Mutation& m, const char* file = "/f", std::uint64_t op = 0) {
        emit_as(client(), event::append_ok,
                {text(file), m.chunk, client(), m.offset, m.length, m.data, op});
    }
    void write_ok(const Mutation& m, std::uint64_t op = 0, std::uint32_t who = 1) {
        emit_as(client(who), event::write_ok,
                {text("/f"), m.chunk, client(who), m.offset, m.length, m.data, m.data_offset, op});
    }
    // Ordered, applied everywhere and acknowledged by the primary, but no client hears of it.
    void carry_out(const Mutation& m, std::vector<std::size_t> set = {1, 2, 3}) {
        order(set.front(), m);
        for (const std::size_t server : set) apply(server, m);
        acknowledge(set.front(), m);
    }
    void append(const Mutation& m, std::vector<std::size_t> set = {1, 2, 3}) {
        carry_out(m, std::move(set));
        append_ok(m);
    }
    void write(Mutation m, std::uint64_t op = 0) {
        m.kind = "write";
        carry_out(m);
        write_ok(m, op);
    }
    // Ordered by the first and applied by `reached` only; the client hears of a failure.
    void fail(const Mutation& m, std::vector<std::size_t> reached) {
        order(reached.front(), m);
        for (const std::size_t server : reached) apply(server, m);
        emit_as(cs(reached.front()), event::mutation_failed,
                {m.chunk, m.serial, cs(reached.front()), Code::replica_failed});
    }

    // ---- clients ----
    void start_op(std::uint64_t op, const char* kind, const char* file = "/f", const char* to = "",
                  std::uint32_t who = 1) {
        emit_as(client(who), event::client_op_started,
                {op, text(kind), text(file), text(to), 0, 0, 0});
    }
    void end_op(std::uint64_t op, const char* kind, sim::Duration latency = 1ms,
                std::uint64_t bytes = 0, const char* file = "/f") {
        emit_as(client(), event::client_op_ok, {op, text(kind), text(file), latency, bytes, 0});
    }
    void fail_op(std::uint64_t op, const char* kind, const char* file = "/f",
                 bool definite = false) {
        const sim::Duration latency = 1ms;
        emit_as(client(), event::client_op_failed,
                {op, text(kind), text(file), Code::timeout, latency, definite ? 1 : 0});
    }
    void fault(sim::EventKind kind, const char* name, const char* what = "crash") {
        if (kind == sim::event::fault_fired)
            emit(kind, {text(name), text(what), sim::no_host});
        else
            emit(kind, {text(name), text(what)});
    }

    // ---- what came of it; ends the run at the first call ----
    const Results& results() {
        if (!results_) results_ = checks->finish();
        return *results_;
    }
    const InvariantOutcome& invariant(std::string_view name) {
        for (const InvariantOutcome& outcome : results().invariants)
            if (outcome.name == name) return outcome;
        throw std::logic_error("no such invariant");
    }
    // The names of all invariants that were violated, in order.
    std::vector<std::string> violated() {
        std::vector<std::string> names_of;
        for (const InvariantOutcome& outcome : results().invariants)
            if (outcome.violations != 0) names_of.push_back(outcome.name);
        return names_of;
    }
    std::string message(std::string_view name) {
        const InvariantOutcome& outcome = invariant(name);
        return outcome.first ? outcome.first->message : std::string();
    }
    const Outcome& outcome(std::size_t i = 0) { return results().expectations.at(i); }

    sim::Engine engine{{.seed = 1, .events = &event_table()}};
    Config config;
    FakeTruth truth;
    FakeProbe probe;
    NoNames names;
    std::optional<Checks> checks;

  private:
    std::optional<Results> results_;
};

using Names = std::vector<std::string>;

}  // namespace gfs::checks
