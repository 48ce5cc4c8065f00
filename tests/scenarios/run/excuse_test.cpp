// SPDX-License-Identifier: Apache-2.0
// Losses that nobody could have avoided (docs/excused.md): excused with a proof, and with nothing
// less than that.

#include "scenarios/reports/result_json.h"
#include "scenarios/reports/summary.h"
#include "tests/scenarios/run/excuse_words.h"

namespace gfs::run {
namespace {

// A record on three of four servers, and faults against all of them at about 20 s.
struct Story {
    std::string gfs = R"("lease": "2s")";
    std::string faults = R"(
        "first": { "do": "wipe", "target": "@a", "at": "20s" },
        "second": { "do": "wipe", "target": "@b", "at": "20.001s" },
        "third": { "do": "wipe", "target": "@c", "at": "20.002s" })";
    std::string expect = R"("kept": { "assert": "check", "checker": "no_data_loss" })";
    std::string more{};   // top-level fields
    std::string steps{};  // after the append
    std::string sleep = "40s";
};

std::string text_of(const Story& story) {
    const std::string target = R"({ "role": "chunkserver", "holds": "/log#0", "pick": )";
    return R"({ "gfsim": 1, "name": "loss", "cluster": { "chunkservers": 4 },
    "gfs": { "chunk_size": "1MiB", "heartbeat": "500ms", "dead_after": "3s", )" +
           story.gfs + R"( },
    "workload": { "w": { "script": [
        { "op": "create", "file": "/log", "outcome": "ok" },
        { "op": "append", "file": "/log", "data": "promised", "outcome": "ok" }, )" +
           story.steps + R"(
        { "op": "sleep", "time": ")" +
           story.sleep + R"(" } ] } },
    "targets": { "a": )" +
           target + R"("first" }, "b": )" + target + R"("last" }, "c": )" + target +
           R"("last" } },
    "faults": { )" +
           story.faults + R"( },
    "expect": { )" +
           story.expect + " }" + story.more + " }";
}

TEST_CASE("excuse: every copy was destroyed at once, and the proof says when and by what",
          "[excuse][gfs-2.7.1]") {
    const RunResult result = run(text_of({}));
    const std::string proof = excuse_of(result);
    INFO(proof);
    CHECK(result.verdict == Verdict::excused);
    CHECK(contains(proof, "8 bytes were on 3 servers"));
    CHECK(contains(proof, "at 20.000000000s cs"));
    CHECK(contains(proof, "fault `first` (wipe) destroyed it (2 left)"));
    CHECK(contains(proof, "fault `third` (wipe) destroyed it (0 left)"));
    CHECK(contains(proof, "so: expectation `kept`"));
    CHECK(results::exit_status(result.verdict) == 0);
    CHECK(results::exit_status(result.verdict, true) == 5);
    CHECK(contains(reports::summary(result, {}), "fault `second` (wipe) destroyed it"));
    CHECK(contains(reports::result_json(result), "fault `second` (wipe) destroyed it"));
    CHECK(run(text_of({})).digest == result.digest);
}

