// SPDX-License-Identifier: Apache-2.0
// The checks of re-replication find what they are for: too many clones, clones that are too fast or
// come too early, and repairs that never come (GFS 4.3).

#include <fmt/format.h>

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
namespace {

constexpr ChunkHandle other{8};

Expectation liveness() {
    Expectation expectation;
    expectation.kind = Expectation::Kind::check;
    expectation.checker = "liveness";
    return expectation;
}

// Five registered servers; one chunk, of two files each, on the first three.
struct Clones : Stream {
    explicit Clones(std::vector<Expectation> expectations = {}) : Stream(std::move(expectations)) {
        config.clone_limit = {.percent = true, .amount = 40};
        config.clone_per_server = 2;
        for (const std::size_t server : {1U, 2U, 3U, 4U, 5U})
            emit_as(master(), event::server_registered, {cs(server), 1, 0});
        create("/f");
        create("/g", other);
        for (const ChunkHandle which : {chunk, other})
            for (const std::size_t server : {1U, 2U, 3U})
                emit_as(master(), event::chunk_replica_added, {which, cs(server), 1});
    }
    void lose(ChunkHandle which, std::size_t server, std::uint64_t left) {
        emit_as(master(), event::chunk_replica_removed, {which, cs(server), text("dead")});
        emit_as(master(), event::chunk_under_replicated, {which, left, 3});
        truth.replicas.erase({cs(server), which});
    }
    void plan(ChunkHandle which, std::size_t from, std::size_t to) {
        emit_as(master(), event::clone_planned, {which, cs(from), cs(to), 1});
    }
    void start(ChunkHandle which, std::size_t from, std::size_t to, std::uint64_t version = 1) {
        plan(which, from, to);
        emit_as(master(), event::clone_started, {which, cs(from), cs(to), 1, version});
    }
    void receive(ChunkHandle which, std::size_t to, std::uint64_t bytes, std::uint64_t version) {
        on_disk(to, which).version = Version{version};
        on_disk(to, which).content.write({0, bytes, DataId{1}, 0});
        emit_as(cs(to), event::chunk_replica_created, {which, cs(to), version});
    }
    void finish(ChunkHandle which, std::size_t from, std::size_t to, std::uint64_t bytes,
                std::uint64_t version = 1) {
        receive(which, to, bytes, version);
        emit_as(master(), event::clone_finished, {which, cs(from), cs(to), 1, version});
    }
};

}  // namespace

TEST_CASE("clone limits: within them nothing is said", "[checks][gfs-4.3]") {
    Clones s;
    s.lose(Stream::chunk, 1, 2);
    s.lose(other, 1, 2);
    s.start(Stream::chunk, 2, 4);
    s.start(other, 3, 4);  // 40 % of five servers are two, and two for each server
    CHECK(s.violated().empty());
    CHECK(s.invariant("clone_limits_respected").checked == 2);
}

TEST_CASE("clone limits: one more than the cluster may have", "[checks][gfs-4.3]") {
    Clones s;
    s.config.clone_limit = {.percent = false, .amount = 1};
    s.lose(Stream::chunk, 1, 2);
    s.lose(other, 1, 2);
    s.start(Stream::chunk, 2, 4);
    s.start(other, 3, 5);
    CHECK(s.message("clone_limits_respected") ==
          "the clone of chunk 8 (/g#0) makes 2 at once; the limit is 1 with 5 live servers");
}

TEST_CASE("clone limits: a dead server lowers a limit that is a share", "[checks][gfs-4.3]") {
    Clones s;
    for (const std::size_t server : {1U, 5U})
        s.emit_as(s.master(), event::server_declared_dead, {s.cs(server)});
    s.lose(Stream::chunk, 1, 2);
    s.lose(other, 1, 2);
    s.start(Stream::chunk, 2, 4);
    CHECK(s.checks->invariants().at(0).violations == 0);
    s.start(other, 3, 4);
    CHECK(s.violated() == std::vector<std::string>{"clone_limits_respected"});
}

