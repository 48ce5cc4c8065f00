// SPDX-License-Identifier: Apache-2.0
// The parts that checks are made of: positions of fields, the flat map, texts, witnesses, the map
// of files, the table of operations.

#include <map>

#include "scenarios/checks/describe.h"
#include "scenarios/checks/flat_map.h"
#include "sim/random.h"
#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
namespace {

std::string fields_of(sim::EventKind kind, std::size_t count) {
    const sim::EventInfo& info = event_table()[kind];
    std::string names;
    for (std::size_t i = 0; i < std::min(count, info.fields.size()); ++i)
        names += (i == 0 ? "" : " ") + std::string(info.fields[i].name);
    return names;
}

}  // namespace

TEST_CASE("fields: the positions that checks read are those of the table", "[checks]") {
    const std::string mutation = "chunk serial server version offset length data kind";
    CHECK(fields_of(event::mutation_ordered, 8) == mutation);
    CHECK(fields_of(event::mutation_applied, 8) == mutation);
    CHECK(fields_of(event::mutation_acknowledged, 4) == "chunk serial server version");
    for (const sim::EventKind kind : {event::lease_granted, event::lease_accepted,
                                      event::lease_prolonged, event::lease_extended})
        CHECK(fields_of(kind, 4) == "chunk primary version expires");
    for (const sim::EventKind kind : {event::lease_expired, event::lease_revoked})
        CHECK(fields_of(kind, 3) == "chunk primary version");
    for (const sim::EventKind kind :
         {event::chunk_replica_created, event::chunk_version_bumped, event::chunk_replica_in_set,
          event::chunk_replica_added, event::chunk_adopted_version, event::location_replied,
          event::gc_deleted})
        CHECK(fields_of(kind, 3) == "chunk server version");
    CHECK(fields_of(event::chunk_replica_removed, 2) == "chunk server");
    CHECK(fields_of(event::chunk_version_granted, 2) == "chunk version");
    CHECK(fields_of(event::chunk_created, 4) == "chunk file index version");
    for (const sim::EventKind kind : {event::clone_started, event::clone_finished})
        CHECK(fields_of(kind, 5) == "chunk from to priority version");
    CHECK(fields_of(event::append_ok, 7) == "file chunk client offset length data op");
    CHECK(fields_of(event::write_ok, 8) == "file chunk client offset length data data_offset op");
    CHECK(fields_of(event::append_duplicated, 5) == "file chunk client offset length");
    CHECK(fields_of(event::append_padded, 4) == "chunk server offset length");
    CHECK(fields_of(event::client_op_started, 4) == "op kind file to");
    CHECK(fields_of(event::client_op_ok, 5) == "op kind file latency bytes");
    CHECK(fields_of(event::client_op_failed, 6) == "op kind file code latency definite");
    CHECK(fields_of(event::client_retried, 2) == "op file");
    CHECK(fields_of(event::read_stale, 4) == "file chunk client server");
    CHECK(fields_of(event::master_replied, 5) == "message client op code record");
    CHECK(fields_of(event::master_log_flushed, 2) == "first last");
    CHECK(fields_of(event::master_recovered, 4) == "server files chunks records");
    CHECK(fields_of(event::chunk_under_replicated, 2) == "chunk replicas");
    for (const sim::EventKind kind :
         {event::file_deleted, event::file_undeleted, event::file_renamed})
        CHECK(fields_of(kind, 2) == "file to");
    for (const sim::EventKind kind : {event::file_created, event::file_reclaimed})
        CHECK(fields_of(kind, 1) == "file");
    for (const sim::EventKind kind :
         {event::server_crashed, event::server_started, event::server_declared_dead})
        CHECK(fields_of(kind, 1) == "server");
    CHECK(fields_of(sim::event::message_delivered, 3) == "message from to");
    CHECK(fields_of(sim::event::fault_fired, 2) == "fault kind");
    CHECK(fields_of(sim::event::fault_healed, 2) == "fault kind");
}

TEST_CASE("flat map: does what a map does, over random insertions and removals", "[checks]") {
    FlatMap flat;
    std::map<std::uint64_t, std::uint32_t> model;
    sim::Random random(1, "flat map");
    for (std::uint32_t step = 0; step < 20'000; ++step) {
        const auto key = static_cast<std::uint64_t>(random.between(1, 500));
        const bool remove = random.between(0, 2) == 0;
        if (remove) {
            flat.erase(key);
            model.erase(key);
        } else {
            flat.set(key, step);
            model[key] = step;
        }
        REQUIRE(flat.size() == model.size());
    }
    for (std::uint64_t key = 1; key <= 500; ++key) {
        const auto found = model.find(key);
        if (found == model.end())
            CHECK_FALSE(flat.find(key).has_value());
        else
            CHECK(flat.find(key) == found->second);
    }
}

