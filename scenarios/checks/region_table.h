// SPDX-License-Identifier: Apache-2.0
// The states of all regions of files, counted: Table 1 of the paper, file by file.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scenarios/checks/invariant.h"
#include "scenarios/checks/regions.h"

namespace gfs::checks {

struct FileRegions {
    struct Count {
        std::uint64_t regions = 0;
        std::uint64_t bytes = 0;
    };
    std::string path;
    std::uint64_t chunks = 0;
    std::array<Count, region_states> states{};  // by RegionState
    std::uint64_t duplicates = 0;
    std::vector<std::string> lost;  // in words: what a replica does not hold although it must
    std::optional<Focus> first_lost;
    std::vector<ChunkHandle> lost_in;  // for each of them

    const Count& at(RegionState state) const { return states.at(static_cast<std::size_t>(state)); }
};

// Of the files that match a pattern (paths or globs); with no pattern, of all. By path.
std::vector<FileRegions> region_table(const Surroundings& around,
                                      std::span<const std::string> patterns);
// One line a file, with the states that occur: "/log: defined 3 (196608 bytes), padding 1 (...)".
std::vector<std::string> to_lines(const std::vector<FileRegions>& table);

}  // namespace gfs::checks
