// SPDX-License-Identifier: Apache-2.0
// What the program says for other programs: JSON, SARIF, schemas, completion; and what it says of
// itself and of the machine.

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/format/document.h"
#include "scenarios/format/parse.h"
#include "tests/format/json_schema.h"
#include "tests/scenarios/cli/program.h"

namespace gfs::cli {
namespace {

using namespace program;

const std::string bad = R"({ "gfsim": 1, "clustr": { "chunkservers": 3 },
  "gfs": { "lease": "5" }, "workload": {} })";

format::Node parsed(const std::string& text) {
    format::Diagnostics diagnostics;
    const std::uint32_t file = diagnostics.files().add("text", text);
    const auto node = format::parse_json(file, diagnostics);
    INFO(text.substr(0, 300));
    REQUIRE(node);
    REQUIRE(diagnostics.ok());
    return *node;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

TEST_CASE("gfsim run --json: standard output is one document", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    folder.write("bad.json", bad);
    const format::Node result = parsed(folder.gfsim("run hello.json --json").text);
    CHECK(result.find("verdict")->text == "passed");
    const Answer refused = folder.gfsim("run bad.json --json");
    CHECK(refused.status == 2);
    CHECK(parsed(refused.text).items.size() >= 2);
}

TEST_CASE("gfsim check: one document for many files, as JSON and as SARIF", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    folder.write("bad.json", bad);
    CHECK(parsed(folder.gfsim("check hello.json hello.json --json").text).items.empty());
    const Answer json = folder.gfsim("check bad.json hello.json bad.json --json");
    CHECK(json.status == 2);
    const std::size_t one = parsed(folder.gfsim("check bad.json --json").text).items.size();
    CHECK(parsed(json.text).items.size() == 2 * one);

    const Answer sarif = folder.gfsim("check bad.json hello.json --format sarif");
    CHECK(sarif.status == 2);
    const format::Node log = parsed(sarif.text);
    CHECK(log.find("version")->text == "2.1.0");
    const format::Node& run = log.find("runs")->items.front();
    const format::Node& results = *run.find("results");
    REQUIRE(results.items.size() == one);
    const format::Node& first = results.items.at(1);  // after the one that concerns the whole
    CHECK(first.find("ruleId")->text == "E0101");
    CHECK(first.find("level")->text == "error");
    const format::Node& place = *first.find("locations")->items.front().find("physicalLocation");
    CHECK(place.find("artifactLocation")->find("uri")->text == "bad.json");
    CHECK(place.find("region")->find("startLine")->text == "1");
    CHECK(place.find("region")->find("startColumn")->text == "15");
    const format::Node& rules = *run.find("tool")->find("driver")->find("rules");
    CHECK(rules.items.front().find("id")->text == "E0101");

    const Answer none = folder.gfsim("check hello.json --format sarif");
    CHECK(none.status == 0);
    CHECK(parsed(none.text).find("runs")->items.front().find("results")->items.empty());
}

TEST_CASE("gfsim: a format that a command does not have is refused", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    for (const char* const line : {"verify hello.json --json", "run hello.json --format sarif",
                                   "explain E0104 --json", "--json"}) {
        INFO(line);
        const Answer answer = folder.gfsim(line);
        CHECK(answer.status == 2);
        CHECK(contains(answer, "has no format"));
    }
    CHECK(contains(folder.gfsim("check hello.json --format sharif"), "did you mean `sarif`?"));
}

TEST_CASE("gfsim: what is described and not built is refused by its name", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    CHECK(contains(folder.gfsim("explain runs/latest --expect x"),
                   "not supported yet: option `--expect` of `explain`"));
    CHECK(contains(folder.gfsim("run hello.json --sed 3"), "did you mean `--seed`?"));
}

TEST_CASE("gfsim schema: what a run writes keeps to its schema", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const std::string fault = R"( --set '/faults={"k":{"do":"crash","target":"cs1","at":"1s"}}')";
    const std::string broken = R"( --set '/gfs/without=["log_before_reply"]')";
    const format::JsonSchema result(parsed(folder.gfsim("schema result").text));
    const format::JsonSchema manifest(parsed(folder.gfsim("schema manifest").text));
    const format::JsonSchema event(parsed(folder.gfsim("schema events").text));
    for (const std::string& options : {std::string(), fault, broken}) {
        INFO(options);
        folder.gfsim("run hello.json" + options);
        const format::Node written = parsed(folder.read("runs/latest/result.json"));
        CHECK(result.accepts(written));
        CHECK(manifest.accepts(parsed(folder.read("runs/latest/manifest.json"))));
        const std::vector<std::string> lines = lines_of(folder.read("runs/latest/events.ndjson"));
        REQUIRE(lines.size() > 50);
        // A sample: each is held against the schema of every kind of event.
        for (std::size_t i = 0; i < lines.size(); i += 7) {
            INFO(lines[i]);
            CHECK(event.accepts(parsed(lines[i])));
        }
        // They are not so wide that everything fits.
        CHECK_FALSE(manifest.accepts(written));
        CHECK_FALSE(event.accepts(written));
    }
    CHECK(folder.gfsim("schema scenario -o s.json").status == 0);
    CHECK(folder.read("s.json") == folder.gfsim("schema").text);
    CHECK(contains(folder.gfsim("schema reslut"), "did you mean `result`?"));
}

TEST_CASE("gfsim list: runs, scenarios, reports and fields, for people and for programs", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    CHECK(folder.gfsim("list runs").text.empty());
    CHECK(folder.gfsim("run hello.json --seed 7").status == 0);
    CHECK(folder.gfsim("run hello.json --seed 8 --out elsewhere").status == 0);
    const Answer runs = folder.gfsim("list runs");
    CHECK(lines_of(runs.text).size() == 1);  // and not `latest`
    CHECK(contains(runs, "passed  7"));
    const format::Node rows = parsed(folder.gfsim("list runs --out elsewhere --json").text);
    REQUIRE(rows.items.size() == 1);
    CHECK(rows.items.front().find("seed")->text == "8");
    CHECK(contains(folder.gfsim("list exports"), "openmetrics"));
    CHECK(contains(folder.gfsim("list fields /gfs/lease"), "/gfs/lease_guard"));
    CHECK(contains(folder.gfsim("list fields faults/NAME/for"), "/faults/NAME/for"));
    CHECK(contains(folder.gfsim("list faults crash --plain"), "crash\t"));
    const std::string library =
        std::string(" --library ") + GFSIM_SOURCE_DIR + "/scenarios/library";
    CHECK(contains(folder.gfsim("list scenarios basics/hello" + library), "Hello, GFS"));
    CHECK(folder.gfsim("list scenarios --library nowhere").status == 2);
}

TEST_CASE("gfsim completion: bash completes commands, options, values and words", "[cli]") {
    const Folder folder;
    const auto completed = [&](const std::string& words, int at) {
        const std::string script =
            "source <(" GFSIM_PROGRAM " completion bash); COMP_WORDS=(gfsim " + words +
            "); COMP_CWORD=" + std::to_string(at) + "; _gfsim; echo \"${COMPREPLY[@]}\"";
        folder.write("complete.sh", script);
        return shell("bash " + folder.path() + "/complete.sh").text;
    };
    CHECK(completed("ver", 1) == "verify version\n");
    CHECK(completed("run --tra", 2) == "--trace\n");
    CHECK(completed("run --trace me", 3) == "messages\n");
    CHECK(completed("run --set /gfs/lease", 3) == "/gfs/lease= /gfs/lease_guard=\n");
    CHECK(completed("explain fault part", 3) == "partition\n");
    CHECK(completed("list check", 2) == "checkers\n");
    CHECK(completed("check --format s", 3) == "short sarif\n");
    for (const char* const other : {"zsh", "fish"})
        CHECK(contains(folder.gfsim(std::string("completion ") + other), "explain"));
    CHECK(folder.gfsim("completion tcsh").status == 2);
}

TEST_CASE("gfsim doctor: tries what a run needs, and says what is bad", "[cli]") {
    const Folder folder;
    const Answer good = folder.gfsim("doctor");
    CHECK(good.status == 0);
    CHECK(contains(good, "good  engine"));
    CHECK_FALSE(folder.has("runs"));
    const Answer nowhere = folder.gfsim("doctor --out /dev/null/x --json");
    CHECK(nowhere.status == 1);
    CHECK(contains(nowhere, "\"subject\": \"results\", \"state\": \"bad\""));
    CHECK(parsed(nowhere.text).items.size() >= 5);
}

TEST_CASE("gfsim fmt --strict: what is left is JSON for everybody", "[cli]") {
    const Folder folder;
    folder.write("a.json", "// first\n{ \"gfsim\": 1, /* two */ \"title\": \"a // b\" // end\n}\n");
    CHECK(folder.gfsim("fmt a.json").status == 0);
    CHECK(folder.gfsim("fmt a.json --check").status == 0);
    CHECK(folder.gfsim("fmt a.json --check --strict").status == 1);
    CHECK(folder.gfsim("fmt a.json --strict").status == 0);
    CHECK(folder.read("a.json") == "{\n    \"gfsim\": 1,\n    \"title\": \"a // b\"\n}\n");
}

TEST_CASE("gfsim explain: every name of every list, with its kind or without", "[cli]") {
    const Folder folder;
    CHECK(contains(folder.gfsim("explain metric op.latency"), "time from the call"));
    CHECK(contains(folder.gfsim("explain invariants log_before_reply"), "durable"));
    CHECK(contains(folder.gfsim("explain policy placement/paper"), "placement/paper"));
    CHECK(contains(folder.gfsim("explain HeartBeat"), "[messages] HeartBeat"));
    CHECK(contains(folder.gfsim("explain field gfs/lease"), "60s"));
    CHECK(folder.gfsim("explain metric op.latnecy").status == 2);
    CHECK(contains(folder.gfsim("explain metric op.latnecy"), "did you mean `op.latency`?"));
    CHECK(folder.gfsim("explain nothing_like_it").status == 2);
}

TEST_CASE("gfsim run: what failed ends with the line that repeats it", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer answer =
        folder.gfsim("run hello.json --set '/gfs/without=[\"log_before_reply\"]'");
    CHECK(lines_of(answer.text).back().starts_with("repro: gfsim run hello.json --seed 1 --set "));
    const Answer quiet = folder.gfsim("run hello.json -q --seed 3");
    CHECK(lines_of(quiet.text).front() == "verdict  passed");
    CHECK(contains(folder.gfsim("hello.json"), "gfsim run hello.json"));
}

TEST_CASE("gfsim run: a fault that met the same server often names it once", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer answer = folder.gfsim(
        "run hello.json --set '/faults={\"late\":{\"do\":\"delay\",\"message\":\"HeartBeat\","
        "\"from\":\"cs1\",\"count\":3,\"time\":\"10ms\",\"at\":\"0s\"}}'");
    CHECK(contains(answer, "on master (3 times)"));
}

TEST_CASE("gfsim run: a file whose name is no name of a scenario gives one", "[cli]") {
    const Folder folder;
    folder.write("3_1 Order.json", hello);
    CHECK(contains(folder.gfsim("run '3_1 Order.json'"), "scenario-3_1-order-s1-"));
}

}  // namespace
}  // namespace gfs::cli
