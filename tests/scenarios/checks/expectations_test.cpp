// SPDX-License-Identifier: Apache-2.0
// Expectations: about events, about states, about invariants; levels and expected failures.

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
namespace {

using Kind = Expectation::Kind;
using Level = Expectation::Level;

Expectation about_event(Kind kind, std::string event) {
    Expectation expectation;
    expectation.name = "e";
    expectation.kind = kind;
    expectation.pattern.event = std::move(event);
    return expectation;
}

Expectation eventually(std::string state, std::optional<sim::Duration> within = std::nullopt,
                       CountSince since = {}) {
    Expectation expectation;
    expectation.name = "e";
    expectation.kind = Kind::eventually;
    expectation.state = std::move(state);
    expectation.within = within;
    expectation.since = std::move(since);
    return expectation;
}

Bound bound(Relation relation, std::int64_t value) {
    return {relation, {value, 1}, std::to_string(value)};
}

const CountSince since_cut{CountSince::Kind::fault, "cut"};

}  // namespace

TEST_CASE("sometimes, never, count: by the events that match", "[checks]") {
    Expectation one_version = about_event(Kind::sometimes, "lease.granted");
    one_version.pattern.conditions.push_back(
        {.field = "version",
         .values = {{.kind = MatchValue::Kind::integer, .integer = 9, .text = {}}},
         .ge = {},
         .le = {}});
    Expectation twice = about_event(Kind::count, "lease.granted");
    twice.bounds = {bound(Relation::ge, 2)};
    Stream s({about_event(Kind::sometimes, "lease.granted"),
              about_event(Kind::never, "lease.granted"), about_event(Kind::never, "chunk.lost"),
              one_version, twice});
    s.create();
    s.advance(2s);
    s.grant(2);
    CHECK(s.outcome(0).verdict == Verdict::held);
    CHECK_THAT(s.outcome(0).measured, Catch::Matchers::StartsWith("1 times, first at 2 s"));
    CHECK(s.outcome(1).verdict == Verdict::failed);
    CHECK(s.outcome(2).verdict == Verdict::held);
    CHECK(s.outcome(3).verdict == Verdict::vacuous);
    CHECK(s.outcome(4).verdict == Verdict::failed);
    CHECK(s.outcome(4).what == "count of lease.granted >= 2");
    CHECK_THAT(s.outcome(4).measured, Catch::Matchers::EndsWith("expected >= 2"));
}

TEST_CASE("levels and xfail decide what a failure counts for", "[checks]") {
    const auto verdict = [](Level level, bool xfail, bool fails) {
        Expectation expectation = about_event(Kind::never, "mark");
        expectation.level = level;
        if (xfail) expectation.xfail = "because";
        Stream s({expectation});
        if (fails) s.emit(sim::event::mark, {s.text("m")});
        return s.outcome().verdict;
    };
    CHECK(verdict(Level::error, false, true) == Verdict::failed);
    CHECK(verdict(Level::warn, false, true) == Verdict::warned);
    CHECK(verdict(Level::info, false, true) == Verdict::noted);
    CHECK(verdict(Level::warn, false, false) == Verdict::held);
    CHECK(verdict(Level::error, true, true) == Verdict::xfailed);
    CHECK(verdict(Level::error, true, false) == Verdict::unexpectedly_held);
}

TEST_CASE("always: shows an invariant with its checks, violations and warnings", "[checks]") {
    Expectation expectation;
    expectation.kind = Kind::always;
    expectation.invariant = "one_primary_per_chunk";
    Stream s({expectation});
    s.create();
    s.grant(2, {1, 2, 3});
    s.grant(3, {2, 3});
    const bool violated = GENERATE(false, true);
    if (violated) s.order(1, {});
    CHECK(s.outcome().verdict == (violated ? Verdict::failed : Verdict::held));
    CHECK(s.outcome().measured ==
          (violated ? "1 checks, 1 violations, 1 warnings" : "0 checks, 0 violations, 1 warnings"));
}

