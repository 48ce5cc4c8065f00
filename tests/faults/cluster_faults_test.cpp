// SPDX-License-Identifier: Apache-2.0
// Faults on a real cluster: what they do to the protocol. Each of these runs ends differently
// without its fault.

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/master/master.h"
#include "faults/cluster_machines.h"
#include "faults/plan.h"
#include "tests/core/cluster/cluster_world.h"
#include "tests/faults/fault_words.h"

namespace gfs::faults::testing {
namespace {

using gfs::testing::ClusterWorld;
using gfs::testing::one_rack;
using sim::Task;

// By what the master knows.
class MasterTruth final : public Truth {
  public:
    explicit MasterTruth(const Cluster& cluster) : cluster_(cluster) {}

    std::optional<ChunkHandle> chunk_of(const std::string& file, ChunkIndex index) const override {
        const std::vector<ChunkHandle> chunks = cluster_.master()->chunks_of(file);
        if (to_number(index) >= chunks.size()) return std::nullopt;
        return chunks[to_number(index)];
    }
    std::vector<ServerId> current_replicas(ChunkHandle chunk) const override {
        return cluster_.master()->chunk(chunk)->servers();
    }
    std::optional<ServerId> primary(ChunkHandle chunk) const override {
        const Lease* const lease = cluster_.master()->lease(chunk);
        if (lease == nullptr) return std::nullopt;
        return lease->primary;
    }
    std::uint64_t load_bytes(HostId host) const override {
        return cluster_.machine(host).disk->used();
    }
    std::optional<Bound> bound(const std::string&) const override { return std::nullopt; }

  private:
    const Cluster& cluster_;
};

// Four chunkservers; one client appends a record of 64 KiB to /log twice a second.
struct AppendWorld : ClusterWorld {
    static Config config() {
        Config config;
        config.lease = 10s;
        config.heartbeat = 1s;
        config.dead_after = 5s;
        return config;
    }
    explicit AppendWorld(const Config& config = AppendWorld::config())
        : ClusterWorld(one_rack(4), config), machines(cluster), truth(cluster) {
        cluster.start();
        client_host().spawn("append", append_loop(*this));
    }
    static Task<void> append_loop(AppendWorld& world) {
        co_await world.client().create("/log");
        for (;;) {
            const DataId data = world.cluster.data().add(world.client().id(), 65536);
            const AppendRequest append{.file = "/log", .data = data, .length = 65536};
            const Result<std::uint64_t> offset = co_await world.client().append(append);
            world.appended += offset.ok() ? 1 : 0;
            co_await sim::sleep(world.client_host(), 500ms);
        }
    }

    // Runs with the fault for so long; `primary` and `secondary` of /log#0 are targets.
    void run_with(const FaultSpec& fault, Duration length) {
        PlanSpec spec{{holder("primary", TargetSpec::As::primary),
                       holder("secondary", TargetSpec::As::secondary)},
                      {fault}};
        plan = std::make_unique<FaultPlan>(spec, machines, truth);
        plan->start();
        run_for(length);
        CHECK(plan->report().bites());
    }
    static TargetSpec holder(const std::string& name, TargetSpec::As as) {
        TargetSpec spec;
        spec.name = name;
        spec.holds = HeldChunk{"/log", ChunkIndex{0}, {}};
        spec.as = as;
        return spec;
    }
    std::size_t count(sim::EventKind kind) const { return log.count(kind); }
    // Bytes of /log#0 on the target's disk as a process would find them; 0 without a file.
    std::uint64_t stored(const std::string& target) {
        const auto chunk = truth.chunk_of("/log", ChunkIndex{0});
        const HostId server = plan->targets().use(faults::testing::target(target)).hosts.at(0);
        const StoredReplica* const replica = cluster.replica(server, *chunk);
        return replica == nullptr ? 0 : replica->content.length();
    }

