// SPDX-License-Identifier: Apache-2.0
// Writes and record appends: the client's side of the seven steps.

#include "tests/core/client/scripted_cluster.h"

namespace gfs::client_testing {
namespace {

constexpr ServerId primary{3};

struct Writing : ScriptedCluster {
    Writing() {
        master->find_lease_holder.otherwise = holder(0, primary);
        server(primary).write.otherwise = Done{};
        server(primary).append.otherwise = Appended{.offset = 500};
    }
    Result<Done> write(std::uint64_t offset, std::uint64_t length) {
        return run(
            client->write({.file = "/a", .offset = offset, .data = DataId{5}, .length = length}));
    }
    Result<std::uint64_t> append(std::uint64_t length) {
        return run(client->append({.file = "/a", .data = DataId{6}, .length = length}));
    }
    std::size_t master_asked() const { return master->find_lease_holder.asked.size(); }
    std::size_t pushes() {
        std::size_t sum = 0;
        for (ScriptedServer& each : server_scripts) sum += each.push.asked.size();
        return sum;
    }
};

}  // namespace

TEST_CASE("write: push to the closest replica, then ask the primary", "[client][gfs-3.1]") {
    Writing cluster;
    CHECK(cluster.write(1000, 300).ok());
    REQUIRE(cluster.server(near_server).push.asked.size() == 1);
    const PushData& push = cluster.server(near_server).push.asked[0];
    CHECK(push.data == DataId{5});
    CHECK(push.length == 300);
    CHECK(push.forward_to.size() == 2);
    CHECK(cluster.pushes() == 1);
    REQUIRE(cluster.server(primary).write.asked.size() == 1);
    const Write& write = cluster.server(primary).write.asked[0];
    CHECK(write.chunk == ChunkHandle{100});
    CHECK(write.version == Version{3});
    CHECK(write.offset == 1000);
    CHECK(cluster.last(event::write_ok, "offset") == 1000);
    CHECK(cluster.last(event::client_op_ok, "bytes") == 300);
    CHECK(cluster.count(event::push_started) == 1);
}

TEST_CASE("write: in a star the client pushes to every replica", "[client][gfs-3.2]") {
    Writing cluster;
    cluster.config.push = Push::star;
    CHECK(cluster.write(0, 300).ok());
    for (const ServerId server : cluster.servers) {
        REQUIRE(cluster.server(server).push.asked.size() == 1);
        CHECK(cluster.server(server).push.asked[0].forward_to.empty());
    }
    CHECK(cluster.count(event::push_started) == 3);
}

TEST_CASE("write: in a star one failed push is a failure", "[client][gfs-3.2]") {
    Writing cluster;
    cluster.config.push = Push::star;
    cluster.server(ServerId{2}).push.next = {Code::no_space};
    CHECK(cluster.write(0, 300).ok());
    CHECK(cluster.server(primary).write.asked.size() == 1);
    CHECK(cluster.pushes() == 6);
}

TEST_CASE("write: nothing to write is done at once", "[client][gfs-3.1]") {
    Writing cluster;
    CHECK(cluster.write(0, 0).ok());
    CHECK(cluster.master_asked() == 0);
}

TEST_CASE("write: the lease holder is remembered", "[client][gfs-3.1]") {
    Writing cluster;
    CHECK(cluster.write(0, 300).ok());
    CHECK(cluster.write(300, 300).ok());
    CHECK(cluster.master_asked() == 1);
}

TEST_CASE("write: the master is asked again when the primary holds no lease", "[client][gfs-3.1]") {
    Writing cluster;
    CHECK(cluster.write(0, 300).ok());
    cluster.server(primary).write.next = {Code::not_primary};
    CHECK(cluster.write(0, 300).ok());
    CHECK(cluster.master_asked() == 2);
}

TEST_CASE("write: the master is asked again when the primary is unreachable", "[client][gfs-3.1]") {
    Writing cluster;
    cluster.server(primary).write.next = {std::nullopt};
    CHECK(cluster.write(0, 300).ok());
    CHECK(cluster.master_asked() == 2);
}

TEST_CASE("write: steps 3 to 7 are tried a few times before the master is asked",
          "[client][gfs-3.1]") {
    Writing cluster;
    REQUIRE(cluster.config.client_retries == 3);
    auto& answers = cluster.server(primary).write.next;
    for (int i = 0; i < 3; ++i) answers.push_back(Code::replica_failed);
    CHECK(cluster.write(0, 300).ok());
    CHECK(cluster.master_asked() == 1);
    CHECK(cluster.pushes() == 4);
    for (int i = 0; i < 4; ++i) answers.push_back(Code::replica_failed);
    CHECK(cluster.write(0, 300).ok());
    CHECK(cluster.master_asked() == 2);
}

TEST_CASE("write: data that did not reach all replicas is never written", "[client][gfs-3.1]") {
    Writing cluster;
    cluster.client->set_op_limit(30s);
    cluster.server(near_server).push.otherwise.reset();
    CHECK(cluster.write(0, 300).code() == Code::gave_up);
    CHECK(cluster.server(primary).write.asked.empty());
    CHECK(cluster.last(event::client_op_failed, "definite") == 1);
}

TEST_CASE("write: a failure that some replicas may not share is not definite",
          "[client][gfs-2.7]") {
    Writing cluster;
    cluster.client->set_op_limit(10s);
    cluster.server(primary).write.otherwise = Code::replica_failed;
    CHECK(cluster.write(0, 300).code() == Code::gave_up);
    CHECK(cluster.last(event::client_op_failed, "definite") == 0);
}

TEST_CASE("write: what the master refuses for good is not tried again", "[client][gfs-3.1]") {
    Writing cluster;
    cluster.master->find_lease_holder.otherwise = Code::invalid_offset;
    CHECK(cluster.write(9 * MiB, 300).code() == Code::invalid_offset);
    CHECK(cluster.master_asked() == 1);
    cluster.server(primary).write.otherwise = Code::permission_denied;
    cluster.master->find_lease_holder.otherwise = cluster.holder(0, primary);
    CHECK(cluster.write(0, 300).code() == Code::permission_denied);
}

TEST_CASE("write: a lease in doubt is waited for", "[client][gfs-3.1]") {
    Writing cluster;
    for (int i = 0; i < 8; ++i)
        cluster.master->find_lease_holder.next.push_back(Code::lease_in_doubt);
    CHECK(cluster.write(0, 300).ok());
    CHECK(cluster.master_asked() == 9);
}

TEST_CASE("write: a large one is split at chunk boundaries and at the size of a record",
          "[client][gfs-3.1]") {
    Writing cluster;
    const std::uint64_t quarter = cluster.config.record_append_max;
    cluster.master->find_lease_holder.next = {cluster.holder(0, primary),
                                              cluster.holder(1, primary)};
    CHECK(cluster.write(1 * MiB - quarter - 10, quarter + 30).ok());
    const std::vector<Write>& parts = cluster.server(primary).write.asked;
    REQUIRE(parts.size() == 3);
    CHECK(parts[0].length == quarter);
    CHECK(parts[0].data_offset == 0);
    CHECK(parts[1].length == 10);
    CHECK(parts[1].offset == 1 * MiB - 10);
    CHECK(parts[1].data_offset == quarter);
    CHECK(parts[2].chunk == ChunkHandle{101});
    CHECK(parts[2].offset == 0);
    CHECK(parts[2].length == 20);
    CHECK(parts[2].data_offset == quarter + 10);
    CHECK(cluster.count(event::write_ok) == 3);
    CHECK(cluster.last(event::write_ok, "offset") == 1 * MiB);
}

TEST_CASE("write: when a later part fails, the write may have happened in part",
          "[client][gfs-2.7]") {
    Writing cluster;
    cluster.master->find_lease_holder.next = {cluster.holder(0, primary), Code::quota_exceeded};
    CHECK(cluster.write(1 * MiB - 10, 20).code() == Code::quota_exceeded);
    CHECK(cluster.last(event::client_op_failed, "definite") == 0);
}

TEST_CASE("record append: the offset is in the file", "[client][gfs-3.3]") {
    Writing cluster;
    cluster.master->find_lease_holder.otherwise = cluster.holder(2, primary);
    const Result<std::uint64_t> offset = cluster.append(300);
    REQUIRE(offset.ok());
    CHECK(*offset == 2 * MiB + 500);
    CHECK(cluster.master->find_lease_holder.asked.at(0).which == FindLeaseHolder::Which::last);
    CHECK(cluster.last(event::append_ok, "offset") == 2 * MiB + 500);
}

TEST_CASE("record append: the next one goes to the same chunk without asking",
          "[client][gfs-3.3]") {
    Writing cluster;
    CHECK(cluster.append(300).ok());
    CHECK(cluster.append(300).ok());
    CHECK(cluster.master_asked() == 1);
}

TEST_CASE("write: a lease holder may be kept for a time only", "[client][gfs-2.7]") {
    Writing cluster;
    cluster.config.holder_cache = 10s;
    CHECK(cluster.write(0, 300).ok());
    cluster.pass(9s);
    CHECK(cluster.write(0, 300).ok());
    CHECK(cluster.master_asked() == 1);
    cluster.pass(2s);
    CHECK(cluster.write(0, 300).ok());
    CHECK(cluster.master_asked() == 2);
    // By default until the primary refuses (GFS 3.1).
    cluster.config.holder_cache.reset();
    cluster.pass(100h);
    CHECK(cluster.write(0, 300).ok());
    CHECK(cluster.master_asked() == 2);
}

TEST_CASE("record append: the next chunk may be one that comes later still", "[client][gfs-3.3]") {
    Writing cluster;
    cluster.config.next_chunk = NextChunk::always;
    cluster.master->find_lease_holder.next = {cluster.holder(0, primary),
                                              cluster.holder(2, primary)};
    cluster.server(primary).append.next = {Code::retry_next_chunk, Appended{.offset = 0}};
    CHECK(*cluster.append(300) == 2 * MiB);
    REQUIRE(cluster.master_asked() == 2);
    const FindLeaseHolder& next = cluster.master->find_lease_holder.asked[1];
    CHECK(next.which == FindLeaseHolder::Which::after);
    CHECK(next.index == ChunkIndex{0});
    // The one that was full is no answer.
    cluster.master->find_lease_holder.next = {cluster.holder(2, primary)};
    cluster.server(primary).append.next = {Code::retry_next_chunk};
    CHECK(cluster.append(300).code() == Code::invalid_offset);
}

TEST_CASE("record append: a record is at most a quarter of a chunk", "[client][gfs-3.3]") {
    Writing cluster;
    const std::uint64_t quarter = cluster.config.record_append_max;
    CHECK(cluster.append(quarter).ok());
    CHECK(cluster.append(quarter + 1).code() == Code::record_too_large);
    CHECK(cluster.pushes() == 1);
}

TEST_CASE("record append: what does not fit goes to the next chunk", "[client][gfs-3.3]") {
    Writing cluster;
    cluster.master->find_lease_holder.next = {cluster.holder(0, primary),
                                              cluster.holder(1, primary)};
    cluster.server(primary).append.next = {Code::retry_next_chunk, Appended{.offset = 0}};
    CHECK(*cluster.append(300) == 1 * MiB);
    REQUIRE(cluster.master_asked() == 2);
    const FindLeaseHolder& next = cluster.master->find_lease_holder.asked[1];
    CHECK(next.which == FindLeaseHolder::Which::at_index);
    CHECK(next.index == ChunkIndex{1});
    CHECK(cluster.count(event::append_retried) == 1);
    CHECK(cluster.count(event::client_retried) == 0);
    // From now on that one is the last chunk.
    CHECK(*cluster.append(300) == 1 * MiB + 500);
    CHECK(cluster.master_asked() == 2);
}

TEST_CASE("record append: a failed one is pushed and asked for again with the same data",
          "[client][gfs-3.3]") {
    Writing cluster;
    cluster.server(primary).append.next = {Code::replica_failed};
    CHECK(cluster.append(300).ok());
    const std::vector<RecordAppend>& asked = cluster.server(primary).append.asked;
    REQUIRE(asked.size() == 2);
    CHECK(asked[0].data == asked[1].data);
    CHECK(cluster.pushes() == 2);
    CHECK(cluster.count(event::append_retried) == 1);
    CHECK(cluster.count(event::append_ok) == 1);
}

TEST_CASE("record append: without a primary the master is asked for the last chunk again",
          "[client][gfs-3.3]") {
    Writing cluster;
    cluster.server(primary).append.next = {std::nullopt};
    CHECK(cluster.append(300).ok());
    REQUIRE(cluster.master_asked() == 2);
    CHECK(cluster.master->find_lease_holder.asked[1].which == FindLeaseHolder::Which::last);
}

TEST_CASE("record append: given up, it may have happened", "[client][gfs-3.3]") {
    Writing cluster;
    cluster.client->set_op_limit(10s);
    cluster.server(primary).append.otherwise = Code::replica_failed;
    CHECK(cluster.append(300).code() == Code::gave_up);
    CHECK(cluster.last(event::client_op_failed, "definite") == 0);
}

TEST_CASE("record append: a refusal that is final ends it", "[client][gfs-3.3]") {
    Writing cluster;
    cluster.server(primary).append.otherwise = Code::record_too_large;
    CHECK(cluster.append(300).code() == Code::record_too_large);
    cluster.client->close("/a");
    cluster.master->find_lease_holder.otherwise = Code::not_found;
    CHECK(cluster.append(300).code() == Code::not_found);
}

}  // namespace gfs::client_testing