TEST_CASE("eventually: holds when the state is reached by the deadline and still so", "[checks]") {
    Stream s({eventually("all_ops_done", 10s, since_cut)});
    s.probe.done = false;
    s.advance(1s);
    SECTION("never began") {
        CHECK(s.outcome().verdict == Verdict::vacuous);
        CHECK(s.outcome().measured == "it was to count since cut, which never came");
    }
    s.fault(sim::event::fault_fired, "cut");
    SECTION("reached in time") {
        s.advance(4s);
        s.probe.done = true;
        s.checks->poll();
        CHECK_FALSE(s.checks->waits_until().has_value());
        s.advance(20s);
        CHECK(s.outcome().verdict == Verdict::held);
        CHECK(s.outcome().measured == "so since 5 s (4 s after)");
    }
    SECTION("reached too late") {
        CHECK(s.checks->waits_until() == sim::time_zero + 11s);
        s.advance(11s);
        s.probe.done = true;
        s.advance(5s);
        CHECK(s.outcome().verdict == Verdict::failed);
        CHECK(s.outcome().measured == "not so at 11 s: operations are going on");
    }
    SECTION("reached and lost again") {
        s.probe.done = true;
        s.checks->poll();
        s.advance(5s);
        s.probe.done = false;
        s.checks->poll();
        s.advance(6s);
        CHECK(s.outcome().verdict == Verdict::failed);
    }
    SECTION("the run is over before the deadline") {
        s.probe.done = true;
        CHECK(s.outcome().verdict == Verdict::held);
    }
}

TEST_CASE("eventually: counts since a heal or a mark as well", "[checks]") {
    Stream s({eventually("all_ops_done", 1s, {CountSince::Kind::healed, "cut"}),
              eventually("all_ops_done", 1s, {CountSince::Kind::mark, "full"})});
    s.advance(1s);
    s.fault(sim::event::fault_fired, "cut");
    s.advance(1s);
    s.fault(sim::event::fault_healed, "cut");
    s.emit(sim::event::mark, {s.text("full")});
    s.advance(5s);
    CHECK(s.outcome(0).measured == "so since 2 s (0 ns after)");
    CHECK(s.outcome(1).verdict == Verdict::held);
}

TEST_CASE("fully replicated: the replicas are there, on servers that are up, and counted on",
          "[checks][gfs-4.3]") {
    Stream s({eventually("fully_replicated"), eventually("min_two_replicas")});
    s.create();
    s.grant(2);
    const auto verdicts = [&] { return std::pair{s.outcome(0).verdict, s.outcome(1).verdict}; };
    SECTION("all there") {
        CHECK(verdicts() == std::pair{Verdict::held, Verdict::held});
    }
    SECTION("one server down") {
        s.truth.down = {s.cs(2)};
        CHECK(verdicts() == std::pair{Verdict::failed, Verdict::held});
        CHECK_THAT(s.outcome(0).measured,
                   Catch::Matchers::EndsWith("chunk 7 (/f#0) has 2 of 3 replicas"));
    }
    SECTION("one stale, one down") {
        s.grant(3, {1, 2});
        s.truth.down = {s.cs(2)};
        CHECK(verdicts() == std::pair{Verdict::failed, Verdict::failed});
    }
    SECTION("there, but the master does not know") {
        s.probe.below = 1;
        CHECK(verdicts() == std::pair{Verdict::failed, Verdict::failed});
    }
    SECTION("no master") {
        s.probe.below = std::nullopt;
        CHECK_THAT(s.outcome(0).measured, Catch::Matchers::EndsWith("no master serves"));
    }
    SECTION("of a file that is gone") {
        s.truth.replicas.clear();
        s.emit_as(s.master(), event::file_reclaimed, {s.text("/f"), 1});
        CHECK(verdicts() == std::pair{Verdict::held, Verdict::held});
    }
}

TEST_CASE("no leases: by the holders' own clocks", "[checks][gfs-3.1]") {
    Stream s({eventually("no_leases", 30s, since_cut)});
    s.create();
    s.grant(2, {1, 2, 3}, 20s);
    s.fault(sim::event::fault_fired, "cut");
    const bool extended = GENERATE(false, true);
    if (extended)
        s.emit_as(s.cs(1), event::lease_prolonged, {Stream::chunk, s.cs(1), 2, s.in(60s)});
    s.advance(40s);
    CHECK(s.outcome().verdict == (extended ? Verdict::failed : Verdict::held));
}

TEST_CASE("quiescent: no work and nothing to repair", "[checks]") {
    Stream s({eventually("quiescent")});
    s.create();
    s.grant(2);
    SECTION("so") {
        CHECK(s.outcome().verdict == Verdict::held);
    }
    SECTION("work") {
        s.probe.done = false;
        CHECK(s.outcome().verdict == Verdict::failed);
    }
    SECTION("repair") {
        s.truth.down = {s.cs(1)};
        CHECK(s.outcome().verdict == Verdict::failed);
    }
}

}  // namespace gfs::checks
