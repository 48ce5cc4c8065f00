// SPDX-License-Identifier: Apache-2.0
// From text to the structs that run.

#include <catch2/catch.hpp>

#include "core/common/codes.h"
#include "core/common/message_types.h"
#include "scenarios/format/fields.h"
#include "tests/format/memory_files.h"

namespace gfs::format {
namespace {

using std::chrono::seconds;

LoadResult annotated(const std::string& name) {
    return load_file(top + "tests/format/annotated/" + name + ".json");
}

TEST_CASE("load: the annotated scenarios parse unchanged, comments and all", "[format]") {
    for (const char* name : {"hello", "lease-expiry", "record-append"}) {
        const LoadResult result = annotated(name);
        INFO(name << "\n" << result.diagnostics.human());
        CHECK(result.ok());
        CHECK(result.diagnostics.warnings() == 0);
    }
}

TEST_CASE("load: what is not built yet is all that is refused in the larger ones", "[format]") {
    for (const char* name : {"rack-power", "master-failover"}) {
        const LoadResult result = annotated(name);
        INFO(name << "\n" << result.diagnostics.human());
        for (const Diagnostic& d : result.diagnostics.sorted()) {
            CHECK(d.code == "E0140");
            CHECK(d.message.starts_with("not supported yet: "));
        }
    }
}

TEST_CASE("load: the library's files load and are strict JSON", "[format]") {
    for (const char* name : {"hello", "lease_expiry", "record_append"}) {
        const std::string path = top + "scenarios/library/basics/" + name + ".json";
        const LoadResult result = load_file(path);
        INFO(result.diagnostics.human());
        CHECK(result.ok());
        CHECK(slurp(path).find("//") == std::string::npos);
    }
}

TEST_CASE("load: hello becomes a script of three steps", "[format]") {
    const LoadResult result = annotated("hello");
    REQUIRE(result.ok());
    const Scenario& s = *result.scenario;
    CHECK(s.name == "hello");
    CHECK(s.seed == 1);
    REQUIRE(s.cluster.racks.size() == 1);
    CHECK(s.cluster.racks[0].name == "r1");
    CHECK(s.cluster.racks[0].master);
    CHECK(s.cluster.racks[0].chunkservers == 3);
    REQUIRE(s.workload.size() == 1);
    const Group& alice = s.workload[0];
    CHECK(alice.name == "alice");
    CHECK(alice.source.line == 8);
    CHECK(alice.source.column == 5);
    REQUIRE(alice.script.size() == 3);
    CHECK(alice.script[0].op == Op::create);
    CHECK(alice.script[1].data == "hi");
    CHECK(alice.script[1].as == "first");
    CHECK_FALSE(alice.script[1].size.has_value());
    CHECK(alice.script[2].offset == 0U);
    CHECK(alice.script[2].size == sim::Distribution::constant(2));
    REQUIRE(s.expect.size() == 2);
    CHECK(s.expect[0].kind == Expectation::Kind::content);
    CHECK(s.expect[0].records == std::vector<std::string>{"hi"});
    CHECK(s.expect[1].checker == Checker::gfs_consistency);
}

TEST_CASE("load: lease-expiry has its trigger, target and parameter", "[format]") {
    const LoadResult result = annotated("lease-expiry");
    REQUIRE(result.ok());
    const Scenario& s = *result.scenario;
    CHECK(s.gfs.lease == seconds{60});
    CHECK(s.gfs.heartbeat == seconds{1});
    REQUIRE(s.targets.size() == 1);
    CHECK(s.targets[0].holds->file == "/log");
    CHECK(s.targets[0].holds->index == 0);
    CHECK(s.targets[0].as == Target::As::primary);
    REQUIRE(s.faults.size() == 1);
    const Fault& cut = s.faults[0];
    CHECK(cut.kind == FaultKind::partition);
    CHECK(cut.duration == seconds{120});
    REQUIRE(cut.between.size() == 2);
    CHECK(cut.between[0].kind == Who::Kind::target);
    CHECK(cut.between[0].text == "old");
    CHECK(cut.between[1].kind == Who::Kind::actor);
    CHECK(cut.start.kind == FaultStart::Kind::when);
    CHECK(cut.start.when.event == "append.ok");
    CHECK(cut.start.when.nth == 3);
    CHECK(cut.start.when.by == seconds{30});
    CHECK(s.expect[2].match[0].values[0].kind == Value::Kind::target);
    CHECK(s.expect[4].since.kind == Since::Kind::fault);
    CHECK(s.expect[4].since.name == "cut");
    CHECK(s.workload[0].rate->count == 10);
    CHECK(s.sweep->seeds.front() == std::pair<std::uint64_t, std::uint64_t>{1, 50});
    CHECK(s.sweep->params[0].second == std::vector<std::string>{"\"5s\"", "\"60s\""});
}

TEST_CASE("load: record-append derives the largest record from the chunk size", "[format]") {
    const LoadResult result = annotated("record-append");
    REQUIRE(result.ok());
    const Scenario& s = *result.scenario;
    CHECK(s.gfs.chunk_size == MiB);
    CHECK(s.gfs.record_append_max == MiB / 4);
    CHECK(s.faults[0].kind == FaultKind::drop);
    CHECK(s.faults[0].message == "ApplyMutation");
    CHECK(s.faults[0].nth == 7);
    CHECK(s.faults[0].from->role == Role::chunkserver);
    CHECK(s.expect[3].xfail.has_value());
    CHECK(s.workload[1].script[0].repeat == 10);
}

// The table's defaults and those of the struct are two texts of one thing.
TEST_CASE("load: the defaults of the table are the defaults of the configuration", "[format]") {
    const LoadResult result = load(minimal());
    REQUIRE(result.ok());
    const Config loaded = result.scenario->gfs;
    const Config built;
    CHECK(loaded.profile == built.profile);
    CHECK(loaded.chunk_size == built.chunk_size);
    CHECK(loaded.checksum_block == built.checksum_block);
    CHECK(loaded.replication == built.replication);
    CHECK(loaded.lease == built.lease);
    CHECK(loaded.lease_guard == built.lease_guard);
    CHECK(loaded.heartbeat == built.heartbeat);
    CHECK(loaded.dead_after == built.dead_after);
    CHECK(loaded.rereplicate_after == built.rereplicate_after);
    CHECK(loaded.delete_grace == built.delete_grace);
    CHECK(loaded.scan_every == built.scan_every);
    CHECK(loaded.placement.kind == built.placement.kind);
    CHECK(loaded.push == built.push);
    CHECK(loaded.clone_limit.percent == built.clone_limit.percent);
    CHECK(loaded.clone_limit.amount == built.clone_limit.amount);
    CHECK(loaded.clone_bandwidth == built.clone_bandwidth);
    CHECK(loaded.clone_per_server == built.clone_per_server);
    CHECK(loaded.record_append_max == built.record_append_max);
    CHECK(loaded.master_restart == built.master_restart);
    CHECK(loaded.log_replicas == built.log_replicas);
    CHECK(loaded.log_batch == built.log_batch);
    CHECK(loaded.checkpoint_every == built.checkpoint_every);
    CHECK(loaded.log_replica_down == built.log_replica_down);
    CHECK(loaded.log_replica_timeout == built.log_replica_timeout);
    CHECK(loaded.durability == built.durability);
    CHECK(loaded.checksum_order == built.checksum_order);
    CHECK(loaded.idle_scan_every == built.idle_scan_every);
    CHECK(loaded.idle_scan_bandwidth == built.idle_scan_bandwidth);
    CHECK(loaded.version_order == built.version_order);
    CHECK(loaded.secondary_version_check == built.secondary_version_check);
    CHECK(loaded.report_secondary_after == built.report_secondary_after);
    CHECK(loaded.clone_revoke == built.clone_revoke);
    CHECK(loaded.primary_choice == built.primary_choice);
    CHECK(loaded.push_buffer == built.push_buffer);
    CHECK(loaded.client_cache == built.client_cache);
    CHECK(loaded.client_timeout == built.client_timeout);
    CHECK(loaded.client_retries == built.client_retries);
    CHECK(loaded.master_failover_after == built.master_failover_after);
    CHECK(loaded.regions.empty());
    CHECK(loaded.mode == built.mode);
    CHECK(loaded.users == built.users);
    CHECK(loaded.master_op_time == built.master_op_time);
    CHECK(loaded.master_name_time == built.master_name_time);
    CHECK(loaded.name_search == built.name_search);
    CHECK(loaded.without.empty());
}

TEST_CASE("load: regions are directories, and users are those that somebody names", "[format]") {
    const LoadResult result = load(R"({ "gfsim": 1, "cluster": { "chunkservers": 3 },
        "gfs": { "regions": {
            "/tmp/": { "replication": 1, "delete_grace": "0s" },
            "/users": { "owner": "alice", "mode": "640", "max_files": 7, "max_bytes": "1GiB" } } },
        "workload": { "w": { "user": "bob", "script": [] } } })");
    REQUIRE_FALSE(result.ok());  // there are two classes of users, and no group
    const LoadResult good = load(R"({ "gfsim": 1, "cluster": { "chunkservers": 3 },
        "gfs": { "regions": {
            "/tmp/": { "replication": 1, "delete_grace": "0s" },
            "/users": { "owner": "alice", "mode": "644", "max_files": 7, "max_bytes": "1GiB" } } },
        "workload": { "w": { "user": "bob", "script": [] }, "x": { "script": [] } } })");
    INFO(good.diagnostics.human());
    REQUIRE(good.ok());
    const Config& gfs = good.scenario->gfs;
    REQUIRE(gfs.regions.size() == 2);
    CHECK(gfs.regions[0].directory == "/tmp");
    CHECK(gfs.regions[0].replication == 1);
    CHECK(gfs.regions[0].delete_grace == 0s);
    CHECK_FALSE(gfs.regions[0].mode.has_value());
    CHECK(gfs.users == std::vector<std::string>{"root", "alice", "bob"});
    CHECK(gfs.regions[1].owner == UserId{1});
    CHECK(gfs.regions[1].mode == 0644);
    CHECK(gfs.regions[1].max_files == 7);
    CHECK(gfs.regions[1].max_bytes == 1024 * MiB);
    CHECK(good.scenario->workload[0].user == UserId{2});
    CHECK(good.scenario->workload[1].user == root_user);
}

