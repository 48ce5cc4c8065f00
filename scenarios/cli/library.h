// SPDX-License-Identifier: Apache-2.0
// The folder of the library's scenarios, for the commands that run or list them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gfs::cli {

// `wish` if it is a folder; without a wish, scenarios/library here or beside the program.
std::optional<std::filesystem::path> find_library(const std::string& wish);
// Says that there is none; returns the status.
int refuse_library(const std::string& wish);
// "basics/hello", in order.
std::vector<std::string> scenarios_in(const std::filesystem::path& library);

}  // namespace gfs::cli
