// SPDX-License-Identifier: Apache-2.0
// The disk: how long things take, what is durable, what a crash and a power loss leave.

#include "sim/disk/disk.h"

#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <vector>

#include "tests/sim/small_world.h"

namespace sim::testing {
namespace {

constexpr FileId file_a{1};
constexpr FileId file_b{2};

struct Owner final : DiskOwner {
    std::map<FileId, WriteNumber> durable;
    void on_durable(FileId file, WriteNumber last) override { durable[file] = last; }
};

// A disk that takes 10 ms to seek and moves 1 byte in 1 us.
struct DiskWorld {
    explicit DiskWorld(std::uint64_t sync_walk = 0)
        : disk(world.engine, world.host(0),
               {.capacity = 1000, .seek = 10ms, .bandwidth = 1'000'000, .sync_walk = sync_walk}) {
        disk.set_owner(&owner);
    }
    ~DiskWorld() { world.engine.shut_down(); }

    SmallWorld world{1};
    Disk disk;
    Owner owner;
    std::vector<Time> done;
};

Task<void> sync_file(DiskWorld& w, FileId file) {
    const std::optional<Disk::Outcome> outcome = co_await w.disk.sync(file);
    REQUIRE(outcome == Disk::Outcome::done);
    w.done.push_back(w.world.engine.now());
}

Task<void> read_file(DiskWorld& w, FileId file, std::uint64_t offset, std::uint64_t bytes) {
    co_await w.disk.read(file, offset, bytes);
    w.done.push_back(w.world.engine.now());
}

TEST_CASE("disk: a sync seeks and writes what is dirty, and tells the owner", "[disk]") {
    DiskWorld w;
    w.disk.write(file_a, 0, 500);
    const WriteNumber last = w.disk.write(file_a, 500, 500);
    w.world.host(0).spawn("sync", sync_file(w, file_a));
    w.world.run();
    CHECK(w.done == std::vector<Time>{time_zero + 10ms + 1000us});
    CHECK(w.owner.durable.at(file_a) == last);
}

TEST_CASE("disk: what goes on where the arm stands needs no seek", "[disk]") {
    DiskWorld w;
    w.world.host(0).spawn("r1", read_file(w, file_a, 0, 100));
    w.world.host(0).spawn("r2", read_file(w, file_a, 100, 100));
    w.world.host(0).spawn("r3", read_file(w, file_a, 100, 100));
    w.world.host(0).spawn("r4", read_file(w, file_b, 200, 100));
    w.world.run();
    REQUIRE(w.done.size() == 4);
    CHECK(w.done[0] == time_zero + 10ms + 100us);
    CHECK(w.done[1] == w.done[0] + 100us);
    CHECK(w.done[2] == w.done[1] + 10ms + 100us);
    CHECK(w.done[3] == w.done[2] + 10ms + 100us);
}

TEST_CASE("disk: a sync behind another waits for it, and writes only what is new", "[disk]") {
    DiskWorld w;
    w.disk.write(file_a, 0, 100);
    w.world.host(0).spawn("first", sync_file(w, file_a));
    w.world.host(0).spawn("second", sync_file(w, file_a));
    w.world.run();
    REQUIRE(w.done.size() == 2);
    CHECK(w.done[0] == time_zero + 10ms + 100us);
    CHECK(w.done[1] == w.done[0]);
}

// As in Linux 2.2 (GFS 7).
TEST_CASE("disk: a sync that walks through the file costs the more the longer the file is",
          "[disk][gfs-7]") {
    DiskWorld w(100'000);  // 1 byte in 10 us
    w.disk.write(file_a, 0, 500);
    w.world.host(0).spawn("first", sync_file(w, file_a));
    w.world.run();
    const Time first = time_zero + 10ms + 500us + 5ms;
    CHECK(w.done == std::vector<Time>{first});
    w.disk.write(file_a, 500, 1);
    w.world.host(0).spawn("second", sync_file(w, file_a));
    w.world.run();
    CHECK(w.done.back() == first + 1us + 5010us);  // one byte is new
    w.disk.write(file_b, 0, 1);
    w.world.host(0).spawn("other", sync_file(w, file_b));
    w.world.run();
    CHECK(w.done.back() == first + 1us + 5010us + 10ms + 1us + 10us);
}

TEST_CASE("disk: a write during a sync is not made durable by it", "[disk]") {
    DiskWorld w;
    const WriteNumber first = w.disk.write(file_a, 0, 100);
    w.world.host(0).spawn("sync", sync_file(w, file_a));
    w.world.engine.at(time_zero + 5ms, [&] { w.disk.write(file_a, 100, 100); });
    w.world.run();
    CHECK(w.owner.durable.at(file_a) == first);
    CHECK(w.disk.lose_unsynced().at(0) == std::pair{file_a, first});
}

TEST_CASE("disk: a power loss in the middle of a sync loses what it would have written",
          "[disk]") {
    DiskWorld w;
    w.disk.write(file_a, 0, 100);
    w.world.host(0).spawn("sync", sync_file(w, file_a));
    w.world.engine.at(time_zero + 5ms, [&] {
        w.world.host(0).kill();
        const auto losses = w.disk.lose_unsynced();
        REQUIRE(losses.size() == 1);
        CHECK(losses[0].second == WriteNumber{0});
    });
    w.world.run();
    CHECK(w.done.empty());
    CHECK(w.owner.durable.empty());
    CHECK(w.world.engine.queue().empty());
}

TEST_CASE("disk: a process that dies leaves its writes in the cache for the next", "[disk]") {
    DiskWorld w;
    const WriteNumber last = w.disk.write(file_a, 0, 100);
    w.world.host(0).spawn("sync", sync_file(w, file_a));
    w.world.engine.at(time_zero + 5ms, [&] {
        w.world.host(0).kill();
        w.disk.process_ended();
        w.world.host(0).start();
        w.world.host(0).spawn("sync", sync_file(w, file_a));
    });
    w.world.run();
    CHECK(w.done.size() == 1);
    CHECK(w.owner.durable.at(file_a) == last);
}

TEST_CASE("disk: it takes no more than its capacity", "[disk]") {
    DiskWorld w;
    CHECK(w.disk.reserve(900));
    CHECK_FALSE(w.disk.reserve(101));
    w.disk.release(1);
    CHECK(w.disk.reserve(101));
    CHECK(w.disk.used() == 1000);
}

TEST_CASE("disk: a slow disk takes longer by its factor", "[disk]") {
    DiskWorld w;
    w.disk.set_slowness(10, 1);
    w.world.host(0).spawn("read", read_file(w, file_a, 0, 100));
    w.world.run();
    CHECK(w.done == std::vector<Time>{time_zero + 10 * (10ms + 100us)});
}

}  // namespace
}  // namespace sim::testing
