// SPDX-License-Identifier: Apache-2.0
// The invariants about mutations: their order, and what clients were told of.

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {

TEST_CASE("order: what was applied in another way than it was ordered is caught",
          "[checks][gfs-3.1]") {
    Stream s;
    s.create();
    s.grant(2);
    const Stream::Mutation first{.serial = 1, .data = DataId{1}};
    const Stream::Mutation second{.serial = 2, .offset = 10, .data = DataId{2}};
    s.order(1, first);
    s.order(1, second);
    SECTION("two in the other order") {
        s.apply(2, second);
        s.apply(2, first);
        CHECK(
            s.message("same_order_on_replicas") ==
            "cs2 applied mutation 1 of version 2 to chunk 7 (/f#0) after mutation 2 of version 2");
    }
    SECTION("one twice") {
        s.apply(2, first);
        s.apply(2, first);
        CHECK(
            s.message("same_order_on_replicas") ==
            "cs2 applied mutation 1 of version 2 to chunk 7 (/f#0) after mutation 1 of version 2");
    }
    SECTION("at another place") {
        s.apply(2, {.serial = 1, .offset = 30, .data = DataId{1}});
        CHECK(s.message("same_order_on_replicas") ==
              "cs2 applied mutation 1 of chunk 7 (/f#0) elsewhere: 10 bytes at 30, but cs1 ordered "
              "10 bytes at 0");
    }
    SECTION("with other data") {
        s.apply(2, {.serial = 1, .data = DataId{9}});
        CHECK_THAT(s.message("same_order_on_replicas"), Catch::Matchers::Contains("other data"));
    }
    SECTION("without an order") {
        s.apply(2, {.serial = 3, .offset = 20, .data = DataId{3}});
        CHECK(s.message("same_order_on_replicas") ==
              "cs2 applied mutation 3 of version 2 to chunk 7 (/f#0), which nobody ordered");
    }
    SECTION("a serial number given out twice") {
        s.order(1, {.serial = 2, .offset = 20, .data = DataId{3}});
        CHECK(s.message("same_order_on_replicas") ==
              "cs1 gave out serial number 2 of chunk 7 (/f#0), version 2, after number 2");
    }
    SECTION("a mutation of an older lease after one of a newer") {
        s.advance(61s);
        s.grant(3, {2, 3});
        s.carry_out({.version = 3, .serial = 1, .data = DataId{4}}, {2, 3});
        s.apply(3, first);
        CHECK_THAT(s.message("same_order_on_replicas"),
                   Catch::Matchers::EndsWith("after mutation 1 of version 3"));
    }
    CHECK(s.violated() == Names{"same_order_on_replicas"});
}

TEST_CASE("order: a replica may miss mutations, and starts anew with a new copy",
          "[checks][gfs-3.1]") {
    Stream s;
    s.create();
    s.grant(2);
    s.fail({.serial = 1}, {1, 2});
    s.append({.serial = 2, .offset = 10, .data = DataId{2}});
    s.fail({.serial = 3, .offset = 20, .data = DataId{3}}, {1});
    s.append({.serial = 4, .offset = 30, .data = DataId{3}});
    // cs3 is replaced by a copy on cs4, made from cs1 under version 2; then version 3 goes on.
    s.emit_as(s.cs(1), event::lease_revoked, {Stream::chunk, s.cs(1), 2});
    s.on_disk(4) = s.on_disk(1);
    s.emit_as(s.cs(4), event::chunk_replica_created, {Stream::chunk, s.cs(4), 2});
    s.emit_as(s.master(), event::clone_finished, {Stream::chunk, s.cs(1), s.cs(4), 1, 2});
    s.grant(3, {4, 1, 2});
    s.append({.version = 3, .serial = 1, .offset = 40, .data = DataId{4}}, {4, 1, 2});
    CHECK(s.violated() == Names{});
}

TEST_CASE("acknowledged: a member of the set that did not apply it is named", "[checks][gfs-3.3]") {
    Stream s;
    s.create();
    s.grant(2);
    Stream::Mutation m{};
    const bool append = GENERATE(true, false);
    if (!append) m.kind = "write";
    s.order(1, m);
    s.apply(1, m);
    s.apply(2, m);
    const char* const guilty = append ? "acked_append_everywhere" : "acked_write_everywhere";
    if (append) {
        s.append_ok(m);
    } else {
        s.write_ok(m);
    }
    s.put(3, m);  // too late, but there at the end
    CHECK(s.violated() == Names{guilty});
    CHECK_THAT(s.message(guilty), Catch::Matchers::EndsWith(
                                      "is at 0 in chunk 7 (/f#0), but cs3 of the set of version 2 "
                                      "had not applied it (mutation 1)"));
}

TEST_CASE("acknowledged: what was never ordered, or under an unknown set, is caught",
          "[checks][gfs-3.3]") {
    Stream s;
    s.create();
    SECTION("never ordered") {
        s.grant(2);
        s.append_ok({});
        CHECK_THAT(s.message("acked_append_everywhere"),
                   Catch::Matchers::EndsWith("but no primary ordered that"));
    }
    SECTION("at another offset than it was told") {
        s.grant(2);
        s.carry_out({});
        s.append_ok({.offset = 100});
        CHECK_THAT(s.message("acked_append_everywhere"),
                   Catch::Matchers::EndsWith("but no primary ordered that"));
    }
    SECTION("no set") {
        s.accept(1, 2);
        s.order(1, {});
        s.apply(1, {});
        s.append_ok({});
        CHECK_THAT(s.message("acked_append_everywhere"),
                   Catch::Matchers::EndsWith("no set of replicas is known for version 2"));
    }
    CHECK(s.violated() == Names{"acked_append_everywhere"});
}

TEST_CASE("acknowledged: a retried record counts from the try that succeeded",
          "[checks][gfs-3.3]") {
    Stream s;
    s.create();
    s.grant(2);
    s.fail({.serial = 1, .offset = 0}, {1, 2});
    s.append({.serial = 2, .offset = 10});
    CHECK(s.violated() == Names{});
}

TEST_CASE("acknowledged: a new copy that misses a record is caught when it is finished",
          "[checks][gfs-4.3]") {
    Stream s;
    s.create();
    s.grant(2);
    s.append({.serial = 1});
    s.on_disk(4) = s.on_disk(1);
    s.emit_as(s.cs(4), event::chunk_replica_created, {Stream::chunk, s.cs(4), 2});
    s.append({.serial = 2, .offset = 10, .data = DataId{2}});
    s.emit_as(s.master(), event::clone_finished, {Stream::chunk, s.cs(1), s.cs(4), 1, 2});
    CHECK(s.violated() == Names{"acked_append_everywhere"});
    CHECK(
        s.message("acked_append_everywhere") ==
        "the new copy on cs4 does not hold bytes 10 to 20 of chunk 7 (/f#0) as a client was told: "
        "nothing is there instead of the record of mutation 2, version 2");
}

TEST_CASE("acknowledged: bytes that a current replica has lost at the end are caught",
          "[checks][gfs-3.1]") {
    Stream s;
    s.create();
    s.grant(2);
    s.write({.serial = 1, .data = DataId{1}});
    s.append({.serial = 2, .offset = 10, .data = DataId{2}});
    SECTION("a write") {
        s.put(2, {.offset = 4, .data = DataId{9}, .length = 2});
        CHECK(s.violated() == Names{"acked_write_everywhere"});
        CHECK_THAT(s.message("acked_write_everywhere"),
                   Catch::Matchers::StartsWith("cs2 does not hold bytes 4 to 6"));
    }
    SECTION("a record") {
        s.put(2, {.offset = 12, .data = DataId{9}, .length = 2});
        CHECK(s.violated() == Names{"acked_append_everywhere"});
    }
    SECTION("on a replica that is stale: no matter") {
        s.advance(61s);
        s.grant(3, {1, 3});
        s.put(2, {.offset = 12, .data = DataId{9}, .length = 2});
        CHECK(s.violated() == Names{});
    }
    SECTION("overwritten by a later write: no matter") {
        s.write({.serial = 3, .offset = 12, .data = DataId{3}, .length = 2});
        CHECK(s.violated() == Names{});
    }
    SECTION("damaged by the disk: the checksums' business") {
        s.on_disk(2).content.write({12, 2, DataId{2}, 2, true});
        CHECK(s.violated() == Names{});
    }
    SECTION("a failed append that went over it") {
        s.order(1, {.serial = 3, .offset = 12, .data = DataId{3}});
        s.apply(1, {.serial = 3, .offset = 12, .data = DataId{3}});
        CHECK(s.violated() == Names{"acked_append_everywhere"});
    }
}

TEST_CASE("offsets: an acknowledged append below an acknowledged record is caught",
          "[checks][gfs-3.3]") {
    Stream s;
    s.create();
    s.grant(2);
    s.append({.serial = 1, .length = 100});
    SECTION("acknowledged") {
        s.carry_out({.serial = 2, .offset = 50, .data = DataId{2}});
        CHECK(s.violated() == Names{"acked_append_everywhere", "append_offsets_grow"});
    }
    SECTION("two at once, acknowledged in the other order, are no case of it") {
        const Stream::Mutation a{.serial = 2, .offset = 100, .data = DataId{2}};
        const Stream::Mutation b{.serial = 3, .offset = 110, .data = DataId{3}};
        s.order(1, a);
        s.order(1, b);
        for (const std::size_t server : {1U, 2U, 3U}) {
            s.apply(server, a);
            s.apply(server, b);
        }
        s.acknowledge(1, b);
        s.append_ok(b);
        s.acknowledge(1, a);
        s.append_ok(a);
        CHECK(s.violated() == Names{});
    }
    SECTION("an old primary that is refused by its secondaries is no case of it") {
        s.advance(61s);
        s.grant(3, {2, 3});
        s.append({.version = 3, .serial = 1, .offset = 100, .data = DataId{2}}, {2, 3});
        s.order(1, {.serial = 2, .offset = 90, .data = DataId{3}});
        const Names found = s.violated();
        CHECK(std::find(found.begin(), found.end(), "append_offsets_grow") == found.end());
    }
}

TEST_CASE("last writer: bytes of an earlier write at the end are caught", "[checks][gfs-2.7.1]") {
    Stream s;
    s.create();
    s.grant(2);
    const Stream::Mutation first{.serial = 1, .data = DataId{1}};
    const Stream::Mutation second{.serial = 2, .data = DataId{2}};
    s.start_op(1, "write");
    s.write(first, 1);
    s.end_op(1, "write", 1ms, 10);
    s.start_op(2, "write");
    s.write(second, 2);
    s.end_op(2, "write", 1ms, 10);
    SECTION("nowhere") {
        CHECK(s.violated() == Names{});
    }
    SECTION("on one replica") {
        s.put(2, first);
        CHECK(s.message("last_writer_wins") ==
              "cs2 holds bytes 0 to 10 of chunk 7 (/f#0) as mutation 1 of version 2 left them; "
              "the last write of them is mutation 2 of version 2");
    }
    SECTION("but not what the disk did, which the checksum tells") {
        s.put(2, first);
        s.on_disk(2).content.damage({0, 10});
        CHECK(s.violated() == Names{});
    }
}

TEST_CASE("snapshot: a chunk is shared until its copy is in the log, be it announced or not",
          "[checks][gfs-3.4]") {
    const bool is_copied = GENERATE(true, false);
    Stream s;
    const ChunkHandle source{8};
    s.create("/f", source);
    s.emit_as(s.master(), event::snapshot_taken, {s.text("/f"), s.text("/g"), 0});
    s.emit_as(s.master(), event::master_crashed, {s.master()});
    if (is_copied) s.truth.copies = {{"/f", ChunkIndex{0}, source, Stream::chunk, Version{1}}};
    s.emit_as(s.master(), event::master_recovered, {s.master(), 2, 2, 9});
    const FileMap::File& file = *s.checks->files().find("/f");
    CHECK(file.chunks == std::vector{is_copied ? Stream::chunk : source});
    s.grant(2, {1, 2, 3}, 60s, source);
    s.carry_out({.chunk = source});
    CHECK((s.invariant("snapshot_isolated").violations == 1) == !is_copied);
}

}  // namespace gfs::checks
