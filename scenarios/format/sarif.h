// SPDX-License-Identifier: Apache-2.0
// The diagnostics of several scenarios for other programs: one JSON array of all of them, and one
// SARIF log (version 2.1.0), which editors and code hosts show beside the lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/diagnostics.h"

namespace gfs::format {

// The arrays of Diagnostics::json as one.
std::string json_of(const std::vector<Diagnostics>& all);
// `version` is the program's.
std::string sarif_of(const std::vector<Diagnostics>& all, std::string_view version);

}  // namespace gfs::format
