// SPDX-License-Identifier: Apache-2.0
// Workloads on a whole cluster: what was acknowledged is read back, whatever crashes.

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/cluster/cluster.h"
#include "core/common/events.h"
#include "scenarios/workloads/runner.h"
#include "sim/engine.h"

namespace gfs::workloads {
namespace {

using namespace std::chrono_literals;

struct Machines final : ClientMachines {
    explicit Machines(Cluster& of) : cluster(of) {}
    HostId add_client(const std::string& name, const Group& group) override {
        return cluster.add_client(name, group.rack, group.user);
    }
    Client* client(HostId host) override { return cluster.machine(host).client.get(); }
    Cluster& cluster;
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

Config short_times() {
    Config config;
    config.chunk_size = 1 * MiB;
    config.record_append_max = config.chunk_size / 4;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.master_restart = 2s;
    return config;
}

ClusterSpec two_racks() {
    ClusterSpec spec;
    spec.racks = {{.name = "r1", .chunkservers = 2, .master = true},
                  {.name = "r2", .chunkservers = 3}};
    return spec;
}

struct World {
    explicit World(std::vector<Group> groups, std::uint64_t seed = 1)
        : engine({.seed = seed, .events = &event_table()}),
          cluster(engine, config, two_racks()),
          machines(cluster),
          runner({engine, cluster.data(), names, config}, machines, std::move(groups)) {}

    void run() {
        cluster.start();
        runner.start([this] { done_at = engine.now(); });
        engine.run(sim::time_zero + 1h);
        for (const Failure& failure : runner.failures())
            UNSCOPED_INFO(failure.client << ": " << failure.message);
        CHECK(runner.failures().empty());
        CHECK(runner.done());
    }
    HostId host(const char* name) { return cluster.find(name).value(); }

    Config config = short_times();
    sim::Engine engine;
    Cluster cluster;
    Machines machines;
    NoNames names;
    WorkloadRunner runner;
    std::optional<sim::Time> done_at;
};

// Three producers append, then a consumer finds every record.
std::vector<Group> producers_and_consumer(std::uint64_t records) {
    const Step barrier{.op = Op::barrier, .name = "produced"};
    Group producers;
    producers.name = "producers";
    producers.clients = 3;
    producers.script = {
        {.op = Op::create, .file = "/queue", .client = 1},
        {.op = Op::barrier, .name = "created"},
        {.op = Op::append,
         .file = "/queue",
         .size = sim::Distribution::uniform(1, 200 * 1024),
         .as = "records",
         .repeat = records,
         .outcome = "ok"},
        barrier,
    };
    Group consumer;
    consumer.name = "consumer";
    consumer.script = {
        barrier,
        {.op = Op::open, .file = "/queue", .outcome = "ok"},
        {.op = Op::read, .file = "/queue", .contains = {"records"}},
    };
    return {producers, consumer};
}

}  // namespace

TEST_CASE("workload on a cluster: every record that was appended is found", "[workloads]") {
    World world(producers_and_consumer(20));
    world.run();
    CHECK(world.runner.labelled("records").size() == 60);
}

TEST_CASE("workload on a cluster: every record is found after crashes of chunkservers",
          "[workloads]") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        World world(producers_and_consumer(40), seed);
        for (const char* server : {"cs1", "cs2", "cs3", "cs4", "cs5"}) {
            const auto number = static_cast<std::int64_t>(server[2] - '0');
            const HostId host = world.host(server);
            const sim::Time down = sim::time_zero + 20s * number - 18s;
            world.engine.at(down, [&world, host] { world.cluster.crash(host); });
            world.engine.at(down + 8s, [&world, host] { world.cluster.restart(host); });
        }
        world.run();
    }
}

TEST_CASE("workload on a cluster: every record is found after a restart of the master",
          "[workloads]") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        World world(producers_and_consumer(40), seed);
        const HostId master = world.cluster.master_host();
        world.engine.at(sim::time_zero + 1s, [&] { world.cluster.crash(master); });
        world.engine.at(sim::time_zero + 4s, [&] { world.cluster.restart(master); });
        world.run();
    }
}

TEST_CASE("workload on a cluster: large writes are read back byte by byte", "[workloads]") {
    Group group;
    group.name = "writer";
    const std::string text(3000, 'x');
    group.script = {
        {.op = Op::create, .file = "/big"},
        {.op = Op::write,
         .file = "/big",
         .size = sim::Distribution::constant(5 * MiB + 10),
         .as = "big",
         .outcome = "ok"},
        {.op = Op::read, .file = "/big", .contains = {"big"}},
        {.op = Op::write, .file = "/big", .offset = 2 * MiB - 1000, .data = text, .outcome = "ok"},
        {.op = Op::read,
         .file = "/big",
         .offset = 2 * MiB - 1000,
         .size = sim::Distribution::constant(3000),
         .equals = text},
        {.op = Op::read,
         .file = "/big",
         .offset = 5 * MiB + 10,
         .size = sim::Distribution::constant(10),
         .equals = ""},
    };
    World world({group});
    world.run();
}

TEST_CASE("workload on a cluster: a mix of everything ends", "[workloads]") {
    Group group;
    group.name = "all";
    group.clients = 4;
    group.mix = {{Op::append, 3}, {Op::read, 3}, {Op::write, 2}, {Op::create, 1}, {Op::remove, 1}};
    group.files = {.paths = {}, .prefix = "/n/", .count = 5};
    group.ops = 100;
    group.size = sim::Distribution::uniform(1, 100'000);
    World world({group});
    world.run();
    CHECK(world.done_at.has_value());
}

TEST_CASE("workload on a cluster: the same seed gives the same digest", "[workloads]") {
    const auto run = [] {
        World world(producers_and_consumer(10), 3);
        world.run();
        return world.engine.digest().value();
    };
    CHECK(run() == run());
}

}  // namespace gfs::workloads
