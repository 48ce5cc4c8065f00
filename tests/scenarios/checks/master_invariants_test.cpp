// SPDX-License-Identifier: Apache-2.0
// The invariants about what the master says, keeps and deletes.

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
namespace {

void reply(Stream& s, std::uint64_t record) {
    s.emit_as(s.master(), event::master_replied,
              {request_type(Message::Create), s.client(), 1, 0, record});
}

}  // namespace

TEST_CASE("log first: an answer before its record is flushed is caught", "[checks][gfs-2.6.3]") {
    Stream s;
    s.emit_as(s.master(), event::master_log_flushed, {1, 4});
    reply(s, 0);
    reply(s, 4);
    SECTION("in time") {
        CHECK(s.violated() == Names{});
    }
    SECTION("too early") {
        reply(s, 5);
        CHECK(s.violated() == Names{"log_before_reply"});
        CHECK(s.message("log_before_reply") ==
              "the master answered Create of c1, which depends on log record 5, when the log was "
              "flushed up to record 4");
    }
    SECTION("durable although the crashed master could not say so") {
        s.emit(event::master_crashed, {s.master()});
        s.emit_as(s.master(), event::master_recovered, {s.master(), 1, 1, 6});
        reply(s, 6);
        CHECK(s.violated() == Names{});
    }
}

TEST_CASE("stale: a replica below the current version in a reply is caught", "[checks][gfs-4.5]") {
    Stream s;
    s.create();
    s.grant(2, {1, 2, 3}, 10s);
    s.advance(11s);
    s.grant(3, {1, 2});
    const auto named = [&](std::size_t server, std::uint64_t version) {
        s.emit_as(s.master(), event::location_replied,
                  {Stream::chunk, s.cs(server), version, s.client()});
    };
    named(1, 3);
    SECTION("current ones") {
        named(2, 3);
        CHECK(s.violated() == Names{});
    }
    SECTION("a stale one") {
        named(3, 3);
        CHECK(s.message("no_stale_in_reply") ==
              "the master named the replica of chunk 7 (/f#0) on cs3 as version 3, but that one "
              "never "
              "got beyond version 2");
        CHECK(s.violated() == Names{"no_stale_in_reply"});
    }
    SECTION("an old version") {
        named(3, 2);
        CHECK(s.violated() == Names{"no_stale_in_reply"});
    }
    SECTION("a stale one as the source of a copy") {
        s.emit_as(s.master(), event::clone_started, {Stream::chunk, s.cs(3), s.cs(4), 1, 3});
        CHECK(s.violated() == Names{"no_stale_in_reply"});
    }
    SECTION("one that has stored the next version already") {
        s.bump(2, 4);
        named(2, 3);
        CHECK(s.violated() == Names{});
    }
    SECTION("one whose disk has just been emptied: the master cannot know") {
        s.truth.replicas.erase({s.cs(2), Stream::chunk});
        named(2, 3);
        CHECK(s.violated() == Names{});
    }
}

TEST_CASE("stale: a master that has been replaced cannot know what its successor grants",
          "[checks][gfs-4.5]") {
    Stream s;
    s.create();
    s.grant(2, {1, 2, 3}, 10s);
    s.advance(11s);
    s.grant(3, {1, 2}, 10s);
    s.advance(11s);
    const HostId successor = s.engine.add_host("log1", 0).id();
    s.emit_as(successor, event::master_promoted, {successor, 2});
    s.grant(4, {1, 2});
    const auto named = [&](HostId by, std::size_t server, std::uint64_t version) {
        s.emit_as(by, event::location_replied,
                  {Stream::chunk, s.cs(server), version, s.client()});
    };
    SECTION("what was current when it was replaced") {
        named(s.master(), 2, 3);
        CHECK(s.violated() == Names{});
    }
    SECTION("what was stale even then") {
        named(s.master(), 3, 2);
        CHECK(s.message("no_stale_in_reply") ==
              "the master named chunk 7 (/f#0) with version 2, but a lease of version 3 had been "
              "granted");
    }
    SECTION("but the successor knows") {
        named(successor, 2, 3);
        CHECK(s.violated() == Names{"no_stale_in_reply"});
    }
    SECTION("and so does the old one when it is the master again") {
        s.emit_as(s.master(), event::master_promoted, {s.master(), 3});
        named(s.master(), 2, 3);
        CHECK(s.violated() == Names{"no_stale_in_reply"});
    }
}

