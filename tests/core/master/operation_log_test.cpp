// SPDX-License-Identifier: Apache-2.0
// The operation log (GFS 2.6.3, 5.1.3): batches, the local disk, log replicas that are slow,
// silent, behind, or hear things twice.

#include "core/master/operation_log.h"

#include "core/master/checkpoint.h"
#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

// A log at h0 and log replicas at the hosts after it, without a master.
struct LogWorld {
    explicit LogWorld(std::uint32_t replicas, const Config& with = {})
        : config(with), engine({.seed = 3, .events = &event_table()}), network(engine, {}) {
        for (std::uint32_t i = 0; i <= replicas; ++i) {
            sim::Host& host = engine.add_host("h" + std::to_string(i), 0);
            network.connect(host);
            host.start();
            disks.push_back(std::make_unique<sim::Disk>(engine, host, sim::DiskOptions{}));
            stores.push_back(std::make_unique<LogStore>(*disks.back()));
            if (i > 0) hosts.push_back(host.id());
            peers.push_back(i > 0 ? std::make_unique<LogReplica>(host, config, *stores.back())
                                  : nullptr);
        }
    }
    ~LogWorld() { engine.shut_down(); }

    void start() {
        sim::Host& host = engine.host(sim::HostId{0});
        Appointment appointment = first_appointment(hosts);
        appointment.epoch = MasterEpoch{host.incarnation()};
        appointment.monitor = monitor;
        appointment.retire = [this] { ++retired; };
        log = std::make_unique<OperationLog>(host, config, *stores[0], appointment);
        log->start();
    }
    LogIndex append(const std::string& file) {
        log::Entry entry = log::FileCreated{file};
        return log->append(OpId{}, std::move(entry));
    }
    void run_for(Duration d) { engine.run(engine.now() + d); }
    void crash(std::uint32_t i) {
        engine.host(sim::HostId{i}).kill();
        network.process_ended(sim::HostId{i});
        disks[i]->process_ended();
        peers[i].reset();
    }
    void restart(std::uint32_t i) {
        sim::Host& host = engine.host(sim::HostId{i});
        host.start();
        if (i > 0) peers[i] = std::make_unique<LogReplica>(host, config, *stores[i]);
    }
    // Put to a log replica by hand, as a message that comes late or twice.
    Result<LogIndex> replicate(ReplicateLog request) {
        std::optional<ReplicateLog::Reply> got;
        engine.host(sim::HostId{0}).spawn("replicate", send(*this, std::move(request), got));
        run_for(1s);
        if (!got->ok()) return got->code();
        return (*got)->last;
    }
    ReadLog::Reply read_log(LogIndex after) {
        std::optional<ReadLog::Reply> got;
        engine.host(sim::HostId{0}).spawn("read", ask(*this, ReadLog{.after = after}, got));
        run_for(1s);
        return *got;
    }
    static Task<void> ask(LogWorld& world, ReadLog request, std::optional<ReadLog::Reply>& got) {
        sim::Host& from = world.engine.host(sim::HostId{0});
        const sim::HostId to{1};
        got = co_await sim::call(from, to, std::move(request), 1s);
    }
    static Task<void> send(LogWorld& world, ReplicateLog request,
                           std::optional<ReplicateLog::Reply>& got) {
        sim::Host& from = world.engine.host(sim::HostId{0});
        const sim::HostId to{1};
        got = co_await sim::call(from, to, std::move(request), 1s);
    }

    Config config;
    sim::Engine engine;
    sim::Network network;
    std::vector<std::unique_ptr<sim::Disk>> disks;
    std::vector<std::unique_ptr<LogStore>> stores;
    std::vector<std::unique_ptr<LogReplica>> peers;
    std::vector<HostId> hosts;
    HostId monitor = sim::no_host;
    int retired = 0;
    std::unique_ptr<OperationLog> log;
};

LogRecord record(std::uint64_t index, const std::string& file) {
    return {.index = LogIndex{index}, .op = {}, .entry = log::FileCreated{file}};
}

