// SPDX-License-Identifier: Apache-2.0
// The fuzzer's corpus, and what it once found, as an ordinary test.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/format/memory_files.h"
#include "tests/fuzz/load_property.h"

namespace gfs::format {
namespace {

TEST_CASE("fuzz: every input of the corpus keeps what must hold of loading", "[format]") {
    std::vector<std::string> paths;
    for (const char* folder :
         {"tests/fuzz/corpus", "tests/format/annotated", "tests/scenarios/bad"})
        for (const auto& entry : std::filesystem::directory_iterator(top + folder))
            if (entry.is_regular_file()) paths.push_back(entry.path().string());
    std::sort(paths.begin(), paths.end());
    REQUIRE(paths.size() > 80);
    for (const std::string& path : paths) {
        INFO(path);
        CHECK_NOTHROW(check_loading(slurp(path)));
    }
}

}  // namespace
}  // namespace gfs::format
