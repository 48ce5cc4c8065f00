// SPDX-License-Identifier: Apache-2.0
// docs/paper_map.md as data, and what is wrong with it: the page that leads from each rule of the
// paper to the code, the test and the scenario that show it.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/house/lint.h"

namespace house {

struct PaperRow {
    std::string rule;      // "A3"
    std::string section;   // "2.3"
    std::string code;      // a path from the top; "-" where there is none yet
    std::string test;      // the name of a test case; "-"
    std::string scenario;  // a path from the top; "-"

    bool is_open() const { return code == "-" || test == "-" || scenario == "-"; }
};

struct PaperMap {
    std::vector<PaperRow> rows;
    std::set<std::string> open;      // the rules that the page calls open
    std::vector<std::string> index;  // rows of the index: "2.3 A1 A3"
};

PaperMap parse_paper_map(const Source& page);

// What the checkout has.
struct Checkout {
    std::set<std::string> files;
    std::set<std::string> tests;  // names of test cases
    // Sections that are named: "2.3" by a tag of a test or by "GFS 2.3" in a comment; where.
    std::vector<std::pair<std::string, std::string>> sections;
    // Rules that are named as "rule U4" in a comment; where.
    std::vector<std::pair<std::string, std::string>> rules;
};

Checkout read_checkout(std::span<const Source> project);

// A sentence for each thing that is wrong; none when the page holds.
std::vector<std::string> faults_of(const PaperMap& map, const Checkout& checkout);

}  // namespace house
