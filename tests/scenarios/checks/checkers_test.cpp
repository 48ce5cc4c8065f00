// SPDX-License-Identifier: Apache-2.0
// The checkers at the end of a run: each holds, fails and is vacuous.

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
namespace {

Expectation check(std::string checker, std::vector<std::string> files = {}) {
    Expectation expectation;
    expectation.name = "e";
    expectation.kind = Expectation::Kind::check;
    expectation.checker = std::move(checker);
    expectation.files = std::move(files);
    return expectation;
}

Expectation content(std::vector<std::string> records, std::vector<std::string> allow = {}) {
    Expectation expectation;
    expectation.name = "e";
    expectation.kind = Expectation::Kind::content;
    expectation.file = "/f";
    expectation.records = std::move(records);
    expectation.allow = std::move(allow);
    return expectation;
}

// A record on all replicas, a try that reached two, and the retry of it.
void mixed_history(Stream& s) {
    s.create();
    s.grant(2);
    s.append({.serial = 1, .data = DataId{1}});
    s.fail({.serial = 2, .offset = 10, .data = DataId{2}}, {1, 2});
    s.append({.serial = 3, .offset = 20, .data = DataId{2}});
}

}  // namespace

TEST_CASE("gfs_consistency: counts the regions, and fails for what was promised and is not there",
          "[checks][gfs-2.7]") {
    Stream s({check("gfs_consistency", {"/f"})});
    mixed_history(s);
    SECTION("held") {
        CHECK(s.outcome().verdict == Verdict::held);
        CHECK(s.outcome().measured ==
              "1 files, 1 chunks: 2 regions defined, 0 undefined, 1 inconsistent, 0 padding; 0 "
              "violations");
        CHECK(s.outcome().detail == Names{"/f: defined 2 (20 bytes), inconsistent 1 (10 bytes)"});
    }
    SECTION("failed") {
        s.put(3, {.offset = 25, .data = DataId{9}, .length = 1});
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK(
            s.outcome().detail.front() ==
            "cs3: bytes 25 to 26 of chunk 7 (/f#0) should come from mutation 3 of version 2, which "
            "a client was told of");
    }
}

TEST_CASE("gfs_consistency: with a list of tolerated anomalies it tolerates no others",
          "[checks][gfs-2.7]") {
    Expectation strict = check("gfs_consistency");
    SECTION("tolerated") {
        strict.allow = {"A5"};
        Stream s({strict});
        mixed_history(s);
        CHECK(s.outcome().verdict == Verdict::held);
    }
    SECTION("not tolerated") {
        strict.allow = {"A2"};
        Stream s({strict});
        mixed_history(s);
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK_THAT(s.outcome().measured,
                   Catch::Matchers::EndsWith("not allowed here: 1 inconsistent regions (A5)"));
    }
}

TEST_CASE("checkers: without a file, a record or a second replica they are vacuous", "[checks]") {
    Stream s({check("gfs_consistency", {"/g"}), check("append_at_least_once"),
              check("replica_bytes"), check("no_data_loss")});
    s.emit_as(s.master(), event::file_created, {s.text("/f"), 0});
    for (std::size_t i = 0; i < 4; ++i) CHECK(s.outcome(i).verdict == Verdict::vacuous);
}

TEST_CASE("append_at_least_once: every acknowledged record, on every current replica",
          "[checks][gfs-3.3]") {
    Stream s({check("append_at_least_once", {"/*"})});
    mixed_history(s);
    SECTION("held") {
        CHECK(s.outcome().verdict == Verdict::held);
        CHECK(s.outcome().measured ==
              "2 records acknowledged, 0 duplicates, 0 padded chunks, 0 missing");
    }
    SECTION("a record damaged by other bytes") {
        s.put(2, {.offset = 3, .data = DataId{9}, .length = 1});
        CHECK(s.outcome().verdict == Verdict::failed);
    }
    SECTION("all replicas gone") {
        s.truth.replicas.clear();
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK(s.outcome().detail ==
              Names{"chunk 7 (/f#0): no current replica is left of 2 records"});
    }
    SECTION("another file's records are not looked at") {
        s.emit_as(s.master(), event::file_renamed, {s.text("/f"), s.text("/d/f"), 1});
        CHECK(s.outcome().verdict == Verdict::vacuous);
    }
}