TEST_CASE("garbage: a current replica that is counted on must not be deleted",
          "[checks][gfs-4.4]") {
    Stream s;
    s.create();
    // A member of a lease's set is not counted on for that.
    const bool is_counted_on = GENERATE(true, false);
    if (is_counted_on)
        s.emit_as(s.master(), event::chunk_replica_added, {Stream::chunk, s.cs(3), 1});
    s.grant(2);
    const Names found = is_counted_on ? Names{"gc_keeps_live"} : Names{};
    const auto deleted = [&](std::size_t server, std::uint64_t version) {
        s.emit_as(s.cs(server), event::gc_deleted, {Stream::chunk, s.cs(server), version});
        s.truth.replicas.erase({s.cs(server), Stream::chunk});
    };
    SECTION("current") {
        deleted(3, 2);
        CHECK(s.violated() == found);
    }
    SECTION("stale") {
        s.advance(61s);
        s.grant(3, {1, 2});
        deleted(3, 2);
        CHECK(s.violated() == Names{});
    }
    SECTION("surplus, and counted out before") {
        s.emit_as(s.master(), event::chunk_replica_removed,
                  {Stream::chunk, s.cs(3), s.text("surplus")});
        deleted(3, 2);
        CHECK(s.violated() == Names{});
    }
    SECTION("of a file that was reclaimed") {
        s.emit_as(s.master(), event::file_deleted, {s.text("/f"), s.text("/.f"), 1});
        s.emit_as(s.master(), event::file_reclaimed, {s.text("/.f"), 1});
        deleted(3, 2);
        CHECK(s.violated() == Names{});
    }
    SECTION("of a file that is only hidden") {
        s.emit_as(s.master(), event::file_deleted, {s.text("/f"), s.text("/.f"), 1});
        deleted(3, 2);
        CHECK(s.violated() == found);
    }
}

TEST_CASE("garbage: what counts is what the present master counts on", "[checks][gfs-4.4]") {
    Stream s;
    s.create();
    s.grant(2);
    const auto deleted = [&](std::size_t server, std::uint64_t version) {
        s.emit_as(s.cs(server), event::gc_deleted, {Stream::chunk, s.cs(server), version});
        s.truth.replicas.erase({s.cs(server), Stream::chunk});
    };
    SECTION("unknown to a master that has restarted") {
        s.emit(event::master_crashed, {s.master()});
        s.emit(event::master_recovered, {s.master(), 1, 1, 1});
        deleted(3, 2);
        CHECK(s.violated() == Names{});
    }
    SECTION("counted out by a master that has been replaced") {
        const HostId next = s.engine.add_host("log1", 0).id();
        s.emit_as(next, event::master_promoted, {next, 2});
        s.emit_as(next, event::chunk_replica_added, {Stream::chunk, s.cs(3), 2});
        s.emit_as(s.master(), event::server_declared_dead, {s.cs(3)});
        s.emit_as(s.master(), event::chunk_replica_removed,
                  {Stream::chunk, s.cs(3), s.text("dead")});
        deleted(3, 2);
        CHECK(s.violated() == Names{"gc_keeps_live"});
    }
    SECTION("while its chunk was being created") {
        const ChunkHandle fresh{9};
        // By a write: what an append begins follows a chunk that is full.
        s.emit_as(s.client(), event::client_op_started,
                  {1, s.text("write"), s.text("/f"), s.text(""), 0, 10, DataId{1}});
        s.emit_as(s.cs(1), event::chunk_replica_created, {fresh, s.cs(1), 1});
        s.emit_as(s.cs(1), event::gc_deleted, {fresh, s.cs(1), 1});
        s.emit_as(s.master(), event::chunk_created, {fresh, s.text("/f"), 1, 1});
        CHECK(s.violated() == Names{"gc_keeps_live"});
    }
    SECTION("of a server that was declared dead") {
        s.emit(event::server_declared_dead, {s.cs(3)});
        deleted(3, 2);
        CHECK(s.violated() == Names{});
    }
}

