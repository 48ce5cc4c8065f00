// SPDX-License-Identifier: Apache-2.0
// What has the right form and makes no sense is refused where it is written; what can have no
// effect is warned of.

#include <catch2/catch.hpp>
#include <string>

#include "tests/format/memory_files.h"

namespace gfs::format {
namespace {

// "E0107 5s at least 9s": of each diagnostic the code, the text that it points at, what is said.
std::string said(const std::string& more) {
    const std::string text = minimal(more + ", ");
    const LoadResult result = load(text);
    std::string out;
    for (const Diagnostic& d : result.diagnostics.sorted()) {
        std::string at = text.substr(d.at.span.begin, d.at.span.end - d.at.span.begin);
        std::erase(at, '"');
        out += (out.empty() ? "" : "; ") + d.code + " " + at + " " + d.at.text;
    }
    return out;
}

std::string fault(const std::string& fields) {
    return said(R"("faults": {"f": {)" + fields + "}}");
}

std::string link_with(const std::string& latency) {
    return fault(R"("do": "link", "between": ["cs1", "cs2"], "at": "1s", "link": {"latency": )" +
                 latency + "}");
}

std::string repeated(const std::string& period) {
    return fault(R"("do": "crash", "target": "cs1", "every": {"period": )" + period + "}");
}

TEST_CASE("distribution: its numbers are in their order, and the error is at the second",
          "[format]") {
    CHECK(link_with(R"({"dist": "uniform", "min": "1ms", "max": "2ms"})").empty());
    CHECK(link_with(R"({"dist": "uniform", "min": "2ms", "max": "2ms"})").empty());
    CHECK(link_with(R"({"dist": "uniform", "min": "9ms", "max": "2ms"})") ==
          "E0107 2ms at least 9ms");
    CHECK(link_with(R"({"dist": "uniform", "min": "9ms", "max": 0})") == "E0107 0 at least 9ms");
    CHECK(link_with(R"({"dist": "lognormal", "median": "5ms", "p99": "2ms"})") ==
          "E0107 2ms at least 5ms");
    CHECK(link_with(R"({"dist": "lognormal", "median": "0s", "p99": "2ms"})") ==
          "E0107 0s the median is above zero");
    CHECK(link_with(R"({"dist": "exponential", "mean": "0s"})").empty());
    const auto sizes = [](const std::string& size) {
        return load(R"({"gfsim": 1, "cluster": {"chunkservers": 3}, "workload": {"w":
            {"mix": {"append": 1}, "files": "/a", "ops": 1, "size": )" + size + "}}}");
    };
    CHECK(sizes(R"({"dist": "uniform", "min": "1KiB", "max": "2KiB"})").ok());
    CHECK(codes(sizes(R"({"dist": "uniform", "min": "3KiB", "max": "2KiB"})").diagnostics) ==
          "E0107");
}

TEST_CASE("every: a period that can only be zero is refused at the number that makes it so",
          "[format][faults]") {
    CHECK(repeated(R"("0s")") == "E0107 0s at least 1ns");
    CHECK(repeated(R"({"dist": "constant", "mean": "0s"})") == "E0107 0s at least 1ns");
    CHECK(repeated(R"({"dist": "uniform", "min": "0s", "max": "0s"})") == "E0107 0s at least 1ns");
    CHECK(repeated(R"({"dist": "exponential", "mean": "0s"})") == "E0107 0s at least 1ns");
    CHECK(repeated(R"({"dist": "uniform", "min": "0s", "max": "1s"})").empty());
    // What is wrong with the distribution itself is all that is said.
    CHECK(repeated(R"({"dist": "uniform", "min": "9s", "max": "1s"})") == "E0107 1s at least 9s");
    CHECK(repeated(R"({"dist": "lognormal", "median": "9s", "p99": "1s"})") ==
          "E0107 1s at least 9s");
}

TEST_CASE("kill_loop: a round takes time", "[format][faults]") {
    const auto loop = [](const std::string& up, const std::string& down) {
        return fault(R"("do": "kill_loop", "target": "cs1", "at": "1s", "up": )" + up +
                     R"(, "down": )" + down);
    };
    CHECK(loop(R"("0s")", R"("0s")") == "E0107 0s `up` and `down` together at least 1ns");
    CHECK(loop(R"("0s")", R"({"dist": "exponential", "mean": "0s"})").starts_with("E0107 0s"));
    CHECK(loop(R"("0s")", R"("1s")").empty());
    CHECK(loop(R"("1s")", R"("0s")").empty());
}

TEST_CASE("link, buggify: what changes nothing is refused", "[format][faults]") {
    CHECK(fault(R"("do": "link", "between": ["cs1", "cs2"], "at": "1s", "link": {})")
              .starts_with("E0107 {} add at least one of: latency"));
    CHECK(fault(R"("do": "buggify", "at": "1s", "sites": [])").starts_with("E0107 [] "));
    CHECK(fault(R"("do": "buggify", "at": "1s")").empty());
}

TEST_CASE("partition: a misspelt shape is one error", "[format][faults]") {
    CHECK(fault(R"("do": "partition", "at": "1s", "shape": "rings")") ==
          "E0110 rings did you mean `ring`?");
    CHECK(fault(R"("do": "partition", "at": "1s")").starts_with("E0324"));
}