std::string file_of(const LogStore& store, std::uint64_t index) {
    return std::get<log::FileCreated>(store.at(LogIndex{index}).entry).file;
}

TEST_CASE("log: a record is flushed when it is on the local disk and on all log replicas",
          "[master][gfs-2.6.3]") {
    LogWorld world(2);
    world.start();
    const LogIndex index = world.append("/a");
    CHECK(index == LogIndex{1});
    CHECK(world.log->flushed_up_to() == LogIndex{0});
    world.run_for(1s);
    CHECK(world.log->flushed_up_to() == index);
    for (const auto& store : world.stores) CHECK(store->durable() == index);
}

TEST_CASE("log: records of one batch are flushed together", "[master][gfs-2.6.3]") {
    LogWorld world(1);
    world.start();
    world.append("/a");
    world.run_for(4ms);
    world.append("/b");
    CHECK(world.stores[0]->last() == LogIndex{0});  // the batch is open
    world.run_for(2ms);
    CHECK(world.stores[0]->last() == LogIndex{2});
    world.append("/c");  // comes while the flush is running
    world.run_for(1s);
    CHECK(world.log->flushed_up_to() == LogIndex{3});
    CHECK(world.disks[0]->busy() < 30ms);  // two syncs, not three
}

TEST_CASE("log: a silent log replica holds up the flush, and is then dropped",
          "[master][gfs-5.1.3]") {
    LogWorld world(2);
    world.start();
    world.crash(2);
    world.append("/a");
    world.run_for(9s);
    CHECK(world.log->flushed_up_to() == LogIndex{0});
    world.run_for(3s);
    CHECK(world.log->flushed_up_to() == LogIndex{1});
    CHECK(!world.log->replicas()[1].live);
    world.append("/b");  // nobody waits for it any more
    world.run_for(1s);
    CHECK(world.log->flushed_up_to() == LogIndex{2});
}

TEST_CASE("log: one that was dropped counts again when it has caught up", "[master][gfs-5.1.3]") {
    LogWorld world(1);
    world.start();
    world.crash(1);
    for (int i = 0; i < 2500; ++i) world.append("/a" + std::to_string(i));
    world.run_for(15s);
    REQUIRE(world.log->flushed_up_to() == LogIndex{2500});
    world.restart(1);
    world.run_for(5s);
    CHECK(world.log->replicas()[0].live);
    CHECK(world.stores[1]->durable() == LogIndex{2500});
    CHECK(file_of(*world.stores[1], 2500) == "/a2499");
}

TEST_CASE("log: with `block` a silent log replica stops all changes", "[master][gfs-5.1.3]") {
    Config config;
    config.log_replica_down = LogReplicaDown::block;
    LogWorld world(1, config);
    world.start();
    world.crash(1);
    world.append("/a");
    world.run_for(1h);
    CHECK(world.log->flushed_up_to() == LogIndex{0});
    world.restart(1);
    world.run_for(5s);
    CHECK(world.log->flushed_up_to() == LogIndex{1});
}

TEST_CASE("log: without replication the local disk is enough", "[master][gfs-2.6.3]") {
    Config config;
    config.without = {Mechanism::log_replication};
    LogWorld world(1, config);
    world.start();
    world.append("/a");
    world.run_for(1s);
    CHECK(world.log->flushed_up_to() == LogIndex{1});
    CHECK(world.stores[1]->last() == LogIndex{0});
}

