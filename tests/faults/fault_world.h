// SPDX-License-Identifier: Apache-2.0
// A small world for faults: seven machines in two racks whose processes do nothing but beat every
// 10 ms of their own clock and answer Ping; a truth that a test writes itself; and the events that
// the faults caused, as text.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/common/events.h"
#include "core/common/messages.h"
#include "faults/plan.h"
#include "sim/engine.h"
#include "sim/network/network.h"
#include "sim/operation.h"
#include "sim/rpc.h"
#include "tests/faults/fault_words.h"

namespace gfs::faults::testing {

using namespace std::chrono_literals;
using sim::Duration;
using sim::Task;

inline sim::Time at(Duration d) {
    return sim::time_zero + d;
}

// The process on a machine.
struct Process {
    explicit Process(sim::Host& on) : host(on) {
        host.endpoint().on<Ping>(*this, &Process::on_ping);
        host.spawn("beat", beat_loop(*this));
    }
    Ping::Reply on_ping(const Ping&) {
        ++pinged;
        pinged_at.push_back(host.engine().now());
        return Done{};
    }
    static Task<void> beat_loop(Process& self) {
        for (;;) {
            co_await sim::sleep(self.host, 10ms);
            self.beats.push_back(self.host.engine().now());
        }
    }

    sim::Host& host;
    int pinged = 0;
    std::vector<sim::Time> pinged_at;
    std::vector<sim::Time> beats;
};

// master, cs1 and cs2 and the client w.1 in r1, cs3 to cs5 in r2; ids in the order of `names`.
class FakeMachines final : public Machines {
  public:
    explicit FakeMachines(std::uint64_t seed)
        : engine_({.seed = seed, .events = &event_table()}), network_(engine_, {}) {
        add("master", MachineRole::master, 0);
        for (const int i : {1, 2, 3, 4, 5})
            add("cs" + std::to_string(i), MachineRole::chunkserver, i < 3 ? 0 : 1);
        add("w.1", MachineRole::client, 0);
        for (const MachineInfo& machine : infos_) restart(machine.host);
        calls.clear();
    }
    ~FakeMachines() { engine_.shut_down(); }

    sim::Engine& engine() override { return engine_; }
    sim::Network& network() override { return network_; }
    std::vector<MachineInfo> all() const override { return infos_; }
    MachineRole role(HostId host) const override { return infos_.at(sim::to_index(host)).role; }
    // As a failover does.
    void become(HostId host, MachineRole role) { infos_.at(sim::to_index(host)).role = role; }
    MachineInfo add_chunkserver(const std::string& rack) override {
        add("cs" + std::to_string(++chunkservers_), MachineRole::chunkserver, rack == "r1" ? 0 : 1);
        calls.push_back("add " + infos_.back().name);
        return infos_.back();
    }

    void crash(HostId host) override { end("crash", host); }
    void stop(HostId host) override { end("stop", host); }
    void power_loss(HostId host, bool lose_unsynced, Torn torn) override {
        end(lose_unsynced ? "power_loss with cache" : "power_loss", host);
        if (torn == Torn::yes) calls.back() += " torn";
    }
    void restart(HostId host) override {
        call("restart", host);
        engine_.host(host).start();
        processes[host] = std::make_unique<Process>(engine_.host(host));
    }
    void pause(HostId host) override {
        call("pause", host);
        engine_.host(host).pause();
    }
    void resume(HostId host) override {
        call("resume", host);
        engine_.host(host).resume();
    }
    ChunkStore* chunks(HostId) override { return nullptr; }
    sim::Disk* disk(HostId) override { return nullptr; }

    std::vector<std::string> calls;  // "crash cs1"
    std::map<HostId, std::unique_ptr<Process>> processes;

  private:
    void add(const std::string& name, MachineRole role, std::uint32_t rack) {
        sim::Host& host = engine_.add_host(name, rack);
        network_.connect(host);
        infos_.push_back({host.id(), name, role, rack == 0 ? "r1" : "r2"});
    }
    void call(const std::string& what, HostId host) {
        calls.push_back(what + " " + engine_.host(host).name());
    }
    void end(const std::string& how, HostId host) {
        call(how, host);
        engine_.host(host).kill();
        engine_.host(host).endpoint().reset();
        network_.process_ended(host);
        processes.erase(host);
    }

