// SPDX-License-Identifier: Apache-2.0
// The house rules as a program: what the compiler cannot check, read off the sources. A rule is a
// function from one file to findings, and has a name by which a line may ask to be excused:
//
//     std::sort(ids.begin(), ids.end());  // allow(banned-name): ids are distinct
//
// on the line itself or alone on the line above. An excuse without a reason is a finding.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace house {

// A file as the rules see it. Lines are numbered from 1 in findings, from 0 here.
struct Source {
    std::string path;               // from the top: "core/master/lease_grant.cpp"
    std::vector<std::string> text;  // as written
    // The same lines with comments, the insides of literals and preprocessor lines blanked, so
    // that every character keeps its place. Equal to `text` for a file that is not C++.
    std::vector<std::string> code;
};

Source parse(std::string path, std::string_view content);

// All files of the checkout below `top`: what git lists or would list; without git, what is there
// and is not a build's.
std::vector<Source> read_project(const std::string& top);

struct Finding {
    std::string path;
    int line = 0;
    std::string message;
};

struct Rule {
    std::string_view name;
    std::string_view promise;  // what holds when it finds nothing
    void (*check)(const Source& source, std::vector<Finding>& findings);
};

// Every rule that looks at one file at a time.
std::span<const Rule> rules();

// REQUIRES: `name` is one of rules().
const Rule& rule(std::string_view name);

// The findings of one rule in one file, those excused left out.
std::vector<Finding> check(const Rule& rule, const Source& source);

// "core/x.cpp:12: what is wrong", a line each.
std::string describe(std::span<const Finding> findings);

// --- for the rules ---------------------------------------------------------------------------

bool is_cpp(std::string_view path);  // .h, .cpp and .def
bool starts_with_any(std::string_view path, std::span<const std::string_view> prefixes);
bool is_word_char(char c);

// A function's lines, counted from 0.
struct Function {
    std::size_t first = 0;  // where its head starts
    std::size_t body = 0;   // where its opening brace is
    std::size_t last = 0;   // where its closing brace is
};
std::vector<Function> functions_of(const Source& source);

// The code of all lines joined by '\n', and the line of a place in it.
struct JoinedCode {
    explicit JoinedCode(const Source& source);
    std::size_t line_at(std::size_t offset) const;

    std::string text;
    std::vector<std::size_t> line_starts;
};

}  // namespace house