TEST_CASE("clone limits: one more than a server may have", "[checks][gfs-4.3]") {
    Clones s;
    s.config.clone_per_server = 1;
    s.lose(Stream::chunk, 1, 2);
    s.lose(other, 1, 2);
    s.start(Stream::chunk, 2, 4);
    s.start(other, 3, 4);
    CHECK(s.message("clone_limits_respected") ==
          "the clone of chunk 8 (/g#0) makes 2 at once at cs4; the limit is 1");
}

TEST_CASE("clone limits: one that has ended, or never began, leaves its place",
          "[checks][gfs-4.3]") {
    Clones s;
    s.config.clone_limit = {.percent = false, .amount = 1};
    s.lose(Stream::chunk, 1, 2);
    s.lose(other, 1, 2);
    s.plan(Stream::chunk, 2, 4);
    s.emit_as(s.master(), event::clone_withdrawn, {Stream::chunk, s.cs(2), s.cs(4), 1});
    s.start(other, 3, 5);
    s.emit_as(s.master(), event::clone_failed, {other, s.cs(3), s.cs(5), 1, Code::timeout});
    s.advance(1h);
    s.plan(Stream::chunk, 2, 4);
    CHECK(s.violated().empty());
}

TEST_CASE("clone limits: faster than its bandwidth", "[checks][gfs-4.3]") {
    const bool fast = GENERATE(true, false);
    Clones s;
    s.config.clone_bandwidth = 1000;
    s.lose(Stream::chunk, 1, 2);
    s.start(Stream::chunk, 2, 4);
    s.advance(fast ? 9s : 10s);
    s.finish(Stream::chunk, 2, 4, 10'000);
    CHECK((s.invariant("clone_limits_respected").violations == 1) == fast);
}

TEST_CASE("clone limits: the copy of another version came while the next one was under way",
          "[checks][gfs-4.3]") {
    const bool fast = GENERATE(true, false);
    Clones s;
    s.config.clone_bandwidth = 1000;
    s.lose(Stream::chunk, 1, 2);
    s.start(Stream::chunk, 2, 4, 1);
    s.emit_as(s.master(), event::clone_failed,
              {Stream::chunk, s.cs(2), s.cs(4), 1, Code::not_registered});
    s.advance(6s);
    s.start(Stream::chunk, 2, 4, 2);
    s.advance(4s);
    s.receive(Stream::chunk, 4, 10'000, 1);
    s.advance(fast ? 5s : 6s);
    s.finish(Stream::chunk, 2, 4, 10'000, 2);
    CHECK((s.invariant("clone_limits_respected").violations == 1) == fast);
}

TEST_CASE("clone limits: an older copy that comes late says nothing of the next one",
          "[checks][gfs-4.3]") {
    Clones s;
    s.config.clone_bandwidth = 1000;
    s.lose(Stream::chunk, 1, 2);
    const auto give_up = [&] {
        s.emit_as(s.master(), event::clone_failed,
                  {Stream::chunk, s.cs(2), s.cs(4), 1, Code::not_registered});
    };
    s.start(Stream::chunk, 2, 4, 1);
    give_up();
    s.advance(1s);
    s.start(Stream::chunk, 2, 4, 2);
    s.advance(9s);
    s.receive(Stream::chunk, 4, 10'000, 1);
    give_up();
    s.advance(1s);
    s.start(Stream::chunk, 2, 4, 3);
    s.advance(1s);
    s.receive(Stream::chunk, 4, 10'000, 2);
    s.advance(9s);
    s.finish(Stream::chunk, 2, 4, 10'000, 3);
    CHECK(s.invariant("clone_limits_respected").violations == 0);
}

TEST_CASE("clone priority: the chunk that lacks more waits behind one that lacks less",
          "[checks][gfs-4.3]") {
    Clones s;
    s.lose(Stream::chunk, 1, 2);
    s.lose(Stream::chunk, 2, 1);
    s.lose(other, 1, 2);
    SECTION("it is found") {
        s.plan(other, 2, 4);
        CHECK(s.message("clone_priority_respected") ==
              "chunk 8 (/g#0) is cloned, which lacks 1 replicas, while chunk 7 (/f#0) waits, which "
              "lacks 2 and could go from a live server to cs4");
    }
    SECTION("not if it is being cloned itself") {
        s.plan(Stream::chunk, 3, 4);
        s.plan(other, 2, 4);
        CHECK(s.violated().empty());
    }
    SECTION("not if its only source has enough to do") {
        s.config.clone_per_server = 0;
        s.plan(other, 2, 4);
        CHECK(s.invariant("clone_priority_respected").violations == 0);
    }
    SECTION("not if it has just failed") {
        s.plan(Stream::chunk, 3, 4);
        s.emit_as(s.master(), event::clone_failed,
                  {Stream::chunk, s.cs(3), s.cs(4), 2, Code::timeout});
        s.plan(other, 2, 4);
        CHECK(s.violated().empty());
    }
    SECTION("not if one that was needless has just failed, and it has lost another since") {
        Clones again;
        again.lose(Stream::chunk, 1, 2);
        again.plan(Stream::chunk, 2, 4);
        again.emit_as(again.master(), event::chunk_replicated, {Stream::chunk, 3, 3});
        again.emit_as(again.master(), event::clone_withdrawn,
                      {Stream::chunk, again.cs(2), again.cs(4), 1});
        const bool is_late = GENERATE(true, false);
        if (is_late) again.advance(again.config.heartbeat + 1ms);
        again.lose(Stream::chunk, 1, 2);
        again.lose(Stream::chunk, 2, 1);
        again.lose(other, 1, 2);
        again.plan(other, 2, 4);
        CHECK(again.violated().empty() == !is_late);
    }
    SECTION("not if the server has a replica of it") {
        s.on_disk(4).version = Version{1};
        s.plan(other, 2, 4);
        CHECK(s.violated().empty());
    }
    SECTION("not by a master that is in charge no more") {
        s.emit_as(s.client(), event::clone_planned, {other, s.cs(2), s.cs(4), 1});
        CHECK(s.violated().empty());
    }
}

TEST_CASE("clone priority: a server that was dead when a lease was granted is no source for it",
          "[checks][gfs-4.3]") {
    Clones s;
    s.lose(Stream::chunk, 1, 2);
    s.lose(Stream::chunk, 2, 1);
    s.lose(other, 1, 2);
    const bool is_told_of = GENERATE(true, false);
    s.config.clone_per_server = 1;
    s.emit_as(s.master(), event::server_declared_dead, {s.cs(2)});
    s.grant(2, {3, 2});
    s.emit_as(s.master(), event::server_registered, {s.cs(2), 2, 0});
    if (is_told_of)
        s.emit_as(s.master(), event::chunk_replica_added, {Stream::chunk, s.cs(2), 2});
    s.lose(other, 2, 1);
    s.plan(other, 3, 5);  // the only source of both
    s.emit_as(s.master(), event::chunk_replicated, {other, 3, 3});
    const ChunkHandle third{9};
    s.create("/h", third);
    s.emit_as(s.master(), event::chunk_replica_added, {third, s.cs(1), 1});
    s.lose(third, 2, 2);
    s.plan(third, 1, 4);
    CHECK(s.violated().empty() == !is_told_of);
}

TEST_CASE("clone priority: a chunk does not go to where the master still counts on a lost replica",
          "[checks][gfs-4.3]") {
    const bool has_heard = GENERATE(true, false);
    Clones s;
    s.lose(Stream::chunk, 3, 2);
    s.lose(other, 1, 1);
    s.truth.replicas.erase({s.cs(3), other});  // its disk was emptied
    if (has_heard)
        s.emit_as(s.master(), event::chunk_replica_removed, {other, s.cs(3), s.text("missing")});
    s.plan(Stream::chunk, 2, 3);
    CHECK((s.invariant("clone_priority_respected").violations == 1) == has_heard);
}

TEST_CASE("clone priority: a chunk of a deleted file before one of a live file",
          "[checks][gfs-4.3]") {
    const bool deleted = GENERATE(true, false);
    Clones s;
    if (deleted)
        s.emit_as(s.master(), event::file_deleted, {s.text("/g"), s.text("/.deleted-1-g"), 0});
    s.lose(Stream::chunk, 1, 2);
    s.lose(other, 1, 2);
    s.plan(other, 2, 4);
    CHECK((s.invariant("clone_priority_respected").violations == 1) == deleted);
}

TEST_CASE("two racks: many chunks go to the only server of the other rack, one after another",
          "[checks][gfs-4.2]") {
    constexpr std::uint64_t chunks = 40;
    const bool one_is_left = GENERATE(false, true);
    Clones s;
    s.config.clone_per_server = 1;
    s.config.lease = 6s;
    s.config.client_timeout = 1s;
    s.config.clone_bandwidth = MiB;
    s.truth.servers.push_back(s.engine.add_host("cs6", 1).id());
    for (std::uint64_t i = 0; i < chunks; ++i) {
        const ChunkHandle which{100 + i};
        s.create(fmt::format("/h{}", i).c_str(), which);
        for (const std::size_t server : {1U, 2U, 3U})
            s.emit_as(s.master(), event::chunk_replica_added, {which, s.cs(server), 1});
    }
    s.emit_as(s.master(), event::server_registered, {s.cs(6), 1, 0});
    s.emit_as(s.cs(1), event::heartbeat_sent, {s.cs(1), 1});
    const auto spread = [&](ChunkHandle which) {
        s.emit_as(s.master(), event::chunk_replica_added, {which, s.cs(6), 1});
    };
    spread(Stream::chunk);
    spread(other);
    for (std::uint64_t i = 0; i < chunks; ++i) {
        s.advance(4s);
        if (!one_is_left || i > 0) spread(ChunkHandle{100 + i});
        s.emit_as(s.cs(1), event::heartbeat_sent, {s.cs(1), 1});
    }
    for (const InvariantOutcome& outcome : s.checks->invariants()) CHECK(outcome.violations == 0);
    s.advance(1h);
    CHECK(s.violated() == (one_is_left ? Names{"replicas_on_two_racks"} : Names{}));
}

TEST_CASE("liveness: a chunk that is not repaired in time, and one whose time has not come",
          "[checks][gfs-4.3]") {
    Clones s({liveness()});
    s.truth.down = {s.cs(1)};
    s.fault(sim::event::fault_fired, "die");
    s.lose(Stream::chunk, 1, 2);
    SECTION("in time") {
        s.advance(10s);
        CHECK(s.outcome().verdict == Verdict::vacuous);
    }
    SECTION("too late") {
        s.advance(1h);
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK(s.outcome().detail.at(0) == "chunk 7 (/f#0) has 2 of 3 replicas");
    }
    SECTION("repaired") {
        s.start(Stream::chunk, 2, 4);
        s.advance(1h);
        s.finish(Stream::chunk, 2, 4, 10);
        s.emit_as(s.master(), event::chunk_replica_added, {Stream::chunk, s.cs(4), 1});
        s.start(other, 2, 4);
        s.finish(other, 2, 4, 10);
        s.emit_as(s.master(), event::chunk_replica_added, {other, s.cs(4), 1});
        CHECK(s.outcome().verdict == Verdict::held);
    }
}

TEST_CASE("liveness: nothing is promised while a fault lasts that leaves machines running",
          "[checks][gfs-4.3]") {
    Clones s({liveness()});
    s.fault(sim::event::fault_fired, "cut", "partition");
    const bool healed = GENERATE(true, false);
    if (healed) s.fault(sim::event::fault_healed, "cut", "partition");
    s.advance(1h);
    CHECK(s.outcome().verdict == (healed ? Verdict::held : Verdict::vacuous));
}

TEST_CASE("liveness: an operation that does not end", "[checks][gfs-4.3]") {
    Clones s({liveness()});
    s.start_op(5, "append");
    const bool ends = GENERATE(true, false);
    if (ends) s.end_op(5, "append");
    s.advance(1h);
    CHECK((s.outcome().verdict == Verdict::held) == ends);
    if (!ends) CHECK(s.outcome().detail.at(0) == "append of /f by c1 began at 0 ns and goes on");
}

}  // namespace gfs::checks