TEST_CASE("log_equals_memory: any difference fails, and without a master there is nothing to say",
          "[checks][gfs-2.6.3]") {
    Stream s({check("log_equals_memory")});
    SECTION("vacuous") {
        CHECK(s.outcome().verdict == Verdict::vacuous);
    }
    SECTION("held") {
        s.probe.difference.emplace();
        CHECK(s.outcome().verdict == Verdict::held);
    }
    SECTION("failed") {
        s.probe.difference = Probe::LogDifference{.words = "master: /a is here only"};
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK(s.outcome().detail == Names{"master: /a is here only"});
    }
}

TEST_CASE("no_leftovers: an orphan and a stale replica are found while they are there",
          "[checks][gfs-4.4]") {
    Stream s({check("no_leftovers")});
    SECTION("vacuous without any replica") {
        CHECK(s.outcome().verdict == Verdict::vacuous);
    }
    SECTION("held") {
        s.create();
        s.grant(2);
        CHECK(s.outcome().verdict == Verdict::held);
        CHECK(s.outcome().measured == "0 of 3 replicas are of no use to any file");
    }
    SECTION("stale") {
        s.create();
        s.grant(2, {1, 2});
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK(s.outcome().detail == Names{"chunk 7 (/f#0) on cs3 is stale"});
    }
    SECTION("stale, on a server that is down") {
        s.create();
        s.grant(2, {1, 2});
        s.truth.down.push_back(s.cs(3));
        CHECK(s.outcome().verdict == Verdict::held);
    }
    SECTION("orphan") {
        s.create();
        s.on_disk(4, ChunkHandle{8}).version = Version{1};
        s.emit_as(s.cs(4), event::chunk_replica_created, {ChunkHandle{8}, s.cs(4), 1});
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK(s.outcome().detail == Names{"chunk 8 on cs4 belongs to no file"});
    }
    SECTION("of a chunk that is in the master's namespace, and was never announced") {
        s.create();
        s.on_disk(4, ChunkHandle{8}).version = Version{1};
        s.emit_as(s.cs(4), event::chunk_replica_created, {ChunkHandle{8}, s.cs(4), 1});
        const bool is_hidden = GENERATE(true, false);
        const char* const hidden = "/.deleted-1-1-%2Ff";
        if (is_hidden)
            s.emit_as(s.master(), event::file_deleted, {s.text("/f"), s.text(hidden), 0});
        else
            s.probe.files = {"/g"};
        s.probe.chunks[is_hidden ? hidden : "/g"] = ChunkHandle{8};
        CHECK(s.outcome().verdict == Verdict::held);
    }
    SECTION("a copy that the master waits for is none; one that it has given up is, in time") {
        s.create();
        s.grant(2);
        s.emit_as(s.master(), event::clone_planned, {Stream::chunk, s.cs(1), s.cs(4), 1});
        s.emit_as(s.master(), event::clone_started, {Stream::chunk, s.cs(1), s.cs(4), 1, 2});
        s.on_disk(4).version = Version{2};
        s.emit_as(s.cs(4), event::chunk_replica_created, {Stream::chunk, s.cs(4), 2});
        const bool is_given_up = GENERATE(true, false);
        if (is_given_up)
            s.emit_as(s.master(), event::clone_failed,
                      {Stream::chunk, s.cs(1), s.cs(4), 1, Code::timeout});
        s.advance(1h);
        CHECK((s.outcome().verdict == Verdict::failed) == is_given_up);
    }
}

TEST_CASE("no_leftovers: a copy that was given up may come until its server must have told of it",
          "[checks][gfs-4.4]") {
    Stream s({check("no_leftovers")});
    const bool is_current = GENERATE(true, false);
    const bool is_late = GENERATE(true, false);
    const std::uint64_t version = is_current ? 2 : 1;
    s.create();
    s.grant(2);
    s.advance(1h);
    s.on_disk(4).version = Version{version};
    s.emit_as(s.cs(4), event::chunk_replica_created, {Stream::chunk, s.cs(4), version});
    s.advance(is_late ? 1h : 1s);
    CHECK((s.outcome().verdict == Verdict::failed) == (is_late || !is_current));
}