TEST_CASE("texts: durations are exact, in the unit that fits", "[checks]") {
    CHECK(describe(sim::Duration{0}) == "0 ns");
    CHECK(describe(sim::Duration{999}) == "999 ns");
    CHECK(describe(sim::Duration{1'500}) == "1.5 us");
    CHECK(describe(sim::Duration{12'000'001}) == "12.000001 ms");
    CHECK(describe(sim::Duration{61'200'000'000}) == "61.2 s");
    CHECK(describe(sim::Duration{-3'000'000'000}) == "-3 s");
}

TEST_CASE("bounds: compared exactly, as fractions", "[checks]") {
    const Bound third{Relation::le, {1, 3}, "1/3"};
    CHECK(holds(third, {1, 3}));
    CHECK(holds(third, {333, 1000}));
    CHECK_FALSE(holds(third, {334, 1000}));
    CHECK(holds({Relation::gt, {5, 1}, "5"}, {6, 1}));
    CHECK_FALSE(holds({Relation::gt, {5, 1}, "5"}, {5, 1}));
    CHECK(holds({Relation::lt, {5, 1}, "5"}, {49, 10}));
    CHECK(holds({Relation::eq, {5, 1}, "5"}, {10, 2}));
    CHECK(holds({Relation::ge, {5, 1}, "5"}, {5, 1}));
}

TEST_CASE("witness: the causal past of a violation, at most fifteen lines, oldest first",
          "[checks]") {
    Stream s;
    s.create();
    s.create("/other", ChunkHandle{8});
    s.grant(2, {1, 2, 3});
    for (std::uint64_t i = 0; i < 100; ++i)
        s.append({.serial = 1 + i, .offset = 10 * i, .data = DataId{1 + i}});
    s.advance(1s);
    s.fault(sim::event::fault_fired, "cut", "partition");
    s.grant(3, {2, 3});
    s.order(1, {.serial = 101, .offset = 1000, .data = DataId{200}});
    const auto violation = s.results().first_violation();
    REQUIRE(violation.has_value());
    const Names& lines = violation->witness;
    CHECK(lines.size() <= Story::most_lines);
    const auto says = [&](const std::string& words) {
        return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
            return line.find(words) != std::string::npos;
        });
    };
    CHECK(says("cs2 takes up the lease of chunk 7, version 3"));
    CHECK(says("cs1 takes up the lease of chunk 7, version 2"));
    CHECK(says("fault `cut` (partition) hits no machine in particular"));
    CHECK_FALSE(says("chunk 8"));
    CHECK_FALSE(says("number 99"));
    CHECK_THAT(lines.back(), Catch::Matchers::Contains(
                                 "cs1, as the primary, orders append number 101 of version 2"));
}

TEST_CASE("witness: what it tells of an event names fields that the event has", "[checks]") {
    sim::Engine engine({.seed = 1, .events = &event_table()});
    engine.add_host("h", 0);
    std::size_t told_kinds = 0;
    for (std::size_t i = 0; i < event_table().all().size(); ++i) {
        sim::Event event{};
        event.kind = static_cast<sim::EventKind>(i);
        if (told(event.kind) == nullptr) continue;
        ++told_kinds;
        engine.text("a text");
        INFO(event_table()[event.kind].name);
        const std::string sentence = sentence_of(engine, event);
        CHECK(sentence.find('{') == std::string::npos);
        CHECK(sentence.find('}') == std::string::npos);
    }
    CHECK(told_kinds > 60);
}

TEST_CASE("files: renames of files and directories, hidden names, and reuse of a name",
          "[checks]") {
    sim::Engine engine({.seed = 1, .events = &event_table()});
    FileMap files(engine, MiB);
    const auto names = [&](std::vector<std::string> patterns) {
        Names found;
        for (const FileMap::File* const file : files.select(patterns)) found.push_back(file->path);
        return found;
    };
    const auto emit = [&](sim::EventKind kind, const char* file, const char* to) {
        sim::Event event{.kind = kind};
        event.fields[0] = static_cast<std::uint64_t>(engine.text(file));
        event.fields[1] = static_cast<std::uint64_t>(engine.text(to));
        files.apply(event);
    };
    files.add("/d/a", ChunkIndex{0}, ChunkHandle{1});
    files.add("/d/b/c", ChunkIndex{1}, ChunkHandle{2});
    files.add("/d-e", ChunkIndex{0}, ChunkHandle{3});
    CHECK(names({"/d/*"}) == Names{"/d/a"});
    CHECK(names({"/d/**"}) == Names{"/d/a", "/d/b/c"});
    CHECK(names({}) == Names{"/d-e", "/d/a", "/d/b/c"});

    emit(event::file_renamed, "/d", "/x");
    CHECK(names({}) == Names{"/d-e", "/x/a", "/x/b/c"});
    CHECK(files.describe(ChunkHandle{2}) == "chunk 2 (/x/b/c#1)");

    emit(event::file_deleted, "/x/a", "/x/.a");
    emit(event::file_created, "/x/a", "");
    files.add("/x/a", ChunkIndex{0}, ChunkHandle{4});
    CHECK(files.find("/x/a")->chunks == std::vector<ChunkHandle>{ChunkHandle{4}});
    CHECK(files.exists(ChunkHandle{1}));
    emit(event::file_reclaimed, "/x/.a", "");
    CHECK_FALSE(files.exists(ChunkHandle{1}));
    CHECK(files.exists(ChunkHandle{4}));
}

TEST_CASE("files: what a master had no time to say counts if the next one has it in its log",
          "[checks][gfs-4.4.1]") {
    sim::Engine engine({.seed = 1, .events = &event_table()});
    FileMap files(engine, MiB);
    const auto emit = [&](sim::EventKind kind, const char* file, const char* to) {
        sim::Event event{.kind = kind};
        event.fields[0] = static_cast<std::uint64_t>(engine.text(file));
        event.fields[1] = static_cast<std::uint64_t>(engine.text(to));
        files.apply(event);
    };
    const auto log = [&](std::uint64_t number, const char* kind, const char* file, const char* to) {
        sim::Event record{.kind = event::master_log_appended};
        record.fields = {number, static_cast<std::uint64_t>(engine.text(kind)), 1,
                         static_cast<std::uint64_t>(engine.text(file)),
                         static_cast<std::uint64_t>(engine.text(to))};
        files.apply(record);
    };
    const bool is_kept = GENERATE(true, false);
    const auto recover = [&](std::uint64_t last) {
        sim::Event recovered{.kind = event::master_recovered};
        recovered.fields = {0, 1, 1, is_kept ? last : 8};
        files.apply(recovered);
    };
    constexpr const char* hidden = "/.deleted-5-9-%2Fa";
    files.add("/a", ChunkIndex{0}, ChunkHandle{1});
    log(9, "file_deleted", "/a", hidden);
    CHECK_FALSE(files.is_deleted(ChunkHandle{1}));
    SECTION("a deletion") {
        recover(9);
        CHECK(files.is_deleted(ChunkHandle{1}) == is_kept);
        emit(event::file_reclaimed, hidden, "");
        // A file that nobody deleted is not gone because its master says so.
        CHECK(files.exists(ChunkHandle{1}) == !is_kept);
    }
    SECTION("a deletion and what came after it") {
        log(10, "file_created", "/a", "");
        log(11, "renamed", hidden, "/b");
        log(12, "snapshot_taken", "/b", "/c");
        recover(12);
        CHECK((files.find("/c") != nullptr) == is_kept);
        CHECK((files.find("/b") != nullptr) == is_kept);
        CHECK_FALSE(files.is_deleted(ChunkHandle{1}));
        files.add("/a", ChunkIndex{0}, ChunkHandle{2});
        CHECK(files.places(ChunkHandle{1}).size() == (is_kept ? 2 : 0));
    }
    SECTION("the reclamation of what had been deleted before") {
        emit(event::file_deleted, "/a", hidden);
        log(10, "file_reclaimed", hidden, "");
        recover(10);
        CHECK(files.exists(ChunkHandle{1}) == !is_kept);
    }
    SECTION("nothing, when it was said before the crash") {
        emit(event::file_deleted, "/a", hidden);
        files.add("/a", ChunkIndex{0}, ChunkHandle{2});
        recover(9);
        CHECK_FALSE(files.is_deleted(ChunkHandle{2}));
    }
}

TEST_CASE("operations: a row for each kind, with errors and quantiles", "[checks]") {
    Stream s;
    s.start_op(1, "read");
    s.end_op(1, "read", 4ms);
    s.start_op(2, "read");
    s.end_op(2, "read", 2ms);
    s.start_op(3, "append");
    s.fail_op(3, "append");
    s.start_op(4, "append");
    CHECK(s.checks->open_operations() == 1);
    const std::vector<OperationRow>& rows = s.results().operations;
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].kind == "append");
    CHECK(rows[0].errors == 1);
    CHECK(rows[1].count == 2);
    CHECK(rows[1].p50 == 2ms);
    CHECK(rows[1].p99 == 4ms);
}

TEST_CASE("checks: a violation is told once in the stream, and looking changes no digest",
          "[checks]") {
    Stream s;
    s.create();
    s.order(1, {.version = 1, .serial = 1});
    const std::uint64_t after_first = s.engine.emitted();
    s.order(1, {.version = 1, .serial = 2});
    CHECK(s.engine.emitted() == after_first + 1);
    CHECK(s.invariant("lease_before_mutation").violations == 2);
    const std::uint64_t digest = s.engine.digest().value();
    s.checks->regions({});
    CHECK(s.engine.digest().value() == digest);
}

}  // namespace gfs::checks
