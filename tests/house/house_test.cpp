// SPDX-License-Identifier: Apache-2.0
// The house rules, held against this checkout.

#include <catch2/catch.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "tests/house/rules.h"

namespace house {
namespace {

const std::vector<Source>& project() {
    static const std::vector<Source> all = read_project(GFSIM_SOURCE_DIR);
    return all;
}

const Source* find(std::string_view path) {
    for (const Source& source : project())
        if (source.path == path) return &source;
    return nullptr;
}

// One test case a rule, so that a failure says in its name what is broken.
void holds(std::string_view name) {
    const Rule& the_rule = rule(name);
    std::vector<Finding> findings;
    for (const Source& source : project()) {
        const std::vector<Finding> found = check(the_rule, source);
        findings.insert(findings.end(), found.begin(), found.end());
    }
    INFO(the_rule.promise);
    INFO(describe(findings));
    CHECK(findings.empty());
}

TEST_CASE("house: the checkout is read", "[house]") {
    REQUIRE(find("CMakeLists.txt") != nullptr);
    REQUIRE(find("tests/house/house_test.cpp") != nullptr);
    REQUIRE(project().size() > 20);
}

TEST_CASE("house: rooms include only what their row of the table allows", "[house]") {
    holds("include-table");
}

TEST_CASE("house: nothing that makes two runs differ is named", "[house]") {
    holds("banned-name");
}

TEST_CASE("house: no function remembers anything between calls", "[house]") {
    holds("static-local");
}

TEST_CASE("house: no container is ordered by addresses", "[house]") {
    holds("pointer-key");
}

TEST_CASE("house: no floating point in a simulation", "[house]") {
    holds("floating-point");
}

TEST_CASE("house: no brace inside an awaited expression", "[house]") {
    holds("brace-in-await");
}

TEST_CASE("house: files have at most 400 lines", "[house]") {
    holds("file-length");
}

TEST_CASE("house: functions have at most 60 lines", "[house]") {
    holds("function-length");
}

TEST_CASE("house: lines have at most 100 columns", "[house]") {
    holds("columns");
}

TEST_CASE("house: files start with their license, headers are included once", "[house]") {
    holds("file-head");
}

TEST_CASE("house: core/ uses the paper's words", "[house]") {
    holds("synonym");
}

TEST_CASE("house: no marker of unfinished work", "[house]") {
    holds("left-over");
}

TEST_CASE("house: no path of anybody's machine", "[house]") {
    holds("foreign-path");
}

TEST_CASE("house: every rule is held against the checkout", "[house]") {
    const Source* const self = find("tests/house/house_test.cpp");
    REQUIRE(self != nullptr);
    for (const Rule& each : rules()) {
        CAPTURE(each.name);
        bool held = false;
        for (const std::string& line : self->text)
            if (line.find("holds(\"" + std::string(each.name) + "\")") != std::string::npos)
                held = true;
        CHECK(held);
    }
}

TEST_CASE("house: sim/ and core/ have two assertions for every 100 lines of code", "[house]") {
    for (const std::string_view room : {"sim/", "core/"}) {
        const AssertionCount count = count_assertions(project(), room);
        std::cout << room << " " << count.assertions << " assertions in " << count.code_lines
                  << " lines of code: " << count.per_hundred_lines() << " per 100 (aim 3)\n";
        CAPTURE(room);
        CHECK(count.per_hundred_lines() >= 2);
    }
}

TEST_CASE("house: assertions are counted in code only", "[house]") {
    const std::vector<Source> sources = {
        parse("sim/a.cpp", "// SIM_ASSERT(x);\nint a;\n\n}\nSIM_ASSERT(a);\n"),
        parse("core/b.cpp", "SIM_ASSERT(b);\n"),
    };
    const AssertionCount count = count_assertions(sources, "sim/");
    CHECK(count.assertions == 1);
    CHECK(count.code_lines == 2);
    CHECK(count.per_hundred_lines() == 50);
}

TEST_CASE("house: every section of the paper that a comment names is in the map", "[house]") {
    const Source* const paper_map = find("docs/paper_map.md");
    REQUIRE(paper_map != nullptr);
    std::vector<Source> rooms;
    for (const Source& source : project())
        if (!source.path.starts_with("tests/house/")) rooms.push_back(source);
    const std::vector<Finding> findings = unknown_paper_tags(rooms, *paper_map);
    INFO(describe(findings));
    CHECK(findings.empty());
}

TEST_CASE("house: a section is known only by its whole number", "[house]") {
    const Source paper_map = parse("docs/paper_map.md", "| 3.1 | lease |\n| 2.7.1 | regions |\n");
    const auto unknown = [&](const char* comment) {
        return unknown_paper_tags({parse("core/x.cpp", comment)}, paper_map).size();
    };
    CHECK(unknown("// GFS 3.1, steps 1 and 2. See GFS 2.7.1.\n") == 0);
    CHECK(unknown("// GFS 3.\n") == 1);
    CHECK(unknown("// GFS 2.7\n") == 1);
    CHECK(unknown("// GFS 3.11\n") == 1);
    CHECK(unknown("// the GFS paper\n") == 0);
}

}  // namespace
}  // namespace house
