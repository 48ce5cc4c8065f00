// SPDX-License-Identifier: Apache-2.0
// Whom and which chunk a text of a scenario means: in faults, and wherever an event is matched.

#include <catch2/catch.hpp>
#include <string>

#include "tests/format/memory_files.h"

namespace gfs::format {
namespace {

// Three chunkservers, two racks, the clients w.1 and w.2; a step has bound a chunk to `kept` and an
// offset to `where`.
std::string with(const std::string& more) {
    return R"({"gfsim": 1, "cluster": {"racks": {"r1": {"master": true, "chunkservers": 2},
                                                 "r2": {"chunkservers": 1}}},
 "targets": {"old": {}},
 "workload": {"w": {"clients": 2, "script": [{"op": "create", "file": "/a"},
    {"op": "append", "file": "/a", "bind": "where"},
    {"op": "locations", "file": "/a", "bind": "kept"}, {"op": "mark", "name": "full"}]}},)" +
           more + "}";
}

// `E0304 "cs99" did you mean ...`: of each error the code, the text that it points at, the note.
std::string refusal(const std::string& text) {
    const LoadResult result = load(text);
    std::string out;
    for (const Diagnostic& d : result.diagnostics.sorted()) {
        if (d.severity != Severity::error) continue;
        const std::string at = text.substr(d.at.span.begin, d.at.span.end - d.at.span.begin);
        out += (out.empty() ? "" : "; ") + d.code + " " + at + " " + d.at.text;
    }
    return out;
}

Fault only_fault(const std::string& fault) {
    const LoadResult result = load(with(R"("faults": {"f": )" + fault + "}"));
    INFO(result.diagnostics.human());
    REQUIRE(result.ok());
    return result.scenario->faults.at(0);
}

TEST_CASE("chunk: every fault that strikes one takes a chunk of a file, or a step's bound name",
          "[format][faults]") {
    for (const std::string kind : {"bitrot", "lose_chunk", "phantom_write", "misdirected_write"}) {
        INFO(kind);
        const auto strikes = [&](const std::string& chunk) {
            return R"({"do": ")" + kind + R"(", "target": "cs*", "at": "1s", "chunk": ")" + chunk +
                   R"("})";
        };
        const Fault by_name = only_fault(strikes("@kept"));
        CHECK(by_name.chunk_bound == "kept");
        CHECK_FALSE(by_name.chunk.has_value());
        const Fault by_file = only_fault(strikes("/a#3"));
        CHECK(by_file.chunk->index == 3);
        CHECK_FALSE(by_file.chunk_bound.has_value());
        const auto refused = [&](const std::string& chunk) {
            return refusal(with(R"("faults": {"f": )" + strikes(chunk) + "}"));
        };
        CHECK(refused("@kpet") == "E0315 \"@kpet\" did you mean `@kept`?");
        CHECK(refused("@zz") == "E0315 \"@zz\" ");
        CHECK(refused("@where") == "E0315 \"@where\" only a `locations` step binds a chunk");
        CHECK(refused("@old").starts_with("E0315 \"@old\" a target; "));
    }
}

// Wherever something is matched: a fault's start, what it does, an expectation, a step that waits.
const std::string places[] = {
    R"("faults": {"f": {"do": "crash", "target": "cs1",
        "when": {"event": "message.sent", "match": {"from": %}}}})",
    R"("faults": {"f": {"do": "drop", "message": "HeartBeat", "at": "1s",
        "match": {"from": [%]}}})",
    R"("expect": {"e": {"assert": "never", "event": "message.sent",
        "match": {"from": {"not": %}}}})",
    R"("targets": {"t": {"bind_on": {"event": "server.started", "match": {"actor": %}}}},
       "expect": {"e": {"assert": "sometimes", "event": "mark", "match": {"actor": "@t"}}})",
};

std::string at_place(const std::string& place, const std::string& value) {
    std::string text = place;
    text.replace(text.find('%'), 1, "\"" + value + "\"");
    // Not twice the same section.
    const bool own_targets = text.find("\"targets\"") != std::string::npos;
    std::string whole = with(text);
    if (own_targets) whole.erase(whole.find(R"("targets": {"old": {}},)"), 23);
    return whole;
}

TEST_CASE("match: a field that is a host takes an actor, a glob, a rack, a role and a target",
          "[format]") {
    for (const std::string& place : places) {
        INFO(place);
        for (const char* const whom : {"cs1", "cs*", "rack:r2", "role:chunkserver", "role:any",
                                       "master", "monitor", "w.2", "w.*", "log1"})
            CHECK(refusal(at_place(place, whom)).empty());
    }
    const LoadResult result = load(with(R"("expect": {"e": {"assert": "never",
        "event": "message.sent", "match": {"from": ["role:client", "rack:r1", "cs1", "@old"]}}})"));
    REQUIRE(result.ok());
    const auto& values = result.scenario->expect[0].match[0].values;
    REQUIRE(values.size() == 4);
    CHECK(values[0].kind == Value::Kind::role);
    CHECK(values[0].text == "client");
    CHECK(values[1].kind == Value::Kind::rack);
    CHECK(values[1].text == "r1");
    CHECK(values[2].kind == Value::Kind::text);
    CHECK(values[3].kind == Value::Kind::target);
}

