// SPDX-License-Identifier: Apache-2.0
// Faults of disks on a real cluster: what becomes of requests, of what was acknowledged and of the
// replicas, and what is undone when they heal. Faults of single writes are in
// write_faults_test.cpp, those of the master's disk in log_disk_faults_test.cpp.

#include <catch2/catch.hpp>

#include "tests/faults/data_world.h"

namespace gfs::faults::testing {
namespace {

using sim::Disk;
using sim::DiskOperation;
using sim::FileId;
using sim::Task;

// What the client did, and with which code it ended.
struct Outcome {
    std::optional<Code> code;
};

Task<void> write(DataWorld& world, std::uint64_t offset, std::uint64_t length, Outcome& outcome) {
    const DataId data = world.cluster.data().add(world.client().id(), length);
    const WriteRequest request{.file = "/f", .offset = offset, .data = data, .length = length};
    const Result<Done> done = co_await world.client().write(request);
    outcome.code = done.code();
}
Task<void> read(DataWorld& world, std::uint64_t length, Outcome& outcome) {
    const ReadRequest request{.file = "/f", .offset = 0, .length = length};
    const Result<FileData> done = co_await world.client().read(request);
    outcome.code = done.code();
}
Task<void> make_file(DataWorld& world, std::string file, Outcome& outcome) {
    const Result<Done> created = co_await world.client().create(file);
    REQUIRE(created.ok());
    const DataId data = world.cluster.data().add(world.client().id(), "hi");
    const AppendRequest append{.file = std::move(file), .data = data, .length = 2};
    const Result<std::uint64_t> done = co_await world.client().append(append);
    outcome.code = done.code();
}

// Requests to a disk without any server in between; when they ended, and how.
struct Answer {
    std::optional<sim::Time> at;
    std::optional<Disk::Outcome> outcome;
};
Task<void> read_disk(DataWorld& world, Disk& disk, Answer& answer) {
    const FileId file{77};
    answer.outcome = co_await disk.read(file, 0, 40'000'000);
    answer.at = world.engine.now();
}
Task<void> sync_disk(DataWorld& world, Disk& disk, FileId file, Answer& answer) {
    answer.outcome = co_await disk.sync(file);
    answer.at = world.engine.now();
}

struct DiskWorld : DataWorld {
    using DataWorld::DataWorld;
    // Nobody else uses the disks.
    static Config quiet() {
        Config config = DataWorld::config();
        config.idle_scan_every = 1h;
        return config;
    }

