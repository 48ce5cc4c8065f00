// SPDX-License-Identifier: Apache-2.0
// Mutations at a chunkserver: one test for each exit of the handlers of GFS 3.1 and 3.3.

#include <catch2/catch.hpp>

#include "tests/core/chunkserver/chunkserver_world.h"

namespace gfs::testing {
namespace {

const std::vector<ServerId> all_three{HostId{1}, HostId{2}, HostId{3}};

TEST_CASE("record append: the record lands at the same offset on every replica",
          "[chunkserver][gfs-3.3]") {
    ChunkserverWorld w;
    w.give_lease();
    w.push(all_three);
    const RecordAppend::Reply reply = w.ask_for(HostId{1}, w.append());
    REQUIRE(reply.ok());
    CHECK(reply->offset == 0);
    for (std::uint32_t server = 1; server <= 3; ++server) {
        CHECK(w.replica(server).content == w.replica(1).content);
        CHECK(w.replica(server).not_durable.empty());
    }
    w.push(all_three);
    CHECK(w.ask_for(HostId{1}, w.append())->offset == 1000);
}

TEST_CASE("record append: more than the limit is refused", "[chunkserver][gfs-3.3]") {
    Config config;
    config.record_append_max = 999;
    ChunkserverWorld w(config);
    w.give_lease();
    w.push(all_three);
    CHECK(w.ask(HostId{1}, w.append()) == Code::record_too_large);
}

TEST_CASE("record append: only the primary takes it", "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    w.push(all_three);
    CHECK(w.ask(HostId{2}, w.append()) == Code::not_primary);
    CHECK(w.log.count(event::mutation_rejected) == 1);
}

TEST_CASE("record append: a chunk that is not there is said to be unknown",
          "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    CHECK(w.ask(HostId{1}, w.append()) == Code::no_such_chunk);
}

TEST_CASE("record append: a client with another version is refused", "[chunkserver][gfs-4.5]") {
    ChunkserverWorld w;
    w.give_lease();
    w.push(all_three);
    CHECK(w.ask(HostId{1}, w.append(v1)) == Code::stale_version);
    CHECK(w.ask(HostId{1}, w.append(v3)) == Code::stale_version);
}

TEST_CASE("record append: without the data it is refused", "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    CHECK(w.ask(HostId{1}, w.append()) == Code::data_not_buffered);
    CHECK(w.replica(1).content.length() == 0);
}

TEST_CASE("record append: after the lease ran out it is refused", "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease(1s);
    w.push(all_three);
    w.run_for(1s);
    CHECK(w.ask(HostId{1}, w.append()) == Code::not_primary);
    CHECK(w.log.count(event::lease_expired) == 1);
}

TEST_CASE("record append: a record that does not fit pads the chunk everywhere",
          "[chunkserver][gfs-3.3]") {
    Config config;
    config.chunk_size = 1500;
    ChunkserverWorld w(config);
    w.give_lease();
    w.push(all_three);
    REQUIRE(w.ask(HostId{1}, w.append()) == Code::ok);
    w.push(all_three);
    CHECK(w.ask(HostId{1}, w.append()) == Code::retry_next_chunk);
    for (std::uint32_t server = 1; server <= 3; ++server) {
        CHECK(w.replica(server).content.length() == 1500);
        CHECK(w.replica(server).content.extents().back().data == padding);
    }
    CHECK(w.log.count(event::append_padded) == 1);
    // Full: nothing is padded again.
    CHECK(w.ask(HostId{1}, w.append()) == Code::retry_next_chunk);
    CHECK(w.log.count(event::append_padded) == 1);
}

TEST_CASE("record append: a chunk that cannot be padded everywhere says that nothing was appended",
          "[chunkserver][gfs-3.3]") {
    Config config;
    config.chunk_size = 1500;
    ChunkserverWorld w(config);
    w.give_lease();
    w.push(all_three);
    REQUIRE(w.ask(HostId{1}, w.append()) == Code::ok);
    w.push(all_three);
    w.kill(3);
    CHECK(w.ask(HostId{1}, w.append()) == Code::padding_failed);
}

TEST_CASE("record append: a secondary without the data fails it, the primary has it",
          "[chunkserver][gfs-3.3]") {
    ChunkserverWorld w;
    w.give_lease();
    w.push({HostId{1}, HostId{2}});
    CHECK(w.ask(HostId{1}, w.append()) == Code::replica_failed);
    CHECK(w.replica(1).content.length() == 1000);
    CHECK(w.replica(2).content.length() == 1000);
    CHECK(w.replica(3).content.length() == 0);
    CHECK(w.log.count(event::mutation_failed) == 1);
    CHECK(w.log.count(event::mutation_acknowledged) == 0);
}

TEST_CASE("record append: a retry of a record that is there already is appended again",
          "[chunkserver][gfs-3.3]") {
    ChunkserverWorld w;
    w.give_lease();
    w.push({HostId{1}, HostId{2}});
    REQUIRE(w.ask(HostId{1}, w.append()) == Code::replica_failed);
    w.push(all_three);
    const RecordAppend::Reply reply = w.ask_for(HostId{1}, w.append());
    REQUIRE(reply.ok());
    CHECK(reply->offset == 1000);
    // The replica that missed the first try has a hole there, and the record at the same place.
    CHECK(w.replica(3).content.length() == 2000);
    CHECK(w.replica(3).content.extents().size() == 1);
}

TEST_CASE("write: beyond the end of the chunk it is refused", "[chunkserver][gfs-3.1]") {
    Config config;
    config.chunk_size = 1500;
    ChunkserverWorld w(config);
    w.give_lease();
    CHECK(w.ask(HostId{1}, w.write(501)) == Code::invalid_offset);
}

TEST_CASE("write: the bytes land at the offset on every replica", "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    w.push(all_three);
    CHECK(w.ask(HostId{1}, w.write(5000)) == Code::ok);
    for (std::uint32_t server = 1; server <= 3; ++server) {
        CHECK(w.replica(server).content.length() == 6000);
        CHECK(w.replica(server).content.extents().size() == 1);
    }
}

TEST_CASE("a secondary that fails again and again is reported to the master",
          "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    for (int i = 0; i < 3; ++i) {
        w.push({HostId{1}, HostId{2}});
        CHECK(w.ask(HostId{1}, w.append()) == Code::replica_failed);
    }
    w.run_for(1s);
    REQUIRE(w.master->failures.size() == 1);
    CHECK(w.master->failures[0].failed == HostId{3});
    CHECK(w.master->failures[0].chunk == chunk);
}

TEST_CASE("secondary: mutations are applied in serial order, whatever order they arrive in",
          "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    sim::Host& client = w.engine.host(HostId{4});
    std::vector<sim::Future<ApplyMutation::Reply>> answers;
    for (const std::uint64_t serial : {3U, 1U, 2U})
        answers.push_back(sim::start_call(client, HostId{2}, w.mutation(serial, 1), 2s));
    w.run_for(1s);
    std::vector<std::uint64_t> order;
    for (const sim::Event& e : w.log.events)
        if (e.kind == event::mutation_applied) order.push_back(e.fields[1]);
    CHECK(order == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("secondary: a gap that is settled is not waited for, and closes for good",
          "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    const sim::Time before = w.engine.now();
    CHECK(w.ask(HostId{2}, w.mutation(3, 3)) == Code::ok);
    CHECK(w.engine.now() - before < 100ms);
    CHECK(w.ask(HostId{2}, w.mutation(2, 3)) == Code::out_of_order);
}

TEST_CASE("secondary: a gap that is not settled is given up after a while",
          "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    const sim::Time before = w.engine.now();
    CHECK(w.ask(HostId{2}, w.mutation(2, 1)) == Code::ok);
    CHECK(w.engine.now() - before >= w.config.client_timeout / 4);
    CHECK(w.ask(HostId{2}, w.mutation(1, 1)) == Code::out_of_order);
}

TEST_CASE("secondary: the second copy of a message is answered and not applied again",
          "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    CHECK(w.ask(HostId{2}, w.mutation(1, 1)) == Code::ok);
    CHECK(w.ask(HostId{2}, w.mutation(1, 1)) == Code::ok);
    CHECK(w.log.count(event::mutation_applied) == 1);
}

TEST_CASE("secondary: a mutation of another version is refused", "[chunkserver][gfs-4.5]") {
    ChunkserverWorld w;
    w.give_lease();
    CHECK(w.ask(HostId{2}, w.mutation(1, 1, v1)) == Code::stale_version);
    CHECK(w.ask(HostId{2}, w.mutation(1, 1, v3)) == Code::stale_version);
}

TEST_CASE("secondary: a mutation of a lease that has run out is refused",
          "[chunkserver][gfs-3.1]") {
    ChunkserverWorld w;
    w.give_lease();
    ApplyMutation late = w.mutation(1, 1);
    late.lease_expires = w.engine.host(HostId{2}).now();
    CHECK(w.ask(HostId{2}, late) == Code::lease_expired);
}

TEST_CASE("secondary: without the version check an old primary still gets through",
          "[chunkserver][ablation]") {
    Config config;
    config.without = {Mechanism::secondary_version_check};
    ChunkserverWorld w(config);
    w.give_lease();
    CHECK(w.ask(HostId{2}, w.mutation(1, 1, v1)) == Code::ok);
}

TEST_CASE("secondary: a wait for an earlier mutation ends when the version changes",
          "[chunkserver][gfs-4.5]") {
    ChunkserverWorld w;
    w.give_lease();
    sim::Host& client = w.engine.host(HostId{4});
    auto waiting = sim::start_call(client, HostId{2}, w.mutation(2, 1), 2s);
    w.run_for(10ms);
    const LocalTime expires = w.engine.host(HostId{0}).now() + 60s;
    REQUIRE(w.ask(HostId{2}, w.grant(v3, expires)) == Code::ok);
    w.run_for(1s);
    const sim::Event* const rejected = w.log.last(event::mutation_rejected);
    REQUIRE(rejected != nullptr);
    CHECK(static_cast<Code>(rejected->fields[2]) == Code::stale_version);
}

TEST_CASE("copy: a replica that was copied takes no more mutations under that version",
          "[chunkserver][gfs-4.3]") {
    const CopyChunk copy{.chunk = chunk, .version = v2, .bandwidth = 6'250'000};
    const auto append_after_copy_of = [&](std::uint32_t source, const Config& config) {
        ChunkserverWorld w(config);
        w.give_lease();
        w.push(all_three);
        CHECK(w.ask(HostId{source}, copy, HostId{3}) == Code::ok);
        return w.ask(HostId{1}, w.append());
    };
    CHECK(append_after_copy_of(2, {}) == Code::replica_failed);  // a secondary refuses
    CHECK(append_after_copy_of(1, {}) == Code::lease_expired);   // the primary itself does
    Config beside;
    beside.clone_revoke = false;  // the master lets a chunk be written while it is copied
    CHECK(append_after_copy_of(2, beside) == Code::ok);
}

}  // namespace
}  // namespace gfs::testing
