// SPDX-License-Identifier: Apache-2.0
// The invariants of what clients are told: definite errors, the last writer, stale reads, names.

#include <algorithm>

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
namespace {

bool violates(Stream& stream, const char* invariant) {
    const Results results = stream.checks->finish();
    for (const InvariantOutcome& outcome : results.invariants)
        if (outcome.name == invariant) return outcome.violations != 0;
    FAIL("no such invariant: " << invariant);
    return false;
}

constexpr std::uint64_t op = 77;

void start(Stream& stream, const char* kind, const char* file, DataId data = no_data,
           std::uint64_t number = op) {
    stream.emit_as(stream.client(), event::client_op_started,
                   {number, stream.text(kind), stream.text(file), stream.text(""), 0, 10, data});
}
void fail(Stream& stream, const char* kind, const char* file, Code code, int definite) {
    stream.emit_as(stream.client(), event::client_op_failed,
                   {op, stream.text(kind), stream.text(file), code, sim::Duration{1}, definite});
}
void succeed(Stream& stream, const char* kind, const char* file, std::uint64_t number = op) {
    stream.emit_as(stream.client(), event::client_op_ok,
                   {number, stream.text(kind), stream.text(file), sim::Duration{1}, 0, 0});
}
void log(Stream& stream, std::uint64_t record, const char* kind, const char* file,
         const char* to = "", std::uint64_t number = op) {
    stream.emit_as(stream.master(), event::master_log_appended,
                   {record, stream.text(kind), number, stream.text(file), stream.text(to)});
}
void flush(Stream& stream, std::uint64_t last) {
    stream.emit_as(stream.master(), event::master_log_flushed, {last, last});
}

}  // namespace

TEST_CASE("definite errors: what was ordered may not be called definite", "[checks][gfs-3.1]") {
    Stream stream;
    stream.create();
    stream.grant(2);
    const int definite = GENERATE(0, 1);
    const bool late = GENERATE(true, false);
    start(stream, "append", "/f", DataId{5});
    if (!late) stream.order(1, {.data = DataId{5}});
    fail(stream, "append", "/f", Code::replica_failed, definite);
    if (late) stream.order(1, {.data = DataId{5}});
    CHECK(violates(stream, "definite_errors") == (definite == 1));
}

TEST_CASE("definite errors: a name that was logged may not be called definite",
          "[checks][gfs-4.1]") {
    Stream stream;
    const int definite = GENERATE(0, 1);
    start(stream, "create", "/a");
    log(stream, 1, "file_created", "/a");
    fail(stream, "create", "/a", Code::timeout, definite);
    CHECK(violates(stream, "definite_errors") == (definite == 1));
}

TEST_CASE("definite errors: that the master said ok excuses nobody", "[checks][gfs-4.1]") {
    Stream stream;
    start(stream, "create", "/a");
    log(stream, 1, "file_created", "/a");
    stream.emit_as(stream.master(), event::master_replied,
                   {request_type(Message::Create), stream.client(), op, Code::ok, 1});
    fail(stream, "create", "/a", Code::already_exists, 1);
    CHECK(violates(stream, "definite_errors"));
}

TEST_CASE("definite errors: of a request that the network doubled they are a warning",
          "[checks][gfs-3.3]") {
    Stream stream;
    stream.create();
    stream.grant(2);
    const bool is_doubled = GENERATE(true, false);
    const bool is_append = GENERATE(true, false);
    const bool late = GENERATE(true, false);
    const sim::MessageType request =
        request_type(is_append ? Message::RecordAppend : Message::Delete);
    const HostId to = is_append ? stream.cs(1) : stream.master();
    const char* const kind = is_append ? "append" : "delete";
    const auto act = [&] {
        if (is_append)
            stream.order(1, {.data = DataId{5}});
        else
            log(stream, 1, "file_deleted", "/f", "/.deleted-1-1-%2Ff");
    };
    start(stream, kind, "/f", is_append ? DataId{5} : no_data);
    for (int copy = 0; copy < 2; ++copy) {
        // One that the client sends again is not a copy.
        if (copy == 0 || !is_doubled)
            stream.emit_as(stream.client(), sim::event::message_sent,
                           {request, stream.client(), to, op, 80});
        stream.emit_as(to, sim::event::message_delivered, {request, stream.client(), to, op});
        if (copy == 0 && !late) act();
    }
    fail(stream, kind, "/f", Code::not_found, 1);
    if (late) act();
    const Results results = stream.checks->finish();
    const auto found = std::find_if(
        results.invariants.begin(), results.invariants.end(),
        [](const InvariantOutcome& outcome) { return outcome.name == "definite_errors"; });
    CHECK(found->violations == (is_doubled ? 0 : 1));
    CHECK(found->warnings == (is_doubled ? 1 : 0));
}

