// SPDX-License-Identifier: Apache-2.0
// Leases, registration, data flow, replicas and reads at a chunkserver.

#include <catch2/catch.hpp>

#include "tests/core/chunkserver/chunkserver_world.h"

namespace gfs::testing {
namespace {

const std::vector<ServerId> all_three{HostId{1}, HostId{2}, HostId{3}};

TEST_CASE("lease: a grant for a chunk that is not there is refused", "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    CHECK(w.ask(HostId{1}, w.grant(v2, LocalTime{60s})) == Code::no_such_chunk);
}

TEST_CASE("lease: an old grant that comes late is refused", "[chunkserver][gfs-4.5]") {
    ChunkserverWorld w;
    w.give_lease();
    CHECK(w.ask(HostId{2}, w.grant(v1, LocalTime{60s})) == Code::stale_version);
}

TEST_CASE("lease: the version is on the disk before the grant is answered",
          "[chunkserver][gfs-4.5]") {
    ChunkserverWorld w;
    w.give_lease();
    for (std::uint32_t server = 1; server <= 3; ++server) {
        CHECK(w.replica(server).version == v2);
        CHECK(w.replica(server).durable_version == v2);
    }
}

TEST_CASE("lease: the second copy of a grant changes nothing", "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    CHECK(w.ask(HostId{1}, w.grant(v2, LocalTime{90s})) == Code::ok);
    CHECK(w.log.count(event::lease_accepted) == 1);
    CHECK(w.servers[0]->leases().at(0).expires < LocalTime{61s});
}

TEST_CASE("lease: the second copy of a grant does not bring back a lease that was given back",
          "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    REQUIRE(w.ask(HostId{1}, RevokeLease{.chunk = chunk, .version = v2}) == Code::ok);
    CHECK(w.ask(HostId{1}, w.grant(v2, LocalTime{90s})) == Code::not_primary);
    CHECK(w.log.count(event::lease_accepted) == 1);
    CHECK(w.servers[0]->leases().empty());
}

TEST_CASE("lease: a grant that has run out before it is stored is not taken up",
          "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.store(1).preload(chunk, v1, Content{});
    CHECK(w.ask(HostId{1}, w.grant(v2, LocalTime{1ms})) == Code::lease_expired);
    CHECK(w.servers[0]->leases().empty());
}

TEST_CASE("create: a replica of another version is another one", "[chunkserver][gfs-4.5]") {
    ChunkserverWorld w;
    w.store(1).preload(chunk, v1, Content{});
    const CreateChunk again{.op = {}, .chunk = chunk, .version = v1};
    CHECK(w.ask(HostId{1}, again) == Code::ok);
    const CreateChunk anew{.op = {}, .chunk = chunk, .version = v2};
    CHECK(w.ask(HostId{1}, anew) == Code::stale_version);
    CHECK(w.ask(HostId{2}, anew) == Code::ok);
    CHECK(w.replica(2).version == v2);
}

TEST_CASE("lease: while the chunk is mutated, HeartBeats extend it", "[chunkserver][gfs-3.1]") {
    Config config;
    config.heartbeat = 1s;
    ChunkserverWorld w(config);
    w.give_lease(5s);
    w.push(all_three);
    REQUIRE(w.ask(HostId{1}, w.append()) == Code::ok);
    w.run_for(10s);
    CHECK(w.log.count(event::lease_prolonged) == 1);
    REQUIRE(w.servers[0]->leases().size() == 1);
    w.run_for(60s);
    CHECK(w.servers[0]->leases().empty());
}

TEST_CASE("lease: without mutations it is not extended, and runs out", "[chunkserver][gfs-3.1]") {
    Config config;
    config.heartbeat = 1s;
    ChunkserverWorld w(config);
    w.give_lease(5s);
    w.run_for(10s);
    CHECK(w.log.count(event::lease_prolonged) == 0);
    CHECK(w.log.count(event::lease_expired) == 1);
}

TEST_CASE("lease: a revocation is answered when no mutation is in flight",
          "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    w.push({HostId{1}, HostId{2}});
    // Server 3 is dead: the append hangs until its forward times out.
    w.kill(3);
    sim::Host& client = w.engine.host(HostId{4});
    auto append = sim::start_call(client, HostId{1}, w.append(), 10s);
    w.run_for(100ms);
    const sim::Time before = w.engine.now();
    const RevokeLease revoke{.chunk = chunk, .version = v2};
    CHECK(w.ask(HostId{1}, revoke) == Code::ok);
    CHECK(w.engine.now() - before > 500ms);
    CHECK(w.log.count(event::mutation_failed) == 1);
    CHECK(w.log.count(event::lease_revoked) == 1);
    w.push({HostId{1}});
    CHECK(w.ask(HostId{1}, w.append()) == Code::not_primary);
}

TEST_CASE("lease: a revocation that waits for nothing leaves a mutation in flight",
          "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.config.revocation_waits = RevocationWaits::nothing;
    w.give_lease();
    w.push({HostId{1}, HostId{2}});
    w.kill(3);
    sim::Host& client = w.engine.host(HostId{4});
    auto append = sim::start_call(client, HostId{1}, w.append(), 10s);
    w.run_for(100ms);
    const sim::Time before = w.engine.now();
    const RevokeLease revoke{.chunk = chunk, .version = v2};
    CHECK(w.ask(HostId{1}, revoke) == Code::ok);
    CHECK(w.engine.now() - before < 100ms);
    CHECK(w.log.count(event::lease_revoked) == 1);
    CHECK(w.log.count(event::mutation_failed) == 0);  // yet
    w.run_for(2s);
    CHECK(w.log.count(event::mutation_failed) == 1);
}

TEST_CASE("lease: a revocation of a lease that is not there is fine", "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    const RevokeLease revoke{.chunk = chunk, .version = v2};
    CHECK(w.ask(HostId{1}, revoke) == Code::ok);
    CHECK(w.log.count(event::lease_revoked) == 0);
}

TEST_CASE("registration: a server reports all its chunks and drops what is garbage",
          "[chunkserver][gfs-2.6.2]") {
    ChunkserverWorld w;
    w.run_for(1s);
    CHECK(w.master->registrations.size() == 3);
    w.store(1).preload(chunk, v2, Content{});
    w.master->garbage = {{chunk, v2, 0}};
    w.run_for(10s);
    CHECK(w.store(1).find(chunk) == nullptr);
    CHECK(w.log.count(event::gc_deleted) == 1);
}

TEST_CASE("heartbeat: each reports as many chunks as it is told, and in time all are reported",
          "[chunkserver][gfs-4.4.1]") {
    Config config;
    config.heartbeat = 1s;
    config.heartbeat_reports = 2;
    ChunkserverWorld w(config);
    std::set<ChunkHandle> there;
    for (std::uint64_t i = 100; i < 107; ++i) {
        w.store(1).preload(ChunkHandle{i}, v2, Content{});
        there.insert(ChunkHandle{i});
    }
    w.run_for(8s);
    std::set<ChunkHandle> reported;
    for (const HeartBeat& beat : w.master->heartbeats) {
        CHECK(beat.replicas.size() <= 2);
        if (beat.server != HostId{1}) continue;
        for (const ReplicaReport& report : beat.replicas) reported.insert(report.chunk);
    }
    for (const ChunkHandle one : there) CHECK(reported.contains(one));
}

TEST_CASE("garbage: a replica that was renewed meanwhile is kept", "[chunkserver][gfs-4.4]") {
    ChunkserverWorld w;
    w.store(1).preload(chunk, v2, Content{});
    w.master->garbage = {{chunk, v1, 0}};
    w.run_for(10s);
    CHECK(w.store(1).find(chunk) != nullptr);
}

TEST_CASE("registration: a server whose registration is unknown registers again",
          "[chunkserver][gfs-2.6.2]") {
    ChunkserverWorld w;
    w.run_for(1s);
    w.master->forget_registrations = true;
    w.run_for(10s);
    CHECK(w.master->registrations.size() == 4);
}

TEST_CASE("registration: a server keeps asking a master that does not serve yet",
          "[chunkserver][gfs-2.6.2]") {
    ChunkserverWorld w;
    w.master->answers = false;
    w.run_for(10s);
    CHECK(w.master->registrations.size() > 6);
    CHECK(w.master->heartbeats.empty());
}

TEST_CASE("data flow: each server has the data, and the answer means that all do",
          "[chunkserver][gfs-3.2]") {
    ChunkserverWorld w;
    w.push(all_three);
    CHECK(w.log.count(event::push_finished) == 3);
    CHECK(w.log.count(event::push_forwarded) == 2);
}

TEST_CASE("data flow: when a server down the chain is dead, the answer is an error",
          "[chunkserver][gfs-3.2]") {
    ChunkserverWorld w;
    w.kill(3);
    auto transfer = sim::Transfer::start(w.network, HostId{4}, HostId{1}, 1000);
    const PushData request{.op = OpId{1},
                           .data = record,
                           .data_offset = 0,
                           .length = 1000,
                           .forward_to = {HostId{2}, HostId{3}},
                           .patience = 2s,
                           .transfer = transfer};
    CHECK(w.ask(HostId{1}, request) == Code::timeout);
    CHECK(w.log.count(event::push_finished) == 2);
}

TEST_CASE("data flow: the oldest data leaves a full buffer", "[chunkserver][gfs-3.1]") {
    Config config;
    config.push_buffer = 1500;
    ChunkserverWorld w(config);
    w.push({HostId{1}}, record);
    w.push({HostId{1}}, DataId{9});
    CHECK(w.log.count(event::push_evicted) == 1);
}

TEST_CASE("read: it ends where the replica ends", "[chunkserver][gfs-2.4]") {
    ChunkserverWorld w;
    w.give_lease();
    w.push(all_three);
    REQUIRE(w.ask(HostId{1}, w.append()) == Code::ok);
    Read read{.op = OpId{2},
              .client = HostId{4},
              .chunk = chunk,
              .version = v2,
              .offset = 500,
              .length = 1000};
    Read::Reply reply = w.ask_for(HostId{3}, read);
    REQUIRE(reply.ok());
    CHECK(reply->length == 500);
    CHECK(reply->replica_length == 1000);
    CHECK(reply->extents.at(0).data_offset == 500);
    read.offset = 1000;
    CHECK(w.ask_for(HostId{3}, read)->length == 0);
}

TEST_CASE("read: a stale replica refuses a client that knows better", "[chunkserver][gfs-4.5]") {
    ChunkserverWorld w;
    w.store(1).preload(chunk, v1, Content{});
    const Read read{.op = OpId{2},
                    .client = HostId{4},
                    .chunk = chunk,
                    .version = v2,
                    .offset = 0,
                    .length = 10};
    CHECK(w.ask(HostId{1}, read) == Code::stale_version);
    CHECK(w.ask(HostId{2}, read) == Code::no_such_chunk);
}

TEST_CASE("clone: the copy has content and version of its source", "[chunkserver][gfs-4.3]") {
    ChunkserverWorld w;
    Content content;
    content.write({.offset = 0, .length = 6'250'000, .data = record});
    w.store(1).preload(chunk, v2, content);
    const sim::Time before = w.engine.now();
    const CloneChunk clone{.chunk = chunk, .version = v2, .source = HostId{1}};
    CHECK(w.ask(HostId{2}, clone) == Code::ok);
    CHECK(w.replica(2).content == content);
    CHECK(w.replica(2).durable_version == v2);
    // 6.25 MB at the 6.25 MB/s of one clone, and two disks (GFS 4.3, 6.2.5).
    CHECK(w.engine.now() - before > 1s);
    CHECK(w.engine.now() - before < 1500ms);
}

TEST_CASE("clone: a source with another version, or none, is refused", "[chunkserver][gfs-4.5]") {
    ChunkserverWorld w;
    w.store(1).preload(chunk, v1, Content{});
    CHECK(w.ask(HostId{2}, CloneChunk{.chunk = chunk, .version = v2, .source = HostId{1}}) ==
          Code::stale_version);
    CHECK(w.ask(HostId{2}, CloneChunk{.chunk = chunk, .version = v2, .source = HostId{3}}) ==
          Code::no_such_chunk);
}

TEST_CASE("delete: a replica that was renewed since the master decided is kept",
          "[chunkserver][gfs-4.4]") {
    ChunkserverWorld w;
    w.store(1).preload(chunk, v2, Content{});
    CHECK(w.ask(HostId{1}, w.deletion(HostId{1}, chunk, v1)) == Code::stale_version);
    CHECK(w.ask(HostId{1}, w.deletion(HostId{1}, chunk, v2)) == Code::ok);
    CHECK(w.store(1).find(chunk) == nullptr);
    CHECK(w.ask(HostId{1}, w.deletion(HostId{1}, chunk, v2)) == Code::ok);
}

TEST_CASE("delete: an order from before the server's last report is too late",
          "[chunkserver][gfs-4.4]") {
    ChunkserverWorld w;
    w.store(1).preload(chunk, v2, Content{});
    const DeleteChunk early = w.deletion(HostId{1}, chunk, v2);
    w.engine.run(w.engine.now() + 2 * w.config.heartbeat);
    CHECK(w.ask(HostId{1}, early) == Code::stale_version);
    DeleteChunk foreign = w.deletion(HostId{1}, chunk, v2);
    foreign.registration = Epoch{999};
    CHECK(w.ask(HostId{1}, foreign) == Code::stale_version);
    CHECK(w.store(1).find(chunk) != nullptr);
    CHECK(w.ask(HostId{1}, w.deletion(HostId{1}, chunk, v2)) == Code::ok);
}

TEST_CASE("delete: what was cloned here since is kept until the master has heard of it",
          "[chunkserver][gfs-4.3]") {
    ChunkserverWorld w;
    w.store(1).preload(chunk, v2, Content{});
    w.engine.run(w.engine.now() + 2 * w.config.heartbeat);
    const DeleteChunk early = w.deletion(HostId{2}, chunk, v2);
    REQUIRE(w.ask(HostId{2}, CloneChunk{.chunk = chunk, .version = v2, .source = HostId{1}}) ==
            Code::ok);
    CHECK(w.ask(HostId{2}, early) == Code::stale_version);
    CHECK(w.ask(HostId{2}, w.deletion(HostId{2}, chunk, v2)) == Code::stale_version);
    w.engine.run(w.engine.now() + 2 * w.config.heartbeat);
    CHECK(w.ask(HostId{2}, w.deletion(HostId{2}, chunk, v2)) == Code::ok);
}

}  // namespace
}  // namespace gfs::testing