TEST_CASE("load: the defaults of cluster, network and stop are those of the structs", "[format]") {
    const LoadResult result = load(minimal());
    REQUIRE(result.ok());
    const ClusterSpec& loaded = result.scenario->cluster;
    const ClusterSpec built;
    CHECK(loaded.disk.capacity_bytes == built.disk.capacity_bytes);
    CHECK(loaded.disk.seek == built.disk.seek);
    CHECK(loaded.disk.bandwidth_bytes_per_s == built.disk.bandwidth_bytes_per_s);
    CHECK(loaded.network.same_rack.latency == built.network.same_rack.latency);
    CHECK(loaded.network.cross_rack.latency == built.network.cross_rack.latency);
    CHECK(loaded.network.nic_bytes_per_s == built.network.nic_bytes_per_s);
    CHECK(loaded.network.uplink_bytes_per_s == built.network.uplink_bytes_per_s);
    CHECK(loaded.network.same_rack.loss == built.network.same_rack.loss);
    CHECK(loaded.clock.max_offset == built.clock.max_offset);
    CHECK(result.scenario->stop.settle == Stop{}.settle);
    CHECK(result.scenario->stop.max_events == Stop{}.max_events);
    CHECK(result.scenario->record.max_events == Record{}.max_events);
}

TEST_CASE("load: profiles change defaults, and the file changes the profile", "[format]") {
    const LoadResult hdfs = load(minimal(R"("gfs": {"profile": "hdfs", "heartbeat": "5s"}, )"));
    REQUIRE(hdfs.ok());
    CHECK(hdfs.scenario->gfs.dead_after == seconds{630});
    CHECK(hdfs.scenario->gfs.chunk_size == 128 * MiB);
    CHECK(hdfs.scenario->gfs.heartbeat == seconds{5});
    for (const Word& profile : profile_words()) {
        const LoadResult result =
            load(minimal(R"("gfs": {"profile": ")" + std::string(profile.name) + R"("}, )"));
        INFO(result.diagnostics.human());
        CHECK(result.ok());
    }
}