TEST_CASE("definite errors: records about chunks do not carry a write out", "[checks][gfs-3.1]") {
    Stream stream;
    start(stream, "write", "/a", DataId{5});
    log(stream, 1, "chunk_added", "/a");
    fail(stream, "write", "/a", Code::no_chunkserver, 1);
    CHECK_FALSE(violates(stream, "definite_errors"));
}

TEST_CASE("serialisable names: a record must be possible where it is", "[checks][gfs-4.1]") {
    Stream stream;
    log(stream, 1, "directory_created", "/d");
    log(stream, 2, "file_created", "/d/a");
    flush(stream, 2);
    const int what = GENERATE(0, 1, 2, 3, 4);
    if (what == 0) log(stream, 3, "file_created", "/d/a");        // twice
    if (what == 1) log(stream, 3, "directory_deleted", "/d");     // not empty
    if (what == 2) log(stream, 3, "file_created", "/e/a");        // nowhere
    if (what == 3) log(stream, 3, "renamed", "/d", "/e");         // fine
    if (what == 4) log(stream, 3, "file_deleted", "/d/a", "/.deleted-1-3-a");
    CHECK(violates(stream, "namespace_serializable") == (what < 3));
}

TEST_CASE("serialisable names: a crash takes the records that were not flushed",
          "[checks][gfs-2.6.3]") {
    Stream stream;
    log(stream, 1, "file_created", "/a");
    flush(stream, 1);
    log(stream, 2, "file_created", "/b");
    log(stream, 3, "file_created", "/c");
    // The master is back; record 2 was flushed after all, record 3 is written anew.
    const bool again = GENERATE(true, false);
    log(stream, 3, "file_created", again ? "/c" : "/b");
    CHECK(violates(stream, "namespace_serializable") == !again);
}

TEST_CASE("names by the log: records that the next master does not find are gone",
          "[checks][gfs-2.6.3]") {
    Stream stream;
    log(stream, 1, "file_created", "/a");
    flush(stream, 1);
    log(stream, 2, "file_created", "/b");
    const std::uint64_t found = GENERATE(1, 2);
    stream.emit_as(stream.master(), event::master_recovered, {stream.master(), 1, 0, found});
    const std::vector<std::string> names = stream.checks->around().names.model().names();
    CHECK(names.size() == found);
}

TEST_CASE("stale reads: bounded by the cache's time and by the next open", "[checks][gfs-2.7.1]") {
    Stream stream;
    stream.create();
    stream.grant(2);
    stream.emit_as(stream.master(), event::location_replied,
                   {Stream::chunk, stream.cs(3), 2, stream.client()});
    stream.grant(3, {1, 2});  // cs3 has missed it
    const int what = GENERATE(0, 1, 2);
    stream.advance(1s);
    if (what == 1) {
        start(stream, "open", "/f", no_data, 5);
        succeed(stream, "open", "/f", 5);
        stream.advance(1s);
    }
    if (what == 2) stream.advance(stream.config.client_cache + stream.config.client_timeout + 1s);
    start(stream, "read", "/f");
    stream.emit_as(stream.client(), event::read_ok,
                   {stream.text("/f"), Stream::chunk, stream.client(), stream.cs(3), 0, 10,
                    stream.text("cache"), op});
    CHECK(violates(stream, "stale_reads_bounded") == (what != 0));
}

TEST_CASE("stale reads: a shadow's answer is as old as what it has of the log",
          "[checks][gfs-5.1.3]") {
    Stream stream;
    const HostId shadow = stream.cs(5);
    stream.emit_as(shadow, event::shadow_started, {shadow});
    stream.create();
    stream.grant(2);
    flush(stream, 1);
    stream.emit_as(shadow, event::shadow_applied, {1, stream.text("version_granted"), 0});
    stream.advance(1s);
    flush(stream, 2);
    stream.grant(3, {1, 2});  // cs3 has missed it
    const int what = GENERATE(0, 1, 2, 3, 4);
    stream.advance(1s);
    // It names cs3 although it knows better.
    if (what == 1) {
        stream.emit_as(shadow, event::shadow_applied, {2, stream.text("version_granted"), 0});
        stream.advance(1s);
        flush(stream, 3);
    }
    start(stream, "read", "/f");
    if (what != 2)
        stream.emit_as(stream.client(), event::client_used_shadow, {op, stream.text("/f"), shadow});
    // Its answer is kept for too long, or was to be forgotten at the open.
    if (what == 3 || what == 4) succeed(stream, "read", "/f");
    if (what == 3) stream.advance(stream.config.client_cache + stream.config.client_timeout + 1s);
    if (what == 4) {
        stream.advance(1s);
        start(stream, "open", "/f", no_data, 5);
        succeed(stream, "open", "/f", 5);
        stream.advance(1s);
    }
    if (what == 3 || what == 4) start(stream, "read", "/f");
    stream.emit_as(stream.client(), event::read_ok,
                   {stream.text("/f"), Stream::chunk, stream.client(), stream.cs(3), 0, 10,
                    stream.text("shadow"), op});
    CHECK(violates(stream, "stale_reads_bounded") == (what != 0));
}