TEST_CASE("excuse: what went the same way is told once, with all the bytes", "[excuse]") {
    // Appended at different times, lost in the same way.
    const RunResult result = run(text_of({.steps = R"(
        { "op": "sleep", "time": "3s" },
        { "op": "append", "file": "/log", "data": "and more", "outcome": "ok" },
        { "op": "sleep", "time": "3s" },
        { "op": "append", "file": "/log", "data": "at last", "outcome": "ok" },)"}));
    const std::string proof = excuse_of(result);
    INFO(proof);
    CHECK(result.verdict == Verdict::excused);
    CHECK(contains(proof, "23 bytes were on 3 servers, and are on none that is up: bytes 0 to 23"));
    const std::size_t first = proof.find("fault `third` (wipe) destroyed it");
    REQUIRE(first != std::string::npos);
    CHECK(proof.find("fault `third` (wipe) destroyed it", first + 1) == std::string::npos);
}

TEST_CASE("excuse: with one copy left alone nothing is lost, and nothing is to be excused",
          "[excuse]") {
    const RunResult result = run(text_of({.faults = R"(
        "first": { "do": "wipe", "target": "@a", "at": "20s" },
        "second": { "do": "wipe", "target": "@b", "at": "20.001s" })"}));
    CHECK(result.verdict == Verdict::passed);
    CHECK(result.excuse.empty());
}

TEST_CASE("excuse: disks that lied about their syncs", "[excuse]") {
    const std::string faults = R"(
        "lies": { "do": "lying_fsync", "target": "role:chunkserver", "at": "0s" },
        "dark": { "do": "power_loss", "target": "role:chunkserver", "at": "20s", "for": "1s" })";
    const std::string expect = R"(
        "kept": { "assert": "check", "checker": "no_data_loss" },
        "whole": { "assert": "eventually", "state": "fully_replicated" })";
    const RunResult result = run(text_of({.faults = faults, .expect = expect}));
    INFO(excuse_of(result));
    CHECK(result.verdict == Verdict::excused);
    CHECK(contains(excuse_of(result), "although the disk had said that it was durable"));
}

TEST_CASE("excuse: what was never synced is the file system's own loss", "[excuse]") {
    const std::string faults = R"(
        "dark": { "do": "power_loss", "target": "role:chunkserver", "for": "1s",
                  "when": { "event": "append.ok" } })";
    const RunResult kept = run(text_of({.faults = faults}));
    CHECK(kept.verdict == Verdict::passed);
    const RunResult lost =
        run(text_of({.gfs = R"("lease": "2s", "durability": "writeback")", .faults = faults}));
    INFO(excuse_of(lost));
    CHECK(lost.verdict == Verdict::violated);
    CHECK(contains(excuse_of(lost), "not excused"));
    CHECK(contains(excuse_of(lost), "found it not synced"));
}

TEST_CASE("excuse: machines that are down with the bytes on their disks", "[excuse]") {
    const RunResult result = run(text_of({.faults = R"(
        "down": { "do": "power_loss", "target": "role:chunkserver", "at": "20s" })"}));
    INFO(excuse_of(result));
    CHECK(result.verdict == Verdict::excused);
    CHECK(contains(excuse_of(result), "took it down, with the bytes on its disk"));
}

// One replica rots, and long after the two others are destroyed.
const std::string rot_and_wipe = R"(
        "rot": { "do": "bitrot", "target": "@a", "chunk": "/log#0", "at": "20s" },
        "second": { "do": "wipe", "target": "@b", "at": "300s" },
        "third": { "do": "wipe", "target": "@c", "at": "300.001s" })";

TEST_CASE("excuse: not when a mechanism that is switched off would have made another copy",
          "[excuse][ablation][gfs-5.2]") {
    const std::string often = R"("lease": "2s", "idle_scan_every": "10s")";
    const RunResult repaired =
        run(text_of({.gfs = often, .faults = rot_and_wipe, .sleep = "320s"}));
    const RunResult unseen = run(text_of(
        {.gfs = often + R"(, "without": ["idle_scan"])", .faults = rot_and_wipe, .sleep = "320s"}));
    INFO(excuse_of(unseen));
    CHECK(repaired.verdict == Verdict::passed);
    CHECK(unseen.verdict == Verdict::violated);
    CHECK(contains(excuse_of(unseen), "nothing kept the file system from making another copy"));
}

TEST_CASE("excuse: not when the file system never made the copies that it could have made",
          "[excuse][gfs-4.2]") {
    // The chunk is created on one server, and a client is told of its record.
    const std::string faults = R"(
        "uncreated": { "do": "drop", "message": "CreateChunk", "count": 2, "at": "0s" },
        "only": { "do": "wipe", "target": "@a", "when": { "event": "append.ok" } })";
    const RunResult result =
        run(text_of({.gfs = R"("lease": "2s", "creation_replicas": 1)", .faults = faults}));
    INFO(excuse_of(result));
    CHECK(result.verdict == Verdict::violated);
    CHECK(contains(excuse_of(result), "1 servers at most had them when 3 could have"));
}

TEST_CASE("excuse: not when something else failed too", "[excuse]") {
    const std::string also = R"("kept": { "assert": "check", "checker": "no_data_loss" },
        "quiet": { "assert": "never", "event": "append.ok" })";
    const RunResult result = run(text_of({.expect = also}));
    CHECK(result.verdict == Verdict::violated);
    CHECK(contains(excuse_of(result), "expectation `quiet`: does not follow from any loss"));

    const std::string read = R"({ "op": "sleep", "time": "25s" },
        { "op": "read", "file": "/log", "timeout": "1s", "outcome": "ok" },)";
    const RunResult step = run(text_of({.steps = read}));
    CHECK(step.verdict == Verdict::violated);
    CHECK(contains(excuse_of(step), "failed steps: does not follow"));
}

