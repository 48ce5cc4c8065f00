// SPDX-License-Identifier: Apache-2.0
// The invariants about leases and versions: one stream that holds, and one for each way to break
// it.

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {

TEST_CASE("leases: a grant, an extension, mutations, expiry and a grant to another hold",
          "[checks][gfs-3.1]") {
    Stream s;
    s.create();
    s.grant(2, {1, 2, 3}, 60s);
    s.append({.serial = 1});
    s.advance(50s);
    s.emit_as(s.master(), event::lease_extended, {Stream::chunk, s.cs(1), 2, s.in(60s)});
    s.emit_as(s.cs(1), event::lease_prolonged, {Stream::chunk, s.cs(1), 2, s.in(60s)});
    s.advance(30s);
    s.append({.serial = 2, .offset = 10, .data = DataId{2}});
    s.advance(31s);
    s.emit_as(s.cs(1), event::lease_expired, {Stream::chunk, s.cs(1), 2, s.in(-1s)});
    s.grant(3, {2, 1, 3});
    s.append({.version = 3, .serial = 1, .offset = 20, .data = DataId{3}}, {2, 1, 3});
    CHECK(s.violated() == Names{});
    CHECK(s.invariant("one_primary_per_chunk").warnings == 0);
    CHECK(s.invariant("lease_before_mutation").checked == 3);
}

TEST_CASE("one primary: a mutation ordered after another server took up a later lease is caught",
          "[checks][gfs-3.1]") {
    Stream s;
    s.create();
    s.grant(2, {1, 2, 3});
    s.advance(1s);
    s.grant(3, {2, 3});
    s.order(1, {});
    CHECK(s.violated() == Names{"one_primary_per_chunk"});
    CHECK(
        s.message("one_primary_per_chunk") ==
        "cs1 ordered mutation 1 of chunk 7 (/f#0) under version 2 after cs2 had taken up the lease "
        "of version 3");
    const auto violation = s.results().first_violation();
    REQUIRE(violation.has_value());
    CHECK(violation->guarantee == "G3");
    CHECK(violation->section == "3.1");
    CHECK(violation->chunk == Stream::chunk);
    CHECK(violation->host == s.cs(1));
    CHECK_FALSE(violation->witness.empty());
}

TEST_CASE("one primary: belief in two leases without a mutation is a warning",
          "[checks][gfs-3.1]") {
    Stream s;
    s.create();
    s.grant(2, {1, 2, 3});
    s.advance(1s);
    s.grant(3, {2, 3});
    CHECK(s.violated() == Names{});
    CHECK(s.invariant("one_primary_per_chunk").warnings == 1);
}

TEST_CASE("one primary: a slow clock beyond the guard is a warning until harm is done",
          "[checks][gfs-3.1]") {
    Stream s;
    s.create();
    s.engine.host(s.cs(1)).clock().set_drift(s.engine.now(), -500'000);
    s.grant(2, {1, 2, 3}, 60s);
    s.advance(70s);  // the old primary's clock shows 35 s
    s.grant(3, {2, 3});
    const Stream::Mutation late{};
    s.order(1, late);
    s.apply(1, late);

    SECTION("refused by the secondaries: no harm") {
        CHECK(s.violated() == Names{});
        CHECK(s.invariant("one_primary_per_chunk").warnings == 2);
    }
    SECTION("acknowledged all the same") {
        s.acknowledge(1, late);
        CHECK(s.violated() == Names{"one_primary_per_chunk"});
    }
}

TEST_CASE("one primary: after a restart of its holder a lease is nobody's", "[checks][gfs-3.1]") {
    Stream s;
    s.create();
    s.grant(2, {1, 2, 3});
    s.emit(event::server_crashed, {s.cs(1)});
    s.emit(event::server_started, {s.cs(1), 1});
    s.advance(61s);
    s.grant(3, {2, 3});
    CHECK(s.violated() == Names{});
    CHECK(s.invariant("one_primary_per_chunk").warnings == 0);
}

TEST_CASE("lease before mutation: every way to be without a lease is caught", "[checks][gfs-3.1]") {
    Stream s;
    s.create();
    const auto says = [&](const std::string& why) {
        CHECK(s.violated() == Names{"lease_before_mutation"});
        CHECK_THAT(s.message("lease_before_mutation"), Catch::Matchers::EndsWith(why));
    };
    SECTION("never had one") {
        s.order(1, {.version = 1});
        says("under version 1, whose lease it never took up, or gave up");
    }
    SECTION("had one of another version") {
        s.grant(2);
        s.order(1, {.version = 3});
        says("under version 3, whose lease it never took up, or gave up");
    }
    SECTION("it ran out by its own clock") {
        s.grant(2, {1, 2, 3}, 10s);
        s.advance(10s);
        s.order(1, {});
        says("whose lease had run out 0 ns before, by its own clock");
    }
    SECTION("it was revoked") {
        s.grant(2);
        s.emit_as(s.cs(1), event::lease_revoked, {Stream::chunk, s.cs(1), 2});
        s.order(1, {});
        says("whose lease had expired or been revoked there");
    }
    SECTION("its process ended") {
        s.grant(2);
        s.emit(event::server_crashed, {s.cs(1)});
        s.order(1, {});
        says("whose lease belonged to an earlier process");
    }
}

TEST_CASE("lease before mutation: an extension that the holder never heard of does not count",
          "[checks][gfs-3.1]") {
    Stream s;
    s.create();
    s.grant(2, {1, 2, 3}, 10s);
    s.emit_as(s.master(), event::lease_extended, {Stream::chunk, s.cs(1), 2, s.in(60s)});
    s.advance(11s);
    s.order(1, {});
    CHECK(s.violated() == Names{"lease_before_mutation"});
}

TEST_CASE("versions: every way to break their order is caught", "[checks][gfs-4.5]") {
    Stream s;
    s.create();
    s.grant(2, {1, 2, 3}, 10s);
    s.advance(11s);
    SECTION("a version granted twice") {
        s.emit_as(s.master(), event::chunk_version_granted, {Stream::chunk, 2, 3});
        CHECK(s.message("versions_monotonic") ==
              "version 2 of chunk 7 (/f#0) was granted after version 2");
    }
    SECTION("a lease granted without a new version") {
        s.emit_as(s.master(), event::lease_granted, {Stream::chunk, s.cs(1), 2, s.in(60s)});
        CHECK(s.message("versions_monotonic") ==
              "a lease of chunk 7 (/f#0) was granted with version 2, after one with version 2");
    }
    SECTION("one number for two primaries") {
        s.accept(2, 2);
        CHECK(s.message("versions_monotonic") ==
              "version 2 of chunk 7 (/f#0) was given out twice: to cs1 and to cs2");
    }
    SECTION("a replica goes back") {
        s.emit_as(s.cs(2), event::chunk_version_bumped, {Stream::chunk, s.cs(2), 1});
        CHECK(s.message("versions_monotonic") ==
              "the version of chunk 7 (/f#0) on cs2 went down from 2 to 1");
    }
    SECTION("a member of the set that never stored the number") {
        s.emit_as(s.master(), event::chunk_replica_in_set, {Stream::chunk, s.cs(3), 3});
        CHECK(
            s.message("versions_monotonic") ==
            "cs3 belongs to the set of version 3 of chunk 7 (/f#0), but has never stored more than "
            "version 2");
    }
    SECTION("an extension with another version") {
        s.emit_as(s.master(), event::lease_extended, {Stream::chunk, s.cs(1), 3, s.in(60s)});
        CHECK(
            s.message("versions_monotonic") ==
            "a lease of chunk 7 (/f#0) was extended with version 3, but no server has taken up one "
            "above version 2");
    }
    CHECK(s.violated() == Names{"versions_monotonic"});
}

TEST_CASE("versions: an adopted version, a reserved number given up and a lost disk hold",
          "[checks][gfs-4.5]") {
    Stream s;
    s.create();
    s.grant(2);
    s.emit_as(s.master(), event::chunk_version_reserved, {Stream::chunk, 3});
    s.bump(1, 3);  // the master fails here
    s.emit(event::master_crashed, {s.master()});
    s.emit(event::master_recovered, {s.master(), 1, 1, 5});
    s.emit_as(s.master(), event::chunk_adopted_version, {Stream::chunk, s.cs(1), 3});
    s.emit_as(s.master(), event::chunk_version_granted, {Stream::chunk, 3, 1});
    s.emit_as(s.master(), event::chunk_replica_added, {Stream::chunk, s.cs(1), 3});
    s.advance(61s);
    s.grant(5, {1});  // number 4 was reserved and given up
    // A power loss takes the unsynced number, and the next process stores a lower one than before.
    s.emit(event::server_crashed, {s.cs(2)});
    s.emit(event::server_started, {s.cs(2), 1});
    s.on_disk(2).version = Version{1};
    s.bump(2, 2);
    CHECK(s.violated() == Names{});
}

}  // namespace gfs::checks
