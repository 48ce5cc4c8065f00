// SPDX-License-Identifier: Apache-2.0
// Disks that say that data is safe when it is not.

#include <catch2/catch.hpp>

#include "tests/faults/data_world.h"

namespace gfs::faults::testing {
namespace {

using sim::Task;

struct Outcome {
    std::optional<Code> code;
};

Task<void> write(DataWorld& world, std::uint64_t offset, std::uint64_t length, Outcome& outcome) {
    const DataId data = world.cluster.data().add(world.client().id(), length);
    const WriteRequest request{.file = "/f", .offset = offset, .data = data, .length = length};
    const Result<Done> done = co_await world.client().write(request);
    outcome.code = done.code();
}

TEST_CASE("lying_fsync: a sync takes no time, and a power loss takes what it was for",
          "[faults][disk][gfs-2.7.1]") {
    const bool lies = GENERATE(true, false);
    DataWorld world;
    if (lies) world.start({fault_on(10s, "lying_fsync", role(MachineRole::chunkserver))});
    world.run_for(11s);
    Outcome written;
    world.client_host().spawn("write", write(world, 0, 100'000, written));
    world.run_for(5s);
    REQUIRE(written.code == Code::ok);
    std::size_t durable = 0;
    for (const ServerId server : world.cluster.chunkservers()) {
        const StoredReplica* const replica = world.cluster.replica(server, world.first);
        if (replica == nullptr) continue;
        const std::size_t authors = replica->content.extents().size();
        world.cluster.power_loss(server, true);
        world.cluster.restart(server);
        durable += world.cluster.replica(server, world.first)->content.extents().size() == authors;
    }
    CHECK(durable == (lies ? 0 : 3));
    CHECK(world.log.count(event::chunk_corrupt_detected) == 0);
}

TEST_CASE("lying_fsync: the cache drains when it heals and at a stop, and survives a crash",
          "[faults][disk]") {
    const auto how = GENERATE(as<std::string>{}, "heal", "stop", "crash");
    DataWorld world;
    const std::optional<Duration> duration = how == "heal" ? std::optional(20s) : std::nullopt;
    world.start({fault_on(10s, "lying_fsync", role(MachineRole::chunkserver), duration)});
    world.run_for(11s);
    Outcome written;
    world.client_host().spawn("write", write(world, 0, 100'000, written));
    world.run_for(5s);
    const StoredReplica& replica = *world.cluster.replica(world.with, world.first);
    CHECK_FALSE(replica.not_durable.empty());
    const Content content = replica.content;
    if (how == "stop") world.cluster.stop(world.with);
    if (how == "crash") world.cluster.crash(world.with);
    if (how == "heal") world.run_for(20s);
    CHECK(replica.not_durable.empty() == (how != "crash"));
    CHECK(replica.content == content);
}

}  // namespace
}  // namespace gfs::faults::testing