TEST_CASE("faults: a circle is found whether they wait by after or by since", "[format][faults]") {
    const auto when = [](const std::string& since) {
        return R"({"do": "crash", "target": "cs1", "when": {"event": "append.ok", "since": ")" +
               since + "\"}}";
    };
    const auto two = [](const std::string& f, const std::string& g) {
        return said(R"("faults": {"f": )" + f + R"(, "g": )" + g + "}");
    };
    const std::string at = R"({"do": "crash", "target": "cs2", "at": "1s"})";
    const std::string after_f = R"({"do": "crash", "target": "cs2", "after": "f"})";
    CHECK(said(R"("faults": {"f": )" + when("f") + "}") == "E0322 f f -> f");
    CHECK(said(R"("faults": {"f": )" + when("f.healed") + "}") == "E0322 f.healed f -> f");
    CHECK(two(when("g"), when("f")) == "E0322 g f -> g -> f");
    CHECK(two(when("g.healed"), after_f) == "E0322 g.healed f -> g -> f");
    CHECK(two(when("g"), at).empty());
    CHECK(two(at, after_f).empty());
}

TEST_CASE("kinds: a key that was meant to say the kind is pointed at", "[format]") {
    CHECK(fault(R"("doo": "crash", "target": "cs1", "at": "1s")") ==
          "E0101 doo did you mean `do`?");
    CHECK(fault(R"("Do": "crash", "target": "cs1", "at": "1s")") == "E0101 Do did you mean `do`?");
    CHECK(fault(R"("type": "crash", "target": "cs1", "at": "1s")") ==
          "E0101 type did you mean `do`?");
    CHECK(fault(R"("target": "cs1", "at": "1s")").starts_with("E0109 f add `do`"));
    CHECK(said(R"("expect": {"e": {"asert": "never", "event": "append.ok"}})") ==
          "E0101 asert did you mean `assert`?");
    CHECK(said(R"("expect": {"e": {"kind": "never", "event": "append.ok"}})") ==
          "E0101 kind did you mean `assert`?");
}

TEST_CASE("count: the nearest word", "[format]") {
    const auto count = [](const std::string& word) {
        return said(R"("targets": {"t": {"count": ")" + word + R"("}},
            "faults": {"f": {"do": "crash", "target": "@t", "at": "1s"}})");
    };
    CHECK(count("majority").empty());
    CHECK(count("mayority").ends_with(" mayority did you mean `majority`?"));
    CHECK(count("several").ends_with("or one of: all majority minority"));
}

TEST_CASE("warnings: what can only be nobody or nothing, and not what may be somebody",
          "[format]") {
    const auto crash = [](const std::string& who) {
        return fault(R"("do": "crash", "at": "1s", "target": ")" + who + "\"");
    };
    CHECK(crash("x*").starts_with("W0505 x* "));
    CHECK(crash("cs?").empty());
    CHECK(crash("cs??").starts_with("W0505"));
    CHECK(crash("w.*").empty());
    CHECK(said(R"("faults": {"f": {"do": "crash", "at": "9s", "target": "cs4*"},
        "more": {"do": "add", "rack": "r1", "at": "1s"}})")
              .empty());
    const auto target = [](const std::string& fields) {
        return said(R"("targets": {"t": {)" + fields +
                    R"(}}, "faults": {"f": {"do": "crash", "target": "@t", "at": "1s"}})");
    };
    CHECK(target(R"("name": "cs[12]")").starts_with("W0505 cs[12] "));
    CHECK(target(R"("name": "cx1")").starts_with("W0505 cx1 "));
    CHECK(target(R"("name": "cs2")").empty());
    CHECK(target(R"("count": "0%")").starts_with("W0505 0% "));
    CHECK(target(R"("count": "1%")").empty());
    CHECK(target(R"("leave": 99)").starts_with("W0505 99 "));
    CHECK(target(R"("leave": 3)").starts_with("W0505 3 "));
    CHECK(target(R"("leave": 2)").empty());
    const auto offset = [](const std::string& range) {
        return said(R"("expect": {"e": {"assert": "never", "event": "append.ok",
            "match": {"offset": )" + range + "}}}");
    };
    CHECK(offset(R"({"ge": 10, "le": 5})").starts_with("W0505 "));
    CHECK(offset(R"({"ge": 5, "le": 5})").empty());
}

TEST_CASE("warnings: a target that nothing uses, wherever it could be used", "[format]") {
    const std::string target = R"("targets": {"t": {}}, )";
    CHECK(said(target + R"("seed": 1)") == "W0506 t remove it, or write `@t` somewhere");
    const char* const uses[] = {
        R"("faults": {"f": {"do": "crash", "target": "@t", "at": "1s"}})",
        R"("faults": {"f": {"do": "isolate", "target": "cs1", "when":
            {"event": "server.crashed", "match": {"server": ["@t"]}}}})",
        R"("expect": {"e": {"assert": "never", "event": "message.sent",
            "match": {"from": {"not": "@t"}}}})",
        R"("expect": {"e": {"assert": "never", "event": "target.bound",
            "match": {"target": "t"}}})",
    };
    for (const char* const use : uses) {
        INFO(use);
        CHECK(said(target + use).empty());
    }
    // Next to an error it may well be used.
    CHECK(said(target + R"("faults": {"f": {"do": "crash", "target": "@u", "at": "1s"}})")
              .starts_with("E0303"));
}

}  // namespace
}  // namespace gfs::format
