// SPDX-License-Identifier: Apache-2.0
// Metrics: sources, filters, windows and statistics.

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
namespace {

Expectation metric(std::string name, Stat stat, Window window = {}) {
    Expectation expectation;
    expectation.kind = Expectation::Kind::metric;
    expectation.metric = std::move(name);
    expectation.stat = stat;
    expectation.window = std::move(window);
    return expectation;
}

void op(Stream& s, const char* kind, sim::Duration latency, std::uint64_t bytes = 0,
        const char* file = "/f") {
    s.end_op(1, kind, latency, bytes, file);
}

}  // namespace

TEST_CASE("metrics: latency by statistic, filter and bound", "[checks]") {
    Expectation slow = metric("op.latency", Stat::p99);
    slow.where = {{"op", "read"}};
    slow.bounds = {{Relation::le, {5'000'000, 1}, "5ms"}};
    Expectation elsewhere = metric("op.latency", Stat::max);
    elsewhere.where = {{"file", "/d/*"}};
    Stream s({slow, metric("op.latency", Stat::mean), metric("op.count", Stat::count), elsewhere,
              metric("op.errors", Stat::count), metric("op.latency", Stat::last)});
    op(s, "read", 2ms);
    op(s, "read", 9ms);
    op(s, "append", 1ms);
    s.fail_op(2, "append");
    CHECK(s.outcome(0).verdict == Verdict::failed);
    CHECK(s.outcome(0).what == "metric op.latency p99 <= 5ms");
    CHECK(s.outcome(0).measured == "9 ms, expected <= 5ms");
    CHECK(s.outcome(1).measured == "3.25 ms");
    CHECK(s.outcome(2).measured == "4");
    CHECK(s.outcome(3).verdict == Verdict::vacuous);
    CHECK(s.outcome(4).measured == "1");
    CHECK(s.outcome(5).measured == "1 ms");
}

TEST_CASE("metrics: sums and rates of bytes, over the time of the window", "[checks]") {
    Stream s({metric("bytes.appended", Stat::sum), metric("bytes.appended", Stat::rate),
              metric("bytes.read", Stat::sum), metric("bytes.padded", Stat::sum),
              metric("retry.count", Stat::count)});
    op(s, "append", 1ms, 100);
    s.advance(3s);
    op(s, "append", 1ms, 200);
    op(s, "read", 1ms, 50);
    s.emit_as(s.cs(1), event::append_padded, {Stream::chunk, s.cs(1), 10, 90});
    s.emit_as(s.client(), event::client_retried, {1, s.text("/f"), Code::timeout, 2});
    s.advance(1s);
    CHECK(s.outcome(0).measured == "300 bytes");
    CHECK(s.outcome(1).measured == "75 bytes/s");
    CHECK(s.outcome(2).measured == "50 bytes");
    CHECK(s.outcome(3).measured == "90 bytes");
    CHECK(s.outcome(4).measured == "1");
}

TEST_CASE("metrics: windows of faults", "[checks]") {
    using WindowKind = Window::Kind;
    Stream s({metric("op.count", Stat::count, {WindowKind::during, "cut"}),
              metric("op.count", Stat::count, {WindowKind::after, "cut"}),
              metric("op.count", Stat::count, {WindowKind::outside_faults, ""}),
              metric("op.count", Stat::count, {WindowKind::after, "lost"}),
              metric("op.count", Stat::count, {WindowKind::during, "other"})});
    op(s, "read", 1ms);  // before
    s.fault(sim::event::fault_fired, "lost", "drop");
    s.fault(sim::event::fault_fired, "cut");
    op(s, "read", 1ms);
    op(s, "read", 1ms);                       // during
    s.fault(sim::event::fault_fired, "cut");  // once more, of a fault that repeats
    s.fault(sim::event::fault_healed, "cut");
    op(s, "read", 1ms);  // after
    CHECK(s.outcome(0).measured == "2");
    CHECK(s.outcome(1).measured == "1");
    CHECK(s.outcome(2).measured == "2");
    CHECK(s.outcome(3).measured == "3");
    CHECK(s.outcome(4).measured == "0");
}

