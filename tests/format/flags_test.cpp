// SPDX-License-Identifier: Apache-2.0
// The flags of the format tell the truth: what is marked as built is used by the file system, and
// what is used is not refused. Read off the sources of core/.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <regex>

#include "scenarios/format/fields.h"
#include "tests/format/memory_files.h"

namespace gfs::format {
namespace {

// All of core/ but the declarations.
std::string core_sources() {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(top + "core")) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || name == "config.h") continue;
        all += slurp(entry.path().string());
    }
    return all;
}

TEST_CASE("flags: a field of /gfs is marked as built when core/ reads it", "[format]") {
    const std::string sources = core_sources();
    REQUIRE(sources.size() > 100'000);
    for (const FieldSpec& field : find_record("gfs").fields) {
        if (field.name == "profile" || field.name == "without") continue;  // not read by name
        const std::regex use("config[a-z_]*(\\(\\))?(\\.|->)" + std::string(field.name) + "\\b");
        INFO("/gfs/" << field.name << ": the flag is in fields_gfs.cpp");
        CHECK(std::regex_search(sources, use) == (field.status == Status::ready));
    }
}

TEST_CASE("flags: an ablation is marked as built when core/ asks for it", "[format]") {
    const std::string sources = core_sources();
    for (const Word& word : ablation_words()) {
        const std::regex use("Mechanism::" + std::string(word.name) + "\\b");
        INFO(word.name << ": the flag is in vocabulary.def");
        CHECK(std::regex_search(sources, use) == (word.status == Status::ready));
    }
}

TEST_CASE("flags: a fault kind is marked as built when faults/ has its file", "[format]") {
    for (const Word& kind : fault_words()) {
        const std::string file = top + "faults/" + std::string(kind.name) + ".cpp";
        INFO(kind.name << ": the flag is in vocabulary.def");
        CHECK(std::filesystem::exists(file) == (kind.status == Status::ready));
    }
}

}  // namespace
}  // namespace gfs::format
