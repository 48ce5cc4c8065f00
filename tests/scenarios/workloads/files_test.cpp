// SPDX-License-Identifier: Apache-2.0
// Which files exist, which one is picked, and what a reader can say about its bytes.

#include <catch2/catch.hpp>
#include <set>

#include "core/common/events.h"
#include "scenarios/workloads/file_picker.h"
#include "scenarios/workloads/read_check.h"
#include "sim/engine.h"

namespace gfs::workloads {
namespace {

struct Forwarder final : sim::EventObserver {
    explicit Forwarder(KnownFiles& to) : files(to) {}
    void on_event(const sim::Event& event) override { files.see(event); }
    KnownFiles& files;
};

struct Files {
    Files() { engine.observe(forwarder); }
    void emit(sim::EventKind kind, const char* file, const char* to = "") {
        if (kind == event::file_created) {
            engine.emit(sim::no_host, kind, {engine.text(file), OpId{1}});
        } else {
            engine.emit(sim::no_host, kind, {engine.text(file), engine.text(to), OpId{1}});
        }
    }
    std::map<std::string, int> picks(FileSet set, FilePicker::Client client, int times) {
        FilePicker picker(set, known, client);
        sim::Random random(1, "test");
        std::map<std::string, int> counts;
        for (int i = 0; i < times; ++i) ++counts[picker.pick(random)];
        return counts;
    }

