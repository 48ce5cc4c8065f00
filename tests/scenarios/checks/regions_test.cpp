// SPDX-License-Identifier: Apache-2.0
// The region oracle: Table 1 of the paper, cell by cell, and the anomalies of GFS 2.7 and 3.3.

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
namespace {

// "0-10 defined, 10-20 inconsistent" of the stream's chunk, over its current replicas.
std::string regions_of(Stream& s) {
    const RegionOracle oracle(s.checks->ledger(), s.truth);
    const ChunkRegions regions =
        oracle.regions(Stream::chunk, s.checks->ledger().current_replicas(Stream::chunk));
    CHECK(regions.lost.empty());
    std::string words;
    for (const Region& region : regions.regions)
        words += (words.empty() ? "" : ", ") + std::to_string(region.offset) + "-" +
                 std::to_string(region.end()) + " " + to_string(region.state);
    return words;
}

std::uint64_t lost_bytes(Stream& s) {
    const RegionOracle oracle(s.checks->ledger(), s.truth);
    std::uint64_t bytes = 0;
    for (const LostBytes& lost :
         oracle.regions(Stream::chunk, s.checks->ledger().current_replicas(Stream::chunk)).lost)
        bytes += lost.length;
    return bytes;
}

Stream::Mutation write_of(std::uint64_t serial, std::uint64_t offset, std::uint64_t data,
                          std::uint64_t length = 10) {
    return {.serial = serial,
            .offset = offset,
            .data = DataId{data},
            .length = length,
            .kind = "write"};
}

}  // namespace

TEST_CASE("regions: serial successful writes are defined, by the last one", "[checks][gfs-2.7]") {
    Stream s;
    s.create();
    s.grant(2);
    s.start_op(1, "write");
    s.write(write_of(1, 0, 1), 1);
    s.end_op(1, "write");
    s.start_op(2, "write");
    s.write(write_of(2, 5, 2), 2);
    s.end_op(2, "write");
    CHECK(regions_of(s) == "0-5 defined, 5-15 defined");
}