TEST_CASE("log: a new process flushes what the one before had written", "[master][gfs-2.6.3]") {
    LogWorld world(1);
    world.disks[0]->set_slowness(10'000, 1);
    world.start();
    world.append("/a");
    world.run_for(7ms);  // written, not yet on the platter
    REQUIRE(world.stores[0]->last() == LogIndex{1});
    REQUIRE(world.stores[0]->durable() == LogIndex{0});
    world.crash(0);
    world.disks[0]->set_slowness(1, 1);
    world.restart(0);
    world.start();
    CHECK(world.log->flushed_up_to() == LogIndex{0});
    world.run_for(1s);
    CHECK(world.log->flushed_up_to() == LogIndex{1});
    CHECK(world.stores[1]->durable() == LogIndex{1});
}

TEST_CASE("log: a record that only a log replica has kept gives way to the next process's",
          "[master][gfs-2.6.3]") {
    LogWorld world(1);
    world.disks[0]->set_slowness(10'000, 1);
    world.start();
    world.append("/lost");
    world.run_for(7ms);  // the local sync is not done
    world.crash(0);
    world.run_for(1s);
    REQUIRE(world.stores[1]->durable() == LogIndex{1});
    world.stores[0]->lose_unsynced();
    REQUIRE(world.stores[0]->torn());
    world.stores[0]->cut_torn();
    world.disks[0]->set_slowness(1, 1);
    world.restart(0);
    world.start();
    world.append("/kept");
    world.run_for(1s);
    CHECK(world.log->flushed_up_to() == LogIndex{1});
    CHECK(file_of(*world.stores[1], 1) == "/kept");
}

TEST_CASE("log replica: a message that comes twice brings nothing new",
          "[log_replica][gfs-2.6.3]") {
    LogWorld world(1);
    const ReplicateLog request{.master = MasterEpoch{1},
                               .start = LogIndex{0},
                               .after = LogIndex{0},
                               .records = {record(1, "/a"), record(2, "/b")}};
    CHECK(*world.replicate(request) == LogIndex{2});
    CHECK(*world.replicate(request) == LogIndex{2});
    CHECK(world.stores[1]->records().size() == 2);
}

TEST_CASE("log replica: a gap is answered by what it has", "[log_replica][gfs-2.6.3]") {
    LogWorld world(1);
    const ReplicateLog request{.master = MasterEpoch{1},
                               .start = LogIndex{0},
                               .after = LogIndex{4},
                               .records = {record(5, "/e")}};
    CHECK(*world.replicate(request) == LogIndex{0});
    CHECK(world.stores[1]->records().empty());
}

TEST_CASE("log replica: a message of an earlier master process is refused",
          "[log_replica][gfs-2.6.3]") {
    LogWorld world(1);
    ReplicateLog request{.master = MasterEpoch{2},
                         .start = LogIndex{0},
                         .after = LogIndex{0},
                         .records = {record(1, "/new")}};
    CHECK(world.replicate(request).ok());
    request.master = MasterEpoch{1};
    request.records = {record(1, "/old"), record(2, "/older")};
    CHECK(world.replicate(request).code() == Code::old_epoch);
    CHECK(world.stores[1]->records().size() == 1);
    CHECK(file_of(*world.stores[1], 1) == "/new");
}

TEST_CASE("log replica: what a new master puts in place of records is not durable with those",
          "[log_replica][gfs-2.6.3]") {
    LogWorld world(1);
    const LogStore& store = *world.stores[1];
    std::optional<ReplicateLog::Reply> first;
    std::optional<ReplicateLog::Reply> second;
    sim::Host& sender = world.engine.host(sim::HostId{0});
    ReplicateLog request{.master = MasterEpoch{1},
                         .start = LogIndex{0},
                         .after = LogIndex{0},
                         .records = {record(1, "/x"), record(2, "/y")}};
    sender.spawn("replicate", LogWorld::send(world, request, first));
    request.master = MasterEpoch{2};
    request.records = {record(1, "/a"), record(2, "/b")};
    for (LogRecord& each : request.records) each.master = MasterEpoch{2};
    sender.spawn("replicate", LogWorld::send(world, request, second));
    while (!first) world.run_for(100us);
    // The disk has written the first one's records, and goes on to the second one's.
    REQUIRE_FALSE(second.has_value());
    CHECK(first->code() == Code::old_epoch);
    CHECK(file_of(store, 2) == "/b");
    CHECK(store.durable() == LogIndex{0});
    CHECK(store.synced() == LogIndex{0});
    world.run_for(1s);
    REQUIRE(second.has_value());
    CHECK(second->ok());
    CHECK(store.synced() == LogIndex{2});
}

TEST_CASE("log replica: what a master put there that the others never heard of is replaced",
          "[log_replica][gfs-2.6.3]") {
    LogWorld world(1);
    // Three records of the first master, of which the last two never were anywhere else; then one
    // more master came and went, and the third has the second's records in their place.
    CHECK(*world.replicate({.master = MasterEpoch{1},
                            .start = LogIndex{0},
                            .after = LogIndex{0},
                            .records = {record(1, "/a"), record(2, "/x"), record(3, "/y")}}) ==
          LogIndex{3});
    LogRecord second = record(2, "/b");
    second.master = MasterEpoch{2};
    LogRecord third = record(3, "/c");
    third.master = MasterEpoch{2};
    const ReplicateLog probe{.master = MasterEpoch{3},
                             .start = LogIndex{3},
                             .after = LogIndex{3},
                             .after_master = MasterEpoch{2},
                             .records = {}};
    CHECK(*world.replicate(probe) == LogIndex{2});  // not the same there
    CHECK(*world.replicate({.master = MasterEpoch{3},
                            .start = LogIndex{3},
                            .after = LogIndex{1},
                            .after_master = MasterEpoch{1},
                            .records = {second, third}}) == LogIndex{3});
    CHECK(file_of(*world.stores[1], 2) == "/b");
    CHECK(file_of(*world.stores[1], 3) == "/c");
}

TEST_CASE("log replica: readers see what is flushed, and nothing that could be taken back",
          "[log_replica][gfs-5.1.3]") {
    LogWorld world(1);
    CHECK(world
              .replicate({.master = MasterEpoch{1},
                          .start = LogIndex{0},
                          .after = LogIndex{0},
                          .flushed = LogIndex{1},
                          .records = {record(1, "/a"), record(2, "/b")}})
              .ok());
    const ReadLog::Reply tail = world.read_log(LogIndex{0});
    REQUIRE(tail.ok());
    CHECK(tail->records.size() == 1);
    CHECK(tail->checkpoint.state == nullptr);
}

TEST_CASE("log: without the monitor's word a silent log replica goes on to count",
          "[master][gfs-5.1.3]") {
    LogWorld world(2);
    world.monitor = sim::HostId{2};  // a log replica's process does not answer such questions
    world.start();
    world.crash(1);
    world.append("/a");
    world.run_for(60s);
    CHECK(world.log->replicas()[0].live);
    CHECK(world.log->flushed_up_to() == LogIndex{0});
}

TEST_CASE("log: a master that has been replaced commits nothing and ends", "[master][gfs-5.1.3]") {
    const bool fenced = GENERATE(true, false);
    Config config;
    if (!fenced) config.without = {Mechanism::master_epoch};
    LogWorld world(1, config);
    world.stores[1]->set_writer(MasterEpoch{2});
    world.start();
    world.append("/a");
    world.run_for(60s);
    CHECK(world.log->flushed_up_to() == LogIndex{fenced ? 0U : 1U});
    CHECK(world.retired == (fenced ? 1 : 0));
}

TEST_CASE("log store: a power loss takes the unsynced tail and leaves a torn record",
          "[master][gfs-2.6.3]") {
    LogWorld world(0);
    LogStore& store = *world.stores[0];
    store.preload(make_checkpoint(LogIndex{1}, MasterEpoch{1}, Metadata(world.config)));
    store.append(record(2, "/a"));
    store.append(record(3, "/b"));
    CHECK(store.last() == LogIndex{3});
    CHECK(store.durable() == LogIndex{1});
    store.lose_unsynced();
    CHECK(store.last() == LogIndex{1});
    CHECK(store.torn());
    store.cut_torn();
    store.append(record(2, "/c"));
    CHECK(file_of(store, 2) == "/c");
    CHECK(store.preloaded() == LogIndex{1});
}

TEST_CASE("log store: a power loss when all is durable takes nothing", "[master][gfs-2.6.3]") {
    LogWorld world(0);
    world.start();
    world.append("/a");
    world.run_for(1s);
    world.crash(0);
    world.stores[0]->lose_unsynced();
    CHECK(!world.stores[0]->torn());
    CHECK(world.stores[0]->last() == LogIndex{1});
}

}  // namespace
}  // namespace gfs::testing