    ClusterMachines machines;
    MasterTruth truth;
    std::unique_ptr<FaultPlan> plan;
    int appended = 0;
};

TEST_CASE("cluster: without a fault nothing is declared dead, retried or rejected",
          "[faults][cluster]") {
    AppendWorld world;
    world.run_with(
        [] {
            FaultSpec none = fault_on(59s, "restart", actor("cs1"));
            none.optional = true;
            return none;
        }(),
        60s);
    CHECK(world.appended > 100);
    for (const sim::EventKind kind :
         {event::server_declared_dead, event::append_retried, event::mutation_rejected,
          event::heartbeat_rejected, event::lease_expired})
        CHECK(world.count(kind) == 0);
}

TEST_CASE("cluster: a crashed chunkserver is declared dead, and registers when it is back",
          "[faults][cluster]") {
    AppendWorld world;
    world.run_with(fault_on(10s, "crash", target("secondary"), 20s), 60s);
    CHECK(world.count(event::server_crashed) == 1);
    CHECK(world.count(event::server_declared_dead) == 1);
    CHECK(world.count(event::server_rejoined) == 1);
    CHECK(world.count(event::clone_finished) >= 1);
    CHECK(world.appended > 80);
}

TEST_CASE("cluster: a paused primary does not know that its lease is over", "[faults][cluster]") {
    AppendWorld world;
    world.run_with(fault_on(10s, "pause", target("primary"), 30s), 60s);
    CHECK(world.count(event::server_declared_dead) == 1);
    CHECK(world.count(event::lease_granted) >= 2);
    CHECK(world.count(event::heartbeat_rejected) + world.count(event::server_rejoined) >= 1);
}

TEST_CASE("cluster: a server cut off from the master is declared dead and alive again",
          "[faults][cluster]") {
    AppendWorld world;
    world.run_with(fault_between(10s, "partition", target("secondary"), actor("master"), 20s), 60s);
    CHECK(world.count(event::server_crashed) == 0);
    CHECK(world.count(event::heartbeat_missed) >= 1);
    CHECK(world.count(event::server_declared_dead) == 1);
    CHECK(world.count(event::server_rejoined) == 1);
}

TEST_CASE("cluster: an isolated primary costs the client a retry", "[faults][cluster]") {
    AppendWorld world;
    world.run_with(fault_on(10s, "isolate", target("primary"), 20s), 60s);
    CHECK(world.count(event::append_retried) >= 1);
    CHECK(world.count(event::server_declared_dead) == 1);
}

FaultSpec on_message(const std::string& kind, const std::string& type, std::uint64_t nth) {
    FaultSpec fault = fault_at(0s, kind, kind);
    fault.message.type = type;
    fault.message.nth = nth;
    return fault;
}

TEST_CASE("cluster: a lost ApplyMutation fails the append, and the client appends again",
          "[faults][cluster]") {
    AppendWorld world;
    world.run_with(on_message("drop", "ApplyMutation", 7), 60s);
    CHECK(world.count(event::mutation_failed) >= 1);
    CHECK(world.count(event::append_retried) >= 1);
    CHECK(world.count(event::append_duplicated) >= 1);
}

TEST_CASE("cluster: a delayed ApplyMutation is applied late, and the append fails or waits",
          "[faults][cluster]") {
    AppendWorld world;
    FaultSpec delay = on_message("delay", "ApplyMutation", 7);
    delay.extra_delay = 8s;
    world.run_with(delay, 60s);
    CHECK(world.count(event::append_retried) + world.count(event::client_retried) >= 1);
}

TEST_CASE("cluster: a doubled RecordAppend is ordered twice", "[faults][cluster]") {
    AppendWorld world;
    world.run_with(on_message("duplicate", "RecordAppend", 5), 60s);
    CHECK(world.count(event::mutation_ordered) > world.count(event::append_ok));
}

TEST_CASE("cluster: a primary whose clock is ahead gives its lease up early", "[faults][cluster]") {
    AppendWorld world;
    FaultSpec ahead = fault_on(10s, "clock_offset", target("primary"), 30s);
    ahead.clock_offset = 60s;
    world.run_with(ahead, 60s);
    CHECK(world.count(event::mutation_rejected) + world.count(event::lease_expired) >= 1);
}

TEST_CASE("cluster: a server whose clock runs slow sends its heartbeats late",
          "[faults][cluster]") {
    AppendWorld world;
    FaultSpec slow = fault_on(10s, "clock_drift", target("secondary"));
    slow.clock_drift_ppm = -900'000;  // a heartbeat every ten seconds
    world.run_with(slow, 60s);
    CHECK(world.count(event::server_declared_dead) >= 1);
}

TEST_CASE("cluster: slow links make every append slow", "[faults][cluster]") {
    AppendWorld world;
    FaultSpec slow =
        fault_between(10s, "link", role(MachineRole::client), role(MachineRole::chunkserver), 40s);
    slow.link.latency = sim::Distribution::constant(400'000'000);
    world.run_with(slow, 60s);
    CHECK(world.appended < 90);
}

// What a secondary's replica has of /log#0 right after `kind` hit it, as a share of the whole.
std::pair<std::uint64_t, std::uint64_t> kept_and_written(const std::string& kind, bool lose) {
    Config config = AppendWorld::config();
    config.durability = Durability::writeback;
    AppendWorld world(config);
    FaultSpec fault = fault_on(10s, kind, target("secondary"));
    fault.lose_unsynced = lose;
    world.run_with(fault, 10s + 1ns);
    return {world.stored("secondary"), world.stored("primary")};
}

TEST_CASE("cluster: a crash leaves what was written and not synced, a power loss takes it",
          "[faults][cluster]") {
    const auto crashed = kept_and_written("crash", false);
    CHECK(crashed.first == crashed.second);
    const auto stopped = kept_and_written("stop", false);
    CHECK(stopped.first == stopped.second);
    const auto battery = kept_and_written("power_loss", false);
    CHECK(battery.first == battery.second);
    const auto dark = kept_and_written("power_loss", true);
    CHECK(dark.first < dark.second);
    const auto kernel = kept_and_written("crash", true);
    CHECK(kernel.first < kernel.second);
}

}  // namespace
}  // namespace gfs::faults::testing