    Disk& disk(HostId host) { return *cluster.machine(host).disk; }
    void ask_read(Answer& answer) {
        client_host().spawn("read", read_disk(*this, disk(with), answer));
    }
    void ask_sync(FileId file, Answer& answer) {
        client_host().spawn("sync", sync_disk(*this, disk(with), file, answer));
    }
    // The nearest server would be asked first; every client is on the one rack.
    bool holds(ServerId server) const {
        const StoredReplica* const replica = cluster.replica(server, first);
        return replica != nullptr && !replica->corrupt;
    }
    std::size_t rejections(Code code) const {
        std::size_t found = 0;
        for (const sim::Event& event : log.events)
            if (event.kind == event::mutation_rejected)
                found += event.fields[2] == static_cast<std::uint64_t>(code) ? 1 : 0;
        return found;
    }
    FaultSpec on_with(const std::string& kind, std::optional<Duration> duration = {}) const {
        FaultSpec fault = on(kind, name(with));
        fault.duration = duration;
        return fault;
    }
};

constexpr Duration one_read = 8ms + 1s;  // 40 MB at 40 MB/s

TEST_CASE("disk_slow: requests take as many times as long, and as long as before when it heals",
          "[faults][disk]") {
    DiskWorld world(DiskWorld::quiet());
    FaultSpec slow = world.on_with("disk_slow", 60s);
    slow.disk_factor = {5, 2};
    world.start({slow});
    Answer before;
    Answer during;
    Answer after;
    world.run_for(10s - 1ms);
    world.ask_read(before);  // under way when the fault begins
    world.run_for(10s);
    CHECK(*before.at - sim::time_zero == 10s - 1ms + one_read);
    const sim::Time asked = world.engine.now();
    world.ask_read(during);
    world.run_for(10s);
    CHECK(*during.at - asked == one_read * 5 / 2);
    world.run_for(60s);
    const sim::Time asked_again = world.engine.now();
    world.ask_read(after);
    world.run_for(10s);
    CHECK(*after.at - asked_again <= one_read);
    CHECK(world.log.count(event::heartbeat_missed) == 0);
}

TEST_CASE("disk_slow: of two the slower counts, and a share of the requests is hit",
          "[faults][disk]") {
    DiskWorld world(DiskWorld::quiet());
    FaultSpec slow = named(world.on_with("disk_slow"), "one");
    slow.disk_factor = {3, 1};
    FaultSpec slower = named(slow, "two");
    slower.disk_factor = {9, 1};
    slower.disk_probability = {1, 2};
    // Whichever came first.
    const bool is_slower_first = GENERATE(true, false);
    if (is_slower_first)
        world.start({slower, slow});
    else
        world.start({slow, slower});
    world.run_for(11s);
    std::size_t three = 0;
    std::size_t nine = 0;
    for (int i = 0; i < 20; ++i) {
        Answer answer;
        const sim::Time asked = world.engine.now();
        world.ask_read(answer);
        world.run_for(20s);
        const Duration took = *answer.at - asked;
        three += took == one_read * 3 ? 1 : 0;
        nine += took == one_read * 9 ? 1 : 0;
    }
    CHECK(three + nine == 20);
    CHECK(three >= 4);
    CHECK(nine >= 4);
}

TEST_CASE("disk_stall: nothing is served before it heals, but what was under way",
          "[faults][disk]") {
    DiskWorld world(DiskWorld::quiet());
    world.start({world.on_with("disk_stall", 7s)});
    Answer under_way;
    Answer first;
    Answer second;
    world.run_for(10s - 1ms);
    world.ask_read(under_way);
    world.run_for(10ms);
    world.ask_read(first);
    world.ask_read(second);
    world.run_for(6s);
    CHECK(*under_way.at - sim::time_zero == 10s - 1ms + one_read);
    CHECK_FALSE(first.at);
    world.run_for(5s);
    CHECK(*first.at - sim::time_zero >= 17s);
    CHECK(*first.at < *second.at);
    CHECK(first.outcome == Disk::Outcome::done);
    CHECK(world.log.count(event::server_declared_dead) == 0);
}

TEST_CASE("disk_stall: a write waits for its sync, and the client's patience ends first",
          "[faults][disk][gfs-3.1]") {
    const bool stalls = GENERATE(true, false);
    DiskWorld world;
    if (stalls) world.start({world.on_with("disk_stall", 3s)});
    world.run_for(11s);
    Outcome written;
    world.client_host().spawn("write", write(world, 0, 100'000, written));
    world.run_for(20s);
    CHECK(written.code == Code::ok);
    CHECK((world.log.count(event::client_retried) > 0) == stalls);
    world.run_for(30s);
    CHECK(world.is_repaired());
}

TEST_CASE("disk_error: a replica that cannot be read is replaced, and the reader goes elsewhere",
          "[faults][disk][gfs-5.2]") {
    const bool fails = GENERATE(true, false);
    DiskWorld world;
    FaultSpec error = world.on_with("disk_error", 30s);
    error.disk_operation = DiskOperation::read;
    if (fails) world.start({error});
    world.run_for(11s);
    Outcome got;
    world.client_host().spawn("read", read(world, 100'000, got));
    world.run_for(19s);
    // The scan of idle chunks comes by as well: every replica there is found out.
    CHECK(got.code == Code::ok);
    CHECK((world.log.count(event::chunk_disk_failed) > 0) == fails);
    world.run_for(60s);
    CHECK((world.log.count(event::clone_finished) > 0) == fails);
    CHECK((world.log.count(event::gc_deleted) > 0) == fails);
    CHECK(world.holds(world.with) == !fails);
    CHECK(world.is_repaired());
}

TEST_CASE("disk_error: a refused write changes nothing, and the server is left out of the next set",
          "[faults][disk][gfs-3.1]") {
    const auto kind = GENERATE(as<std::string>{}, "disk_error", "disk_readonly");
    DiskWorld world;
    world.start({world.on_with(kind, 60s)});
    world.run_for(11s);
    const Content before = world.cluster.replica(world.with, world.first)->content;
    const Version version = world.cluster.replica(world.with, world.first)->version;
    Outcome written;
    world.client_host().spawn("write", write(world, 0, 100'000, written));
    world.run_for(5s);
    CHECK(written.code == Code::ok);
    const StoredReplica* const replica = world.cluster.replica(world.with, world.first);
    if (replica != nullptr) {
        CHECK(replica->content == before);
        CHECK(replica->version == version);
    }
    world.run_for(90s);
    CHECK(world.is_repaired());
}

TEST_CASE("disk_error: a primary whose own disk refuses reports itself, and the set is formed anew",
          "[faults][disk][gfs-3.1]") {
    const bool reports = GENERATE(true, false);
    Config config = DataWorld::config();
    if (!reports) config.report_secondary_after = 0;
    DiskWorld world(config);
    Outcome first;
    world.run_for(5s);
    world.client_host().spawn("write", write(world, 0, 1000, first));
    world.run_for(5s - 1ns);
    REQUIRE(first.code == Code::ok);
    const gfs::Lease* const lease = world.cluster.master()->lease(world.first);
    REQUIRE(lease != nullptr);
    const FaultSpec error = fault_on(10s, "disk_error", actor(world.name(lease->primary)), 40s);
    world.start({error});
    world.run_for(1s);
    Outcome second;
    world.client_host().spawn("write", write(world, 0, 1000, second));
    world.run_for(15s);
    CHECK(world.rejections(Code::disk_error) >= 3);
    CHECK((second.code == Code::ok) == reports);
}

TEST_CASE("disk_error: after a failed sync every later one of the file fails, and no other",
          "[faults][disk]") {
    DiskWorld world;
    FaultSpec error = world.on_with("disk_error", 5s);
    error.disk_operation = DiskOperation::sync;
    world.start({error});
    world.run_for(11s);
    constexpr FileId bad{1001};
    constexpr FileId good{1002};
    Disk& disk = world.disk(world.with);
    for (int i = 0; i < 10; ++i) disk.write(bad, 0, 100);
    Answer failed;
    Answer nothing_to_do;
    world.ask_sync(bad, failed);
    world.ask_sync(good, nothing_to_do);
    world.run_for(2s);
    CHECK(failed.outcome == Disk::Outcome::failed);
    CHECK(nothing_to_do.outcome == Disk::Outcome::done);
    world.run_for(5s);
    disk.write(bad, 0, 100);
    disk.write(good, 0, 100);
    Answer again;
    Answer other;
    world.ask_sync(bad, again);
    world.ask_sync(good, other);
    world.run_for(1s);
    CHECK(again.outcome == Disk::Outcome::failed);
    CHECK(other.outcome == Disk::Outcome::done);
    CHECK(disk.has_failed(bad));
    const auto losses = disk.lose_unsynced();
    REQUIRE(losses.size() == 1);
    CHECK(losses[0].first == bad);
    CHECK(losses[0].second < sim::WriteNumber{10});
    CHECK_FALSE(disk.has_failed(bad));
}

TEST_CASE("disk_error: a failed sync fails the mutation, and the replica is replaced",
          "[faults][disk][gfs-5.2]") {
    const bool fails = GENERATE(true, false);
    DiskWorld world;
    FaultSpec error = world.on_with("disk_error", 1s);
    error.disk_operation = DiskOperation::sync;
    if (fails) world.start({error});
    world.run_for(10s + 1ms);
    Outcome written;
    world.client_host().spawn("write", write(world, 0, 100'000, written));
    world.run_for(20s);
    CHECK(written.code == Code::ok);
    CHECK((world.log.count(event::chunk_disk_failed) > 0) == fails);
    world.run_for(90s);
    CHECK((world.log.count(event::clone_finished) > 0) == fails);
    CHECK(world.is_repaired());
}

TEST_CASE("disk_full: nothing grows and nothing is placed there, and what is there can be changed",
          "[faults][disk][gfs-4.2]") {
    const bool is_full = GENERATE(true, false);
    DiskWorld world;
    if (is_full) world.start({world.on_with("disk_full", 60s)});
    const std::size_t before = world.cluster.machine(world.with).chunks->replicas().size();
    world.run_for(12s);  // a HeartBeat has said so
    std::vector<Outcome> made(8);
    for (std::size_t i = 0; i < made.size(); ++i)
        world.client_host().spawn("make", make_file(world, "/n" + std::to_string(i), made[i]));
    Outcome within;
    world.client_host().spawn("write", write(world, 0, 100'000, within));
    world.run_for(20s);
    for (const Outcome& outcome : made) CHECK(outcome.code == Code::ok);
    CHECK(within.code == Code::ok);
    CHECK(world.rejections(Code::no_space) == 0);
    const std::size_t after = world.cluster.machine(world.with).chunks->replicas().size();
    CHECK((after == before) == is_full);
    world.run_for(60s);
    CHECK(world.disk(world.with).free() > 0);
}

TEST_CASE("disk_full: a secondary that cannot take an append is reported and made up for",
          "[faults][disk][gfs-3.1]") {
    DiskWorld world;
    world.start({world.on_with("disk_full")});
    world.run_for(11s);
    Outcome written;
    world.client_host().spawn("write", write(world, 150'000, 100'000, written));
    world.run_for(20s);
    CHECK(written.code == Code::ok);
    CHECK(world.rejections(Code::no_space) >= 3);
    world.run_for(60s);
    CHECK(world.is_repaired());
    CHECK_FALSE(world.holds(world.with));
    CHECK(world.log.count(event::server_declared_dead) == 0);
}

TEST_CASE("disk_readonly: what is written and not synced fails, and garbage stays until it heals",
          "[faults][disk][gfs-4.4.1]") {
    DiskWorld world;
    world.start({world.on_with("disk_readonly", 30s)});
    world.run_for(10s - 1ms);
    constexpr FileId file{1001};
    world.disk(world.with).write(file, 0, 100);
    world.run_for(2ms);
    Answer answer;
    world.ask_sync(file, answer);
    Outcome written;
    world.client_host().spawn("write", write(world, 0, 100'000, written));
    world.run_for(20s);
    CHECK(answer.outcome == Disk::Outcome::failed);
    CHECK(written.code == Code::ok);
    CHECK(world.cluster.replica(world.with, world.first) != nullptr);  // stale, and still there
    CHECK(world.log.count(event::chunk_stale_detected) +
              world.log.count(event::chunk_replica_removed) >
          0);
    world.run_for(60s);
    CHECK(world.is_repaired());
    CHECK(world.log.count(event::gc_deleted) > 0);
}

TEST_CASE("faults of disks: who has none, or has it already, is refused", "[faults][disk]") {
    const auto refusals = [](const std::vector<FaultSpec>& faults) {
        DiskWorld world;
        world.start(faults);
        world.run_for(12s);
        std::vector<std::string> reasons;
        for (const FaultReport& report : world.plan->report().faults)
            for (const FaultReport::Refusal& refusal : report.refusals)
                reasons.push_back(refusal.reason);
        return reasons;
    };
    for (const char* const kind :
         {"disk_slow", "disk_stall", "disk_error", "disk_full", "disk_readonly", "lying_fsync"})
        CHECK(refusals({fault_on(10s, kind, actor("c1"))}) == Log{"c1 has no disk"});
    const auto twice = [&](const std::string& kind) {
        const FaultSpec once = fault_on(10s, kind, actor("cs1"));
        return refusals({named(once, "a"), named(once, "b")});
    };
    CHECK(twice("disk_full") == Log{"cs1 has a full disk already"});
    CHECK(twice("disk_readonly") == Log{"cs1 has a disk that is read-only already"});
    CHECK(twice("lying_fsync") == Log{"cs1 has a disk that lies already"});
    CHECK(twice("disk_slow").empty());
    CHECK(twice("disk_error").empty());
}

}  // namespace
}  // namespace gfs::faults::testing
