// SPDX-License-Identifier: Apache-2.0
// The invariant about shadow masters, by faults planted in a stream of events.

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
namespace {

struct Shadowed : Stream {
    Shadowed() : shadow(engine.add_host("shadow1", 0).id()) {
        emit_as(shadow, event::shadow_started, {shadow});
        for (const std::uint64_t record : {1U, 2U, 3U}) log(record, "file_created", record);
        emit_as(master(), event::master_log_flushed, {1, 2});
        apply(1, "file_created", 1);
    }
    void log(std::uint64_t record, const char* kind, std::uint64_t op) {
        emit_as(master(), event::master_log_appended,
                {record, text(kind), op, text("/f" + std::to_string(op)), text("")});
    }
    void apply(std::uint64_t record, const char* kind, std::uint64_t op) {
        emit_as(shadow, event::shadow_applied, {record, text(kind), op});
    }
    void answer(Message message, Code code) {
        emit_as(shadow, event::shadow_replied, {request_type(message), client(), 1, code});
    }
    HostId shadow;
};

const Names guilty = {"shadow_is_prefix"};

}  // namespace

TEST_CASE("shadow: a prefix of the flushed log is no violation", "[checks][gfs-5.1.3]") {
    Shadowed s;
    s.apply(2, "file_created", 2);
    s.answer(Message::Stat, Code::ok);
    s.answer(Message::Create, Code::read_only);
    // Its process starts again, and takes a checkpoint.
    s.emit_as(s.shadow, event::shadow_started, {s.shadow});
    s.emit_as(s.shadow, event::shadow_loaded, {2});
    CHECK(s.violated() == Names{});
}

TEST_CASE("shadow: a record that is not flushed is caught", "[checks][gfs-5.1.3]") {
    Shadowed s;
    s.apply(2, "file_created", 2);
    s.apply(3, "file_created", 3);
    CHECK(s.violated() == guilty);
    CHECK(s.message("shadow_is_prefix") ==
          "shadow1 shows record 3, and the log is flushed up to record 2");
}

TEST_CASE("shadow: a checkpoint of what is not flushed is caught", "[checks][gfs-5.1.3]") {
    Shadowed s;
    s.emit_as(s.shadow, event::shadow_loaded, {3});
    CHECK(s.violated() == guilty);
}

TEST_CASE("shadow: a record that was left out is caught", "[checks][gfs-5.1.3]") {
    Shadowed s;
    s.emit_as(s.master(), event::master_log_flushed, {3, 3});
    s.apply(3, "file_created", 3);
    CHECK(s.message("shadow_is_prefix") == "shadow1 applied record 3 after record 1");
}

TEST_CASE("shadow: going back is caught", "[checks][gfs-5.1.3]") {
    Shadowed s;
    s.emit_as(s.shadow, event::shadow_loaded, {1});
    CHECK(s.message("shadow_is_prefix") == "shadow1 went back from record 1 to 1");
}

TEST_CASE("shadow: a record that no master logged is caught", "[checks][gfs-5.1.3]") {
    Shadowed s;
    s.apply(2, "file_deleted", 2);
    CHECK(s.message("shadow_is_prefix") == "shadow1 applied record 2, which no master logged so");
}

TEST_CASE("shadow: of two masters' records in one place either may have stayed",
          "[checks][gfs-5.1.3]") {
    Shadowed s;
    s.log(2, "renamed", 9);
    s.apply(2, "renamed", 9);
    CHECK(s.violated() == Names{});
}

TEST_CASE("shadow: an answer to a mutation is caught", "[checks][gfs-5.1.3]") {
    Shadowed s;
    s.answer(Message::Delete, Code::ok);
    CHECK(s.message("shadow_is_prefix") == "shadow1, a shadow, answered Delete");
}

}  // namespace gfs::checks