TEST_CASE("excuse: a failure without a loss has none, and no word is lost about it", "[excuse]") {
    const RunResult result = run(
        text_of({.faults = R"("one": { "do": "crash", "target": "cs1", "at": "5s", "for": "1s" })",
                 .expect = R"("quiet": { "assert": "never", "event": "append.ok" })"}));
    CHECK(result.verdict == Verdict::violated);
    CHECK(result.excuse.empty());
}

TEST_CASE("excuse: a budget that asks for nothing is never exceeded", "[excuse]") {
    const RunResult none = run(text_of({.more = R"(, "budget": { "min_copies": 0 })"}));
    CHECK(none.verdict == Verdict::violated);
    CHECK(contains(excuse_of(none), "the budget was not exceeded"));
    const RunResult two = run(text_of({.more = R"(, "budget": { "min_copies": 2 })"}));
    CHECK(two.verdict == Verdict::excused);
    CHECK(contains(excuse_of(two), "the budget asks for 2 (/budget/min_copies): exceeded"));
}

TEST_CASE("excuse: random faults are held back by the budget, and lose nothing", "[excuse]") {
    std::string faults = Story{}.faults;
    for (std::size_t at = 0; (at = faults.find(" }", at)) != std::string::npos; at += 45)
        faults.replace(at, 2, R"(, "random": true, "optional": true })");
    const RunResult result =
        run(text_of({.faults = faults, .more = R"(, "budget": { "min_copies": 1 })"}));
    CHECK(result.verdict == Verdict::passed);
}

TEST_CASE("excuse: a fault that never fires leaves the run vacuous", "[excuse]") {
    const RunResult result = run(text_of({.faults = Story{}.faults + R"(,
        "never": { "do": "crash", "target": "cs1", "when": { "event": "append.padded" } })"}));
    CHECK(result.verdict == Verdict::vacuous);
}

TEST_CASE("excuse: names that were on disks which lied", "[excuse][gfs-2.6.3]") {
    const std::string steps = R"({ "op": "sleep", "time": "5s" },
        { "op": "create", "file": "/late", "outcome": "ok" },)";
    const std::string lies = R"(
        "lies": { "do": "lying_fsync", "target": "@logs", "at": "4s" },
        "lies-too": { "do": "lying_fsync", "target": "master", "at": "4s" },)";
    const std::string dark = R"(
        "dark": { "do": "power_loss", "target": "@logs", "at": "20s", "for": "2s" },
        "dark-too": { "do": "power_loss", "target": "master", "at": "20s", "for": "1s" })";
    const auto story = [&](const std::string& faults) {
        std::string text = text_of({.faults = faults,
                                    .expect = R"("names": { "assert": "always",
            "invariant": "acked_namespace_survives" })",
                                    .steps = steps,
                                    .sleep = "60s"});
        const std::string before = R"("targets": {)";
        text.insert(text.find(before) + before.size(),
                    R"( "logs": { "role": "log_replica", "count": "100%" },)");
        return text;
    };
    const RunResult result = run(story(lies + dark));
    INFO(excuse_of(result));
    CHECK(result.verdict == Verdict::excused);
    CHECK(contains(excuse_of(result), "operation log: record"));
    CHECK(contains(excuse_of(result), "records up to"));
    CHECK(run(story(dark)).verdict == Verdict::passed);
}