TEST_CASE("regions: what the ledger forgets changes nothing", "[checks][gfs-2.7]") {
    Stream s;
    s.create();
    s.grant(2);
    constexpr std::uint64_t slots = 50;
    constexpr std::uint64_t writes = 20'000;
    for (std::uint64_t i = 1; i <= writes; ++i) {
        s.start_op(i, "write");
        s.write(write_of(i, i % slots * 10, i), i);
        s.end_op(i, "write");
    }
    CHECK(s.checks->ledger().find(Stream::chunk)->mutations.size() < 2'000);
    CHECK(regions_of(s).find("inconsistent") == std::string::npos);
    CHECK(lost_bytes(s) == 0);
    // A replica that is left with a write that was forgotten has lost the last one.
    s.on_disk(2).content.write({.offset = 70, .length = 10, .data = DataId{7}});
    CHECK(lost_bytes(s) == 10);
}

TEST_CASE("regions: a chunk of no file is forgotten with its last replica", "[checks][gfs-4.4]") {
    Stream s;
    s.create();
    s.grant(2);
    for (std::uint64_t i = 1; i <= 100; ++i) s.write(write_of(i, 10 * i, i));
    s.emit_as(s.master(), event::file_deleted, {s.text("/f"), s.text("/.deleted-1-1-f"), 0});
    s.emit_as(s.master(), event::file_reclaimed, {s.text("/.deleted-1-1-f"), 1});
    const std::vector<MutationRecord>& left =
        s.checks->ledger().find(Stream::chunk)->mutations;
    for (const std::size_t server : {1U, 2U, 3U}) {
        CHECK(left.size() == 100);
        s.truth.replicas.erase({s.cs(server), Stream::chunk});
        s.emit_as(s.cs(server), event::gc_deleted, {Stream::chunk, s.cs(server), 2});
    }
    CHECK(left.size() < 100);
}

TEST_CASE("regions: concurrent successful writes are consistent but undefined where they overlap",
          "[checks][gfs-2.7]") {
    Stream s;
    s.create();
    s.grant(2);
    s.start_op(1, "write", "/f", "", 1);
    s.start_op(2, "write", "/f", "", 2);
    s.write(write_of(1, 0, 1), 1);
    s.write(write_of(2, 5, 2), 2);
    s.end_op(1, "write");
    s.end_op(2, "write");
    CHECK(regions_of(s) == "0-5 defined, 5-10 undefined, 10-15 defined");
}

TEST_CASE("regions: a failed write leaves an inconsistent region where replicas differ",
          "[checks][gfs-2.7]") {
    Stream s;
    s.create();
    s.grant(2);
    s.write(write_of(1, 0, 1, 20));
    s.fail(write_of(2, 5, 2), {1, 2});
    CHECK(regions_of(s) == "0-5 defined, 5-15 inconsistent, 15-20 defined");
    SECTION("and a successful one mends it") {
        s.write(write_of(3, 0, 3, 20));
        CHECK(regions_of(s) == "0-20 defined");
    }
    SECTION("the same bytes everywhere after a failure are consistent but undefined") {
        s.apply(3, write_of(2, 5, 2));
        CHECK(regions_of(s) == "0-5 defined, 5-15 undefined, 15-20 defined");
    }
}

TEST_CASE("regions: records are defined, interspersed with inconsistent regions and padding",
          "[checks][gfs-3.3]") {
    Stream s;
    s.create();
    s.grant(2);
    s.append({.serial = 1, .data = DataId{1}});
    s.fail({.serial = 2, .offset = 10, .data = DataId{2}}, {1, 2});  // cs3 never hears of it
    s.append({.serial = 3, .offset = 20, .data = DataId{2}});        // the retry
    s.carry_out({.serial = 4, .offset = 30, .data = padding, .length = MiB - 30, .kind = "pad"});
    CHECK(regions_of(s) == "0-10 defined, 10-20 inconsistent, 20-30 defined, 30-1048576 padding");
}

TEST_CASE("regions: a record whose answer was lost is there twice, both defined",
          "[checks][gfs-3.3]") {
    Stream s;
    s.create();
    s.grant(2);
    s.carry_out({.serial = 1});
    s.append({.serial = 2, .offset = 10});
    CHECK(regions_of(s) == "0-10 defined, 10-20 defined");
    const RegionOracle oracle(s.checks->ledger(), s.truth);
    CHECK(oracle.regions(Stream::chunk, {s.cs(1), s.cs(2), s.cs(3)}).duplicates == 1);
}

TEST_CASE("regions: a new primary that missed a failed append reuses its place",
          "[checks][gfs-3.3]") {
    Stream s;
    s.create();
    s.grant(2);
    s.append({.serial = 1});
    s.fail({.serial = 2, .offset = 10, .data = DataId{2}}, {1, 2});
    s.advance(61s);
    s.grant(3, {3, 2});
    s.append({.version = 3, .serial = 1, .offset = 10, .data = DataId{3}, .length = 4}, {3, 2});
    // Behind the new record the old primary's secondary still has the end of the failed one.
    CHECK(regions_of(s) == "0-10 defined, 10-14 defined, 14-20 inconsistent");
}

TEST_CASE("regions: what a client was told of and a replica does not hold is lost",
          "[checks][gfs-2.7]") {
    Stream s;
    s.create();
    s.grant(2);
    s.write(write_of(1, 0, 1));
    SECTION("a hole") {
        s.on_disk(2).content = Content{};
        CHECK(lost_bytes(s) == 10);
    }
    SECTION("an older mutation") {
        s.write(write_of(2, 0, 2));
        s.put(3, write_of(1, 0, 1, 4));
        CHECK(lost_bytes(s) == 4);
    }
    SECTION("the right data at the wrong place") {
        s.on_disk(2).content.write({0, 4, DataId{1}, 6});
        CHECK(lost_bytes(s) == 4);
    }
    SECTION("bytes that nobody wrote") {
        s.put(2, write_of(1, 50, 9));
        CHECK(lost_bytes(s) == 10);
    }
    SECTION("nothing") {
        CHECK(lost_bytes(s) == 0);
    }
}

TEST_CASE("regions: of two records that clients were told of at the same place one is lost",
          "[checks][gfs-3.3]") {
    Stream s;
    s.create();
    s.grant(2);
    const Stream::Mutation old{.version = 2, .serial = 1, .offset = 0, .data = DataId{1}};
    const Stream::Mutation fresh{.version = 3, .serial = 1, .offset = 5, .data = DataId{2}};
    const bool old_is_last = GENERATE(true, false);
    const bool is_told_of = GENERATE(true, false);
    const bool is_overwritten = GENERATE(true, false);
    s.append(old);
    s.grant(3);
    s.order(1, fresh);
    for (const std::size_t server : {1U, 2U, 3U}) s.apply(server, fresh);
    if (old_is_last)
        for (const std::size_t server : {1U, 2U, 3U}) s.put(server, old);
    if (is_told_of) s.append_ok(fresh);
    if (is_overwritten)
        s.write({.version = 3, .serial = 2, .offset = 0, .data = DataId{3}, .length = 20});
    // Five bytes on three replicas, of the one or of the other.
    const bool is_lost = !is_overwritten && (is_told_of || !old_is_last);
    CHECK(lost_bytes(s) == (is_lost ? 15 : 0));
}

TEST_CASE("regions: a part of a write names the bytes of its data", "[checks][gfs-3.1]") {
    Stream s;
    s.create();
    s.grant(2);
    Stream::Mutation part = write_of(1, 0, 1);
    part.data_offset = 512;
    s.carry_out(part);
    s.write_ok(part);
    CHECK(regions_of(s) == "0-10 defined");
    s.on_disk(2).content.write({0, 10, DataId{1}, 0});
    CHECK(lost_bytes(s) == 10);
}

TEST_CASE("regions: a chunk from before the run keeps what no mutation touched",
          "[checks][gfs-2.7]") {
    Stream s;
    for (const std::size_t server : {1U, 2U, 3U}) {
        s.on_disk(server).version = Version{1};
        s.on_disk(server).content.write({0, 100, DataId{50}});
    }
    s.checks->preloaded(
        {.path = "/f", .index = ChunkIndex{0}, .chunk = Stream::chunk, .bytes = 100, .goal = 3});
    CHECK(regions_of(s) == "0-100 defined");
    s.grant(2);
    s.write(write_of(1, 90, 1, 20));
    CHECK(regions_of(s) == "0-90 defined, 90-110 defined");
    s.put(2, write_of(1, 10, 9));
    CHECK(lost_bytes(s) == 10);
}

TEST_CASE("regions: a replica that stored a version in secret is none of the current ones",
          "[checks][gfs-4.5]") {
    Stream s;
    s.create();
    s.bump(3, 2);  // its answer was lost
    s.grant(2, {1, 2});
    s.append({.serial = 1}, {1, 2});
    CHECK(regions_of(s) == "0-10 defined");
    // Once the master counts on it, it must have everything.
    s.emit_as(s.master(), event::chunk_replica_added, {Stream::chunk, s.cs(3), 2});
    CHECK(lost_bytes(s) == 10);
}

TEST_CASE("regions: while a version is granted to nobody, whoever has it is current",
          "[checks][gfs-4.5]") {
    Stream s;
    s.create();
    s.grant(2);
    s.append({.serial = 1});
    s.bump(2, 3);
    s.bump(3, 3);
    s.emit_as(s.master(), event::chunk_version_granted, {Stream::chunk, 3, 2});
    CHECK(s.checks->ledger().current_replicas(Stream::chunk) ==
          std::vector<ServerId>{s.cs(2), s.cs(3)});
}

TEST_CASE("regions: a copy that its master had no time to announce has its source's history",
          "[checks][gfs-3.4][gfs-2.7]") {
    Stream s;
    const ChunkHandle source{8};
    s.create("/f", source);
    s.grant(2, {1, 2, 3}, 60s, source);
    s.append({.chunk = source});
    s.fail({.serial = 2, .offset = 10, .data = DataId{2}, .chunk = source}, {1, 2});
    for (const std::size_t server : {1U, 2U, 3U}) {
        s.on_disk(server) = s.on_disk(server, source);
        s.on_disk(server).version = Version{1};
        s.emit_as(s.cs(server), event::chunk_replica_created, {Stream::chunk, s.cs(server), 1});
    }
    s.truth.copies = {{"/f", ChunkIndex{0}, source, Stream::chunk, Version{1}}};
    s.emit_as(s.master(), event::master_crashed, {s.master()});
    s.emit_as(s.master(), event::master_recovered, {s.master(), 1, 2, 9});
    // The source goes on without the copy.
    s.grant(3, {1, 2, 3}, 60s, source);
    s.append({.version = 3, .offset = 20, .data = DataId{3}, .chunk = source});
    s.grant(2, {3, 1, 2});
    s.carry_out(write_of(1, 100, 4), {3, 1, 2});
    s.write_ok(write_of(1, 100, 4));
    CHECK(regions_of(s) ==
          "0-10 defined, 10-20 inconsistent, 20-100 never written, 100-110 defined");
    s.on_disk(2).content.write({.offset = 0, .length = 4, .data = DataId{9}, .data_offset = 0});
    CHECK(lost_bytes(s) == 4);
}

}  // namespace gfs::checks
