// SPDX-License-Identifier: Apache-2.0
// Every code has a scenario in tests/scenarios/bad and the text that it must give.
// To write the texts anew: test_format "[.update]".

#include <catch2/catch.hpp>
#include <fstream>

#include "scenarios/format/errors.h"
#include "tests/format/memory_files.h"

namespace gfs::format {
namespace {

const std::string folder = top + "tests/scenarios/bad/";

// Reads below the folder, so that the names in the texts do not depend on the machine.
class FolderReader final : public FileReader {
  public:
    std::optional<std::string> read(const std::string& path) override {
        return disk_.read(folder + path);
    }

  private:
    DiskReader disk_;
};

// "// options: --set POINTER=VALUE" on the first line.
LoadOptions options_of(const std::string& text) {
    LoadOptions options;
    const std::string mark = "// options: --set ";
    if (!text.starts_with(mark)) return options;
    const std::string rest = text.substr(mark.size(), text.find('\n') - mark.size());
    const std::size_t equals = rest.find('=');
    options.sets.emplace_back(rest.substr(0, equals), rest.substr(equals + 1));
    return options;
}

LoadResult load_bad(std::string_view code) {
    FolderReader reader;
    const std::string name = std::string(code) + ".json";
    const auto text = reader.read(name);
    return load_file(name, options_of(text.value_or("")), reader);
}

std::string rendered(std::string_view code) {
    const Diagnostics diagnostics = load_bad(code).diagnostics;
    return diagnostics.human() + diagnostics.counts() + "\n";
}

// Codes that a file alone can give; those of a run (I....) belong to the runner's tests, those of
// the command line (C....) to the program's.
bool of_a_file(const ErrorInfo& row) {
    return row.code.front() == 'E' || row.code.front() == 'W';
}

TEST_CASE("codes: each has a bad scenario whose text is the golden one", "[format]") {
    for (const ErrorInfo& row : all_errors()) {
        if (!of_a_file(row)) continue;
        INFO(row.code);
        const Diagnostics diagnostics = load_bad(row.code).diagnostics;
        CHECK(codes(diagnostics).find(row.code) != std::string::npos);
        CHECK(rendered(row.code) == slurp(folder + std::string(row.code) + ".txt"));
    }
}

TEST_CASE("codes: they are in order, each once, and say something", "[format]") {
    const std::vector<ErrorInfo>& rows = all_errors();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        INFO(rows[i].code);
        const bool ordered = i == 0 || rows[i - 1].code < rows[i].code;
        CHECK(ordered);
        CHECK_FALSE(rows[i].cause.empty());
        CHECK_FALSE(rows[i].bad.empty());
        CHECK_FALSE(rows[i].good.empty());
        CHECK(explain_code(rows[i].code).has_value());
    }
    CHECK_FALSE(explain_code("E9999").has_value());
}

TEST_CASE("codes: every code that the sources use is in the table", "[format]") {
    const char* const sources[] = {
        "actors",        "assemble",     "check",        "check_quantities", "check_values",
        "format",
        "load",          "load_cluster", "load_expect",      "load_faults",  "load_gfs",
        "load_workload", "matches",      "numbers",          "overrides",    "params",
        "references",    "sax",          "syntax_error",     "units"};
    std::size_t seen = 0;
    for (const char* source : sources) {
        const std::string text = slurp(top + "scenarios/format/" + source + ".cpp");
        for (std::size_t i = 0; i + 7 < text.size(); ++i) {
            const bool quoted = text[i] == '"' && text[i + 6] == '"';
            if (!quoted || (text[i + 1] != 'E' && text[i + 1] != 'W')) continue;
            const std::string code = text.substr(i + 1, 5);
            if (code.find_first_not_of("0123456789", 1) != std::string::npos) continue;
            INFO(source << " " << code);
            CHECK(find_error(code) != nullptr);
            ++seen;
        }
    }
    CHECK(seen > 80);
}

TEST_CASE("codes: write the golden texts", "[.update]") {
    for (const ErrorInfo& row : all_errors()) {
        if (!of_a_file(row)) continue;
        std::ofstream file(folder + std::string(row.code) + ".txt", std::ios::binary);
        file << rendered(row.code);
        CHECK(file.good());
    }
}

}  // namespace
}  // namespace gfs::format
