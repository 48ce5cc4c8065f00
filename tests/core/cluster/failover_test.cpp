// SPDX-License-Identifier: Apache-2.0
// Another machine becomes the master's (GFS 5.1.3): whom the monitor chooses and when, what the new
// master knows, and what a master can still do that has been replaced. Shadows,
// which serve readers meanwhile, are in shadow_test.cpp.

#include <catch2/catch.hpp>
#include <string>

#include "core/chunkserver/chunkserver.h"
#include "core/master/log_store.h"
#include "core/master/master.h"
#include "sim/rpc.h"
#include "tests/core/cluster/failover_world.h"

namespace gfs::testing {
namespace {

TEST_CASE("monitor: a master that is silent for long is replaced by one with a log replica's log",
          "[cluster][gfs-5.1.3]") {
    FailoverWorld world;
    const HostId old = world.cluster.master_host();
    REQUIRE(world.create_file("/before") == Code::ok);
    world.cluster.power_loss(old, true);
    world.run_for(4500ms);
    CHECK(world.log.count(event::master_promoted) == 0);
    world.run_for(2500ms);
    REQUIRE(world.log.count(event::master_promoted) == 1);
    REQUIRE(world.cluster.master_host() == world.host("log1"));
    REQUIRE(world.cluster.master() != nullptr);
    CHECK(world.cluster.master()->serving());
    CHECK(world.has_file("/before"));
    CHECK(world.create_file("/after") == Code::ok);
    // Its chunkservers are the same, with registrations of the new master.
    world.run_for(3s);
    CHECK(world.cluster.master()->servers().size() == 5);
    for (const auto& [id, server] : world.cluster.master()->servers())
        CHECK(master_of(server.epoch) == MasterEpoch{2});
}

TEST_CASE("monitor: a master that is back in time is not replaced", "[cluster][gfs-5.1.3]") {
    FailoverWorld world;
    const HostId old = world.cluster.master_host();
    REQUIRE(world.create_file("/before") == Code::ok);
    world.cluster.crash(old);
    world.run_for(3s);
    world.cluster.restart(old);
    world.run_for(20s);
    CHECK(world.log.count(event::master_promoted) == 0);
    CHECK(world.cluster.master_host() == old);
    CHECK(world.create_file("/after") == Code::ok);
}

TEST_CASE("monitor: without a log replica nobody takes over", "[cluster][gfs-5.1.3]") {
    Config config = quick();
    config.log_replicas = 0;
    FailoverWorld world(config);
    CHECK(!world.cluster.find("monitor").has_value());
    world.cluster.crash(world.cluster.master_host());
    world.run_for(60s);
    CHECK(world.log.count(event::master_promoted) == 0);
}

TEST_CASE("monitor: a machine that was the master's comes back as a log replica",
          "[cluster][gfs-5.1.3]") {
    FailoverWorld world;
    const HostId old = world.cluster.master_host();
    world.cluster.power_loss(old, true);
    world.run_for(8s);
    REQUIRE(world.cluster.master_host() != old);
    world.cluster.restart(old);
    CHECK(world.cluster.machine(old).master == nullptr);
    CHECK(world.cluster.machine(old).log_replica != nullptr);
    REQUIRE(world.create_file("/after") == Code::ok);
    world.run_for(5s);
    CHECK(world.cluster.machine(old).log->durable() == world.cluster.master()->log().last());
    CHECK(world.cluster.master_book().counted.contains(old));
}

TEST_CASE("monitor: a master that was only cut off can change nothing, and ends when it can hear",
          "[cluster][gfs-5.1.3]") {
    FailoverWorld world;
    const HostId old = world.cluster.master_host();
    REQUIRE(world.create_file("/before") == Code::ok);
    world.cut_off("master", {"monitor", "log1", "log2"});
    // It reaches the clients still, and acknowledges nothing, because it is alone.
    std::optional<Code> got;
    const Create request{.op = OpId{77}, .client = world.client().id(), .file = "/alone"};
    world.client_host().spawn("put", put(world, old, request, got));
    world.run_for(2s);
    CHECK(got == Code::timeout);
    world.run_for(8s);
    REQUIRE(world.cluster.master_host() != old);
    CHECK(world.cluster.machine(old).master != nullptr);  // it still believes
    CHECK(world.create_file("/after") == Code::ok);
    world.heal();
    world.run_for(5s);
    CHECK(world.log.count(event::master_superseded) == 1);
    CHECK(world.cluster.machine(old).log_replica != nullptr);
    CHECK(!world.has_file("/alone"));
    world.run_for(5s);
    CHECK(world.cluster.machine(old).log->durable() == world.cluster.master()->log().last());
}

TEST_CASE("monitor: a log replica that no longer counts is not made master",
          "[cluster][gfs-5.1.3]") {
    FailoverWorld world;
    world.cut_off("master", {"log1"});
    // Done when log1 has been given up; the client asks twice, and hears that it is there.
    REQUIRE(world.create_file("/without-log1") == Code::already_exists);
    CHECK(!world.cluster.master_book().counted.contains(world.host("log1")));
    CHECK(world.log.count(event::log_replica_counts) == 1);
    world.cluster.crash(world.host("master"));
    world.run_for(10s);
    REQUIRE(world.cluster.master_host() == world.host("log2"));
    CHECK(world.has_file("/without-log1"));
}

TEST_CASE("monitor: a master that it does not answer waits for a silent log replica",
          "[cluster][gfs-5.1.3]") {
    FailoverWorld world;
    world.cluster.crash(world.host("monitor"));
    world.cluster.crash(world.host("log1"));
    std::optional<Code> got;
    world.client_host().spawn("create", create(world, "/a", got));
    world.run_for(15s);
    CHECK(!got.has_value());
    world.cluster.restart(world.host("monitor"));
    world.run_for(10s);
    CHECK(got == Code::already_exists);  // by the client's first try
}

TEST_CASE("monitor: when no log replica that counts answers it waits for one",
          "[cluster][gfs-5.1.3]") {
    FailoverWorld world;
    REQUIRE(world.create_file("/a") == Code::ok);
    for (const char* const name : {"log1", "log2", "master"}) world.cluster.crash(world.host(name));
    world.run_for(30s);
    CHECK(world.log.count(event::master_promoted) == 0);
    world.cluster.restart(world.host("log2"));
    world.run_for(5s);
    CHECK(world.cluster.master_host() == world.host("log2"));
    CHECK(world.has_file("/a"));
}

TEST_CASE("failover: what only one log replica has is in the log or void, for all",
          "[cluster][gfs-5.1.3]") {
    FailoverWorld world;
    world.cut_off("master", {"log1"});
    std::optional<Code> got;
    world.client_host().spawn("create", create(world, "/half", got));
    world.run_for(1s);  // log2 has the record, log1 does not, and nobody was told
    REQUIRE(!got.has_value());
    world.cluster.power_loss(world.host("master"), true);
    world.heal();
    world.run_for(8s);
    REQUIRE(world.cluster.master_host() == world.host("log1"));
    world.run_for(10s);
    CHECK(got == Code::ok);  // the client has asked the new master
    REQUIRE(world.create_file("/next") == Code::ok);
    const LogStore& here = *world.cluster.machine(world.host("log1")).log;
    const LogStore& there = *world.cluster.machine(world.host("log2")).log;
    REQUIRE(here.last() == there.last());
    for (LogIndex i{1}; i <= here.last(); i = next(i))
        CHECK(here.at(i).master == there.at(i).master);
}

TEST_CASE("failover: the new master grants no lease before an old one can be over",
          "[cluster][gfs-5.1.3]") {
    FailoverWorld world;
    bool done = false;
    world.client_host().spawn("append", create_and_append(world, "/a", done));
    world.run_for(1s);
    REQUIRE(done);
    const std::size_t granted = world.log.count(event::lease_granted);
    world.cluster.power_loss(world.host("master"), true);
    world.run_for(8s);
    REQUIRE(world.cluster.master()->serving());
    const FindLeaseHolder ask{.op = OpId{78},
                              .client = world.client().id(),
                              .file = "/a",
                              .which = FindLeaseHolder::Which::last,
                              .index = {}};
    std::optional<Code> got;
    world.client_host().spawn("put", put(world, world.cluster.master_host(), ask, got));
    world.run_for(2s);
    CHECK(got == Code::lease_in_doubt);
    world.run_for(12s);
    got.reset();
    world.client_host().spawn("put", put(world, world.cluster.master_host(), ask, got));
    world.run_for(2s);
    CHECK(got == Code::ok);
    CHECK(world.log.count(event::lease_granted) == granted + 1);
}

TEST_CASE("chunkserver: the orders of a master that has been replaced are refused",
          "[cluster][chunkserver][gfs-5.1.3]") {
    const bool fenced = GENERATE(true, false);
    Config config = quick();
    if (!fenced) config.without = {Mechanism::master_epoch};
    FailoverWorld world(config);
    bool done = false;
    world.client_host().spawn("append", create_and_append(world, "/a", done));
    world.run_for(1s);
    REQUIRE(done);
    world.cluster.power_loss(world.host("master"), true);
    world.run_for(10s);
    REQUIRE(world.cluster.master()->serving());
    const ChunkHandle chunk = world.cluster.metadata().chunks_of("/a").front();
    const ServerId server = world.cluster.master()->chunk(chunk)->replicas.front().server;
    const Version version = world.cluster.replica(server, chunk)->version;
    const auto order = [&](auto request) {
        std::optional<Code> got;
        world.client_host().spawn("put", put(world, server, request, got));
        world.run_for(1s);
        return got.value();
    };
    const auto refused = [&](Code code) { return code == Code::old_epoch; };
    CHECK(refused(order(CreateChunk{.op = {}, .chunk = ChunkHandle{999}, .version = version})) ==
          fenced);
    CHECK(refused(order(GrantLease{.op = {},
                                   .chunk = chunk,
                                   .version = version,
                                   .primary = server,
                                   .secondaries = {},
                                   .expires = {}})) == fenced);
    CHECK(refused(order(VerifyReplica{.op = {}, .chunk = chunk, .version = version})) == fenced);
    CHECK(refused(order(RevokeLease{.chunk = chunk, .version = version})) == fenced);
    CHECK(refused(order(CloneChunk{.chunk = chunk, .version = version, .source = server})) ==
          fenced);
    // As from a master that had heard of many HeartBeats.
    CHECK(refused(order(DeleteChunk{.chunk = chunk, .version = version, .heard = 1000})) == fenced);
    CHECK((world.cluster.replica(server, chunk) != nullptr) == fenced);
}

}  // namespace
}  // namespace gfs::testing
