// SPDX-License-Identifier: Apache-2.0
// A run's result as JSON: result.json and manifest.json of its folder, and `--format json`.
#pragma once

#include <string>

#include "scenarios/results/run_result.h"

namespace gfs::reports {

// Times are integers of nanoseconds, seeds are texts as well (JavaScript rounds above 2^53). The
// same scenario and seed give the same bytes. Ends with a line break.
std::string result_json(const results::RunResult& result);

// What was run with what, and what came out: enough to run it again.
struct Manifest {
    std::string program;   // "gfsim 0.1.0"
    std::string revision;  // of the sources
    std::string compiler;
    std::string resolved_scenario;  // the scenario with all its defaults, as JSON text
};
// The value of a text field of a manifest that manifest_json() wrote; empty if there is none.
std::string manifest_text(const std::string& manifest, const std::string& field);
std::string manifest_json(const results::RunResult& result, const Manifest& manifest);

}  // namespace gfs::reports
