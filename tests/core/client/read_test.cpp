// SPDX-License-Identifier: Apache-2.0
// Reads, and the cache of chunk locations.

#include "tests/core/client/scripted_cluster.h"

namespace gfs::client_testing {
namespace {

// One chunk of 4 KiB that all replicas have.
struct OneChunk : ScriptedCluster {
    OneChunk() {
        master->find_location.otherwise = locations(0, 1, 1);
        serve(0, 4096);
    }
    Result<FileData> read(std::uint64_t length) {
        return run(client->read({.file = "/a", .length = length}));
    }
    std::size_t reads() {
        std::size_t sum = 0;
        for (ScriptedServer& each : server_scripts) sum += each.read.asked.size();
        return sum;
    }
};

}  // namespace

TEST_CASE("read: the closest replica answers", "[client][gfs-2.4]") {
    OneChunk cluster;
    const Result<FileData> data = cluster.read(4096);
    REQUIRE(data.ok());
    CHECK(data->length == 4096);
    CHECK(data->extents.size() == 1);
    REQUIRE(cluster.server(near_server).read.asked.size() == 1);
    const Read& asked = cluster.server(near_server).read.asked[0];
    CHECK(asked.chunk == ChunkHandle{100});
    CHECK(asked.version == Version{3});
    CHECK(cluster.reads() == 1);
    CHECK(cluster.count(event::read_ok) == 1);
    CHECK(cluster.last(event::client_op_ok, "bytes") == 4096);
}

TEST_CASE("read: the replicas at the same distance take turns by chance", "[client][gfs-2.4]") {
    std::size_t third = 0;
    for (int i = 0; i < 20; ++i) {
        OneChunk cluster;
        cluster.client.emplace(cluster.engine.host(HostId{5}), cluster.config, cluster.master_host,
                               cluster.shadows, static_cast<std::uint64_t>(i));
        cluster.server(near_server).read.otherwise = Code::disk_error;
        CHECK(cluster.read(4096).ok());
        third += cluster.server(ServerId{3}).read.asked.size();
    }
    CHECK(third > 0);
    CHECK(third < 20);
}

TEST_CASE("read: a bad checksum leads to another replica, and the bad one is asked last",
          "[client][gfs-5.2]") {
    OneChunk cluster;
    cluster.server(near_server).read.otherwise = Code::checksum_mismatch;
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.count(event::read_checksum_error) == 1);
    CHECK(cluster.last(event::read_checksum_error, "server") == sim::to_index(near_server));
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.server(near_server).read.asked.size() == 1);
}

TEST_CASE("read: when every replica fails the master is asked again", "[client][gfs-2.7]") {
    OneChunk cluster;
    for (const ServerId server : cluster.servers)
        cluster.server(server).read.next = {Code::no_such_chunk};
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.master->find_location.asked.size() == 2);
    CHECK(cluster.reads() == 4);
    CHECK(cluster.count(event::client_retried) == 1);
}

TEST_CASE("read: a stale replica sends the client back to the master", "[client][gfs-4.5]") {
    OneChunk cluster;
    CHECK(cluster.read(4096).ok());
    cluster.server(near_server).read.next = {Code::stale_version};
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.master->find_location.asked.size() == 2);
    CHECK(cluster.reads() == 3);
}

TEST_CASE("read: an answer of an older version is refused", "[client][gfs-4.5]") {
    OneChunk cluster;
    ReadData old = ScriptedCluster::bytes(0, 4096);
    old.version = Version{2};
    cluster.server(near_server).read.next = {old};
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.reads() == 2);
    CHECK(cluster.count(event::read_stale) == 0);
}

TEST_CASE("read: without the version check an older version is believed", "[client][gfs-4.5]") {
    OneChunk cluster;
    cluster.config.without = {Mechanism::version_check};
    ReadData old = ScriptedCluster::bytes(0, 4096);
    old.version = Version{2};
    cluster.server(near_server).read.next = {old};
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.reads() == 1);
    CHECK(cluster.count(event::read_stale) == 1);
}

TEST_CASE("read: a chunk without live replicas is a clean error at the limit",
          "[client][gfs-2.7]") {
    OneChunk cluster;
    cluster.client->set_op_limit(10s);
    cluster.master->find_location.otherwise = Code::no_live_replica;
    CHECK(cluster.read(4096).code() == Code::no_live_replica);
    CHECK(cluster.last(event::client_op_failed, "definite") == 1);
}

TEST_CASE("read: a location without servers is asked for again", "[client][gfs-2.7]") {
    OneChunk cluster;
    Locations empty = cluster.locations(0, 1, 1);
    empty.chunks[0].servers.clear();
    cluster.master->find_location.next = {empty};
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.master->find_location.asked.size() == 2);
}

TEST_CASE("read: a dead chunkserver costs one time-out", "[client][gfs-2.4]") {
    OneChunk cluster;
    cluster.server(near_server).read.otherwise.reset();
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.server(near_server).read.asked.size() == 1);
}