// All logs are on disks that lie, and lose their power while clients work.
std::string log_story(const std::string& lies, const std::string& expect) {
    return R"({ "gfsim": 1, "name": "log", "seed": 1, "cluster": { "chunkservers": 4 },
    "gfs": { "chunk_size": "1MiB", "lease": "4s", "heartbeat": "1s", "dead_after": "5s",
             "rereplicate_after": "2s" },
    "workload": { "w": { "clients": 2, "rate": "10/s", "stop": "30s",
        "mix": { "append": 3, "create": 1 }, "files": { "prefix": "/f", "count": 3 },
        "size": "8KiB" } },
    "targets": { "logs": { "role": "log_replica", "count": "100%" } },
    "faults": { )" +
           lies + R"(
        "dark": { "do": "power_loss", "target": "@logs", "at": "10s", "for": "2s" },
        "dark-too": { "do": "power_loss", "target": "master", "at": "10s", "for": "1s" } },
    "expect": { )" +
           expect + " } }";
}
const std::string all_lie = R"(
        "lie": { "do": "lying_fsync", "target": "@logs", "at": "0s" },
        "lie-too": { "do": "lying_fsync", "target": "master", "at": "0s" },)";

TEST_CASE("excuse: a log that was lost has handles and versions given out again",
          "[excuse][gfs-2.6.3]") {
    const RunResult result = run(log_story(all_lie, ""));
    INFO(excuse_of(result));
    CHECK(result.verdict == Verdict::excused);
    CHECK(contains(excuse_of(result), "so: invariant handles_unique (G21)"));
    CHECK(contains(excuse_of(result), "with it what came after record 0, of chunks 1, 2, 3"));
    CHECK(run(log_story("", "")).verdict == Verdict::passed);
}

TEST_CASE("excuse: bytes that the file system gave up because the log was lost",
          "[excuse][gfs-4.4.1]") {
    const std::string kept = R"("kept": { "assert": "check", "checker": "no_data_loss" })";
    const RunResult result = run(log_story(all_lie, kept));
    INFO(excuse_of(result));
    CHECK(result.verdict == Verdict::excused);
    CHECK(contains(excuse_of(result), "so: expectation `kept`"));
}

TEST_CASE("excuse: a lost log is none for what tells of no chunk that it told of", "[excuse]") {
    const std::string quiet = R"("quiet": { "assert": "never", "event": "lease.granted" })";
    const RunResult result = run(log_story(all_lie, quiet));
    CHECK(result.verdict == Verdict::violated);
    CHECK(contains(excuse_of(result), "expectation `quiet`: does not follow from any loss"));
}

TEST_CASE("excuse: what failed before the log was lost does not follow from it", "[excuse]") {
    // A master that forgets which handles it has given out crashes long before.
    std::string text = log_story(all_lie + R"(
        "early": { "do": "crash", "target": "master", "at": "2s", "for": "500ms" },)",
                                 "");
    const auto put = [&text](const std::string& before, const std::string& what) {
        text.insert(text.find(before), what);
    };
    put(R"("chunk_size")", R"("without": ["handle_uniqueness"], )");
    put(R"(3 },
        "size")",
        "4");  // 43 files: chunks are made all the time
    for (const char* const at : {"dark\"", "dark-too\""})
        text.replace(text.find("10s", text.find(at)), 3, "20s");
    const RunResult result = run(text);
    INFO(excuse_of(result));
    CHECK(result.verdict == Verdict::violated);
    CHECK(contains(excuse_of(result), "failed before anything of the log was lost"));
}

}  // namespace
}  // namespace gfs::run