TEST_CASE("load: conditions are read by the type of the field", "[format]") {
    const LoadResult result = load(minimal(R"("expect": {
 "a": {"assert": "sometimes", "event": "mutation.rejected",
       "match": {"server": ["cs1", "cs*"], "version": {"ge": 2, "le": 9},
                 "reason": "not_primary"}},
 "b": {"assert": "never", "event": "append.ok",
       "match": {"chunk": "/a#3",
                 "offset": {"not": "64KiB"}, "actor": "w.1"}},
 "c": {"assert": "count", "event": "message.sent",
       "match": {"message": "PingReply"}, "le": 5}}, )"));
    INFO(result.diagnostics.human());
    REQUIRE(result.ok());
    const std::vector<Expectation>& e = result.scenario->expect;
    CHECK(e[0].match[0].values.size() == 2);
    CHECK(e[0].match[1].kind == Condition::Kind::range);
    CHECK(e[0].match[1].ge == 2);
    CHECK(e[0].match[1].le == 9);
    CHECK(e[0].match[2].values[0].integer == static_cast<int>(Code::not_primary));
    CHECK(e[1].match[0].values[0].chunk.index == 3);
    CHECK(e[1].match[1].kind == Condition::Kind::none_of);
    CHECK(e[1].match[1].values[0].integer == 65536);
    CHECK(e[2].match[0].values[0].integer == static_cast<int>(*find_message("PingReply")));
    CHECK(e[2].bounds[0].relation == Relation::le);
}

