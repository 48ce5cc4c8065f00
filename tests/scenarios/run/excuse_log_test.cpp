// SPDX-License-Identifier: Apache-2.0
// What follows from a lost operation log, and what does not (docs/excused.md): bytes, versions and
// handles that only the lost records told of.

#include "tests/scenarios/run/excuse_words.h"

namespace gfs::run {
namespace {

// All logs lose their power together, on disks that have lied.
struct Story {
    std::string steps;
    std::string lies_at = "0s";  // empty: they tell the truth
    std::string dark = R"("at": "10s")";
    std::string gfs = R"("lease": "2s")";
    std::string faults{};  // more of them
    std::string expect = R"("kept": { "assert": "check", "checker": "no_data_loss" })";
};

std::string text_of(const Story& story) {
    const auto fault = [](const std::string& name, const std::string& kind,
                          const std::string& target, const std::string& when) {
        return "\"" + name + R"(": { "do": ")" + kind + R"(", "target": ")" + target + "\", " +
               when + " }";
    };
    const std::string at = R"("at": ")" + story.lies_at + "\"";
    std::string lies;
    if (!story.lies_at.empty())
        lies = fault("lie", "lying_fsync", "@logs", at) + ", " +
               fault("lie-too", "lying_fsync", "master", at) + ", ";
    return R"({ "gfsim": 1, "name": "log", "seed": 1, "cluster": { "chunkservers": 4 },
    "gfs": { "chunk_size": "1MiB", "heartbeat": "1s", "dead_after": "5s",
             "rereplicate_after": "2s", )" +
           story.gfs + R"( },
    "workload": { "w": )" +
           story.steps + R"( },
    "targets": { "logs": { "role": "log_replica", "count": "100%" } },
    "faults": { )" +
           lies + fault("dark", "power_loss", "@logs", R"("for": "2s", )" + story.dark) + ", " +
           fault("dark-too", "power_loss", "master", R"("for": "1s", )" + story.dark) +
           story.faults + R"( }, "expect": { )" + story.expect + " } }";
}

// One file before the loss and one after it.
std::string script(const std::string& second, const std::string& sleep = "29s") {
    return R"({ "script": [
        { "op": "create", "file": "/f0" },
        { "op": "append", "file": "/f0", "data": "one" },
        { "op": "sleep", "time": ")" +
           sleep + R"(" }, )" + second + R"(
        { "op": "sleep", "time": "40s" } ] })";
}
const std::string another_file = R"({ "op": "create", "file": "/f1" },
        { "op": "append", "file": "/f1", "data": "two", "timeout": "30s" },)";
const std::string servers_dark = R"(,
        "servers": { "do": "power_loss", "target": "role:chunkserver", "for": "1s", "at": "40s" })";
const std::string writeback = R"("lease": "2s", "durability": "writeback")";

TEST_CASE("excuse: of a chunk whose version alone was lost with the log no bytes are",
          "[excuse][gfs-2.6.3]") {
    // A master that starts from what is left finds the newer version on all the replicas.
    Story story{.steps = script(R"({ "op": "append", "file": "/f0", "data": "two" },)", "9s"),
                .lies_at = "9s",
                .gfs = writeback,
                .faults = servers_dark};
    const RunResult lost = run(text_of(story));
    INFO(excuse_of(lost));
    CHECK(lost.verdict == Verdict::violated);
    CHECK(contains(excuse_of(lost), "found it not synced"));
    story.gfs = R"("lease": "2s")";
    CHECK(run(text_of(story)).verdict == Verdict::passed);
}

TEST_CASE("excuse: bytes of a forgotten chunk are garbage, and the proof says how they went",
          "[excuse][gfs-4.4.1]") {
    const RunResult result = run(text_of({.steps = script("")}));
    INFO(excuse_of(result));
    CHECK(result.verdict == Verdict::excused);
    CHECK(contains(excuse_of(result), "gave it up by itself, since the log did not tell of it"));
}

