// SPDX-License-Identifier: Apache-2.0
// Merging, overriding, substituting, and where a value came from.

#include <catch2/catch.hpp>

#include "tests/format/memory_files.h"

namespace gfs::format {
namespace {

const char* const base = R"({
  "gfsim": 1,
  "cluster": { "chunkservers": 3 },
  "gfs": { "lease": "9s", "heartbeat": "2s" },
  "workload": { "w": { "script": [ { "op": "create", "file": "/a" } ] } },
  "faults": { "kill": { "do": "crash", "target": "cs1", "at": "5s" } }
})";

LoadResult load_with(std::map<std::string, std::string> files, const LoadOptions& options = {}) {
    MemoryFiles memory(std::move(files));
    return load_file("dir/main.json", options, memory);
}

TEST_CASE("extends: members replace, objects merge, null deletes", "[format]") {
    const LoadResult result =
        load_with({{"dir/main.json", R"({ "extends": "../base.json", "gfs": { "lease": "7s" },
 "faults": { "kill": null }, "stop": { "settle": null } })"},
                   {"base.json", base}});
    INFO(result.diagnostics.human());
    REQUIRE(result.ok());
    CHECK(result.scenario->gfs.lease == std::chrono::seconds{7});
    CHECK(result.scenario->gfs.heartbeat == std::chrono::seconds{2});
    CHECK(result.scenario->faults.empty());
    CHECK(result.scenario->name == "main");
    const std::string text = resolved_text(result);
    CHECK(text.find("\"lease\": \"7s\",  // dir/main.json:1") != std::string::npos);
    CHECK(text.find("\"heartbeat\": \"2s\",  // base.json:4") != std::string::npos);
    CHECK(text.find("\"replication\": 3,  // default") != std::string::npos);
}

TEST_CASE("extends: later files of a list win", "[format]") {
    const LoadResult result =
        load_with({{"dir/main.json", R"({ "extends": ["a.json", "b.json"] })"},
                   {"dir/a.json", base},
                   {"dir/b.json", R"({ "gfs": { "lease": "8s" } })"}});
    INFO(result.diagnostics.human());
    REQUIRE(result.ok());
    CHECK(result.scenario->gfs.lease == std::chrono::seconds{8});
}

TEST_CASE("extends: an error in the base is shown in the base", "[format]") {
    const LoadResult result =
        load_with({{"dir/main.json", R"({ "extends": "b.json", "gfsim": 1 })"},
                   {"dir/b.json", R"({ "gsf": {} })"}});
    CHECK(result.diagnostics.human().find("--> dir/b.json:1:3") != std::string::npos);
}

TEST_CASE("extends: many files that each extend many end in an error, not in an hour", "[format]") {
    std::map<std::string, std::string> files;
    for (int i = 0; i < 8; ++i) {
        const std::string next = "\"" + std::to_string(i + 1) + ".json\"";
        std::string list = next;
        for (int k = 0; k < 20; ++k) list += ", " + next;
        files["dir/" + std::to_string(i) + ".json"] = "{ \"extends\": [" + list + "] }";
    }
    files["dir/8.json"] = base;
    files["dir/main.json"] = R"({ "extends": "1.json" })";
    CHECK(codes(load_with(files).diagnostics) == "E0012");
}

TEST_CASE("overrides: --set takes JSON or bare text, makes objects, deletes with null",
          "[format]") {
    LoadOptions options;
    options.sets = {{"/gfs/lease", "15s"},
                    {"/gfs/replication", "2"},
                    {"/faults/kill", "null"},
                    {"/workload/w/script/0/file", "\"/b\""},
                    {"/network/default/loss", "0.25"}};
    options.seed = "77";
    const LoadResult result = load_with({{"dir/main.json", base}}, options);
    INFO(result.diagnostics.human());
    REQUIRE(result.ok());
    CHECK(result.scenario->gfs.lease == std::chrono::seconds{15});
    CHECK(result.scenario->gfs.replication == 2);
    CHECK(result.scenario->faults.empty());
    CHECK(result.scenario->workload[0].script[0].file == "/b");
    CHECK(result.scenario->cluster.network.same_rack.loss == sim::Ratio{1, 4});
    CHECK(result.scenario->seed == 77);
    CHECK(resolved_text(result).find("\"lease\": \"15s\",  // --set /gfs/lease") !=
          std::string::npos);
}

TEST_CASE("overrides: an error in one is shown like one in a file", "[format]") {
    LoadOptions options;
    options.sets = {{"/gfs/lease", "15"},
                    {"gfs", "1"},
                    {"/faults/kill/at/x", "1"},
                    {"/gfs/lese", "5s"},
                    {"/stop", "{\"at\": }"}};
    options.params = {{"nothing", "5"}};
    options.seed = "0x";
    const LoadResult result = load_with({{"dir/main.json", base}}, options);
    CHECK(codes(result.diagnostics) == "E0103 E0133 E0133 E0101 E0004 E0133 E0120");
    CHECK(result.diagnostics.human().find("--> --set /gfs/lease:1:1") != std::string::npos);
}

TEST_CASE("parameters: a whole value with its type, from the file or the command line",
          "[format]") {
    const std::string text =
        R"({ "gfsim": 1, "params": { "n": { "default": 3 }, "l": { "default": "5s" } },
 "cluster": { "chunkservers": "${n}" }, "gfs": { "lease": "${l}" },
 "workload": { "w": { "clients": "${n}", "script": [ { "op": "create", "file": "/a" } ] } } })";
    LoadOptions options;
    options.params = {{"n", "5"}};
    const LoadResult result = load_with({{"dir/main.json", text}}, options);
    INFO(result.diagnostics.human());
    REQUIRE(result.ok());
    CHECK(result.scenario->cluster.racks[0].chunkservers == 5);
    CHECK(result.scenario->workload[0].clients == 5);
    CHECK(resolved_text(result).find(
              "\"clients\": 5,  // dir/main.json:3, parameter n of --param n") !=
          std::string::npos);
}

TEST_CASE("parameters: a bad value shows its use and its source", "[format]") {
    const std::string text = minimal(R"("params": { "l": { "default": "64M" } },
 "gfs": { "chunk_size": "${l}" }, )");
    const std::string shown = load(text).diagnostics.human();
    CHECK(shown.find("E0104") != std::string::npos);
    CHECK(shown.find("the value of parameter `l`") != std::string::npos);
}

TEST_CASE("parameters: they cannot blow a scenario up", "[format]") {
    std::string list = "[0";
    for (int i = 0; i < 5000; ++i) list += ",0";
    std::string uses = "\"${big}\"";
    for (int i = 0; i < 5000; ++i) uses += ", \"${big}\"";
    const LoadResult result = load(
        minimal("\"params\": {\"big\": {\"default\": " + list + "]}}, \"tags\": [" + uses + "], "));
    CHECK(codes(result.diagnostics).find("E0007") != std::string::npos);
}

TEST_CASE("resolved: what is printed loads to the same scenario", "[format]") {
    for (const char* name : {"hello", "lease-expiry", "record-append"}) {
        const LoadResult first = load_file(top + "tests/format/annotated/" + name + ".json");
        REQUIRE(first.ok());
        const std::string text = resolved_text(first);
        const LoadResult second = load(text);
        INFO(text << second.diagnostics.human());
        REQUIRE(second.ok());
        // Once more: now nothing is left to add, so the values are the same.
        CHECK(same_value(first.document, second.document));
    }
}

}  // namespace
}  // namespace gfs::format
