// SPDX-License-Identifier: Apache-2.0
// Ranges of seeds on the command line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gfs::cli {

// "3..5" is 3, 4, 5; "7" is 7. Nothing when it is neither, or more than a million.
std::vector<std::uint64_t> seeds_between(const std::string& range);

}  // namespace gfs::cli
