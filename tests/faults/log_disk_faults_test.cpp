// SPDX-License-Identifier: Apache-2.0
// Faults of the disks that hold the operation log: a master that cannot keep it ends and has told
// nobody anything; a log replica that cannot is left behind until it can.

#include <catch2/catch.hpp>

#include "core/master/log_store.h"
#include "core/master/metadata.h"
#include "tests/faults/data_world.h"

namespace gfs::faults::testing {
namespace {

using sim::DiskOperation;
using sim::Task;

Config quick() {
    Config config = DataWorld::config();
    config.lease = 5s;
    config.client_timeout = 1s;
    config.master_restart = 1s;
    config.master_failover_after = 5s;
    config.log_replica_timeout = 3s;
    return config;
}

ClusterSpec logs(std::uint32_t log_replicas) {
    ClusterSpec spec = one_rack(5);
    spec.racks[0].log_replicas = log_replicas;
    return spec;
}

struct LogWorld : DataWorld {
    explicit LogWorld(std::uint32_t log_replicas, Config config = quick())
        : DataWorld(with_replicas(config, log_replicas), logs(log_replicas)) {
        client_host().spawn("make", make_files(*this));
    }
    static Config with_replicas(Config config, std::uint32_t log_replicas) {
        config.log_replicas = log_replicas;
        return config;
    }
    // A file every 100 ms.
    static Task<void> make_files(LogWorld& world) {
        for (int i = 0;; ++i) {
            const std::string file = "/n" + std::to_string(i);
            const Result<Done> done = co_await world.client().create(file);
            if (done.ok()) world.made.push_back(file);
            co_await sim::sleep(world.client_host(), 100ms);
        }
    }
    bool all_are_there() const {
        for (const std::string& file : made)
            if (cluster.metadata().files().find(file) == nullptr) return false;
        return true;
    }
    std::vector<std::string> made;
};

FaultSpec on_log(const std::string& kind, DiskOperation operation, const std::string& host) {
    FaultSpec fault = fault_on(10s, kind, actor(host), 10s);
    fault.disk_operation = operation;
    return fault;
}

TEST_CASE("a master whose log cannot be kept ends, and another machine takes over",
          "[faults][disk][gfs-2.6.3][gfs-5.1.3]") {
    const auto [kind, operation] = GENERATE(table<std::string, DiskOperation>({
        {"disk_error", DiskOperation::sync},
        {"disk_error", DiskOperation::write},
        {"disk_full", DiskOperation::write},
        {"disk_readonly", DiskOperation::write},
    }));
    LogWorld world(2);
    world.start({on_log(kind, operation, "master")});
    world.run_for(9s);
    const HostId before = world.cluster.master_host();
    world.run_for(3s);
    CHECK(world.log.count(event::master_log_failed) == 1);
    CHECK(world.cluster.master() == nullptr);
    const std::size_t made = world.made.size();
    world.run_for(38s);
    CHECK(world.log.count(event::master_promoted) == 1);
    CHECK(world.cluster.master_host() != before);
    CHECK(world.made.size() > made + 50);
    CHECK(world.all_are_there());
    // Where it was, a log replica follows the new master.
    CHECK(world.engine.host(before).up());
    CHECK(world.cluster.machine(before).role == MachineRole::log_replica);
    CHECK(world.cluster.machine(before).log->last() > LogIndex{0});
    CHECK(world.cluster.master_book().counted.contains(before));
}

TEST_CASE("a master whose log nobody else has tries again when its disk has failed",
          "[faults][disk][gfs-2.6.3]") {
    const auto [kind, operation] = GENERATE(table<std::string, DiskOperation>({
        {"disk_error", DiskOperation::sync},
        {"disk_readonly", DiskOperation::write},
        {"disk_full", DiskOperation::write},
    }));
    LogWorld world(0);
    world.start({on_log(kind, operation, "master")});
    world.run_for(12s);
    CHECK(world.log.count(event::master_log_failed) >= 1);
    const std::size_t made = world.made.size();
    world.run_for(30s);
    CHECK(world.log.count(event::master_recovered) >= 1);
    CHECK(world.made.size() > made + 50);
    CHECK(world.all_are_there());
    // What was written again is on the platter: a power loss takes nothing.
    world.cluster.power_loss(world.cluster.master_host(), true);
    CHECK(world.all_are_there());
}

TEST_CASE("a master that cannot read its checkpoint ends", "[faults][disk][gfs-2.6.3]") {
    Config config = quick();
    config.checkpoint_every = 20;
    LogWorld world(0, config);
    world.start({on_log("disk_error", DiskOperation::read, "master")});
    world.run_for(11s);
    CHECK(world.log.count(event::master_log_failed) == 0);
    world.cluster.crash(world.cluster.master_host());
    world.cluster.restart(world.cluster.master_host());
    world.run_for(3s);
    CHECK(world.log.count(event::master_log_failed) >= 1);
    world.run_for(30s);
    CHECK(world.log.count(event::master_recovered) == 1);
    CHECK(world.all_are_there());
}

TEST_CASE("a checkpoint that cannot be written is given up, and made later",
          "[faults][disk][gfs-2.6.3]") {
    Config config = quick();
    config.checkpoint_every = 20;
    config.log_batch = 50ms;
    LogWorld world(0, config);
    world.run_for(5s);
    const std::size_t finished = world.log.count(event::master_checkpoint_finished);
    CHECK(finished >= 1);
    FaultSpec error = fault_on(5s, "disk_error", actor("master"), 20s);
    error.disk_operation = DiskOperation::sync;
    error.disk_probability = {1, 3};
    world.start({error});
    world.run_for(60s);
    CHECK(world.log.count(event::master_checkpoint_finished) > finished);
    CHECK(world.all_are_there());
}

TEST_CASE("a log replica whose disk fails is left behind, and counts again",
          "[faults][disk][gfs-5.1.3]") {
    const auto [kind, operation] = GENERATE(table<std::string, DiskOperation>({
        {"disk_error", DiskOperation::sync},
        {"disk_full", DiskOperation::write},
        {"disk_readonly", DiskOperation::write},
    }));
    LogWorld world(2);
    world.start({on_log(kind, operation, "log1")});
    world.run_for(18s);
    const std::size_t made = world.made.size();
    CHECK(world.cluster.master_book().counted.size() == 1);
    world.run_for(30s);
    CHECK(world.made.size() > made + 50);
    CHECK(world.cluster.master_book().counted.size() == 2);
    CHECK(world.log.count(event::master_promoted) == 0);
    CHECK(world.log.count(event::master_log_failed) == 0);
}

TEST_CASE("lying_fsync: a master that loses power goes back to what was honest, and starts",
          "[faults][disk][gfs-2.6.3]") {
    const bool lies = GENERATE(true, false);
    Config config = quick();
    config.checkpoint_every = 20;
    LogWorld world(0, config);
    if (lies) world.start({fault_on(10s, "lying_fsync", actor("master"))});
    world.run_for(30s);
    const HostId master = world.cluster.master_host();
    world.cluster.power_loss(master, true);
    world.cluster.restart(master);
    world.run_for(10s);
    CHECK(world.cluster.master()->serving());
    CHECK(world.all_are_there() == !lies);
}

}  // namespace
}  // namespace gfs::faults::testing
