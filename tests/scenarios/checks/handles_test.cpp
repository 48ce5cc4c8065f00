// SPDX-License-Identifier: Apache-2.0
// handles_unique (GFS 2.3): who has given out which handle, over restarts and failovers.

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {

TEST_CASE("handles: one that is given out again is caught", "[checks][gfs-2.3]") {
    Stream s;
    s.create();
    SECTION("by the same master") {
        s.emit_as(s.master(), event::chunk_created, {Stream::chunk, s.text("/g"), 0, 1});
        CHECK(s.violated() == Names{"handles_unique"});
    }
    SECTION("by a later one, which does not remember") {
        s.emit_as(s.cs(1), event::chunk_replica_created, {8, s.cs(1), 1});
        s.emit(event::master_crashed, {s.master()});
        s.emit(event::master_recovered, {s.master(), 1, 1, 1});
        s.emit_as(s.master(), event::chunk_created, {8, s.text("/g"), 0, 1});
        CHECK(s.violated() == Names{"handles_unique"});
    }
    SECTION("not by one that finishes what it began, though another is named master by now") {
        s.emit_as(s.cs(1), event::chunk_replica_created, {8, s.cs(1), 1});
        s.emit(event::master_promoted, {s.cs(4), 2});
        s.emit(event::master_recovered, {s.cs(4), 1, 1, 1});
        const bool is_old = GENERATE(true, false);
        s.emit_as(is_old ? s.master() : s.cs(4), event::chunk_created, {8, s.text("/g"), 0, 1});
        CHECK(s.violated() == (is_old ? Names{} : Names{"handles_unique"}));
    }
    SECTION("by two that live at the same time, of which one announces nothing") {
        const int what = GENERATE(0, 1, 2, 3);
        const auto order = [&](HostId master, std::size_t server, std::uint64_t version = 1) {
            s.emit_as(s.cs(server), sim::event::message_delivered,
                      {static_cast<std::uint64_t>(request_type(Message::CreateChunk)), master,
                       s.cs(server), 0});
            // Something else happens first: who knows whose order this one carries out.
            if (what == 2) s.emit_as(s.cs(server), event::heartbeat_sent, {s.cs(server), 1});
            s.emit_as(s.cs(server), event::chunk_replica_created, {8, s.cs(server), version});
        };
        order(s.master(), 1);
        // A higher version: a chunk that was lost before its first lease is created anew.
        order(what == 0 ? s.master() : s.cs(4), 2, what == 3 ? 2 : 1);
        CHECK(s.violated() == (what == 1 ? Names{"handles_unique"} : Names{}));
    }
    SECTION("by no one") {
        s.create("/g", ChunkHandle{8});
        CHECK(s.violated() == Names{});
    }
}

TEST_CASE("handles: a copy that the next master has found in its log is announced late",
          "[checks][gfs-2.3][gfs-3.4]") {
    Stream s;
    const ChunkHandle source{8};
    s.create("/f", source);
    s.emit_as(s.master(), event::snapshot_taken, {s.text("/f"), s.text("/g"), 0});
    const HostId next = s.engine.add_host("log1", 0).id();
    const bool is_logged = GENERATE(true, false);
    if (is_logged) s.truth.copies = {{"/f", ChunkIndex{0}, source, Stream::chunk, Version{1}}};
    s.emit_as(next, event::master_promoted, {next, 2});
    s.emit_as(next, event::master_recovered, {next, 2, 2, 9});
    const auto announced = [&](HostId master, ChunkHandle from, const char* file = "/f",
                               std::uint64_t index = 0, std::uint64_t version = 1) {
        s.emit_as(master, event::chunk_copied_on_write,
                  {Stream::chunk, from, s.text(file), index, version});
    };
    SECTION("as the record says it, and the file has another name by now") {
        if (is_logged) s.emit_as(next, event::file_renamed, {s.text("/f"), s.text("/h"), 1});
        announced(s.master(), source);
        CHECK(s.checks->files().find(is_logged ? "/h" : "/f")->chunks.front() == Stream::chunk);
        CHECK((s.checks->files().find("/f") == nullptr) == is_logged);
        CHECK(s.violated() == Names{});
    }
    SECTION("twice: the second time it is another one") {
        announced(s.master(), source);
        announced(s.master(), source);
        CHECK(s.violated() == Names{"handles_unique"});
    }
    SECTION("otherwise than the record says it: the handle is another copy's as well") {
        const int what = GENERATE(0, 1, 2, 3);
        if (!is_logged) announced(next, source);
        announced(s.master(), what == 0 ? ChunkHandle{9} : source, what == 1 ? "/g" : "/f",
                  what == 2 ? 1 : 0, what == 3 ? 2 : 1);
        CHECK(s.violated() == Names{"handles_unique"});
    }
    SECTION("by the present master: it has given the handle out again") {
        if (!is_logged) announced(s.master(), source);
        announced(next, source);
        CHECK(s.violated() == Names{"handles_unique"});
    }
}

TEST_CASE("snapshot: a new chunk that is announced late is in its file, whatever that is called",
          "[checks][gfs-3.4]") {
    Stream s;
    const HostId next = s.engine.add_host("log1", 0).id();
    const bool is_renamed = GENERATE(true, false);
    s.emit_as(s.master(), event::file_created, {s.text("/f"), 0});
    s.emit_as(next, event::master_promoted, {next, 2});
    s.emit_as(next, event::master_recovered, {next, 1, 1, 9});
    if (is_renamed) s.emit_as(next, event::file_renamed, {s.text("/f"), s.text("/h"), 1});
    if (is_renamed) s.emit_as(next, event::file_created, {s.text("/f"), 2});
    s.probe.chunks[is_renamed ? "/h" : "/f"] = Stream::chunk;
    s.emit_as(s.master(), event::chunk_created, {Stream::chunk, s.text("/f"), 0, 1});
    s.emit_as(next, event::snapshot_taken, {s.text("/f"), s.text("/g"), 3});
    s.grant(2);
    s.carry_out({});
    CHECK((s.invariant("snapshot_isolated").violations == 1) == !is_renamed);
}

}  // namespace gfs::checks
