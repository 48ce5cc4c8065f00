// SPDX-License-Identifier: Apache-2.0
// Runs a scenario of the library with something in it changed.
#pragma once

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

#include "scenarios/format/format.h"
#include "scenarios/run/run.h"

namespace gfs::run {

// What is done to a scenario, and which expectation or invariant then fails.
struct Off {
    const char* scenario;
    const char* pointer;
    const char* value;
    const char* noticed_by;
};

using Sets = std::vector<std::pair<std::string, std::string>>;

inline results::RunResult run_library(const std::string& path, Sets sets) {
    const format::LoadResult loaded = format::load_file(path + ".json", {.sets = std::move(sets)});
    INFO(loaded.diagnostics.human());
    REQUIRE(loaded.ok());
    return run_scenario(*loaded.scenario, {}).result;
}

inline bool is_noticed(const results::RunResult& result, const std::string& by) {
    using State = results::ExpectationOutcome::State;
    for (const auto& violation : result.violations)
        if (violation.check == by) return true;
    for (const auto& expectation : result.expectations)
        if (expectation.name == by)
            return expectation.state != State::held &&
                   expectation.state != State::failed_as_expected;
    return false;
}

}  // namespace gfs::run
