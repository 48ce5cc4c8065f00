// SPDX-License-Identifier: Apache-2.0
// A random campaign: a seed is drawn out into a plain scenario, as the text of a file. The text is
// what runs, whether the campaign runs it or somebody else does, later, with a change in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faults/nemesis/nemesis.h"
#include "scenarios/format/format.h"

namespace gfs::run {

struct Campaign {
    std::string name;  // "fuzz-rough-17"
    std::string text;  // the scenario
    std::vector<std::string> drawn;  // what a person wants to know of it beforehand, line by line
};

// Cluster, constants, workload and faults, all drawn.
Campaign draw_campaign(faults::Profile profile, std::uint64_t seed);

// The scenario with drawn faults beside its own, and another seed. REQUIRES: it has been loaded.
Campaign draw_faults_for(const format::LoadResult& scenario, faults::Profile profile,
                         std::uint64_t seed);

}  // namespace gfs::run
