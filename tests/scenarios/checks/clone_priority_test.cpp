// SPDX-License-Identifier: Apache-2.0
// The check of the order of repairs finds a chunk that waits behind a less urgent one (GFS 4.3).

#include "tests/scenarios/checks/clones.h"

namespace gfs::checks {

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

TEST_CASE("clone priority: a replica that was adopted is no source before it is counted on",
          "[checks][gfs-4.3][gfs-4.5]") {
    const bool is_counted_on = GENERATE(true, false);
    Clones s;
    s.lose(other, 1, 1);
    for (const std::size_t server : {1U, 2U, 3U}) s.lose(Stream::chunk, server, 0);
    s.on_disk(2).version = Version{3};
    s.emit_as(s.master(), event::chunk_adopted_version, {Stream::chunk, s.cs(2), 3});
    s.emit_as(s.master(), event::chunk_under_replicated, {Stream::chunk, 0, 3});
    // Not if its server has registered anew while it was asked.
    if (is_counted_on)
        s.emit_as(s.master(), event::chunk_replica_added, {Stream::chunk, s.cs(2), 3});
    s.plan(other, 2, 4);
    CHECK((s.invariant("clone_priority_respected").violations == 1) == is_counted_on);
}

TEST_CASE("clone priority: a chunk does not go to where a lost replica is counted on or out",
          "[checks][gfs-4.3]") {
    enum class Word { none, missing, failed, forgotten };
    const Word word = GENERATE(Word::none, Word::missing, Word::failed, Word::forgotten);
    Clones s;
    s.lose(Stream::chunk, 3, 2);
    s.lose(other, 1, 1);
    s.truth.replicas.erase({s.cs(3), other});  // its disk was emptied
    const sim::TextId reason = s.text(word == Word::missing ? "missing" : "failed");
    if (word != Word::none)
        s.emit_as(s.master(), event::chunk_replica_removed, {other, s.cs(3), reason});
    // One that failed is counted out until there is a new version.
    if (word == Word::forgotten) s.grant(2, {2}, 60s, other);
    s.plan(Stream::chunk, 2, 3);
    const bool may_go = word == Word::missing || word == Word::forgotten;
    CHECK((s.invariant("clone_priority_respected").violations == 1) == may_go);
}

TEST_CASE("clone priority: a chunk does not go to where the master may not know it is deleted",
          "[checks][gfs-4.3]") {
    Clones s;
    s.lose(other, 1, 2);
    s.lose(other, 2, 1);
    s.lose(Stream::chunk, 1, 2);
    s.emit_as(s.master(), event::chunk_replica_added, {other, s.cs(4), 1});
    s.emit_as(s.master(), event::chunk_replica_removed, {other, s.cs(4), s.text("surplus")});
    const int what = GENERATE(0, 1, 2, 3);
    if (what == 1) s.grant(2, {3}, 60s, other);  // the one on cs4 is forgotten as stale
    s.emit_as(s.cs(4), event::gc_deleted, {other, s.cs(4), 1});
    if (what == 2) s.grant(2, {3}, 60s, other);
    if (what == 3) {
        s.emit_as(s.master(), event::master_crashed, {s.master()});
        for (const std::size_t server : {2U, 3U, 4U})
            s.emit_as(s.master(), event::server_registered, {s.cs(server), 2, 0});
        for (const std::size_t server : {2U, 3U})
            s.emit_as(s.master(), event::chunk_replica_added, {Stream::chunk, s.cs(server), 1});
        s.emit_as(s.master(), event::chunk_replica_added, {other, s.cs(3), 1});
        s.emit_as(s.master(), event::chunk_under_replicated, {Stream::chunk, 2, 3});
        s.emit_as(s.master(), event::chunk_under_replicated, {other, 1, 3});
    }
    s.plan(Stream::chunk, 2, 4);
    CHECK((s.invariant("clone_priority_respected").violations == 1) == (what != 0));
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

}  // namespace gfs::checks