TEST_CASE("read: a file that does not exist", "[client][gfs-2.4]") {
    OneChunk cluster;
    cluster.master->find_location.otherwise = Code::not_found;
    CHECK(cluster.read(4096).code() == Code::not_found);
}

TEST_CASE("read: at the end of the file there are fewer bytes", "[client][gfs-2.4]") {
    OneChunk cluster;
    const Result<FileData> data = cluster.read(8192);
    REQUIRE(data.ok());
    CHECK(data->length == 4096);
    CHECK(cluster.count(event::read_short) == 1);
}

TEST_CASE("read: to the end of the file, the end is no surprise", "[client][gfs-2.4]") {
    OneChunk cluster;
    const Result<FileData> data = cluster.run(cluster.client->read({.file = "/a"}));
    REQUIRE(data.ok());
    CHECK(data->length == 4096);
    CHECK(cluster.count(event::read_short) == 0);
}

TEST_CASE("read: beyond the end there is nothing", "[client][gfs-2.4]") {
    OneChunk cluster;
    cluster.master->find_location.otherwise = Locations{.file_chunks = 1, .chunks = {}};
    const auto beyond = [&] {
        return cluster.run(cluster.client->read({.file = "/a", .offset = 5 * MiB, .length = 10}));
    };
    CHECK(beyond()->length == 0);
    cluster.master->find_location.otherwise = Code::end_of_file;
    CHECK(beyond()->length == 0);
    cluster.master->find_location.otherwise = cluster.locations(0, 1, 1);
    for (const ServerId server : cluster.servers)
        cluster.server(server).read.otherwise = Code::end_of_file;
    CHECK(cluster.read(10)->length == 0);
}

TEST_CASE("read: a premature end of chunk from a cached location is checked with the master",
          "[client][gfs-2.7]") {
    OneChunk cluster;
    CHECK(cluster.read(4096).ok());
    cluster.server(near_server).read.next = {ScriptedCluster::bytes(0, 100)};
    const Result<FileData> data = cluster.read(4096);
    REQUIRE(data.ok());
    CHECK(data->length == 4096);
    CHECK(cluster.master->find_location.asked.size() == 2);
    CHECK(cluster.count(event::read_short) == 1);
    CHECK(cluster.count(event::read_ok) == 2);
}

TEST_CASE("read: what is missing in a chunk that others follow is a hole", "[client][gfs-2.7]") {
    ScriptedCluster cluster;
    cluster.master->find_location.otherwise = cluster.locations(0, 2, 2);
    cluster.serve(0, 100);
    const Result<FileData> data =
        cluster.run(cluster.client->read({.file = "/a", .length = 1 * MiB}));
    REQUIRE(data.ok());
    CHECK(data->length == 1 * MiB);
    REQUIRE(data->extents.size() == 1);
    CHECK(data->extents[0].length == 100);
}

TEST_CASE("read: a hole may end the file instead", "[client][gfs-2.7]") {
    ScriptedCluster cluster;
    cluster.config.holes = Holes::end_of_file;
    cluster.master->find_location.otherwise = cluster.locations(0, 2, 2);
    cluster.serve(0, 100);
    const Result<FileData> data =
        cluster.run(cluster.client->read({.file = "/a", .length = 1 * MiB + 50}));
    REQUIRE(data.ok());
    CHECK(data->length == 100);  // what is in the second chunk is out of reach
}

TEST_CASE("read: across a chunk boundary, one answer of the master serves both chunks",
          "[client][gfs-2.4]") {
    ScriptedCluster cluster;
    cluster.master->find_location.otherwise = cluster.locations(0, 2, 2);
    cluster.server(near_server).read.next = {ScriptedCluster::bytes(1 * MiB - 10, 10),
                                             ScriptedCluster::bytes(0, 10)};
    const Result<FileData> data =
        cluster.run(cluster.client->read({.file = "/a", .offset = 1 * MiB - 10, .length = 20}));
    REQUIRE(data.ok());
    CHECK(data->length == 20);
    REQUIRE(data->extents.size() == 2);
    CHECK(data->extents[0].offset == 1 * MiB - 10);
    CHECK(data->extents[1].offset == 1 * MiB);
    REQUIRE(cluster.master->find_location.asked.size() == 1);
    CHECK(cluster.master->find_location.asked[0].count == 2);
    CHECK(cluster.count(event::client_cache_hit) == 0);
}

namespace {

// One chunk of 8 MiB, of which the replicas have `length` bytes.
struct LargeChunk : ScriptedCluster {
    explicit LargeChunk(std::uint64_t length) {
        config.chunk_size = 8 * MiB;
        master->find_location.otherwise = locations(0, 1, 1);
        const std::vector<std::uint64_t> begins = {100, 1 * MiB, 2 * MiB, 3 * MiB,
                                                   4 * MiB, 5 * MiB, 6 * MiB};
        for (const std::uint64_t begin : begins) {
            const std::uint64_t end = std::min(begin / MiB * MiB + MiB, length);
            ReadData data = bytes(begin, end > begin ? end - begin : 0);
            data.replica_length = length;
            server(near_server).read.next.push_back(data);
        }
    }
    std::vector<sim::Event> reads_sent() const {
        std::vector<sim::Event> sent = all(sim::event::message_sent);
        std::erase_if(sent, [](const sim::Event& event) {
            return event.fields[0] != static_cast<std::uint64_t>(request_type(Message::Read));
        });
        return sent;
    }
};

}  // namespace

