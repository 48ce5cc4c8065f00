// SPDX-License-Identifier: Apache-2.0
// The generated schema and pages: up to date, and of one mind with the parser.

#include <catch2/catch.hpp>
#include <fstream>
#include <set>

#include "scenarios/format/errors.h"
#include "scenarios/format/fields.h"
#include "scenarios/format/parse.h"
#include "tests/format/json_schema.h"
#include "tests/format/memory_files.h"
#include "tests/format/mutations.h"

namespace gfs::format {
namespace {

const char* const schema_file = "scenarios/schema/scenario-1.schema.json";

Node parsed(const std::string& text) {
    Diagnostics diagnostics;
    std::optional<Node> root = parse_json(diagnostics.files().add("t.json", text), diagnostics);
    INFO(diagnostics.human());
    REQUIRE(root.has_value());
    return std::move(*root);
}

const JsonSchema& schema() {
    static const JsonSchema all(parsed(schema_json()));
    return all;
}

// The codes for what a schema can see: names, types, forms, words, required fields.
bool is_structural(const std::string& code) {
    static const std::set<std::string> codes{"E0002", "E0003", "E0101", "E0102", "E0103", "E0104",
                                             "E0105", "E0106", "E0109", "E0110", "E0111", "E0112",
                                             "E0113", "E0120", "E0323", "E0013"};
    return codes.contains(code);
}

// Codes of quantities whose form is right and whose value is not: schemas see some of them.
bool is_of_value(const std::string& code) {
    return code == "E0107" || code == "E0108" || code == "E0352";
}

// Holds the two against each other. A text with a parameter in it is left out: the schema takes
// "${x}" everywhere, the parser looks at its value.
void agree(const std::string& text) {
    const Node root = parsed(text);
    if (!root.is(Node::Type::object) || root.find("extends") != nullptr) return;
    if (text.find("${") != std::string::npos) return;
    MemoryFiles none;
    const Diagnostics diagnostics = load_text("t.json", text, {}, none).diagnostics;
    bool structural = false;
    bool value = false;
    for (const Diagnostic& d : diagnostics.sorted()) {
        structural = structural || is_structural(d.code);
        value = value || is_of_value(d.code);
    }
    const bool accepted = schema().accepts(root);
    INFO(text << "\n" << diagnostics.human());
    if (structural) CHECK_FALSE(accepted);
    if (!structural && !value) CHECK(accepted);
}

TEST_CASE("schema: the file in the repository is the generated one", "[format]") {
    INFO("to write it anew: test_format \"[.update]\"");
    CHECK(slurp(top + schema_file) == schema_json());
}

TEST_CASE("reference: the pages in the repository are the generated ones", "[format]") {
    INFO("to write them anew: test_format \"[.update]\"");
    CHECK(slurp(top + "docs/reference/scenario.md") == reference_page());
    CHECK(slurp(top + "docs/reference/errors.md") == errors_page());
}

TEST_CASE("schema: write the generated files", "[.update]") {
    std::ofstream(top + schema_file, std::ios::binary) << schema_json();
    std::ofstream(top + "docs/reference/scenario.md", std::ios::binary) << reference_page();
    std::ofstream(top + "docs/reference/errors.md", std::ios::binary) << errors_page();
    CHECK(slurp(top + schema_file) == schema_json());
}

TEST_CASE("schema: it accepts the annotated scenarios", "[format]") {
    for (const char* name :
         {"hello", "lease-expiry", "record-append", "rack-power", "master-failover"}) {
        INFO(name);
        CHECK(schema().accepts(parsed(slurp(top + "tests/format/annotated/" + name + ".json"))));
    }
}

TEST_CASE("schema: it agrees with the parser on every bad scenario", "[format]") {
    for (const ErrorInfo& row : all_errors()) {
        const std::set<std::string_view> no_json{"E0001", "E0004", "E0005", "E0006",
                                                 "E0007", "E0008", "E0009", "E0133"};
        const bool of_a_file = row.code.front() == 'E' || row.code.front() == 'W';
        if (!of_a_file || no_json.contains(row.code)) continue;
        agree(slurp(top + "tests/scenarios/bad/" + std::string(row.code) + ".json"));
    }
}

TEST_CASE("schema: it agrees with the parser on mutated scenarios", "[format]") {
    for (const char* name :
         {"hello", "lease-expiry", "record-append", "rack-power", "master-failover"}) {
        std::string text = slurp(top + "tests/format/annotated/" + name + ".json");
        // The larger ones use parameters, which `agree` leaves out: put values in their place.
        for (const auto& [use, value] : {std::pair<std::string, std::string>{"${limit}", "40%"},
                                         {"${budget}", "25m"},
                                         {"${lease}", "60s"}})
            for (std::size_t at = text.find(use); at != std::string::npos; at = text.find(use))
                text.replace(at, use.size(), value);
        const std::string cap = "\"${cap}\"";
        if (text.find(cap) != std::string::npos) text.replace(text.find(cap), cap.size(), "16");
        const Node good = parsed(text);
        for (std::uint64_t seed = 0; seed < 400; ++seed) {
            Mutator mutator(seed);
            Node bad = good;
            for (std::uint64_t i = mutator.below(3) + 1; i > 0; --i) mutator.edit(bad);
            const std::string edited = to_json(bad);
            Diagnostics doubled;  // an edit may have doubled a key, which a document cannot hold
            parse_json(doubled.files().add("t.json", edited), doubled);
            if (doubled.ok()) agree(edited);
        }
    }
}

TEST_CASE("explain: every field of the table can be asked for", "[format]") {
    std::size_t asked = 0;
    for (const char* section :
         {"gfs", "network", "clock", "stop", "record", "sweep", "lab", "budget"}) {
        for (const FieldSpec& field : find_record(section).fields) {
            const std::string pointer = std::string("/") + section + "/" + std::string(field.name);
            const auto text = explain_field(pointer);
            INFO(pointer);
            REQUIRE(text.has_value());
            CHECK(text->find(std::string(field.sentence)) != std::string::npos);
            ++asked;
        }
    }
    CHECK(asked > 50);
    CHECK(explain_field("/faults/cut/when/nth").has_value());
    CHECK(explain_field("/workload/w/script/3/op").value().find("create") != std::string::npos);
    CHECK(explain_field("/workload/w/think/mean").has_value());
    std::string near;
    CHECK_FALSE(explain_field("/gfs/lese", &near).has_value());
    CHECK(near == "/gfs/lease");
    CHECK_FALSE(explain_field("gfs").has_value());
    CHECK_FALSE(explain_field("/gfs/lease/x").has_value());
}

TEST_CASE("explain: kinds, checkers and events", "[format]") {
    for (const Word& kind : fault_words()) CHECK(explain_fault(kind.name).has_value());
    for (const Word& checker : checker_words()) CHECK(explain_checker(checker.name).has_value());
    CHECK(explain_checker("one_primary_per_chunk").value().find("G3") != std::string::npos);
    CHECK(explain_event("append.ok").value().find("chunk") != std::string::npos);
    CHECK_FALSE(explain_event("append.okay").has_value());
    for (const std::string& list : list_kinds()) {
        INFO(list);
        CHECK_FALSE(list_names(list).empty());
    }
    CHECK(list_names("nonsense").empty());
}

}  // namespace
}  // namespace gfs::format
