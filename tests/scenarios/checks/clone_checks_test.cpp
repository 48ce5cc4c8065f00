// SPDX-License-Identifier: Apache-2.0
// The checks of re-replication find what they are for: too many clones, clones that are too fast or
// come too early, and repairs that never come (GFS 4.3).

#include <fmt/format.h>

#include "tests/scenarios/checks/clones.h"

namespace gfs::checks {

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

TEST_CASE("clone limits: a copy may be of an earlier order that the master has given up",
          "[checks][gfs-4.3]") {
    // The second order brings its copy, which is deleted again, and the first one, which the
    // network held back, brings another while a third is under way. It brings none of another
    // version.
    const std::uint64_t version = GENERATE(1, 2);
    Clones s;
    s.config.clone_bandwidth = 1000;
    s.lose(Stream::chunk, 1, 2);
    for (int order = 0; order < 2; ++order) {
        s.start(Stream::chunk, 2, 4);
        s.advance(2s);
        s.emit_as(s.master(), event::clone_failed,
                  {Stream::chunk, s.cs(2), s.cs(4), 1, Code::not_registered});
    }
    s.advance(6s);
    s.receive(Stream::chunk, 4, 10'000, 1);
    s.truth.replicas.erase({s.cs(4), Stream::chunk});
    s.emit_as(s.cs(4), event::gc_deleted, {Stream::chunk, s.cs(4), 1});
    s.advance(1h);
    s.start(Stream::chunk, 2, 4, version);
    s.advance(2s);
    s.finish(Stream::chunk, 2, 4, 10'000, version);
    CHECK((s.invariant("clone_limits_respected").violations == 1) == (version == 2));
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
    if (!one_is_left) return;
    const std::string message = s.message("replicas_on_two_racks");
    CHECK_THAT(message, Catch::Matchers::StartsWith(
                            "all replicas of chunk 100 (/h0#0) have been on rack 0 since "));
    CHECK_THAT(message, Catch::Matchers::EndsWith("there are live servers on rack 1"));
}

TEST_CASE("two racks: a server of the other rack counts as long as it is live",
          "[checks][gfs-4.2]") {
    const bool dies = GENERATE(false, true);
    Clones s;
    s.truth.servers.push_back(s.engine.add_host("cs6", 1).id());
    const auto look_after = [&](sim::Duration wait) {
        s.advance(wait);
        s.emit_as(s.cs(1), event::heartbeat_sent, {s.cs(1), 1});
        return s.checks->invariants();
    };
    look_after(1h);
    s.emit_as(s.master(), event::server_registered, {s.cs(6), 1, 0});
    for (const InvariantOutcome& outcome : look_after(1s)) CHECK(outcome.violations == 0);
    if (dies) s.emit_as(s.master(), event::server_declared_dead, {s.cs(6)});
    look_after(1h);
    CHECK(s.violated() == (dies ? Names{} : Names{"replicas_on_two_racks"}));
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
