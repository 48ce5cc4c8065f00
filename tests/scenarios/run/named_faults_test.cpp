// SPDX-License-Identifier: Apache-2.0
// Files of faults, from their text to what happens: that a name means in the run what it says.

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "scenarios/format/format.h"
#include "scenarios/run/run.h"

namespace gfs::run {
namespace {

struct NoFiles final : format::FileReader {
    std::optional<std::string> read(const std::string&) override { return std::nullopt; }
};

struct Lines final : EventSink {
    void write(const std::string& line) override { lines.push_back(line); }
    // Those that have all of the words.
    std::vector<std::string> with(const std::vector<std::string>& words) const {
        std::vector<std::string> found;
        for (const std::string& line : lines) {
            bool all = true;
            for (const std::string& word : words) all = all && line.find(word) != std::string::npos;
            if (all) found.push_back(line);
        }
        return found;
    }
    std::vector<std::string> lines;
};

struct Ran {
    results::RunResult result;
    Lines events;
};

// Six chunkservers on two racks. Both files are there after a second; the chunk of /b is then bound
// to `kept`, and later both are written to again, /a first.
Ran run(const std::string& more, const std::string& steps = "") {
    const std::string text = R"({"gfsim": 1, "cluster": {"racks": {
  "r1": {"master": true, "chunkservers": 3}, "r2": {"chunkservers": 3}}},
 "gfs": {"chunk_size": "1MiB", "heartbeat": "1s", "dead_after": "10s"},
 "workload": {"w": {"script": [
  {"op": "create", "file": "/a"}, {"op": "append", "file": "/a", "size": "8KiB"},
  {"op": "create", "file": "/b"}, {"op": "append", "file": "/b", "size": "8KiB"},
  {"op": "sleep", "time": "5s"}, {"op": "locations", "file": "/b", "bind": "kept"},
  {"op": "sleep", "time": "10s"},
  {"op": "append", "file": "/a", "size": "8KiB"}, {"op": "append", "file": "/b", "size": "8KiB"},
  {"op": "sleep", "time": "5s"})" + steps + "]}}," + more + "}";
    NoFiles none;
    const format::LoadResult loaded = format::load_text("t.json", text, {}, none);
    INFO(loaded.diagnostics.human());
    REQUIRE(loaded.ok());
    Ran ran;
    RunOptions options;
    options.events = &ran.events;
    ran.result = run_scenario(*loaded.scenario, options).result;
    return ran;
}

// The chunk of a file, as the events write it.
std::string chunk_of(const Ran& ran, const std::string& file) {
    const auto created = ran.events.with({"\"chunk.created\"", "\"" + file + "\""});
    REQUIRE(created.size() == 1);
    const std::size_t at = created[0].find("\"chunk\":");
    REQUIRE(at != std::string::npos);
    return created[0].substr(at, created[0].find_first_of(",}", at) - at);
}

TEST_CASE("chunk: a name that a step bound is the chunk that is struck, and no other",
          "[run][faults]") {
    const std::string kind =
        GENERATE(as<std::string>{}, "bitrot", "lose_chunk", "phantom_write", "misdirected_write");
    const Ran ran = run(R"("faults": {"f": {"do": ")" + kind +
                        R"(", "target": "cs*", "chunk": "@kept", "at": "10s"}})");
    INFO(kind);
    const std::string event = kind == "lose_chunk" ? "\"chunk.file_lost\"" : "\"chunk.damaged\"";
    const auto struck = ran.events.with({event});
    REQUIRE_FALSE(struck.empty());
    // A misdirected write damages the place where it should have gone first, and then another.
    CHECK(struck[0].find(chunk_of(ran, "/b")) != std::string::npos);
    if (kind != "misdirected_write")
        CHECK(ran.events.with({event, chunk_of(ran, "/a")}).empty());
    // Of stored replicas all three are struck; of writes it is the first.
    const bool stored = kind == "bitrot" || kind == "lose_chunk";
    CHECK(ran.events.with({"\"fault.fired\""}).size() == (stored ? 3 : 1));
    CHECK(ran.events.with({"\"fault.refused\"", "has no replica of the chunk"}).size() ==
          (stored ? 3 : 0));
}

TEST_CASE("chunk: before a step has bound the name, the fault is refused", "[run][faults]") {
    const std::string kind =
        GENERATE(as<std::string>{}, "bitrot", "lose_chunk", "phantom_write", "misdirected_write");
    const Ran ran = run(R"("faults": {"f": {"do": ")" + kind +
                        R"(", "target": "cs*", "chunk": "@kept", "at": "2s"}})");
    INFO(kind);
    CHECK(ran.events.with({"\"fault.fired\""}).empty());
    CHECK(ran.events.with({"\"fault.refused\"", "nobody has bound @kept yet"}).size() == 1);
    CHECK(ran.result.verdict == results::Verdict::vacuous);
    REQUIRE(ran.result.faults.size() == 1);
    CHECK(ran.result.faults[0].never == "nobody has bound @kept yet");
}

// Whether such a message is seen, and missed by nobody who expects none.
void is_seen(const std::string& match, bool some) {
    const Ran ran = run(R"("expect": {
  "some": {"assert": "sometimes", "event": "message.sent", "match": )" + match + R"(},
  "none": {"assert": "never", "event": "message.sent", "match": )" + match + R"(}})");
    INFO(match);
    using State = results::ExpectationOutcome::State;
    REQUIRE(ran.result.expectations.size() == 2);
    CHECK((ran.result.expectations[0].state == State::held) == some);
    CHECK((ran.result.expectations[1].state == State::held) == !some);
}