TEST_CASE("load: bounds are exact in the unit of the metric", "[format]") {
    const LoadResult result = load(minimal(R"("expect": {
 "a": {"assert": "metric", "metric": "op.latency", "stat": "p99", "le": "1.5ms", "ge": 0},
 "b": {"assert": "metric", "metric": "op.count", "stat": "rate", "gt": "0.5/s"},
 "c": {"assert": "metric", "metric": "bytes.read", "stat": "rate", "lt": "8Mbit/s"},
 "d": {"assert": "metric", "metric": "op.latency", "stat": "count", "eq": 7}}, )"));
    INFO(result.diagnostics.human());
    REQUIRE(result.ok());
    const std::vector<Expectation>& e = result.scenario->expect;
    CHECK(e[0].bounds[1].value.numerator == 1'500'000);
    CHECK(e[1].bounds[0].value.numerator == 1);
    CHECK(e[1].bounds[0].value.denominator == 2);
    CHECK(e[2].bounds[0].value.numerator == 1'000'000);
    CHECK(e[3].bounds[0].value.numerator == 7);
}

TEST_CASE("load: weights of a mix become integers in the same proportions", "[format]") {
    const LoadResult result = load(R"({"gfsim": 1, "cluster": {"chunkservers": 3}, "workload": {"w":
 {"mix": {"read": 0.5, "append": 1.25, "write": 0}, "files": "/a", "ops": 5}}})");
    INFO(result.diagnostics.human());
    REQUIRE(result.ok());
    const std::vector<MixEntry>& mix = result.scenario->workload[0].mix;
    REQUIRE(mix.size() == 2);
    CHECK(mix[0].op == Op::read);
    CHECK(mix[0].weight == 2);
    CHECK(mix[1].weight == 5);
}

