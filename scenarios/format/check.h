// SPDX-License-Identifier: Apache-2.0
// Judges a document by the table of fields: names, types, units, ranges, words, required fields.
// What refers to something elsewhere in the scenario is judged by the loaders.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/diagnostics.h"
#include "scenarios/format/document.h"
#include "scenarios/format/fields.h"

namespace gfs::format {

class FieldChecker {
  public:
    explicit FieldChecker(Diagnostics& out) : out_(out) {}

    // Marks as `bad` what it has reported. `pointer` is that of `node`.
    void record(const RecordSpec& spec, Node& node, const std::string& pointer);

  private:
    // check.cpp: objects
    bool fields(const RecordSpec& spec, Node& node, const std::string& pointer,
                std::string_view kind);
    void unknown_field(const RecordSpec& spec, std::string_view kind, Node& item,
                       const std::string& pointer);
    void missing_fields(const RecordSpec& spec, std::string_view kind, Node& node,
                        const std::string& pointer);
    void map(const FieldSpec& field, Node& node, const std::string& pointer);
    void steps(const FieldSpec& field, Node& node, const std::string& pointer);
    void not_supported(Span at, const std::string& pointer, const std::string& what);

    // check_values.cpp: single values
    void value(const FieldSpec& field, Node& node, const std::string& pointer);
    void scalar(const FieldSpec& field, Node& node, const std::string& pointer);
    void version(Node& node, const std::string& pointer);
    void form(const FieldSpec& field, Node& node, const std::string& pointer);
    void word(const FieldSpec& field, Node& node, const std::string& pointer);
    void name_of(const std::vector<std::string_view>& names, std::string_view what, Node& node,
                 const std::string& pointer);
    void words(const FieldSpec& field, Node& node, const std::string& pointer);
    void texts(const FieldSpec& field, Node& node, const std::string& pointer);
    void match(Node& node, const std::string& pointer);
    void condition(Node& node, const std::string& pointer);
    void policy(const FieldSpec& field, Node& node, const std::string& pointer);
    void lists(const FieldSpec& field, Node& node, const std::string& pointer);

    // check_quantities.cpp: numbers and units
    void integer(const FieldSpec& field, Node& node, const std::string& pointer);
    void number(const FieldSpec& field, Node& node, const std::string& pointer);
    void quantity(const FieldSpec& field, Node& node, const std::string& pointer);
    void share(Node& node, const std::string& pointer);
    void amount(const FieldSpec& field, Node& node, const std::string& pointer);
    void seed(Node& node, const std::string& pointer);
    void seeds(Node& node, const std::string& pointer);
    void distribution(const RecordSpec& spec, Node& node, const std::string& pointer);
    void in_range(const FieldSpec& field, std::int64_t value, Node& node,
                  const std::string& pointer);

    // Reports against the value; knows about substituted parameters.
    Diagnostic& fail(std::string_view code, std::string message, Node& node,
                     const std::string& pointer, std::string note);
    bool expect_type(Node::Type type, std::string_view what, Node& node,
                     const std::string& pointer);

    Diagnostics& out_;
};

// Reports against a value: a value that came through `${param}` shows both places.
Diagnostic& report(Diagnostics& out, std::string_view code, std::string message, const Node& node,
                   const std::string& pointer, std::string note);

// A slug, the form of all names: ^[a-z][a-z0-9_-]*$.
bool is_slug(std::string_view text);
// An absolute path of the simulated file system, or a glob over them.
bool is_path(std::string_view text);
// "/file#3" or "@name".
bool is_chunk(std::string_view text);
// An actor, a glob, rack:, role: or @target; the parts are slugs.
bool is_who(std::string_view text);
// What to say of another form: the nearest one that is good, or all of them.
std::string who_note(std::string_view text);

// "1..50" or {1, 2, 3} as inclusive ranges; empty when it is neither.
std::vector<std::pair<std::uint64_t, std::uint64_t>> read_seeds(const Node& node);

}  // namespace gfs::format