TEST_CASE("no_leftovers: garbage is given time, and what is all there is left is none",
          "[checks][gfs-4.4]") {
    Stream s({check("no_leftovers")});
    s.create();
    SECTION("stale, and there is no current one that can be read") {
        s.grant(2, {1, 2});
        s.on_disk(1).corrupt = true;
        s.truth.down.push_back(s.cs(2));
        CHECK(s.outcome().verdict == Verdict::held);
    }
    SECTION("the run waits for garbage to go, as long as repairs may take") {
        s.grant(2);
        CHECK_FALSE(s.checks->waits_until().has_value());
        s.grant(3, {1, 2});
        const auto until = s.checks->waits_until();
        REQUIRE(until.has_value());
        s.advance(*until - s.engine.now());
        CHECK_FALSE(s.checks->waits_until().has_value());
        CHECK(s.outcome().verdict == Verdict::failed);
    }
}

TEST_CASE("replica_bytes: differences fail, and an xfail turns that round", "[checks][gfs-3.3]") {
    Expectation expected = check("replica_bytes");
    expected.xfail = "GFS does not promise it";
    Stream s({check("replica_bytes"), expected});
    SECTION("differ") {
        mixed_history(s);
        CHECK(s.outcome(0).verdict == Verdict::failed);
        CHECK(s.outcome(0).measured == "1 of 1 chunks have replicas that differ");
        CHECK(s.outcome(1).verdict == Verdict::xfailed);
        CHECK(s.outcome(1).reason == "GFS does not promise it");
    }
    SECTION("equal") {
        s.create();
        s.grant(2);
        s.append({.serial = 1});
        CHECK(s.outcome(0).verdict == Verdict::held);
        CHECK(s.outcome(1).verdict == Verdict::unexpectedly_held);
    }
    SECTION("of different length") {
        s.create();
        s.grant(2);
        s.append({.serial = 1});
        s.fail({.serial = 2, .offset = 10, .data = padding, .length = 5, .kind = "pad"}, {1});
        CHECK(s.outcome(0).verdict == Verdict::failed);
    }
    SECTION("the same text twice, in another order") {
        s.create();
        s.grant(2);
        const DataId a = s.truth.table.add(s.client(1), "same");
        const DataId b = s.truth.table.add(s.client(2), "same");
        s.append({.serial = 1, .data = a, .length = 4});
        s.put(3, {.data = b, .length = 4});
        CHECK(s.outcome(0).verdict == Verdict::held);
    }
}

TEST_CASE("no_data_loss: every acknowledged byte is on a server that is up",
          "[checks][gfs-2.7.1]") {
    Stream s({check("no_data_loss")});
    s.create();
    s.grant(2);
    s.append({.serial = 1});
    s.append({.serial = 2, .offset = 10, .data = DataId{2}});
    SECTION("one replica is enough") {
        s.truth.down = {s.cs(1), s.cs(2)};
        CHECK(s.outcome().verdict == Verdict::held);
        CHECK(s.outcome().measured == "0 of 20 acknowledged bytes lost");
    }
    SECTION("half here and half there is enough") {
        s.truth.down = {s.cs(1)};
        s.on_disk(2).content.write({0, 10, DataId{1}, 0, true});
        s.on_disk(3).content.write({10, 10, DataId{2}, 0, true});
        CHECK(s.outcome().verdict == Verdict::held);
    }
    SECTION("damaged everywhere") {
        for (const std::size_t server : {1U, 2U, 3U})
            s.on_disk(server).content.write({5, 1, DataId{1}, 5, true});
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK(s.outcome().measured == "1 of 20 acknowledged bytes lost");
    }
    SECTION("all down") {
        s.truth.down = {s.cs(1), s.cs(2), s.cs(3)};
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK(s.outcome().detail == Names{"chunk 7 (/f#0): 20 bytes are on no server that is up"});
    }
}