// ---- what the checks themselves are told ----

TEST_CASE("success: an acknowledgement of the primary that is missing in the stream is noticed",
          "[checks][gfs-3.1]") {
    Stream stream;
    stream.create();
    stream.grant(2);
    const Stream::Mutation written{.data = DataId{5}};
    const bool missing = GENERATE(true, false);
    stream.order(1, written);
    for (const std::size_t server : {1U, 2U, 3U}) stream.apply(server, written);
    if (!missing) stream.acknowledge(1, written);
    stream.append_ok(written);
    CHECK(violates(stream, "success_is_acknowledged") == missing);
}

TEST_CASE("success: an operation that ends well without having been told of its bytes is noticed",
          "[checks][gfs-3.1]") {
    Stream stream;
    stream.create();
    stream.grant(2);
    const Stream::Mutation written{.data = DataId{5}};
    const bool missing = GENERATE(true, false);
    start(stream, "append", "/f", DataId{5});
    stream.carry_out(written);
    if (!missing) stream.append_ok(written, "/f", op);
    stream.emit_as(stream.client(), event::client_op_ok,
                   {op, stream.text("append"), stream.text("/f"), sim::Duration{1}, 10, 0});
    CHECK(violates(stream, "success_is_acknowledged") == missing);
}

TEST_CASE("success: serial numbers that are swapped in the stream are noticed",
          "[checks][gfs-3.1]") {
    Stream stream;
    stream.create();
    stream.grant(2);
    const bool swapped = GENERATE(true, false);
    stream.order(1, {.serial = swapped ? 2U : 1U, .data = DataId{5}});
    stream.order(1, {.serial = swapped ? 1U : 2U, .offset = 10, .data = DataId{6}});
    CHECK(violates(stream, "same_order_on_replicas") == swapped);
}

// ---- records that readers meet ----

namespace {

struct Scan {
    bool opens = true;
    bool meets = false;
    sim::Duration waits = 1s;  // between the acknowledgement and the opening
};

// A record is acknowledged; then somebody scans the file.
void scan(Stream& stream, const Scan& scan) {
    const DataId record = stream.truth.table.add_record(stream.client(), std::uint64_t{100});
    const std::uint64_t bytes = *stream.truth.table.record_bytes(record);
    stream.create();
    stream.grant(2);
    const Stream::Mutation written{.data = record, .length = bytes};
    stream.carry_out(written);
    stream.append_ok(written);
    stream.advance(scan.waits);
    if (scan.opens) {
        start(stream, "open", "/f", no_data, 1);
        succeed(stream, "open", "/f", 1);
        stream.advance(1ms);
    }
    start(stream, "read", "/f", no_data, 2);
    succeed(stream, "read", "/f", 2);
    if (scan.meets)
        stream.emit_as(stream.client(), event::record_read,
                       {stream.text("/f"), stream.client(), record, 0});
    stream.emit_as(stream.client(), event::records_read,
                   {stream.text("/f"), stream.client(), scan.meets ? 1 : 0, 0, 0, 0});
}

}  // namespace

TEST_CASE("records: who opens the file after the acknowledgement meets the record",
          "[checks][gfs-3.3]") {
    Stream stream;
    const bool meets = GENERATE(true, false);
    scan(stream, {.meets = meets});
    CHECK(violates(stream, "records_reach_readers") == !meets);
}

TEST_CASE("records: who does not open it may miss the record while the cache lives",
          "[checks][gfs-2.7.1]") {
    Stream stream;
    const bool old = GENERATE(true, false);
    scan(stream, {.opens = false, .waits = old ? 3min : 10s});
    CHECK(violates(stream, "records_reach_readers") == old);
}

TEST_CASE("records: a shadow's answer, or a name that has changed, excuses the reader",
          "[checks][gfs-5.1.3]") {
    Stream stream;
    const bool shadow = GENERATE(true, false);
    if (shadow)
        stream.emit_as(stream.client(), event::client_used_shadow,
                       {2, stream.text("/f"), stream.cs(1)});
    scan(stream, {.meets = true});
    stream.advance(1s);
    start(stream, "open", "/f", no_data, 3);
    succeed(stream, "open", "/f", 3);
    if (shadow)
        stream.emit_as(stream.client(), event::client_used_shadow,
                       {4, stream.text("/f"), stream.cs(1)});
    else
        stream.emit_as(stream.master(), event::file_renamed,
                       {stream.text("/x"), stream.text("/y"), 0});
    start(stream, "read", "/f", no_data, 4);
    succeed(stream, "read", "/f", 4);
    stream.emit_as(stream.client(), event::records_read,
                   {stream.text("/f"), stream.client(), 0, 0, 0, 0});
    CHECK_FALSE(violates(stream, "records_reach_readers"));
}

}  // namespace gfs::checks
