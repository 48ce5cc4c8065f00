// SPDX-License-Identifier: Apache-2.0
// Which gfsim this is. A result is repeated with the same version; the manifest of a run names it.
#pragma once

#include <string>
#include <string_view>

namespace gfs::run {

struct Version {
    std::string_view number;     // "0.1.0"
    std::string_view revision;   // git's, with "+" when the tree was changed; empty without git
    std::string_view compiler;   // "g++ 12.2.0"
    std::string_view build;      // "Release"
    std::string_view libraries;  // "Boost 1.81.0, fmt 9.1.0, ..."
};

const Version& version() noexcept;

// "gfsim 0.1.0 (58f4dba0c1d2, g++ 12.2.0, Release)"
std::string version_line();

}  // namespace gfs::run
