// SPDX-License-Identifier: Apache-2.0
// What a machine believes whose clock stands still, and what a process hears that stood still
// itself: on a real cluster.

#include <catch2/catch.hpp>

#include "tests/faults/data_world.h"

namespace gfs::faults::testing {
namespace {

using sim::Disk;
using sim::Task;

Config quick() {
    Config config = DataWorld::config();
    config.lease = 10s;
    config.client_cache = 15s;
    return config;
}

Task<void> write_once(DataWorld& world, std::optional<Code>& code) {
    const DataId data = world.cluster.data().add(world.client().id(), 1000);
    const WriteRequest request{.file = "/f", .offset = 0, .data = data, .length = 1000};
    const Result<Done> done = co_await world.client().write(request);
    code = done.code();
}
Task<void> read_loop(DataWorld& world, int& done) {
    for (;;) {
        const ReadRequest request{.file = "/f", .offset = 0, .length = 100};
        const Result<FileData> got = co_await world.client().read(request);
        if (got.ok()) ++done;
        co_await sim::sleep(world.client_host(), 5s);
    }
}

TEST_CASE("clock_freeze: no lease ends at a primary whose clock stands", "[faults][gfs-3.1]") {
    const bool freezes = GENERATE(true, false);
    DataWorld world(quick());
    std::optional<Code> written;
    world.run_for(5s);
    world.client_host().spawn("write", write_once(world, written));
    world.run_for(2s);
    REQUIRE(written == Code::ok);
    const std::string primary =
        world.name(world.cluster.master()->lease(world.first)->primary);
    // Without the master nobody extends it.
    std::vector<FaultSpec> faults{
        fault_between(10s, "partition", actor(primary), actor("master"))};
    if (freezes) faults.push_back(fault_on(10s, "clock_freeze", actor(primary), 60s));
    world.start(faults);
    world.run_for(50s);
    CHECK((world.log.count(event::lease_expired) == 0) == freezes);
    world.run_for(60s);
    CHECK(world.log.count(event::lease_expired) == 1);
}

TEST_CASE("clock_freeze: a master whose clock stands declares nobody dead", "[faults][gfs-4.3]") {
    const bool freezes = GENERATE(true, false);
    DataWorld world(quick());
    std::vector<FaultSpec> faults{fault_on(15s, "crash", actor("cs1"))};
    if (freezes) faults.push_back(fault_on(10s, "clock_freeze", actor("master"), 60s));
    world.start(faults);
    world.run_for(60s);
    CHECK((world.log.count(event::server_declared_dead) == 0) == freezes);
    world.run_for(60s);
    CHECK(world.log.count(event::server_declared_dead) == 1);
}

TEST_CASE("clock_freeze: no entry of a cache times out at a client whose clock stands",
          "[faults][gfs-2.4]") {
    const bool freezes = GENERATE(true, false);
    DataWorld world(quick());
    if (freezes) world.start({fault_on(2s, "clock_freeze", actor("c1"), 200s)});
    world.run_for(3s);
    int done = 0;
    world.client_host().spawn("read", read_loop(world, done));
    world.run_for(100s);
    REQUIRE(done == 20);
    // All but the first, or those of fifteen seconds.
    const auto hits = static_cast<int>(world.log.count(event::client_cache_hit));
    CHECK((hits == done - 1) == freezes);
}

struct Heard {
    std::optional<sim::Time> at;
};
Task<void> read_disk(DataWorld& world, Disk& disk, Heard& heard) {
    constexpr sim::FileId file{77};
    co_await disk.read(file, 0, 40'000'000);  // a second and a seek
    heard.at = world.engine.now();
}

TEST_CASE("pause: the disk finishes what is under way, and the process hears of it later",
          "[faults][disk]") {
    DataWorld world;
    world.start({fault_on(10s, "pause", actor(world.name(world.with)), 5s)});
    world.run_for(10s - 1ms);
    Disk& disk = *world.cluster.machine(world.with).disk;
    Heard first;
    Heard second;
    sim::Host& host = world.engine.host(world.with);
    host.spawn("read", read_disk(world, disk, first));
    host.spawn("read", read_disk(world, disk, second));
    world.run_for(20s);
    REQUIRE(first.at);
    REQUIRE(second.at);
    // Had the disk stood still as well they would be done a second and two later.
    CHECK(*first.at - sim::time_zero == 15s);
    CHECK(*second.at - sim::time_zero == 15s);
}

}  // namespace
}  // namespace gfs::faults::testing
