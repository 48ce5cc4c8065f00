// SPDX-License-Identifier: Apache-2.0
// Requests to the master, the tries after a failure, and the limit of an operation.

#include "tests/core/client/scripted_cluster.h"

namespace gfs::client_testing {

TEST_CASE("create: the master's answer is the client's", "[client][gfs-4.1]") {
    ScriptedCluster cluster;
    cluster.master->create.otherwise = Done{};
    const Result<Done> created = cluster.run(cluster.client->create("/a"));
    CHECK(created.ok());
    REQUIRE(cluster.master->create.asked.size() == 1);
    CHECK(cluster.master->create.asked[0].file == "/a");
    CHECK(cluster.master->create.asked[0].client == cluster.client->id());
    CHECK(cluster.count(event::client_op_started) == 1);
    CHECK(cluster.count(event::client_op_ok) == 1);
    CHECK(cluster.last(event::client_op_ok, "op") ==
          static_cast<std::uint64_t>(cluster.master->create.asked[0].op));
    CHECK(cluster.client->operations_running() == 0);
}

TEST_CASE("create: a final code ends the operation at once", "[client][gfs-4.1]") {
    ScriptedCluster cluster;
    cluster.master->create.otherwise = Code::already_exists;
    CHECK(cluster.run(cluster.client->create("/a")).code() == Code::already_exists);
    CHECK(cluster.master->create.asked.size() == 1);
    CHECK(cluster.last(event::client_op_failed, "definite") == 1);
    CHECK(cluster.count(event::client_retried) == 0);
}

TEST_CASE("create: a lost answer is asked for again", "[client][gfs-2.3]") {
    ScriptedCluster cluster;
    cluster.master->create.next = {std::nullopt};
    cluster.master->create.otherwise = Done{};
    CHECK(cluster.run(cluster.client->create("/a")).ok());
    CHECK(cluster.master->create.asked.size() == 2);
    CHECK(cluster.count(event::client_retried) == 1);
    CHECK(cluster.last(event::client_retried, "code") == static_cast<std::uint64_t>(Code::timeout));
    CHECK(cluster.last(event::client_retried, "attempt") == 2);
}

TEST_CASE("create: after a lost answer an error is reported, but it is not definite",
          "[client][gfs-2.3]") {
    ScriptedCluster cluster;
    cluster.master->create.next = {std::nullopt};
    cluster.master->create.otherwise = Code::already_exists;
    CHECK(cluster.run(cluster.client->create("/a")).code() == Code::already_exists);
    CHECK(cluster.last(event::client_op_failed, "definite") == 0);
}

TEST_CASE("create: a master that never answers is given up within the limit", "[client][gfs-2.3]") {
    ScriptedCluster cluster;
    cluster.client->set_op_limit(20s);
    CHECK(cluster.run(cluster.client->create("/a")).code() == Code::gave_up);
    const auto latency = cluster.last(event::client_op_failed, "latency");
    CHECK(latency <= 20'000'000'000U);
    CHECK(latency > 10'000'000'000U);
    CHECK(cluster.last(event::client_op_failed, "definite") == 0);
}

TEST_CASE("create: without a limit of its own it outlasts lease, restart and death",
          "[client][gfs-2.3]") {
    ScriptedCluster cluster;
    CHECK(cluster.run(cluster.client->create("/a")).code() == Code::gave_up);
    const auto latency = cluster.last(event::client_op_failed, "latency");
    CHECK(latency > 160'000'000'000U);
    CHECK(latency <= 166'000'000'000U);
}

TEST_CASE("create: at the limit the last definite code is reported", "[client][gfs-2.3]") {
    ScriptedCluster cluster;
    cluster.client->set_op_limit(20s);
    cluster.master->create.otherwise = Code::starting;
    CHECK(cluster.run(cluster.client->create("/a")).code() == Code::starting);
    CHECK(cluster.last(event::client_op_failed, "definite") == 1);
    CHECK(cluster.master->create.asked.size() > 5);
}

TEST_CASE("master: its name is looked up again at every try", "[client][gfs-5.1]") {
    ScriptedCluster cluster;
    cluster.master->create.next = {std::nullopt};
    cluster.other_master->create.otherwise = Done{};
    cluster.engine.after(1s, [&] { cluster.master_host = HostId{1}; });
    CHECK(cluster.run(cluster.client->create("/a")).ok());
    CHECK(cluster.master->create.asked.size() == 1);
    CHECK(cluster.other_master->create.asked.size() == 1);
}

TEST_CASE("namespace operations: each is one request with its own names", "[client][gfs-2.2]") {
    ScriptedCluster cluster;
    ScriptedMaster& master = *cluster.master;
    master.make_directory.otherwise = Done{};
    master.remove.otherwise = Done{};
    master.rename.otherwise = Done{};
    master.list.otherwise = Names{{"a", "b/"}};
    master.stat.otherwise = FileStatus{.chunks = 4, .goal = 3};
    master.open.otherwise = FileStatus{.chunks = 5, .goal = 3};
    CHECK(cluster.run(cluster.client->make_directory("/d")).ok());
    CHECK(cluster.run(cluster.client->remove("/d/a")).ok());
    CHECK(cluster.run(cluster.client->rename("/x", "/y")).ok());
    CHECK(cluster.run(cluster.client->list("/d"))->names == std::vector<std::string>{"a", "b/"});
    CHECK(cluster.run(cluster.client->stat("/x"))->chunks == 4);
    CHECK(cluster.run(cluster.client->open("/x"))->chunks == 5);
    cluster.client->close("/x");
    CHECK(master.make_directory.asked.at(0).directory == "/d");
    CHECK(master.remove.asked.at(0).file == "/d/a");
    CHECK(master.rename.asked.at(0).from == "/x");
    CHECK(master.rename.asked.at(0).to == "/y");
    CHECK(cluster.count(event::client_op_ok) == 7);
}

TEST_CASE("operations: numbers are never used twice, not even by the next process", "[client]") {
    ScriptedCluster cluster;
    cluster.master->create.otherwise = Done{};
    CHECK(cluster.run(cluster.client->create("/a")).ok());
    sim::Host& host = cluster.client->host();
    host.kill();
    cluster.client.reset();
    host.start();
    cluster.client.emplace(host, cluster.config, cluster.master_host, cluster.shadows, 7);
    CHECK(cluster.run(cluster.client->create("/b")).ok());
    REQUIRE(cluster.master->create.asked.size() == 2);
    CHECK(cluster.master->create.asked[0].op != cluster.master->create.asked[1].op);
}

TEST_CASE("locations: the master is asked whatever is cached", "[client][gfs-2.4]") {
    ScriptedCluster cluster;
    cluster.master->find_location.otherwise = cluster.locations(0, 1, 1);
    CHECK(cluster.run(cluster.client->locations("/a", ChunkIndex{0}))->chunk == ChunkHandle{100});
    CHECK(cluster.run(cluster.client->locations("/a", ChunkIndex{0})).ok());
    CHECK(cluster.master->find_location.asked.size() == 2);
    cluster.master->find_location.otherwise = Locations{.file_chunks = 1, .chunks = {}};
    CHECK(cluster.run(cluster.client->locations("/a", ChunkIndex{7})).code() == Code::end_of_file);
}

}  // namespace gfs::client_testing