TEST_CASE("match: whom nobody can be is refused where he is written, with the nearest word",
          "[format]") {
    const std::pair<const char*, const char*> misspelt[] = {
        {"role:chunkservr", "E0304 \"role:chunkservr\" did you mean `role:chunkserver`?"},
        {"rack:r9", "E0304 \"rack:r9\" did you mean `rack:r1`?"},
        {"cs99", "E0304 \"cs99\" the last one is `cs3`"},
        {"masterr", "E0304 \"masterr\" did you mean `master`?"},
        {"mastr", "E0304 \"mastr\" did you mean `master`?"},
        {"cs01", "E0304 \"cs01\" did you mean `cs1`?"},
        {"log3", "E0304 \"log3\" did you mean `log1`?"},
        {"w", "E0304 \"w\" did you mean `w.*`?"},
        {"old", "E0304 \"old\" did you mean `@old`?"},
        {"rol:master", "E0304 \"rol:master\" did you mean `role:master`?"},
        {"racks:r1", "E0304 \"racks:r1\" did you mean `rack:r1`?"},
        {"CS1", "E0304 \"CS1\" did you mean `cs1`?"},
    };
    for (const std::string& place : places) {
        INFO(place);
        for (const auto& [word, said] : misspelt) {
            if (std::string(word) == "old" && place.find("bind_on") != std::string::npos) continue;
            CHECK(refusal(at_place(place, word)) == said);
        }
    }
    // Said in the same words where whom a fault hits is written, with codes of its own.
    for (const auto& [word, said] : misspelt) {
        const std::string text = refusal(
            with(R"("faults": {"f": {"do": "crash", "at": "1s", "target": ")" + std::string(word) +
                 "\"}}"));
        CHECK(text.substr(5) == std::string(said).substr(5));
    }
}

TEST_CASE("match: who can be meant is listed, log replicas and the monitor too", "[format]") {
    const LoadResult result =
        load(with(R"("faults": {"f": {"do": "crash", "at": "1s", "target": "nobody"}})"));
    REQUIRE(result.diagnostics.errors() == 1);
    CHECK(result.diagnostics.sorted()[0].allowed ==
          "master, monitor, cs1 to cs3, log1, log2, w.1, w.2, a glob such as `cs*`");
}

TEST_CASE("add: the servers that join have names, and no more than join", "[format][faults]") {
    const auto crash = [](const std::string& server, const std::string& add) {
        return refusal(with(R"("faults": {"more": {"do": "add", "rack": "r1", )" + add +
                            R"(}, "f": {"do": "crash", "target": ")" + server +
                            R"(", "at": "9s"}})"));
    };
    CHECK(crash("cs4", R"("at": "1s")").empty());
    CHECK(crash("cs5", R"("at": "1s")") == "E0304 \"cs5\" did you mean `cs1`?");
    CHECK(crash("cs6", R"("at": "1s", "count": 3)").empty());
    CHECK(crash("cs7", R"("every": {"period": "1s", "times": 2}, "count": 2)").empty());
    CHECK(crash("cs8", R"("every": {"period": "1s", "times": 2}, "count": 2)") ==
          "E0304 \"cs8\" did you mean `cs1`?");
    CHECK(crash("cs99", R"("every": {"period": "1s"})").empty());
}

TEST_CASE("match: text that names a fault, a target or a mark of the scenario is checked",
          "[format]") {
    const auto never = [](const std::string& event, const std::string& field,
                          const std::string& value) {
        return refusal(with(R"("faults": {"cut": {"do": "crash", "target": "cs1", "at": "1s"}},
            "expect": {"e": {"assert": "never", "event": ")" +
                            event + R"(", "match": {")" + field + R"(": ")" + value + "\"}}}"));
    };
    CHECK(never("fault.fired", "fault", "cut").empty());
    CHECK(never("fault.fired", "fault", "ctu") == "E0321 \"ctu\" did you mean `cut`?");
    CHECK(never("fault.refused", "fault", "nofault") == "E0321 \"nofault\" ");
    CHECK(never("fault.healed", "kind", "crash").empty());
    CHECK(never("fault.healed", "kind", "crsh") == "E0331 \"crsh\" did you mean `crash`?");
    CHECK(never("target.bound", "target", "old").empty());
    CHECK(never("target.bound", "target", "nix") == "E0303 \"nix\" ");
    CHECK(never("mark", "name", "full").empty());
    CHECK(never("mark", "name", "ful") == "E0334 \"ful\" did you mean `full`?");
    CHECK(never("message.sent", "message", "AplyMutation") ==
          "E0331 \"AplyMutation\" did you mean `ApplyMutation`?");
    CHECK(never("mutation.rejected", "reason", "not_primry") ==
          "E0331 \"not_primry\" did you mean `not_primary`?");
    CHECK(never("file.created", "file", "/anything").empty());
}

TEST_CASE("match: every event has a time and an actor", "[format]") {
    const auto of = [](const std::string& condition) {
        return refusal(with(R"("expect": {"e": {"assert": "never", "event": "append.ok",
            "match": {)" + condition + "}}}"));
    };
    CHECK(of(R"("time": {"ge": "10s", "le": "1m"})").empty());
    CHECK(of(R"("actor": "w.1")").empty());
    CHECK(of(R"("time": {"ge": "soon"})").starts_with("E0331"));
    CHECK(of(R"("tme": "1s")") == "E0330 \"tme\" did you mean `time`?");
}

TEST_CASE("since: a heal is suggested as such, and a point fault has none", "[format]") {
    const auto since = [](const std::string& moment) {
        return refusal(with(R"("faults": {"cut": {"do": "crash", "target": "cs1", "at": "1s"},
            "lost": {"do": "drop", "message": "Ping", "at": "1s"}},
            "expect": {"e": {"assert": "eventually", "state": "all_ops_done", "since": ")" +
                            moment + "\"}}"));
    };
    CHECK(since("cut.healed").empty());
    CHECK(since("lost").empty());
    CHECK(since("cut.heal") == "E0334 \"cut.heal\" did you mean `cut.healed`?");
    CHECK(since("lost.healed") == "E0325 \"lost.healed\" count from `lost`");
}

}  // namespace
}  // namespace gfs::format