TEST_CASE("load: a record that is too large is refused, unless the script asks to see that",
          "[format]") {
    const auto of = [](const std::string& group) {
        const LoadResult result = load(
            R"({"gfsim": 1, "cluster": {"chunkservers": 3}, "gfs": {"record_append_max": "1KiB"},
 "workload": {"w": )" +
            group + "}}");
        const auto all = result.diagnostics.sorted();
        return all.empty() ? std::string()
                           : all[0].code + (all[0].at.span.known() ? "" : " nowhere");
    };
    CHECK(of(R"({"script": [{"op": "append", "file": "/a", "size": "2KiB"}]})") == "E0311");
    CHECK(of(R"({"script": [{"op": "append", "file": "/a"}]})") == "E0311");
    CHECK(of(R"({"mix": {"append": 1}, "files": "/a", "ops": 1})") == "E0311");
    CHECK(of(R"({"script": [{"op": "append", "file": "/a", "size": "1KiB"}]})").empty());
    CHECK(of(R"({"script": [{"op": "append", "file": "/a", "size": "2KiB",
                             "outcome": "record_too_large"}]})")
              .empty());
}

TEST_CASE("load: all errors of a file are found in one pass", "[format]") {
    const LoadResult result = load(minimal(R"("gfs": {"lease": 60, "lese": "5s"},
 "faults": {"a": {"do": "crash", "target": "cs9", "at": "5s"}, "b": {"do": "crsh"}},
 "expect": {"c": {"assert": "sometimes", "event": "append.okay"}}, "stop": {"at": "10 s"}, )"));
    CHECK(codes(result.diagnostics) == "E0103 E0101 E0304 E0320 E0110 E0110 E0103");
}

TEST_CASE("load: every fault kind that is built loads with what it requires", "[format]") {
    const LoadResult result = load(minimal(R"("targets": {"t": {"rack": "r1"}}, "faults": {
 "a": {"do": "crash", "target": "cs1", "at": "1s", "for": "5s"},
 "b": {"do": "stop", "target": "rack:r1", "after": "a", "after_heal": true, "delay": "1s"},
 "c": {"do": "restart", "target": "cs1", "at": "9s"},
 "d": {"do": "power_loss", "target": "@t",
       "every": {"period": {"dist": "exponential", "mean": "5s"}, "times": 3}},
 "e": {"do": "pause", "target": "master", "at": "1s", "for": "2s"},
 "f": {"do": "isolate", "target": "cs*", "at": "1s", "direction": "forward"},
 "g": {"do": "partition", "between": ["w.*", "role:chunkserver"], "at": "1s"},
 "h": {"do": "link", "between": ["cs1", "cs2"],
       "link": {"latency": "5ms", "loss": 0.1}, "at": "1s"},
 "i": {"do": "drop", "message": "HeartBeat", "count": 3, "at": "1s", "optional": true},
 "j": {"do": "duplicate", "message": "WriteReply", "to": "w.2", "at": "1s"},
 "k": {"do": "delay", "message": "Write", "time": "2s", "match": {"to": "cs1"}, "at": "1s"},
 "l": {"do": "clock_offset", "target": "cs1", "offset": "-5ms", "at": "1s"},
 "m": {"do": "clock_drift", "target": "cs1", "drift_ppm": -200, "at": "1s"},
 "n": {"do": "heal", "fault": "f", "when": {"event": "lease.expired", "since": "a.healed"}}}, )"));
    INFO(result.diagnostics.human());
    REQUIRE(result.ok());
    const std::vector<Fault>& f = result.scenario->faults;
    CHECK(f.size() == 14);
    CHECK(f[0].duration == seconds{5});
    CHECK_FALSE(f[0].lose_unsynced);
    CHECK(f[1].start.after_heal);
    CHECK(f[3].lose_unsynced);
    CHECK(f[3].start.times == 3U);
    CHECK(f[7].link.loss == sim::Ratio{1, 10});
    CHECK(f[11].offset == std::chrono::milliseconds{-5});
    CHECK(f[12].drift_ppm == -200);
    CHECK(f[13].start.when.since.kind == Since::Kind::healed);
    CHECK(f[13].fault == "f");
}

}  // namespace
}  // namespace gfs::format
