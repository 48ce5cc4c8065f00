// SPDX-License-Identifier: Apache-2.0
// The checks behind the names in lint.cpp. Each adds what it finds in one file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/house/lint.h"

namespace house {

// rules_includes.cpp
void check_include_table(const Source& source, std::vector<Finding>& findings);

// rules_determinism.cpp
void check_banned_names(const Source& source, std::vector<Finding>& findings);
void check_static_locals(const Source& source, std::vector<Finding>& findings);
void check_pointer_keys(const Source& source, std::vector<Finding>& findings);
void check_floating_point(const Source& source, std::vector<Finding>& findings);
void check_brace_in_await(const Source& source, std::vector<Finding>& findings);

// rules_layout.cpp
void check_file_length(const Source& source, std::vector<Finding>& findings);
void check_function_length(const Source& source, std::vector<Finding>& findings);
void check_columns(const Source& source, std::vector<Finding>& findings);
void check_file_head(const Source& source, std::vector<Finding>& findings);

// rules_words.cpp
void check_synonyms(const Source& source, std::vector<Finding>& findings);
void check_left_overs(const Source& source, std::vector<Finding>& findings);
void check_foreign_paths(const Source& source, std::vector<Finding>& findings);

// Rules over the whole project (rules_project.cpp).

// How densely a set of files is set with assertions.
struct AssertionCount {
    int assertions = 0;
    int code_lines = 0;
    double per_hundred_lines() const;
};
AssertionCount count_assertions(const std::vector<Source>& project, std::string_view room);

// Every "GFS x.y" in the sources whose section is not in the map of the paper.
std::vector<Finding> unknown_paper_tags(const std::vector<Source>& project,
                                        const Source& paper_map);

// Adds a finding; `line` counts from 0.
void add(std::vector<Finding>& findings, const Source& source, std::size_t line,
         std::string message);

}  // namespace house
