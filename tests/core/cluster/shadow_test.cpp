// SPDX-License-Identifier: Apache-2.0
// Shadow masters (GFS 5.1.3): they follow the log and serve readers while the master is down.

#include <catch2/catch.hpp>
#include <string>

#include "core/master/master.h"
#include "core/master/shadow.h"
#include "tests/core/cluster/failover_world.h"

namespace gfs::testing {
namespace {

TEST_CASE("shadow: follows the log and answers readers while the master is down",
          "[cluster][shadow][gfs-5.1.3]") {
    Config config = quick();
    config.master_failover_after = 1h;
    FailoverWorld world(config, 1);
    bool done = false;
    world.client_host().spawn("append", create_and_append(world, "/a", done));
    world.run_for(3s);
    REQUIRE(done);
    const Shadow& shadow = *world.cluster.machine(world.host("shadow1")).shadow;
    CHECK(shadow.applied() == world.cluster.master()->log().flushed_up_to());
    world.cluster.crash(world.host("master"));
    std::optional<Code> got;
    world.client_host(1).spawn("read", read_two_bytes(world, "/a", got));
    world.run_for(4s);
    CHECK(got == Code::ok);
    CHECK(world.log.count(event::client_used_shadow) >= 1);
    CHECK(world.log.count(event::read_ok) == 1);
}

TEST_CASE("shadow: is a fraction of a second behind", "[cluster][shadow][gfs-5.1.3]") {
    FailoverWorld world(quick(), 1);
    REQUIRE(world.create_file("/a") == Code::ok);
    world.run_for(300ms);
    const Shadow& shadow = *world.cluster.machine(world.host("shadow1")).shadow;
    CHECK(shadow.metadata().files().find("/a") != nullptr);
}

TEST_CASE("shadow: what it does not know is left to the master", "[cluster][shadow][gfs-5.1.3]") {
    Config config = quick();
    FailoverWorld world(config, 1);
    world.cluster.crash(world.host("master"));
    std::optional<Code> got;
    world.client_host(1).spawn("read", read_two_bytes(world, "/none", got));
    world.run_for(4s);
    CHECK(!got.has_value());
    world.run_for(20s);
    CHECK(got == Code::not_found);  // the word of the new master
}

TEST_CASE("shadow: refuses every mutation", "[cluster][shadow][gfs-5.1.3]") {
    FailoverWorld world(quick(), 1);
    const ClientId me = world.client().id();
    const auto ask = [&](auto request) {
        std::optional<Code> got;
        world.client_host().spawn("put", put(world, world.host("shadow1"), request, got));
        world.run_for(500ms);
        return got.value();
    };
    CHECK(ask(Create{.op = {}, .client = me, .file = "/a"}) == Code::read_only);
    CHECK(ask(MakeDirectory{.op = {}, .client = me, .directory = "/a"}) == Code::read_only);
    CHECK(ask(Delete{.op = {}, .client = me, .file = "/a"}) == Code::read_only);
    CHECK(ask(Rename{.op = {}, .client = me, .from = "/a", .to = "/b"}) == Code::read_only);
    CHECK(ask(FindLeaseHolder{.op = {}, .client = me, .file = "/a"}) == Code::read_only);
    CHECK(ask(Stat{.op = {}, .client = me, .file = "/a"}) == Code::not_found);
    CHECK(ask(List{.op = {}, .client = me, .directory = "/"}) == Code::ok);
    CHECK(ask(Open{.op = {}, .client = me, .file = "/"}) == Code::is_a_directory);
}

TEST_CASE("shadow: does not stay with a log replica that the master goes on without",
          "[cluster][shadow][gfs-5.1.3]") {
    FailoverWorld world(quick(), 1);
    REQUIRE(world.create_file("/a") == Code::ok);
    world.run_for(1s);
    // The shadow reads this one, which answers and has nothing new any more.
    world.cut_off("log1", {"master"});
    world.create_file("/b");
    REQUIRE(world.has_file("/b"));
    world.run_for(3s);
    const Shadow& shadow = *world.cluster.machine(world.host("shadow1")).shadow;
    CHECK(shadow.metadata().files().find("/b") != nullptr);
    // From now on it is as close behind as ever.
    REQUIRE(world.create_file("/c") == Code::ok);
    world.run_for(300ms);
    CHECK(shadow.metadata().files().find("/c") != nullptr);
}

TEST_CASE("shadow: reads on at another log replica, and takes a checkpoint for what is deleted",
          "[cluster][shadow][gfs-5.1.3]") {
    Config config = quick();
    config.checkpoint_every = 10;
    FailoverWorld world(config, 1);
    for (int i = 0; i < 60; ++i) REQUIRE(world.create_file("/a" + std::to_string(i)) == Code::ok);
    world.run_for(2s);
    world.cluster.crash(world.host("shadow1"));
    world.cluster.restart(world.host("shadow1"));
    world.cluster.crash(world.host("log1"));
    world.run_for(15s);
    CHECK(world.log.count(event::shadow_loaded) >= 1);
    const Shadow& shadow = *world.cluster.machine(world.host("shadow1")).shadow;
    CHECK(shadow.applied() == world.cluster.master()->log().flushed_up_to());
    CHECK(shadow.metadata().files().find("/a59") != nullptr);
}

TEST_CASE("shadow: forgets the log that it has read when all machines have lost it",
          "[cluster][shadow][gfs-5.1.3]") {
    const bool is_lost = GENERATE(true, false);
    Config config = quick();
    config.master_failover_after = 1h;
    FailoverWorld world(config, 1);
    const std::vector<HostId> logs{world.host("master"), world.host("log1"), world.host("log2")};
    for (const HostId host : logs) world.cluster.machine(host).disk->set_lying(is_lost);
    for (int i = 0; i < 10; ++i) REQUIRE(world.create_file("/a" + std::to_string(i)) == Code::ok);
    world.run_for(1s);
    const Shadow& shadow = *world.cluster.machine(world.host("shadow1")).shadow;
    REQUIRE(shadow.metadata().files().find("/a9") != nullptr);
    for (const HostId host : logs) world.cluster.power_loss(host, true);
    for (const HostId host : logs) world.cluster.restart(host);
    world.run_for(20s);
    // The new log has other records at the places of those that the shadow has applied.
    for (int i = 0; i < 20; ++i) REQUIRE(world.create_file("/b" + std::to_string(i)) == Code::ok);
    world.run_for(2s);
    CHECK((shadow.metadata().files().find("/a0") == nullptr) == is_lost);
    CHECK(shadow.metadata().files().find("/b0") != nullptr);
    CHECK(shadow.applied() == world.cluster.master()->log().flushed_up_to());
    CHECK(world.log.count(event::shadow_started) == (is_lost ? 2 : 1));
}

}  // namespace
}  // namespace gfs::testing