    sim::Engine engine_;
    sim::Network network_;
    std::vector<MachineInfo> infos_;
    int chunkservers_ = 5;
};

struct FakeTruth final : Truth {
    std::optional<ChunkHandle> chunk_of(const std::string& file, ChunkIndex index) const override {
        const auto found = chunks.find(file + "#" + std::to_string(to_number(index)));
        if (found == chunks.end()) return std::nullopt;
        return found->second;
    }
    std::vector<ServerId> current_replicas(ChunkHandle chunk) const override {
        const auto found = replicas.find(chunk);
        return found == replicas.end() ? std::vector<ServerId>{} : found->second;
    }
    std::vector<ChunkHandle> live_chunks() const override {
        std::vector<ChunkHandle> live;
        for (const auto& [chunk, servers] : replicas) live.push_back(chunk);
        return live;
    }
    std::vector<ServerId> good_replicas(ChunkHandle chunk) const override {
        return current_replicas(chunk);
    }
    bool may_be_counted_out(ChunkHandle, ServerId server, const ByteRange&) const override {
        return failed.contains(server);
    }
    std::vector<HostId> log_holders() const override { return logs; }
    std::optional<ServerId> primary(ChunkHandle chunk) const override {
        const auto found = primaries.find(chunk);
        if (found == primaries.end()) return std::nullopt;
        return found->second;
    }
    std::uint64_t load_bytes(HostId host) const override {
        const auto found = load.find(host);
        return found == load.end() ? 0 : found->second;
    }
    std::optional<Bound> bound(const std::string& name) const override {
        const auto found = bounds.find(name);
        if (found == bounds.end()) return std::nullopt;
        return found->second;
    }

    std::map<std::string, ChunkHandle> chunks;  // "/log#0"
    std::map<ChunkHandle, std::vector<ServerId>> replicas;
    std::map<ChunkHandle, ServerId> primaries;
    std::map<HostId, std::uint64_t> load;
    std::vector<HostId> logs;
    std::set<ServerId> failed;  // in a mutation of each of their chunks
    std::map<std::string, Bound> bounds;
};

struct World : sim::EventObserver {
    explicit World(std::uint64_t seed = 7) : machines(seed) { engine().observe(*this); }

    virtual ~World() = default;

    sim::Engine& engine() { return machines.engine(); }
    HostId id(const std::string& name) {
        for (const MachineInfo& machine : machines.all())
            if (machine.name == name) return machine.host;
        throw std::runtime_error("no machine " + name);
    }
    sim::Host& host(const std::string& name) { return engine().host(id(name)); }
    Process& process(const std::string& name) { return *machines.processes.at(id(name)); }
    bool cut(const std::string& from, const std::string& to) {
        return machines.network().is_cut(id(from), id(to));
    }

    // Builds the plan and starts it.
    FaultPlan& start(const PlanSpec& spec) {
        plan_ = std::make_unique<FaultPlan>(spec, machines, truth);
        plan_->start();
        return *plan_;
    }
    FaultPlan& start(const FaultSpec& fault) { return start(PlanSpec{{}, {fault}}); }
    FaultPlan& plan() { return *plan_; }
    void run_until(Duration d) { engine().run(at(d)); }

    FaultReport report(const std::string& fault) {
        for (FaultReport& report : plan_->report().faults)
            if (report.name == fault) return report;
        throw std::runtime_error("no fault " + fault);
    }

    // `from` pings `to` `count` times, one every millisecond, beginning 1 ms from now.
    void ping(const std::string& from, const std::string& to, int count) {
        host(from).spawn("ping", ping_loop(host(from), id(to), count));
    }
    static Task<void> ping_loop(sim::Host& from, HostId to, int count) {
        for (int i = 0; i < count; ++i) {
            co_await sim::sleep(from, 1ms);
            from.spawn("ask", ask(from, to));
        }
    }
    static Task<void> ask(sim::Host& from, HostId to) {
        const Ping ping{};
        co_await sim::call(from, to, ping, 100ms);
    }

    // Emits heartbeat.sent of a server: an event for triggers, at `d`.
    void heartbeat_at(Duration d, const std::string& server) {
        const HostId who = id(server);
        engine().at(at(d), [this, who] { engine().emit(who, event::heartbeat_sent, {who, 1}); });
    }
    void mark_at(Duration d, const std::string& name) {
        engine().at(at(d), [this, name] {
            engine().emit(sim::no_host, sim::event::mark, {engine().text(name)});
        });
    }

    // fault.* and target.bound as "1s fired cut cs1".
    void on_event(const sim::Event& event) override {
        const auto text = [&](std::size_t field) {
            return engine().texts().text(
                sim::TextId{static_cast<std::uint32_t>(event.fields[field])});
        };
        const auto name = [&](std::size_t field) {
            const HostId host{static_cast<std::uint32_t>(event.fields[field])};
            return host == sim::no_host ? std::string("nobody") : engine().host(host).name();
        };
        const std::string when = to_string(event.time - sim::time_zero);
        if (event.kind == sim::event::fault_fired)
            log.push_back(when + " fired " + text(0) + " " + name(2));
        if (event.kind == sim::event::fault_refused)
            log.push_back(when + " refused " + text(0) + ": " + text(1));
        if (event.kind == sim::event::fault_healed) log.push_back(when + " healed " + text(0));
        if (event.kind == sim::event::target_bound)
            log.push_back(when + " bound " + text(0) + " " + name(1));
    }

    FakeMachines machines;
    FakeTruth truth;
    std::vector<std::string> log;

  private:
    std::unique_ptr<FaultPlan> plan_;
};

}  // namespace gfs::faults::testing
