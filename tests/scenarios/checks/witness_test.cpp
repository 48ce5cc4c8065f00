// SPDX-License-Identifier: Apache-2.0
// Checkers at the end of a run say how it came about, too: the last event knows nothing of it, so
// each of them says which name, chunk or record is the first that is wrong.

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
namespace {

Expectation check(std::string checker) {
    Expectation expectation;
    expectation.name = "e";
    expectation.kind = Expectation::Kind::check;
    expectation.checker = std::move(checker);
    return expectation;
}

Expectation content(std::vector<std::string> records) {
    Expectation expectation;
    expectation.name = "e";
    expectation.kind = Expectation::Kind::content;
    expectation.file = "/f";
    expectation.records = std::move(records);
    return expectation;
}

// All but the times.
std::string told(Stream& s) {
    REQUIRE(s.outcome().verdict == Verdict::failed);
    CHECK(s.outcome().witness.size() <= 15);
    std::string text;
    for (const std::string& line : s.outcome().witness)
        text += line.substr(line.find('#')) + "\n";
    return text;
}

bool tells(const std::string& text, std::string_view words) {
    return text.find(words) != std::string::npos;
}

void log_created(Stream& s, std::uint64_t record, const char* file) {
    s.emit_as(s.master(), event::master_log_appended,
              {record, s.text("file_created"), record, s.text(file), s.text("")});
    s.emit_as(s.master(), event::master_log_flushed, {record, record});
}

void two_records(Stream& s) {
    s.create();
    s.grant(2);
    const DataId hi = s.truth.table.add(s.client(), "hi");
    const DataId you = s.truth.table.add(s.client(), "you");
    s.append({.serial = 1, .data = hi, .length = 2});
    s.append({.serial = 2, .offset = 10, .data = you, .length = 3});
}

}  // namespace

TEST_CASE("witness: of a name that the master should have", "[checks][witness][gfs-2.6.3]") {
    Stream s({check("namespace_model")});
    for (std::uint64_t record = 1; record <= 40; ++record)
        log_created(s, record, ("/other" + std::to_string(record)).c_str());
    log_created(s, 41, "/g");
    s.emit_as(s.master(), event::master_crashed, {s.master()});
    for (std::uint64_t record = 1; record <= 40; ++record)
        s.probe.files.push_back("/other" + std::to_string(record));
    const std::string text = told(s);
    CHECK(tells(text, "record 41 enters the log: file_created /g"));
    CHECK(tells(text, "the master process on master ends"));
    CHECK_FALSE(tells(text, "/other"));
}

TEST_CASE("witness: of a name that the master should not have", "[checks][witness][gfs-2.6.3]") {
    Stream s({check("namespace_model")});
    s.emit_as(s.master(), event::file_created, {s.text("/g"), 0});
    s.probe.files = {"/g"};
    CHECK(tells(told(s), "/g is created"));
}

TEST_CASE("witness: of a directory, which the list of names shows with a stroke",
          "[checks][witness][gfs-4.1]") {
    Stream s({check("namespace_model")});
    s.emit_as(s.master(), event::directory_created, {s.text("/d"), 0});
    s.probe.files = {"/d/"};
    CHECK(tells(told(s), "the directory /d is created"));
}

TEST_CASE("witness: of a log that differs from the memory", "[checks][witness][gfs-2.6.3]") {
    Stream s({check("log_equals_memory")});
    s.create();
    log_created(s, 1, "/a");
    log_created(s, 2, "/b");
    SECTION("in a name") {
        s.probe.difference = Probe::LogDifference{
            .words = "cs1: /b is here only", .path = "/b", .machine = s.cs(1)};
        const std::string text = told(s);
        CHECK(tells(text, "file_created /b"));
        CHECK_FALSE(tells(text, "file_created /a"));
    }
    SECTION("in a chunk") {
        s.grant(2);
        s.probe.difference =
            Probe::LogDifference{.words = "cs1: chunk 7 is not the same", .chunk = Stream::chunk};
        CHECK(tells(told(s), "the master has granted cs1 the lease of chunk 7, version 2"));
    }
}

TEST_CASE("witness: of what a file contains", "[checks][witness][gfs-2.7.2]") {
    SECTION("a replica lacks a record") {
        Stream s({content({"hi", "you"})});
        two_records(s);
        s.on_disk(3).content = Content{};
        const std::string text = told(s);
        CHECK(tells(text, "cs1, as the primary, orders append number 1 of version 2"));
        CHECK(tells(text, "cs3 applies append number 1 of version 2"));
        CHECK_FALSE(tells(text, "number 2 of version 2"));
    }
    SECTION("there is another record than expected") {
        Stream s({content({"hi", "me"})});
        two_records(s);
        const std::string text = told(s);
        CHECK(tells(text, "orders append number 2 of version 2"));
        CHECK_FALSE(tells(text, "number 1 of version 2"));
    }
    SECTION("there are too few") {
        Stream s({content({"hi", "you", "all"})});
        two_records(s);
        CHECK(tells(told(s), "the master has granted cs1 the lease of chunk 7, version 2"));
    }
    SECTION("there is no current replica") {
        Stream s({content({"hi", "you"})});
        two_records(s);
        s.truth.replicas.clear();
        CHECK(tells(told(s), "chunk 7"));
    }
    SECTION("the file is gone") {
        Stream s({content({"hi", "you"})});
        two_records(s);
        s.emit_as(s.master(), event::file_deleted,
                  {s.text("/f"), s.text("/.deleted-1-f"), 1});
        CHECK(tells(told(s), "/f is deleted: it is /.deleted-1-f from now on"));
    }
}

}  // namespace gfs::checks