TEST_CASE("match: a role or a rack is who has it, in an expectation", "[run][faults]") {
    const auto from = [](const std::string& whom) {
        return R"({"message": "HeartBeat", "from": )" + whom + "}";
    };
    is_seen(from("\"role:chunkserver\""), true);
    is_seen(from("\"rack:r2\""), true);
    is_seen(from("\"role:client\""), false);
    is_seen(from(R"({"not": ["rack:r1", "rack:r2"]})"), false);
    is_seen(from(R"({"not": "role:chunkserver"})"), false);
}

TEST_CASE("match: a role or a rack is who has it, where a fault starts and what it hits",
          "[run][faults]") {
    const Ran ran = run(R"("faults": {
  "start": {"do": "crash", "target": "cs1", "for": "1s", "when": {"event": "message.sent",
     "nth": 20, "match": {"message": "HeartBeat", "from": "role:chunkserver", "to": "role:master"}}},
  "never": {"do": "crash", "target": "cs2", "optional": true, "when": {"event": "message.sent",
     "match": {"message": "HeartBeat", "from": "role:client"}}},
  "lost": {"do": "drop", "message": "HeartBeat", "count": 6, "at": "8s",
     "match": {"from": "rack:r2"}}})");
    CHECK(ran.events.with({"\"fault.fired\"", "\"start\""}).size() == 1);
    CHECK(ran.events.with({"\"fault.fired\"", "\"never\""}).empty());
    CHECK(ran.events.with({"\"fault.fired\"", "\"lost\""}).size() == 6);
    const auto dropped = ran.events.with({"\"message.dropped\"", "\"HeartBeat\""});
    CHECK(dropped.size() >= 6);
    std::set<std::string> senders;
    for (const std::string& line : dropped)
        for (const std::string server : {"cs1", "cs2", "cs3", "cs4", "cs5", "cs6"})
            if (line.find("\"from\":\"" + server + "\"") != std::string::npos)
                senders.insert(server);
    CHECK(senders == std::set<std::string>{"cs4", "cs5", "cs6"});
}

TEST_CASE("match: a step waits for somebody in a rack", "[run][faults]") {
    const std::string rack = GENERATE(as<std::string>{}, "r1", "r2");
    const Ran ran = run(R"("faults": {
  "f": {"do": "crash", "target": "cs1", "at": "30s", "for": "1s"}})",
                        R"(, {"op": "wait", "event": "server.crashed", "within": "30s",
                              "match": {"server": "rack:)" + rack + "\"}}");
    CHECK(ran.events.with({"\"server.crashed\"", "\"cs1\""}).size() == 1);
    CHECK((ran.result.verdict == results::Verdict::passed) == (rack == "r1"));
}

TEST_CASE("match: the time of an event is that since the start of the run", "[run][faults]") {
    const Ran ran = run(R"("faults": {"f": {"do": "crash", "target": "cs1", "for": "1s",
  "when": {"event": "heartbeat.sent", "match": {"time": {"ge": "7s"}}}}})");
    REQUIRE(ran.result.faults.size() == 1);
    REQUIRE(ran.result.faults[0].firings.size() == 1);
    const sim::Time fired = ran.result.faults[0].firings[0].at;
    CHECK(fired >= sim::time_zero + std::chrono::seconds{7});
    CHECK(fired < sim::time_zero + std::chrono::seconds{8});
}

TEST_CASE("partition, link: between a host and itself there is nothing to break", "[run][faults]") {
    const Ran ran = run(R"("faults": {
  "cut": {"do": "partition", "between": ["cs1", "cs1"], "at": "2s", "for": "1s"},
  "slow": {"do": "link", "between": ["cs2", "@two"], "link": {"latency": "1s"}, "at": "2s"},
  "real": {"do": "partition", "between": ["cs*", "rack:r1"], "at": "2s", "for": "1s"}},
 "targets": {"two": {"name": "cs2"}})");
    CHECK(ran.events.with({"\"fault.refused\"", "both groups are cs1 alone"}).size() == 1);
    CHECK(ran.events.with({"\"fault.refused\"", "both groups are cs2 alone"}).size() == 1);
    CHECK(ran.events.with({"\"fault.fired\""}).size() == 1);
    CHECK(ran.result.verdict == results::Verdict::vacuous);
}

TEST_CASE("add: a later fault names the server that has joined", "[run][faults]") {
    const Ran ran = run(R"("faults": {
  "more": {"do": "add", "rack": "r2", "count": 2, "at": "3s"},
  "early": {"do": "crash", "target": "cs8", "at": "2s", "optional": true},
  "kill": {"do": "crash", "target": "cs8", "at": "8s", "for": "1s"},
  "cut": {"do": "partition", "between": ["cs7", "master"], "at": "8s", "for": "1s"}},
 "expect": {"back": {"assert": "sometimes", "event": "server.registered",
  "match": {"server": "cs8"}}})");
    CHECK(ran.events.with({"\"server.crashed\"", "\"cs8\""}).size() == 1);
    CHECK(ran.events.with({"\"fault.fired\"", "\"cut\"", "\"cs7\""}).size() == 1);
    CHECK(ran.events.with({"\"fault.refused\"", "nobody is cs8"}).size() == 1);
    CHECK(ran.result.verdict == results::Verdict::passed);
}

}  // namespace
}  // namespace gfs::run