TEST_CASE("metrics: levels of clones and leases, weighted by time", "[checks]") {
    Stream s({metric("clone.active", Stat::max), metric("clone.active", Stat::mean),
              metric("lease.held", Stat::last), metric("clone.bytes", Stat::sum),
              metric("clone.rate", Stat::max)});
    s.create();
    s.grant(2);
    s.append({.serial = 1, .length = 1000});
    s.on_disk(4) = s.on_disk(1);
    s.emit_as(s.master(), event::clone_started, {Stream::chunk, s.cs(1), s.cs(4), 1, 2});
    s.emit_as(s.master(), event::clone_started, {Stream::chunk, s.cs(1), s.cs(5), 1, 2});
    s.advance(1s);
    s.emit_as(s.master(), event::clone_finished, {Stream::chunk, s.cs(1), s.cs(4), 1, 2});
    s.emit_as(s.master(), event::clone_failed, {Stream::chunk, s.cs(1), s.cs(5), 1, Code::timeout});
    s.advance(3s);
    CHECK(s.outcome(0).measured == "2");
    CHECK(s.outcome(1).measured == "0.500");
    CHECK(s.outcome(2).measured == "1");
    CHECK(s.outcome(3).measured == "1000 bytes");
    CHECK(s.outcome(4).measured == "1000 bytes/s");
}

TEST_CASE("metrics: replication and the master's absence, as lasting times", "[checks]") {
    Stream s({metric("time.to_full_replication", Stat::max), metric("chunks.single", Stat::max),
              metric("master.unavailable", Stat::sum), metric("chunks.lost", Stat::max)});
    s.advance(1s);
    s.emit_as(s.master(), event::chunk_under_replicated, {Stream::chunk, 1, 3});
    s.advance(2s);
    s.emit_as(s.master(), event::chunk_replicated, {Stream::chunk, 3, 3});
    s.emit(event::master_crashed, {s.master()});
    s.advance(4s);
    s.emit_as(s.master(), event::master_recovered, {s.master(), 1, 1, 1});
    CHECK(s.outcome(0).measured == "2 s");
    CHECK(s.outcome(1).measured == "1");
    CHECK(s.outcome(2).measured == "4 s");
    CHECK(s.outcome(3).measured == "0");
}

TEST_CASE("metrics: bytes that replace bytes, and records that are there already", "[checks]") {
    Stream s({metric("bytes.overwritten", Stat::sum), metric("bytes.duplicated", Stat::sum)});
    s.create();
    s.grant(2);
    s.append({.serial = 1});
    s.write({.serial = 2, .offset = 5, .data = DataId{2}});
    s.emit_as(s.client(), event::append_duplicated,
              {s.engine.text("/a"), Stream::chunk, s.client(), 15, 10, DataId{1}, 7});
    s.append({.serial = 3, .offset = 15});
    CHECK(s.outcome(0).measured == "5 bytes");
    CHECK(s.outcome(1).measured == "10 bytes");
}

TEST_CASE("metrics: what reaches the master", "[checks]") {
    Stream s({metric("master.ops", Stat::count)});
    const auto deliver = [&](sim::MessageType type) {
        s.emit(sim::event::message_delivered, {type, s.client(), s.master(), 1});
    };
    deliver(request_type(Message::Create));
    deliver(request_type(Message::FindLocation));
    deliver(reply_type(Message::Create));
    deliver(request_type(Message::Read));
    CHECK(s.outcome().measured == "2");
}

TEST_CASE("metrics: what cannot be measured is said before the run", "[checks]") {
    CHECK(why_not(metric("op.latency", Stat::p99)).empty());
    CHECK(why_not(metric("memory.master_per_chunk", Stat::max)).empty());
    CHECK(why_not(metric("memory.of_a_client", Stat::max)) ==
          "not supported yet: metric `memory.of_a_client`");
    CHECK_FALSE(why_not(metric("clone.active", Stat::p99)).empty());
    Expectation filtered = metric("op.latency", Stat::p99);
    filtered.where = {{"server", "cs1"}};
    CHECK(why_not(filtered) == "metric `op.latency` cannot be asked for by server");
}

}  // namespace gfs::checks