TEST_CASE("names: what a client was told is compared with the master at the end",
          "[checks][gfs-2.6.3]") {
    Stream s;
    s.start_op(1, "create", "/f");
    s.end_op(1, "create", 1ms, 0, "/f");
    const auto ask = [&](bool there) {
        s.probe.files = there ? Names{"/f"} : Names{};
        return s.violated() == Names{"acked_namespace_survives"};
    };
    SECTION("a file that is gone") {
        CHECK(ask(false));
    }
    SECTION("a file that is there") {
        CHECK_FALSE(ask(true));
    }
    SECTION("no master to ask") {
        s.probe.serving = false;
        CHECK_FALSE(ask(false));
    }
    SECTION("a deleted file that comes back") {
        s.start_op(2, "delete", "/f");
        s.end_op(2, "delete");
        CHECK(ask(true));
    }
    SECTION("a delete that failed may have happened") {
        s.start_op(2, "delete", "/f");
        s.fail_op(2, "delete");
        CHECK_FALSE(ask(false));
    }
    SECTION("a delete that certainly did not happen") {
        s.start_op(2, "delete", "/f");
        s.fail_op(2, "delete", "/f", true);
        CHECK(ask(false));
    }
    SECTION("two operations at once") {
        s.start_op(2, "delete", "/f");
        s.start_op(3, "create", "/f");
        s.end_op(3, "create");
        s.end_op(2, "delete");
        CHECK_FALSE(ask(false));
    }
    SECTION("a renamed file") {
        s.start_op(2, "rename", "/f", "/g");
        s.end_op(2, "rename");
        s.probe.files = {"/f"};
        CHECK(s.violated() == Names{"acked_namespace_survives"});
        CHECK(s.invariant("acked_namespace_survives").violations == 2);
    }
    SECTION("under a directory that was renamed") {
        s.start_op(2, "create", "/d/x");
        s.end_op(2, "create", 1ms, 0, "/d/x");
        s.start_op(3, "rename", "/d", "/e");
        s.end_op(3, "rename", 1ms, 0, "/d");
        CHECK_FALSE(ask(true));
    }
}

// A change of names in the log, flushed.
struct LoggedNames : Stream {
    void log(std::uint64_t record, const char* kind, std::uint64_t op, const char* file,
             const char* to = "") {
        emit_as(master(), event::master_log_appended,
                {record, text(kind), op, text(file), text(to)});
        emit_as(master(), event::master_log_flushed, {record, record});
    }
};

TEST_CASE("names: after a definite error the log says whether a doubled request did it",
          "[checks][gfs-2.6.3]") {
    LoggedNames s;
    s.start_op(1, "create", "/f");
    s.log(1, "file_created", 1, "/f");
    s.end_op(1, "create", 1ms, 0, "/f");
    s.start_op(2, "delete", "/f");
    SECTION("it did") {
        const sim::MessageType request = request_type(Message::Delete);
        s.emit_as(s.client(), sim::event::message_sent, {request, s.client(), s.master(), 2, 80});
        for (int copy = 0; copy < 2; ++copy)
            s.emit_as(s.master(), sim::event::message_delivered,
                      {request, s.client(), s.master(), 2});
        s.log(2, "file_deleted", 2, "/f", "/.deleted-1-2-%2Ff");
        s.fail_op(2, "delete", "/f", true);
        CHECK(s.violated() == Names{});
    }
    SECTION("the record is another operation's") {
        s.log(2, "file_created", 3, "/g");
        s.fail_op(2, "delete", "/f", true);
        CHECK(s.violated() == Names{"acked_namespace_survives"});
    }
}

TEST_CASE("names: a request that was sent twice may be carried out after its client was told",
          "[checks][gfs-2.6.3]") {
    LoggedNames s;
    const auto retry = [&](std::uint64_t op) {
        s.emit_as(s.client(), event::client_retried, {op, s.text("/f"), Code::timeout, 2});
    };
    const char* const hidden = "/.deleted-1-2-%2Ff";
    const char* const hidden_again = "/.deleted-1-4-%2Ff";
    const Names broken{"acked_namespace_survives"};
    s.start_op(3, "create", "/f");
    s.log(1, "file_created", 3, "/f");
    s.end_op(3, "create", 1ms, 0, "/f");
    s.start_op(1, "delete", "/f");
    SECTION("the first copy was held up, and comes when the file is back") {
        retry(1);
        s.log(2, "file_deleted", 1, "/f", hidden);
        s.end_op(1, "delete");
        s.start_op(2, "undelete", "/f");
        s.log(3, "renamed", 2, hidden, "/f");
        s.end_op(2, "undelete", 1ms, 0, "/f");
        s.log(4, "file_deleted", 1, "/f", hidden_again);
        CHECK(s.violated() == Names{});
    }
    SECTION("it was sent once: a master that carries it out twice is wrong") {
        s.log(2, "file_deleted", 1, "/f", hidden);
        s.end_op(1, "delete");
        s.start_op(2, "undelete", "/f");
        s.log(3, "renamed", 2, hidden, "/f");
        s.end_op(2, "undelete", 1ms, 0, "/f");
        s.log(4, "file_deleted", 1, "/f", hidden_again);
        CHECK(s.violated() == broken);
    }
    SECTION("it was sent twice, but what is gone was lost in another way") {
        retry(1);
        s.log(2, "file_deleted", 1, "/f", hidden);
        s.end_op(1, "delete");
        s.start_op(2, "undelete", "/f");
        s.log(3, "renamed", 2, hidden, "/f");
        s.end_op(2, "undelete", 1ms, 0, "/f");
        CHECK(s.violated() == broken);
    }
}

}  // namespace gfs::checks
