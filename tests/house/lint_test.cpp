// SPDX-License-Identifier: Apache-2.0
// The linter under test: each rule with what it must catch and with what it must leave alone.

#include "tests/house/lint.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace house {
namespace {

struct Example {
    std::string_view rule;
    std::string path;
    std::string content;
};

std::string repeat(std::string_view line, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += line;
    return text;
}

const std::vector<Example>& caught() {
    static const std::vector<Example> examples = {
        {"include-table", "sim/x.cpp", "#include \"core/common/ids.h\"\n"},
        {"include-table", "core/master/x.cpp", "#include \"core/chunkserver/chunkserver.h\"\n"},
        {"include-table", "core/client/x.h", "#include \"core/master/master.h\"\n"},
        {"include-table", "faults/x.cpp", "#include \"core/master/master.h\"\n"},
        {"include-table", "scenarios/format/x.cpp", "#include \"faults/fault.h\"\n"},
        {"include-table", "core/common/x.h", "#include \"ids.h\"\n"},
        {"include-table", "core/common/x.h", "#  include \"core/policy/placement.h\"\n"},
        {"include-table", "core/common/x.h", "#include <nlohmann/json.hpp>\n"},
        {"include-table", "scenarios/run/x.cpp", "#include <CLI/CLI.hpp>\n"},
        {"banned-name", "sim/x.cpp", "auto t = std::chrono::steady_clock::now();\n"},
        {"banned-name", "core/master/x.cpp", "auto t = std::time(nullptr);\n"},
        {"banned-name", "core/master/x.cpp", "#include <random>\n"},
        {"banned-name", "scenarios/run/x.cpp", "std::unordered_map<int, int> seen;\n"},
        {"banned-name", "faults/x.cpp", "int die = rand() % 6;\n"},
        {"banned-name", "core/policy/x.cpp", "std::sort(ids.begin(), ids.end());\n"},
        {"banned-name", "core/policy/x.cpp", "fmt::print(\"at %p\", where);\n"},
        {"static-local", "core/x.cpp",
         "int next() {\n    static int count = 0;\n    return ++count;\n}\n"},
        {"pointer-key", "core/x.h", "std::map<const Chunk*, int> owners;\n"},
        {"pointer-key", "core/x.h", "std::set<Host *> hosts;\n"},
        {"floating-point", "faults/x.cpp", "const double p = 0.5;\n"},
        {"brace-in-await", "core/x.cpp", "co_await call(Grant{.chunk = 1});\n"},
        {"brace-in-await", "core/x.cpp",
         "const auto a =\n    co_await call(peer,\n {.chunk = 1});\n"},
        {"file-length", "sim/x.cpp", repeat("\n", 401)},
        {"function-length", "sim/x.cpp", "void f() {\n" + repeat("    g();\n", 59) + "}\n"},
        {"function-length", "sim/x.cpp",
         "struct A {\n  public:\n    A() : a_{1}, b_(2) {\n" + repeat("        g();\n", 59) +
             "    }\n};\n"},
        {"columns", "sim/x.cpp", "// " + std::string(98, 'x') + "\n"},
        {"columns", "sim/x.cpp", "\tint x;\n"},
        {"columns", "sim/x.cpp", "int x; \n"},
        {"file-head", "sim/x.cpp", "int x;\n"},
        {"file-head", "sim/x.h", "// SPDX-License-Identifier: Apache-2.0\nint x;\n"},
        {"file-head", "dev", "#!/bin/sh\ntrue\n"},
        {"synonym", "core/x.h", "void elect_leader();\n"},
        {"synonym", "core/x.h", "class DataNode;\n"},
        {"synonym", "core/x.h", "// The datanodes answer.\n"},
        {"synonym", "core/x.h", "int block_count;\n"},
        {"left-over", "README.md", std::string("TO") + "DO: say more\n"},
        {"foreign-path", "docs/x.md", std::string("see /wo") + "rk/notes\n"},
        {"foreign-path", "tests/x.cpp", std::string("open(\"../sha") + "red/x\");\n"},
    };
    return examples;
}

const std::vector<Example>& left_alone() {
    static const std::vector<Example> examples = {
        {"include-table", "core/master/x.cpp", "#include \"core/policy/placement.h\"\n"},
        {"include-table", "core/master/x.cpp", "#include \"core/master/master.h\"\n"},
        {"include-table", "tests/core/x.cpp", "#include \"core/master/master.h\"\n"},
        {"include-table", "scenarios/format/x.cpp", "#include <nlohmann/json.hpp>\n"},
        {"banned-name", "core/x.cpp", "// std::sort would do, rand() would not\n"},
        {"banned-name", "core/x.cpp", "say(\"std::thread\");\n"},
        {"banned-name", "core/x.cpp", "auto operand(int x);\nint r = engine.rand();\n"},
        {"banned-name", "scenarios/run/x.cpp", "std::thread worker;\n"},
        {"banned-name", "tests/core/x_test.cpp", "std::unordered_map<int, int> seen;\n"},
        {"banned-name", "core/x.cpp",
         "std::sort(a, b);  // allow(banned-name): ids are distinct\n"},
        {"banned-name", "core/x.cpp",
         "// allow(banned-name): ids are distinct\nstd::sort(a, b);\n"},
        {"static-local", "core/x.cpp",
         "int f() {\n    static constexpr int a = 1;\n    return a;\n}\n"},
        {"static-local", "core/x.h",
         "struct A {\n    template <typename T>\n    static void f(T t) {\n        t();\n    "
         "}\n};\n"},
        {"static-local", "core/x.h", "class A {\n    static int make();\n};\n"},
        {"pointer-key", "core/x.h", "std::map<ChunkHandle, Chunk*> chunks;\n"},
        {"floating-point", "scenarios/reports/x.cpp", "double share = 0.5;\n"},
        {"floating-point", "sim/network/flow_progress.h", "double left = 0;\n"},
        {"floating-point", "core/x.h", "// twice, or double, the lease\nint double_grant;\n"},
        {"brace-in-await", "core/x.cpp",
         "const Grant grant{.chunk = 1};\nif (!(co_await call(grant)).ok()) {\n    f();\n}\n"},
        {"brace-in-await", "core/x.cpp", "g(co_await f(), Grant{1});\n"},
        {"brace-in-await", "core/x.cpp", "// co_await call(Grant{1});\n"},
        {"file-length", "sim/x.cpp", repeat("\n", 400)},
        {"file-length", "core/common/x.def", repeat("\n", 500)},
        {"function-length", "sim/x.cpp", "void f() {\n" + repeat("    g();\n", 58) + "}\n"},
        {"function-length", "sim/x.h", "struct A {\n" + repeat("    int g();\n", 80) + "};\n"},
        {"function-length", "sim/x.cpp",
         "constexpr int a[] = {\n" + repeat("    1,\n", 80) + "};\n"},
        {"columns", "sim/x.cpp", "// " + std::string(97, 'x') + "\n"},
        {"columns", "sim/x.cpp", "// \u03bc" + repeat("\u03bc", 90) + "\n"},
        {"columns", "scenarios/cli/x.cpp",
         "auto text = R\"(\n" + std::string(120, 'x') + "\n)\";\n"},
        {"file-head", "sim/x.h", "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n"},
        {"file-head", "dev", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n"},
        {"file-head", "README.md", "# gfsim\n"},
        {"synonym", "core/x.h", "int checksum_block_size;\nbool is_blocked();\n"},
        {"synonym", "core/x.h", "// Checksums.\n\n\nint block_count;\n"},
        {"synonym", "sim/x.h", "void elect_leader();\n"},
        {"left-over", "sim/x.cpp", std::string("int TO") + "DO_LIST;\n"},
        {"foreign-path", "docs/x.md",
         "the frame" + std::string("wo") + "rk/tests and build/gfsim\n"},
    };
    return examples;
}

std::vector<Finding> findings_of(const Example& example) {
    return check(rule(example.rule), parse(example.path, example.content));
}

TEST_CASE("lint: each rule catches what it is for", "[house]") {
    for (const Example& example : caught()) {
        CAPTURE(example.rule, example.path, example.content);
        CHECK(findings_of(example).size() == 1);
    }
}

TEST_CASE("lint: each rule leaves good code alone", "[house]") {
    for (const Example& example : left_alone()) {
        INFO(describe(findings_of(example)));
        CAPTURE(example.rule, example.path, example.content);
        CHECK(findings_of(example).empty());
    }
}

TEST_CASE("lint: no rule is without examples of both kinds", "[house]") {
    for (const Rule& each : rules()) {
        CAPTURE(each.name);
        const auto shows = [&](const Example& example) { return example.rule == each.name; };
        CHECK(std::any_of(caught().begin(), caught().end(), shows));
        CHECK(std::any_of(left_alone().begin(), left_alone().end(), shows));
    }
}

TEST_CASE("lint: a finding names file and line", "[house]") {
    const Source source = parse("sim/x.cpp", "\n\n#include \"core/common/ids.h\"\n");
    const std::vector<Finding> findings = check(rule("include-table"), source);
    CHECK(describe(findings) ==
          "sim/x.cpp:3: sim may not include core/common (\"core/common/ids.h\")\n");
}

TEST_CASE("lint: an excuse needs a reason and counts for one line only", "[house]") {
    const auto found = [](const char* content) {
        return describe(check(rule("banned-name"), parse("core/x.cpp", content)));
    };
    CHECK(found("std::sort(a, b);  // allow(banned-name):\n").find("gives no reason") !=
          std::string::npos);
    CHECK(found("std::sort(a, b);  // allow(columns): too wide\n") != "");
    CHECK(found("std::sort(a, b);  // allow(banned-name): distinct\nstd::sort(c, d);\n")
              .starts_with("core/x.cpp:2:"));
}

TEST_CASE("lint: comments and literals are not code", "[house]") {
    const Source source = parse("sim/x.cpp",
                                "int a = 1'000; // one {\n"
                                "auto b = \"a \\\" {\"; /* two\n"
                                "{ */ int c; auto d = R\"x({ \" )\" {)x\"; char e = '{';\n"
                                "#define F(x) \\\n    { x }\n"
                                "int g;\n");
    std::string code;
    for (const std::string& line : source.code) code += line + "\n";
    CHECK(code.find('{') == std::string::npos);
    CHECK(code.find("int a = 1'000;") != std::string::npos);
    CHECK(source.code[2].find("int c;") != std::string::npos);
    CHECK(source.code[5] == "int g;");
    for (std::size_t i = 0; i < source.code.size(); ++i)
        CHECK(source.code[i].size() == source.text[i].size());
}

TEST_CASE("lint: a function reaches from its head to its closing brace", "[house]") {
    const Source source = parse("sim/x.cpp",
                                "namespace a {\n"
                                "struct B : C {\n"
                                "    B() : c_{1} {}\n"
                                "    bool operator==(const B&) const = default;\n"
                                "    int c_{2};\n"
                                "};\n"
                                "template <typename T = int>\n"
                                "T f(T t = {},\n"
                                "    int u = 3) noexcept {\n"
                                "    const auto g = [] { return 1; };\n"
                                "    if (t) {\n"
                                "    }\n"
                                "}\n"
                                "constexpr int table[] = {f(1), f(2)};\n"
                                "}\n");
    const std::vector<Function> functions = functions_of(source);
    REQUIRE(functions.size() == 2);
    CHECK(functions[0].first == 2);
    CHECK(functions[0].last == 2);
    CHECK(functions[1].first == 6);
    CHECK(functions[1].body == 8);
    CHECK(functions[1].last == 12);
}

}  // namespace
}  // namespace house
