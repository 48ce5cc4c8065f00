// SPDX-License-Identifier: Apache-2.0
// A sweep as JSON: result.json and manifest.json of its folder, and `--format json`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/results/sweep_result.h"

namespace gfs::reports {

// The table and the groups of failures; the same runs give the same bytes.
std::string sweep_json(const results::SweepResult& result, int status);

// What a part of a sweep must agree on with the other parts, and with what it continues.
struct SweepManifest {
    std::string program;   // "gfsim 0.1.0"
    std::string revision;  // of the sources
    std::string compiler;
    std::string plan;           // a hash of all scenarios, parameters and seeds
    std::uint64_t planned = 0;  // runs of the whole sweep, whatever the shard
    std::string shard;          // "3/10"; empty for the whole
    std::vector<std::string> files;
};
std::string sweep_manifest_json(const SweepManifest& manifest);
// What sweep_manifest_json() wrote; texts are empty and numbers 0 where there is none.
SweepManifest read_sweep_manifest(const std::string& text);

}  // namespace gfs::reports
