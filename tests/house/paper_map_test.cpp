// SPDX-License-Identifier: Apache-2.0
// docs/paper_map.md, held against this checkout; and the proof that it would be noticed.

#include "tests/house/paper_map.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace house {
namespace {

const std::vector<Source>& project() {
    static const std::vector<Source> all = read_project(GFSIM_SOURCE_DIR);
    return all;
}

const Source& page() {
    const auto found = std::find_if(project().begin(), project().end(), [](const Source& source) {
        return source.path == "docs/paper_map.md";
    });
    REQUIRE(found != project().end());
    return *found;
}

bool mentions(const std::vector<std::string>& faults, std::string_view text) {
    return std::any_of(faults.begin(), faults.end(), [&](const std::string& fault) {
        return fault.find(text) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("paper map: every rule has a row, and what the rows name exists", "[house]") {
    const PaperMap map = parse_paper_map(page());
    const Checkout checkout = read_checkout(project());
    REQUIRE(map.rows.size() > 100);
    REQUIRE(checkout.tests.size() > 100);
    REQUIRE(checkout.sections.size() > 100);
    const std::vector<std::string> faults = faults_of(map, checkout);
    for (const std::string& fault : faults) UNSCOPED_INFO(fault);
    CHECK(faults.empty());
}

TEST_CASE("paper map: each way to be wrong is noticed", "[house]") {
    const PaperMap good = parse_paper_map(page());
    const Checkout checkout = read_checkout(project());
    const auto with_row = [&](auto change) {
        PaperMap map = good;
        change(map.rows.front());
        return faults_of(map, checkout);
    };
    REQUIRE(good.rows.front().rule == "A1");
    CHECK(mentions(with_row([](PaperRow& row) { row.rule = "Z9"; }), "Z9: there is no such rule"));
    CHECK(mentions(with_row([](PaperRow& row) { row.rule = "A2"; }), "A2: has two rows"));
    CHECK(mentions(with_row([](PaperRow& row) { row.rule = "A2"; }), "A1: has no row"));
    CHECK(mentions(with_row([](PaperRow& row) { row.section = "2.9"; }), "no section 2.9"));
    CHECK(mentions(with_row([](PaperRow& row) { row.code = "core/x.cpp"; }), "no file core/x.cpp"));
    CHECK(mentions(with_row([](PaperRow& row) { row.test = "x"; }), "no test \"x\""));
    CHECK(mentions(with_row([](PaperRow& row) { row.scenario = "x"; }), "no scenario x"));
    CHECK(mentions(with_row([](PaperRow& row) { row.test.clear(); }), "a cell is empty"));
    CHECK(mentions(with_row([](PaperRow& row) { row.test = "-"; }), "disagree"));
    CHECK(mentions(with_row([](PaperRow& row) { row.section = "2.4"; }), "index by section"));

    Checkout tagged = checkout;
    tagged.sections.emplace_back("3.9", "x.cpp:1");
    tagged.rules.emplace_back("U99", "y.cpp:2");
    const std::vector<std::string> faults = faults_of(good, tagged);
    CHECK(mentions(faults, "x.cpp:1: the paper has no section 3.9"));
    CHECK(mentions(faults, "y.cpp:2: there is no rule U99"));
}

TEST_CASE("paper map: a row is read in pieces", "[house]") {
    const Source text = parse("docs/paper_map.md",
                              "Still open, in whole or in part (`-` in the row): B3, U10.\n"
                              "| 2.3 | A3 |\n"
                              "| A3 | 2.3 | what | [c](../core/a.cpp) | a test | - |\n");
    const PaperMap map = parse_paper_map(text);
    REQUIRE(map.rows.size() == 1);
    CHECK(map.rows[0].rule == "A3");
    CHECK(map.rows[0].code == "core/a.cpp");
    CHECK(map.rows[0].test == "a test");
    CHECK(map.rows[0].is_open());
    CHECK(map.open == std::set<std::string>{"B3", "U10"});
    CHECK(map.index == std::vector<std::string>{"2.3 A3"});
}

}  // namespace house
