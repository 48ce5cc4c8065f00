// SPDX-License-Identifier: Apache-2.0
// Runs of scenarios that are written in tests, and what their verdicts are excused with.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "scenarios/format/format.h"
#include "scenarios/run/run.h"

namespace gfs::run {

using results::RunResult;
using results::Verdict;

inline RunResult run(const std::string& text) {
    format::DiskReader reader;
    const format::LoadResult loaded = format::load_text("loss.json", text, {}, reader);
    INFO(loaded.diagnostics.human(false));
    REQUIRE(loaded.ok());
    return run_scenario(*loaded.scenario, {}).result;
}

inline std::string excuse_of(const RunResult& result) {
    std::string text;
    for (const std::string& line : result.excuse) text += line + "\n";
    return text;
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace gfs::run
