// SPDX-License-Identifier: Apache-2.0
// Canonical layout.

#include <catch2/catch.hpp>

#include "scenarios/format/parse.h"
#include "tests/format/memory_files.h"

namespace gfs::format {
namespace {

std::string formatted(const std::string& text) {
    Diagnostics diagnostics;
    return format_text("t.json", text, diagnostics).value();
}

Node parsed(const std::string& text) {
    Diagnostics diagnostics;
    return parse_json(diagnostics.files().add("t.json", text), diagnostics).value();
}

TEST_CASE("fmt: short things on one line, the outermost object never", "[format]") {
    CHECK(formatted(R"({"a":1,"b":[1,2,{}],"c":{"d":"x, {y}","e":[]}})") == R"({
    "a": 1,
    "b": [1, 2, {}],
    "c": { "d": "x, {y}", "e": [] }
}
)");
    CHECK(formatted("{}") == "{\n}\n");
}

TEST_CASE("fmt: comments stay with what they speak of", "[format]") {
    CHECK(formatted("// top\n{ // open\n \"a\": 1, // one\n // before b\n \"b\": /* in */ [ 1, // "
                    "x\n 2 ] // end\n}\n// last\n") ==
          R"(// top
{ // open
    "a": 1, // one
    // before b
    "b": /* in */ [
        1, // x
        2
    ] // end
}
// last
)");
}

TEST_CASE("fmt: formatting twice changes nothing, and the values stay", "[format]") {
    for (const char* name :
         {"hello", "lease-expiry", "record-append", "rack-power", "master-failover"}) {
        const std::string text = slurp(top + "tests/format/annotated/" + name + ".json");
        const std::string once = formatted(text);
        INFO(name << "\n" << once);
        CHECK(formatted(once) == once);
        CHECK(same_value(parsed(text), parsed(once)));
    }
}

TEST_CASE("fmt: the library's files are in their canonical form", "[format]") {
    for (const char* name : {"hello", "lease_expiry", "record_append"}) {
        const std::string text = slurp(top + "scenarios/library/basics/" + name + ".json");
        CHECK(formatted(text) == text);
    }
}

TEST_CASE("fmt: what is no JSON is not touched", "[format]") {
    Diagnostics diagnostics;
    CHECK_FALSE(format_text("t.json", "{\"a\": 1,}", diagnostics).has_value());
    CHECK(codes(diagnostics) == "E0004");
}

}  // namespace
}  // namespace gfs::format