TEST_CASE("read: a large one is split at checksum blocks, and its parts are read at once",
          "[client][gfs-6.3.1]") {
    LargeChunk cluster(8 * MiB);
    const Result<FileData> data = cluster.run(
        cluster.client->read({.file = "/a", .offset = 100, .length = 7 * MiB - 100}));
    REQUIRE(data.ok());
    CHECK(data->length == 7 * MiB - 100);
    std::uint64_t at = 100;
    for (const Extent& extent : data->extents) {
        CHECK(extent.offset == at);
        at = extent.end();
    }
    CHECK(at == 7 * MiB);
    const std::vector<Read>& asked = cluster.server(near_server).read.asked;
    REQUIRE(asked.size() == 7);
    for (std::size_t i = 1; i < asked.size(); ++i) {
        CHECK(asked[i].offset % cluster.config.checksum_block == 0);
        CHECK(asked[i].offset == asked[i - 1].offset + asked[i - 1].length);
    }
    // The first says how long the replica is; four follow together, and then the rest.
    const std::vector<sim::Event> sent = cluster.reads_sent();
    CHECK(sent[0].time < sent[1].time);
    for (std::size_t i = 2; i <= 4; ++i) CHECK(sent[i].time == sent[1].time);
    CHECK(sent[5].time > sent[4].time);
    CHECK(sent[6].time == sent[5].time);
}

TEST_CASE("read: a large one asks for nothing beyond the end of the replica",
          "[client][gfs-6.3.1]") {
    LargeChunk cluster(2 * MiB + 5);
    const bool sized = GENERATE(true, false);
    ReadRequest request{.file = "/a", .offset = 100};
    if (sized) request.length = 7 * MiB;
    const Result<FileData> data = cluster.run(cluster.client->read(request));
    REQUIRE(data.ok());
    CHECK(data->length == 2 * MiB + 5 - 100);
    CHECK(cluster.server(near_server).read.asked.size() == 3);
}

TEST_CASE("read: when one part of a large one fails another replica gives it",
          "[client][gfs-6.3.1]") {
    LargeChunk cluster(8 * MiB);
    cluster.server(near_server).read.next[2] = Code::checksum_mismatch;
    ReadData third = ScriptedCluster::bytes(2 * MiB, 1 * MiB);
    third.replica_length = 8 * MiB;
    for (const ServerId other : {cluster.servers[1], cluster.servers[2]})
        cluster.server(other).read.otherwise = third;
    const Result<FileData> data = cluster.run(
        cluster.client->read({.file = "/a", .offset = 100, .length = 5 * MiB - 100}));
    REQUIRE(data.ok());
    CHECK(data->length == 5 * MiB - 100);
    CHECK(cluster.count(event::read_checksum_error) == 1);
}

TEST_CASE("location cache: a second read does not ask the master", "[client][gfs-2.7]") {
    OneChunk cluster;
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.master->find_location.asked.size() == 1);
    CHECK(cluster.count(event::client_cache_hit) == 1);
    const sim::TextId via{static_cast<std::uint32_t>(cluster.last(event::read_ok, "via"))};
    CHECK(cluster.engine.texts().text(via) == "cache");
}

TEST_CASE("location cache: an entry lives as long as the time-out", "[client][gfs-2.7]") {
    OneChunk cluster;
    CHECK(cluster.read(4096).ok());
    cluster.pass(cluster.config.client_cache);
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.master->find_location.asked.size() == 2);
}

TEST_CASE("location cache: without the time-out an entry lives for ever", "[client][gfs-2.7]") {
    OneChunk cluster;
    cluster.config.without = {Mechanism::cache_timeout};
    CHECK(cluster.read(4096).ok());
    cluster.pass(100 * cluster.config.client_cache);
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.master->find_location.asked.size() == 1);
}

TEST_CASE("location cache: open and close forget the file, and only that file",
          "[client][gfs-2.7]") {
    OneChunk cluster;
    cluster.master->open.otherwise = FileStatus{};
    CHECK(cluster.run(cluster.client->read({.file = "/b", .length = 4096})).ok());
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.run(cluster.client->open("/a")).ok());
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.master->find_location.asked.size() == 3);
    cluster.client->close("/a");
    CHECK(cluster.read(4096).ok());
    CHECK(cluster.master->find_location.asked.size() == 4);
    CHECK(cluster.run(cluster.client->read({.file = "/b", .length = 4096})).ok());
    CHECK(cluster.master->find_location.asked.size() == 4);
}

}  // namespace gfs::client_testing