    sim::Engine engine{{.events = &event_table()}};
    KnownFiles known{engine};
    Forwarder forwarder{known};
};

constexpr FilePicker::Client only{.number = 1, .of = 1};

FileSet numbered(std::uint64_t count, FileSet::Pick pick) {
    return {.paths = {}, .prefix = "/n/", .count = count, .pick = pick};
}

}  // namespace

TEST_CASE("known files: created, deleted, renamed with what is below", "[workloads]") {
    Files files;
    for (const char* file : {"/d/a", "/d/b", "/d2/c", "/x"}) files.emit(event::file_created, file);
    CHECK(files.known.exists("/d/a"));
    files.emit(event::file_deleted, "/d/a", "/.hidden");
    CHECK_FALSE(files.known.exists("/d/a"));
    files.emit(event::file_renamed, "/d", "/e");
    CHECK(files.known.exists("/e/b"));
    CHECK_FALSE(files.known.exists("/d/b"));
    CHECK(files.known.exists("/d2/c"));
    files.emit(event::file_undeleted, "/.hidden2", "/y");
    CHECK_FALSE(files.known.exists("/y"));
    CHECK(files.known.matching("/*") == std::vector<std::string>{"/x"});
    CHECK(files.known.matching("/**") == std::vector<std::string>{"/d2/c", "/e/b", "/x"});
}

TEST_CASE("known files: the end of what was acknowledged", "[workloads]") {
    Files files;
    files.emit(event::file_created, "/a");
    const auto write = [&](std::uint64_t offset, std::uint64_t length) {
        files.engine.emit(sim::no_host, event::write_ok,
                          {files.engine.text("/a"), ChunkHandle{1}, HostId{1}, offset, length,
                           DataId{1}, 0, OpId{1}});
    };
    write(100, 50);
    write(0, 50);
    CHECK(files.known.length("/a") == 150);
    CHECK(files.known.length("/b") == 0);
    files.known.add("/b", 7);
    CHECK(files.known.length("/b") == 7);
}

TEST_CASE("file picker: uniform takes all of them", "[workloads]") {
    Files files;
    const auto picks = files.picks(numbered(4, FileSet::Pick::uniform), only, 400);
    CHECK(picks.size() == 4);
    for (const auto& [file, times] : picks) CHECK(times > 60);
}

TEST_CASE("file picker: zipfian takes the first twice as often as the second", "[workloads]") {
    Files files;
    auto picks = files.picks(numbered(3, FileSet::Pick::zipfian), only, 11'000);
    CHECK(picks["/n/0"] > 5'700);
    CHECK(picks["/n/0"] < 6'300);
    CHECK(picks["/n/1"] > 2'800);
    CHECK(picks["/n/1"] < 3'200);
    CHECK(picks["/n/2"] > 1'800);
}

TEST_CASE("file picker: latest prefers the youngest", "[workloads]") {
    Files files;
    for (const char* file : {"/n/1", "/n/0", "/n/2"}) files.emit(event::file_created, file);
    auto picks = files.picks(numbered(3, FileSet::Pick::latest), only, 1'100);
    CHECK(picks["/n/2"] > picks["/n/0"]);
    CHECK(picks["/n/0"] > picks["/n/1"]);
}

TEST_CASE("file picker: sequential goes round", "[workloads]") {
    Files files;
    const auto picks = files.picks(numbered(3, FileSet::Pick::sequential), only, 9);
    for (const auto& [file, times] : picks) CHECK(times == 3);
}

TEST_CASE("file picker: own files are nobody else's", "[workloads]") {
    Files files;
    std::set<std::string> all;
    for (std::uint32_t number = 1; number <= 3; ++number) {
        const auto picks =
            files.picks(numbered(7, FileSet::Pick::own), {.number = number, .of = 3}, 200);
        for (const auto& [file, times] : picks) CHECK(all.insert(file).second);
    }
    CHECK(all.size() == 7);
    // Fewer files than clients: they are shared.
    CHECK(files.picks(numbered(2, FileSet::Pick::own), {.number = 3, .of = 3}, 5).at("/n/0") == 5);
}

TEST_CASE("file picker: a glob stands for the files of the moment", "[workloads]") {
    Files files;
    const FileSet set{.paths = {"/n/*", "/x"}};
    FilePicker picker({.paths = {"/n/*"}}, files.known, only);
    sim::Random random(1, "test");
    CHECK(picker.pick(random) == "/n/*");
    files.emit(event::file_created, "/n/7");
    CHECK(picker.pick(random) == "/n/7");
    const auto picks = files.picks(set, only, 50);
    CHECK(picks.size() == 2);
    CHECK(named_files(set) == std::vector<std::string>{"/x"});
}

TEST_CASE("read check: a record in several extents is whole when nothing is missing",
          "[workloads]") {
    const DataId record{5};
    FileData read;
    read.extents = {{.offset = 10, .length = 5, .data = record},
                    {.offset = 15, .length = 5, .data = record, .data_offset = 5}};
    CHECK(contains_whole(read, record, 10));
    CHECK_FALSE(contains_whole(read, record, 11));
    CHECK_FALSE(contains_whole(read, DataId{6}, 1));
    read.extents[1].offset = 16;  // a byte between them
    CHECK_FALSE(contains_whole(read, record, 10));
    read.extents[1].offset = 15;
    read.extents[1].damaged = true;
    CHECK_FALSE(contains_whole(read, record, 10));
}

TEST_CASE("read check: a fragment before the whole record does no harm", "[workloads]") {
    const DataId record{5};
    FileData read;
    read.extents = {{.offset = 0, .length = 5, .data = record},
                    {.offset = 5, .length = 3, .data = record},
                    {.offset = 8, .length = 7, .data = record, .data_offset = 3}};
    CHECK(contains_whole(read, record, 10));
}

TEST_CASE("read check: bytes that nobody wrote", "[workloads]") {
    Files files;
    DataTable data;
    const Config config;
    struct Names final : NameResolver {
        bool is_named(const std::string&, HostId) override { return false; }
        bool is_in_rack(const std::string&, HostId) override { return false; }
        bool has_role(const std::string&, HostId) override { return false; }
        std::optional<ChunkHandle> named_chunk(const std::string&) override { return {}; }
        std::optional<ChunkHandle> chunk_of(const std::string&, ChunkIndex) override { return {}; }
    } names;
    Shared shared({files.engine, data, names, config});
    const DataId written = shared.make_data(HostId{3}, 10);
    FileData read;
    read.extents = {{.offset = 0, .length = 10, .data = written},
                    {.offset = 10, .length = 5, .data = padding}};
    CHECK(invented_bytes(read, shared).empty());
    read.extents.push_back({.offset = 15, .length = 1, .data = written, .data_offset = 10});
    CHECK(invented_bytes(read, shared) == "1 bytes at 15 were written by nobody");
    read.extents.back() = {.offset = 15, .length = 1, .data = DataId{(3ULL << 32) | 9}};
    CHECK_FALSE(invented_bytes(read, shared).empty());
    // Data that was there before the run has no client of the workload.
    read.extents.back() = {.offset = 15, .length = 1, .data = DataId{(9ULL << 32) | 9}};
    CHECK(invented_bytes(read, shared).empty());
}

TEST_CASE("read check: bytes are shown so that everything can be seen", "[workloads]") {
    CHECK(quoted("ab") == "\"ab\"");
    CHECK(quoted(std::string("a\0", 2)) == "\"a\\x00\"");
    CHECK(quoted(std::string(70, 'x')) == "\"" + std::string(60, 'x') + "\" ... (70 bytes)");
}

}  // namespace gfs::workloads