TEST_CASE("excuse: bytes that came under a handle which was given out again need a proof of "
          "their own",
          "[excuse]") {
    Story story{.steps = script(another_file), .faults = servers_dark};
    const RunResult synced = run(text_of(story));
    INFO(excuse_of(synced));
    CHECK(synced.verdict == Verdict::excused);  // the first file's bytes are gone
    story.gfs = writeback;
    const RunResult unsynced = run(text_of(story));
    INFO(excuse_of(unsynced));
    CHECK(unsynced.verdict == Verdict::violated);
    CHECK(contains(excuse_of(unsynced), "what was acknowledged at 29."));
}

// Handles are reserved, and no chunk is in the log yet.
const std::string at_once = R"("when": { "event": "chunk.replica_created" })";

TEST_CASE("excuse: replicas of a chunk that never came into the log are orphans when their handle "
          "is given out again",
          "[excuse][gfs-4.4]") {
    Story story{.steps = script(another_file, "40s"), .dark = at_once, .expect = ""};
    const RunResult result = run(text_of(story));
    INFO(excuse_of(result));
    CHECK(result.verdict == Verdict::excused);
    CHECK(contains(excuse_of(result), "of the handles of chunk 1"));
    CHECK(contains(excuse_of(result), "so: invariant handles_unique (G21)"));
    CHECK(contains(excuse_of(result), "so: invariant gc_keeps_live (G14)"));

    // Those that the next master has created are none.
    story.gfs = R"("lease": "2s", "without": ["orphan_protection"])";
    story.faults = R"(, "late": { "do": "delay", "message": "CreateChunkReply", "time": "1500ms",
                                  "at": "30s" })";
    const RunResult taken = run(text_of(story));
    INFO(excuse_of(taken));
    CHECK(taken.verdict == Verdict::violated);
    CHECK(contains(excuse_of(taken), "gc_keeps_live (G14): does not follow from any loss"));
}

TEST_CASE("excuse: where only the log is lost it is said what does not follow from that",
          "[excuse]") {
    Story story{.steps = script(another_file, "40s"),
                .dark = at_once,
                .expect = R"("quiet": { "assert": "never", "event": "append.ok" })"};
    const RunResult lost = run(text_of(story));
    CHECK(lost.verdict == Verdict::violated);
    CHECK(contains(excuse_of(lost), "expectation `quiet`: does not follow from any loss"));
    story.lies_at.clear();
    const RunResult kept = run(text_of(story));
    CHECK(kept.verdict == Verdict::violated);
    CHECK(kept.excuse.empty());
}

// Clients that go on with what they have found out before.
std::string crowd(const std::string& files) {
    return R"({ "clients": 2, "rate": "10/s", "stop": "30s", "mix": { "append": 3, "create": 1 },
        "files": { "prefix": "/f", "count": )" +
           files + R"( }, "size": "8KiB" })";
}

TEST_CASE("excuse: a replica that is left over may count as one of the next chunk", "[excuse]") {
    const RunResult result =
        run(text_of({.steps = crowd("10"),
                     .dark = R"("when": { "event": "chunk.replica_created", "nth": 4 })",
                     .gfs = R"("lease": "4s")",
                     .expect = ""}));
    INFO(excuse_of(result));
    CHECK(result.verdict == Verdict::excused);
    CHECK(contains(excuse_of(result), "since replicas from before count as the same chunk's"));
    CHECK(contains(excuse_of(result), "among those of another chunk of the same handle"));
}

TEST_CASE("excuse: a lost log is none for a chunk that is newer", "[excuse][ablation]") {
    const RunResult result =
        run(text_of({.steps = crowd("3"),
                     .gfs = R"("lease": "4s", "without": ["namespace_locks"])",
                     .expect = ""}));
    INFO(excuse_of(result));
    CHECK(result.verdict == Verdict::violated);
    CHECK(contains(excuse_of(result), "no record that tells of chunk 5 is lost"));
}

}  // namespace
}  // namespace gfs::run