TEST_CASE("no_data_loss: what was there before the run counts as well", "[checks][gfs-2.7.1]") {
    Stream s({check("no_data_loss", {"/data/**"})});
    s.checks->preloaded({.path = "/data/a/0",
                         .index = ChunkIndex{0},
                         .chunk = ChunkHandle{9},
                         .bytes = 100,
                         .goal = 2});
    s.on_disk(1, ChunkHandle{9}).version = Version{1};
    s.on_disk(1, ChunkHandle{9}).content.write({0, 100, DataId{1}});
    SECTION("there") {
        CHECK(s.outcome().verdict == Verdict::held);
    }
    SECTION("gone") {
        s.truth.replicas.clear();
        CHECK(s.outcome().measured == "100 of 100 acknowledged bytes lost");
    }
    SECTION("shorter") {
        s.on_disk(1, ChunkHandle{9}).content = Content{};
        s.on_disk(1, ChunkHandle{9}).content.write({0, 60, DataId{1}});
        CHECK(s.outcome().measured == "40 of 100 acknowledged bytes lost");
    }
}

TEST_CASE("content: the literal records of a file, in order, on every replica", "[checks]") {
    const auto run = [](Stream& s, bool twice) {
        s.create();
        s.grant(2);
        const DataId hi = s.truth.table.add(s.client(), "hi");
        const DataId you = s.truth.table.add(s.client(), "you");
        s.append({.serial = 1, .data = hi, .length = 2});
        if (twice) s.append({.serial = 2, .offset = 2, .data = hi, .length = 2});
        s.append({.serial = 3, .offset = 10, .data = you, .length = 3});
    };
    SECTION("held") {
        Stream s({content({"hi", "you"})});
        run(s, false);
        CHECK(s.outcome().verdict == Verdict::held);
        CHECK(s.outcome().measured == "2 records: [\"hi\", \"you\"]");
    }
    SECTION("another order") {
        Stream s({content({"you", "hi"}), content({"you", "hi"}, {"A8"})});
        run(s, false);
        CHECK(s.outcome(0).verdict == Verdict::failed);
        CHECK_THAT(s.outcome(0).measured, Catch::Matchers::EndsWith("expected [\"you\", \"hi\"]"));
        CHECK(s.outcome(1).verdict == Verdict::held);
    }
    SECTION("a duplicate") {
        Stream s({content({"hi", "you"}), content({"hi", "you"}, {"A2"})});
        run(s, true);
        CHECK(s.outcome(0).verdict == Verdict::failed);
        CHECK(s.outcome(1).verdict == Verdict::held);
    }
    SECTION("replicas that differ") {
        Stream s({content({"hi", "you"})});
        run(s, false);
        s.on_disk(3).content = Content{};
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK(s.outcome().measured == "cs1 holds [\"hi\", \"you\"], but cs3 holds []");
    }
    SECTION("no such file") {
        Stream s({content({})});
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK(s.outcome().measured == "/f does not exist");
    }
}

TEST_CASE("checkers: a failure is told in the stream, an expected one is not", "[checks]") {
    Expectation expected = check("replica_bytes");
    expected.xfail = "as GFS has it";
    const bool unexpected = GENERATE(false, true);
    if (unexpected) expected.xfail.reset();
    Stream s({expected});
    mixed_history(s);
    const std::uint64_t before = s.engine.emitted();
    s.results();
    CHECK(s.engine.emitted() == before + (unexpected ? 1 : 0));
}

TEST_CASE("namespace model: a record that is not flushed is not to be seen in the master",
          "[checks][gfs-2.6.3]") {
    Stream s({check("namespace_model")});
    const auto log = [&](std::uint64_t record, const char* file) {
        s.emit_as(s.master(), event::master_log_appended,
                  {record, s.text("file_created"), 0, s.text(file), s.text("")});
    };
    log(1, "/f");
    s.emit_as(s.master(), event::master_log_flushed, {1, 1});
    log(2, "/g");
    SECTION("nor is it") {
        s.probe.files = {"/f"};
        CHECK(s.outcome().verdict == Verdict::held);
    }
    SECTION("but it is") {
        s.probe.files = {"/f", "/g"};
        CHECK(s.outcome().verdict == Verdict::failed);
    }
    SECTION("one that is flushed has to be") {
        s.emit_as(s.master(), event::master_log_flushed, {2, 2});
        s.probe.files = {"/f"};
        CHECK(s.outcome().verdict == Verdict::failed);
    }
}

}  // namespace gfs::checks
