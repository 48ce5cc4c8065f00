// SPDX-License-Identifier: Apache-2.0
// The document layer: positions, exact numbers, syntax errors, limits.

#include <catch2/catch.hpp>

#include "scenarios/format/parse.h"
#include "tests/format/memory_files.h"

namespace gfs::format {
namespace {

struct Parsed {
    Diagnostics diagnostics;
    std::optional<Node> root;

    explicit Parsed(const std::string& text) {
        root = parse_json(diagnostics.files().add("t.json", text), diagnostics);
    }
    Place place(const Node& node) const {
        return diagnostics.files().place(node.span.file, node.span.begin);
    }
    Place key_place(const Node& node) const {
        return diagnostics.files().place(node.key_span.file, node.key_span.begin);
    }
    std::string written(const Node& node) const {
        return diagnostics.files().text(0).substr(node.span.begin, node.span.end - node.span.begin);
    }
};

// The one syntax error of a text as "message; note @line:column".
std::string syntax_error(const std::string& text) {
    const Parsed parsed(text);
    REQUIRE_FALSE(parsed.root.has_value());
    const auto all = parsed.diagnostics.sorted();
    REQUIRE(all.size() == 1);
    const Place at = parsed.diagnostics.files().place(all[0].at.span.file, all[0].at.span.begin);
    return all[0].message + "; " + all[0].at.text + " @" + std::to_string(at.line) + ":" +
           std::to_string(at.column);
}

TEST_CASE("document: keys and values know their line and column", "[format]") {
    const Parsed p(
        "{ // a comment, with { and \" in it\n  \"a\": 12,\n  /* two\n lines */ \"b\": [true, "
        "\"x\\\"y\"]\n}");
    REQUIRE(p.root.has_value());
    const Node& a = *p.root->find("a");
    CHECK(p.key_place(a).line == 2);
    CHECK(p.key_place(a).column == 3);
    CHECK(p.place(a).column == 8);
    CHECK(p.written(a) == "12");
    const Node& b = *p.root->find("b");
    CHECK(p.key_place(b).line == 4);
    CHECK(p.key_place(b).column == 11);
    CHECK(p.written(b) == "[true, \"x\\\"y\"]");
    CHECK(b.items[1].text == "x\"y");
    CHECK(p.written(b.items[0]) == "true");
}

TEST_CASE("document: columns count code points", "[format]") {
    const Parsed p("{\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\": 1}");
    REQUIRE(p.root.has_value());
    CHECK(p.place(p.root->items[0]).column == 9);
}

TEST_CASE("document: numbers keep their text", "[format]") {
    const Parsed p("[9007199254740993, 18446744073709551616, 1.50, -0, 1e3]");
    REQUIRE(p.root.has_value());
    CHECK(p.root->items[0].text == "9007199254740993");
    CHECK(p.root->items[1].text == "18446744073709551616");
    CHECK(p.root->items[2].text == "1.50");
    CHECK(p.root->items[3].text == "-0");
    CHECK(p.root->items[4].text == "1e3");
}

TEST_CASE("document: doubled keys are errors wherever they are, and the first value stays",
          "[format]") {
    const Parsed p(R"({"a": {"x": 1, "y": 2, "x": 3}, "b": 0, "a": 5})");
    REQUIRE(p.root.has_value());
    CHECK(codes(p.diagnostics) == "E0005 E0005");
    CHECK(p.root->items.size() == 2);
    CHECK(p.root->find("a")->find("x")->text == "1");
}

TEST_CASE("syntax: each mistake has its own sentence", "[format]") {
    CHECK(syntax_error("{\"a\": [1, 2,]}") == "trailing comma; remove the `,` before `]` @1:12");
    CHECK(syntax_error("{\"a\": 1,\n}") == "trailing comma; remove the `,` before `}` @1:8");
    CHECK(syntax_error("{'a': 1}") == "single quotes; JSON strings use double quotes @1:2");
    CHECK(syntax_error("{\"a\": 'b'}") == "single quotes; JSON strings use double quotes @1:7");
    CHECK(syntax_error("{\"a\": 1\n \"b\": 2}") ==
          "missing comma before this line; expected `,` before this @2:2");
    CHECK(syntax_error("[1 2]") == "missing comma; expected `,` before this @1:4");
    CHECK(syntax_error("{\"a\" 1}") == "missing `:` after a key; expected `:` before this @1:6");
    CHECK(syntax_error("{\"a\" = 1}") ==
          "`=` instead of `:`; a key and its value are joined by `:` @1:6");
    CHECK(syntax_error("{\"a\": }") ==
          "a value is missing here; expected a value before this @1:7");
    CHECK(syntax_error("{\"a\": \"b}\n") ==
          "this text is not closed on its line; add the closing `\"` @1:7");
    CHECK(syntax_error("{a: 1}") == "`a` needs double quotes; a key is text in double quotes @1:2");
    CHECK(syntax_error("{\"a\": True}") == "`True` is no JSON value; write true @1:7");
    CHECK(syntax_error("{\"a\": NaN}") == "`NaN` is no JSON value; JSON has no such number @1:7");
    CHECK(syntax_error("{\"a\": yes}") == "`yes` is no JSON value; write true @1:7");
    CHECK(syntax_error("{\"a\": 5ms}") ==
          "`5ms` is not a number; a value with a unit is text: \"5ms\" @1:7");
    CHECK(syntax_error("{\"a\": 012}") ==
          "`012` is not a number; a number has no leading zero @1:7");
    CHECK(syntax_error("{\"a\": +1}") == "`+1` is not a number; a number has no plus sign @1:7");
    CHECK(syntax_error("{\"a\": 0x1f}") ==
          "`0x1f` is not a number; JSON has no hexadecimal numbers; a seed may be written as text: "
          "\"0x1f\" @1:7");
    CHECK(syntax_error("{\"a\": 1} x") ==
          "text after the end of the scenario; a file holds one JSON value @1:10");
    CHECK(syntax_error("{\"a\": [1}") ==
          "`}` where `]` was expected; this list ends with `]` @1:9");
    CHECK(syntax_error("{\"a\": 1]") ==
          "`]` where `}` was expected; this object ends with `}` @1:8");
    CHECK(syntax_error("{\"a\": [1, 2") ==
          "the file ends before this list is closed; no matching `]` @1:7");
    CHECK(syntax_error("{\"a\": 1 /* no end") == "this comment is never closed; add `*/` @1:9");
    CHECK(syntax_error("{\"a\": 1 # no\n}") == "`#` begins no comment here; write `//` @1:9");
    CHECK(syntax_error("{\"a\": \"\t\"}") == "a tab inside text; write \\t @1:8");
    CHECK(syntax_error("{\"a\": \"\\q\"}") ==
          "`\\q` is no escape of JSON; a backslash is written \\\\ @1:8");
    CHECK(syntax_error("{,}") == "a key was expected here; a key is text in double quotes @1:2");
    CHECK(syntax_error("[1,,2]") == "two commas in a row; remove one @1:4");
    CHECK(syntax_error("") ==
          "the file is empty; a scenario is an object: {\"gfsim\": 1, ...} @1:1");
    CHECK(syntax_error("  // only this\n") ==
          "the file is empty; a scenario is an object: {\"gfsim\": 1, ...} @2:1");
}

TEST_CASE("document: what is no text is refused before parsing", "[format]") {
    CHECK(codes(Parsed("\xEF\xBB\xBF{}").diagnostics) == "E0006");
    CHECK(codes(Parsed(std::string("\xFF\xFE{\0}\0", 6)).diagnostics) == "E0006");
    CHECK(codes(Parsed(std::string("{\0}", 3)).diagnostics) == "E0006");
    CHECK(codes(Parsed("{\"\xC0\xAF\": 1}").diagnostics) == "E0006");
    CHECK(codes(Parsed("{\"\xED\xA0\x80\": 1}").diagnostics) == "E0006");
    CHECK(codes(Parsed("{\"\xF4\x90\x80\x80\": 1}").diagnostics) == "E0006");
    CHECK(codes(Parsed("{\"\xE2\x82\": 1}").diagnostics) == "E0006");
}

TEST_CASE("document: limits on depth, values, members and bytes", "[format]") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(Parsed(nested(max_depth)).root.has_value());
    CHECK(codes(Parsed(nested(max_depth + 1)).diagnostics) == "E0007");
    CHECK(codes(Parsed(std::string(200'000, '[')).diagnostics) == "E0007");
    std::string many = "[0";
    for (std::size_t i = 0; i < max_values; ++i) many += ",0";
    CHECK(codes(Parsed(many + "]").diagnostics) == "E0007");
    std::string wide = "{\"k\":0";
    for (std::size_t i = 0; i < max_members; ++i) wide += ",\"k" + std::to_string(i) + "\":0";
    CHECK(codes(Parsed(wide + "}").diagnostics) == "E0007");
    CHECK(codes(Parsed(std::string(max_file_bytes + 1, ' ')).diagnostics) == "E0007");
}

TEST_CASE("document: a number beyond all doubles is named", "[format]") {
    CHECK(codes(Parsed("[1e400]").diagnostics) == "E0009");
    CHECK(codes(Parsed("[-1e400]").diagnostics) == "E0009");
    CHECK(Parsed("[1e-400]").root.has_value());
}

}  // namespace
}  // namespace gfs::format
