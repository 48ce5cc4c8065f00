// SPDX-License-Identifier: Apache-2.0

#include "core/common/event_match.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/common/codes.h"
#include "core/common/events.h"
#include "sim/engine.h"

namespace gfs {
namespace {

using Kind = FieldCondition::Kind;

MatchValue number(std::int64_t value) {
    return {.kind = MatchValue::Kind::integer, .integer = value};
}
MatchValue text(std::string value) {
    return {.text = std::move(value)};
}
MatchValue named(std::string name) {
    return {.kind = MatchValue::Kind::named, .text = std::move(name)};
}
MatchValue chunk(std::string file, std::uint32_t index) {
    return {.kind = MatchValue::Kind::chunk, .text = std::move(file), .index = ChunkIndex{index}};
}

struct KnownNames final : NameResolver {
    std::set<HostId> old;  // what @old stands for
    std::set<HostId> in_r2;
    std::set<HostId> clients;
    std::optional<ChunkHandle> first_of_log;
    int asked = 0;

    bool is_named(const std::string& name, HostId host) override {
        ++asked;
        return name == "old" && old.contains(host);
    }
    bool is_in_rack(const std::string& rack, HostId host) override {
        return rack == "r2" && in_r2.contains(host);
    }
    bool has_role(const std::string& role, HostId host) override {
        return role == "any" || (role == "client" && clients.contains(host));
    }
    std::optional<ChunkHandle> named_chunk(const std::string& name) override {
        return name == "kept" ? first_of_log : std::nullopt;
    }
    std::optional<ChunkHandle> chunk_of(const std::string& file, ChunkIndex index) override {
        return file == "/log" && index == ChunkIndex{0} ? first_of_log : std::nullopt;
    }
};

// Collects what it is shown.
struct Recorder final : sim::EventObserver {
    void on_event(const sim::Event& event) override { events.push_back(event); }
    std::vector<sim::Event> events;
};

struct Bench {
    Bench() { engine.observe(recorder); }

    const sim::Event& append(HostId client, std::string_view file, std::uint64_t offset) {
        engine.emit(client, event::append_ok,
                    {engine.text(file), ChunkHandle{9}, client, offset, 10, DataId{1}, OpId{1}});
        return recorder.events.back();
    }
    bool matches(const sim::Event& event, std::vector<FieldCondition> conditions) {
        return EventMatcher(engine, names, {"append.ok", std::move(conditions)}).matches(event);
    }

