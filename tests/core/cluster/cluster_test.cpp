// SPDX-License-Identifier: Apache-2.0
// The whole cluster: clients, master, log replicas and chunkservers together.

#include "core/cluster/cluster.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/core/cluster/cluster_world.h"

namespace gfs::testing {
namespace {

// Creates a file, appends a text and reads it back.
Task<void> hello(ClusterWorld& world, std::string& got) {
    Client& client = world.client();
    const Result<Done> created = co_await client.create("/hello");
    REQUIRE(created.ok());
    const DataId data = world.cluster.data().add(client.id(), "hi");
    const AppendRequest append{.file = "/hello", .data = data, .length = 2};
    const Result<std::uint64_t> offset = co_await client.append(append);
    REQUIRE(offset.ok());
    CHECK(*offset == 0);
    const ReadRequest read{.file = "/hello", .offset = 0, .length = 2};
    const Result<FileData> back = co_await client.read(read);
    REQUIRE(back.ok());
    got = world.cluster.data().render(back->extents, 0, back->length);
}

Task<void> append_many(ClusterWorld& world, std::size_t who, int count, int& done) {
    Client& client = world.client(who);
    for (int i = 0; i < count; ++i) {
        const DataId data = world.cluster.data().add(client.id(), 65536);
        const AppendRequest append{.file = "/log", .data = data, .length = 65536};
        const Result<std::uint64_t> offset = co_await client.append(append);
        if (offset.ok()) ++done;
    }
}

Task<void> create_then_append(ClusterWorld& world, int count, int& done) {
    const Result<Done> created = co_await world.client().create("/log");
    REQUIRE(created.ok());
    co_await append_many(world, 0, count, done);
}

TEST_CASE("cluster: a record that was appended is read back from three replicas", "[cluster]") {
    ClusterWorld world(one_rack(3));
    world.cluster.start();
    std::string got;
    world.client_host().spawn("hello", hello(world, got));
    world.run_for(10s);
    CHECK(got == "hi");
    CHECK(world.log.count(event::append_ok) == 1);
    CHECK(world.log.count(event::mutation_applied) == 3);
}

TEST_CASE("cluster: appends go on when a chunkserver crashes and comes back", "[cluster]") {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        ClusterWorld world(one_rack(5), config, seed);
        world.cluster.start();
        int done = 0;
        world.client_host().spawn("append", create_then_append(world, 100, done));
        world.engine.at(sim::time_zero + 2s, [&] {
            world.cluster.crash(world.cluster.chunkservers().at(0));
            world.cluster.crash(world.cluster.chunkservers().at(1));
        });
        world.engine.at(sim::time_zero + 40s, [&] {
            world.cluster.restart(world.cluster.chunkservers().at(0));
        });
        world.run_for(300s);
        CHECK(done == 100);
    }
}

}  // namespace
}  // namespace gfs::testing