    sim::Engine engine{{.events = &event_table()}};
    HostId alice = engine.add_host("alice.1", 0).id();
    HostId bob = engine.add_host("bob.1", 0).id();
    KnownNames names;
    Recorder recorder;
};

}  // namespace

TEST_CASE("event match: another kind of event never matches", "[common]") {
    Bench bench;
    bench.engine.emit(bench.alice, event::append_retried,
                      {bench.engine.text("/log"), bench.alice, OpId{1}, Code::timeout});
    CHECK_FALSE(bench.matches(bench.recorder.events.back(), {}));
    CHECK(bench.matches(bench.append(bench.alice, "/log", 0), {}));
}

TEST_CASE("event match: any of the values, none of them, and a range", "[common]") {
    Bench bench;
    const sim::Event event = bench.append(bench.alice, "/log", 30);
    CHECK(bench.matches(event, {{.field = "offset", .values = {number(20), number(30)}}}));
    CHECK_FALSE(bench.matches(event, {{.field = "offset", .values = {number(20)}}}));
    CHECK(
        bench.matches(event, {{.field = "offset", .kind = Kind::none_of, .values = {number(20)}}}));
    CHECK_FALSE(
        bench.matches(event, {{.field = "offset", .kind = Kind::none_of, .values = {number(30)}}}));
    CHECK(bench.matches(event, {{.field = "offset", .kind = Kind::range, .ge = 30, .le = 30}}));
    CHECK_FALSE(bench.matches(event, {{.field = "offset", .kind = Kind::range, .ge = 31}}));
    CHECK_FALSE(bench.matches(event, {{.field = "offset", .kind = Kind::range, .le = 29}}));
}

TEST_CASE("event match: all conditions must hold", "[common]") {
    Bench bench;
    const sim::Event event = bench.append(bench.alice, "/log", 30);
    const FieldCondition file{.field = "file", .values = {text("/log")}};
    const FieldCondition other{.field = "file", .values = {text("/other")}};
    const FieldCondition offset{.field = "offset", .values = {number(30)}};
    CHECK(bench.matches(event, {file, offset}));
    CHECK_FALSE(bench.matches(event, {other, offset}));
}

TEST_CASE("event match: every event has an actor", "[common]") {
    Bench bench;
    const sim::Event& event = bench.append(bench.alice, "/log", 0);
    CHECK(bench.matches(event, {{.field = "actor", .values = {text("alice.1")}}}));
    CHECK_FALSE(bench.matches(event, {{.field = "actor", .values = {text("bob.1")}}}));
    CHECK(
        bench.matches(event, {{.field = "actor", .kind = Kind::none_of, .values = {text("b*")}}}));
    bench.engine.emit(sim::no_host, sim::event::mark, {bench.engine.text("x")});
    const EventPattern mark{"mark", {{.field = "actor", .values = {text("*")}}}};
    CHECK_FALSE(
        EventMatcher(bench.engine, bench.names, mark).matches(bench.recorder.events.back()));
}

TEST_CASE("event match: hosts by name, by glob and by target", "[common]") {
    Bench bench;
    bench.names.old = {bench.alice};
    const sim::Event event = bench.append(bench.alice, "/log", 30);
    CHECK(bench.matches(event, {{.field = "client", .values = {text("alice.1")}}}));
    CHECK(bench.matches(event, {{.field = "client", .values = {text("al*")}}}));
    CHECK_FALSE(bench.matches(event, {{.field = "client", .values = {text("bob.*")}}}));
    CHECK(bench.matches(event, {{.field = "client", .values = {named("old")}}}));
    const sim::Event of_bob = bench.append(bench.bob, "/log", 40);
    CHECK_FALSE(bench.matches(of_bob, {{.field = "client", .values = {named("old")}}}));
}

TEST_CASE("event match: hosts by their rack and by their role", "[common]") {
    Bench bench;
    bench.names.in_r2 = {bench.alice};
    bench.names.clients = {bench.bob};
    const auto meant = [&](HostId client, MatchValue::Kind kind, const std::string& value) {
        const sim::Event event = bench.append(client, "/log", 30);
        const MatchValue wanted{.kind = kind, .text = value};
        const bool found = bench.matches(event, {{.field = "client", .values = {wanted}}});
        const FieldCondition others{
            .field = "client", .kind = Kind::none_of, .values = {wanted}};
        CHECK(bench.matches(event, {others}) != found);
        return found;
    };
    CHECK(meant(bench.alice, MatchValue::Kind::rack, "r2"));
    CHECK_FALSE(meant(bench.bob, MatchValue::Kind::rack, "r2"));
    CHECK(meant(bench.bob, MatchValue::Kind::role, "client"));
    CHECK_FALSE(meant(bench.alice, MatchValue::Kind::role, "client"));
    CHECK(meant(bench.alice, MatchValue::Kind::role, "any"));
    // Nobody in particular is in no rack and has no role.
    bench.engine.emit(sim::no_host, sim::event::mark, {bench.engine.text("x")});
    const MatchValue anyone{.kind = MatchValue::Kind::role, .text = "any"};
    const EventPattern mark{"mark", {{.field = "actor", .values = {anyone}}}};
    CHECK_FALSE(
        EventMatcher(bench.engine, bench.names, mark).matches(bench.recorder.events.back()));
}

TEST_CASE("event match: every event has a time, counted from the start", "[common]") {
    Bench bench;
    constexpr std::int64_t ms = 1'000'000;
    bench.engine.at(sim::time_zero + sim::Duration{5 * ms}, [] {});
    bench.engine.run(sim::time_zero + sim::Duration{9 * ms});
    const sim::Event event = bench.append(bench.alice, "/log", 0);
    REQUIRE(event.time == sim::time_zero + sim::Duration{5 * ms});
    CHECK(bench.matches(event, {{.field = "time", .values = {number(5 * ms)}}}));
    CHECK(bench.matches(event, {{.field = "time", .kind = Kind::range, .ge = 5 * ms}}));
    CHECK_FALSE(bench.matches(event, {{.field = "time", .kind = Kind::range, .ge = 5 * ms + 1}}));
    CHECK_FALSE(bench.matches(event, {{.field = "time", .kind = Kind::range, .le = 5 * ms - 1}}));
}

TEST_CASE("event match: a target is asked for only when all else holds", "[common]") {
    Bench bench;
    const FieldCondition target{.field = "client", .values = {named("old")}};
    const FieldCondition offset{.field = "offset", .values = {number(7)}};
    CHECK_FALSE(bench.matches(bench.append(bench.alice, "/log", 6), {target, offset}));
    CHECK(bench.names.asked == 0);
    CHECK_FALSE(bench.matches(bench.append(bench.alice, "/log", 7), {target, offset}));
    CHECK(bench.names.asked == 1);
}

TEST_CASE("event match: a chunk of a file, unknown until there is one", "[common]") {
    Bench bench;
    const sim::Event event = bench.append(bench.alice, "/log", 0);
    CHECK_FALSE(bench.matches(event, {{.field = "chunk", .values = {chunk("/log", 0)}}}));
    bench.names.first_of_log = ChunkHandle{9};
    CHECK(bench.matches(event, {{.field = "chunk", .values = {chunk("/log", 0)}}}));
    CHECK_FALSE(bench.matches(event, {{.field = "chunk", .values = {chunk("/log", 1)}}}));
    CHECK(bench.matches(event, {{.field = "chunk", .values = {named("kept")}}}));
    CHECK(bench.matches(event, {{.field = "chunk", .values = {number(9)}}}));
}

TEST_CASE("event counter: says so at the nth match, once", "[common]") {
    Bench bench;
    EventCounter counter(bench.engine, bench.names, {.pattern = {"append.ok", {}}, .nth = 2});
    CHECK_FALSE(counter.see(bench.append(bench.alice, "/log", 0)));
    CHECK_FALSE(counter.reached());
    CHECK(counter.see(bench.append(bench.alice, "/log", 1)));
    CHECK(counter.reached());
    CHECK_FALSE(counter.see(bench.append(bench.alice, "/log", 2)));
    CHECK(counter.seen() == 2);
}

TEST_CASE("event counter: counts from a mark, a fault or its heal", "[common]") {
    Bench bench;
    using Since = CountSince::Kind;
    const auto counter = [&](Since kind, const char* name) {
        return EventCounter(bench.engine, bench.names,
                            {.pattern = {"append.ok", {}}, .since = {kind, name}});
    };
    EventCounter since_mark = counter(Since::mark, "full");
    EventCounter since_fault = counter(Since::fault, "cut");
    EventCounter since_heal = counter(Since::healed, "cut");
    const auto show = [&] {
        const sim::Event& event = bench.recorder.events.back();
        for (EventCounter* const each : {&since_mark, &since_fault, &since_heal}) each->see(event);
    };
    bench.append(bench.alice, "/log", 0);
    show();
    bench.engine.emit(sim::no_host, sim::event::mark, {bench.engine.text("other")});
    show();
    bench.engine.emit(sim::no_host, sim::event::fault_fired,
                      {bench.engine.text("cut"), bench.engine.text("partition"), sim::no_host});
    show();
    bench.append(bench.alice, "/log", 1);
    show();
    CHECK(since_fault.seen() == 1);
    CHECK(since_heal.seen() == 0);
    CHECK(since_mark.seen() == 0);
    bench.engine.emit(sim::no_host, sim::event::fault_healed,
                      {bench.engine.text("cut"), bench.engine.text("partition")});
    show();
    bench.engine.emit(bench.alice, sim::event::mark, {bench.engine.text("full")});
    show();
    bench.append(bench.alice, "/log", 2);
    show();
    CHECK(since_heal.seen() == 1);
    CHECK(since_mark.seen() == 1);
}

}  // namespace gfs
