// SPDX-License-Identifier: Apache-2.0
// What a shell completes for gfsim, made from the command line's own table and from the words of
// the scenario format.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gfs::cli {

// bash, zsh, fish
std::vector<std::string> shells();
// A script for that shell to read; nothing for another shell.
std::optional<std::string> completion_script(const std::string& shell);

}  // namespace gfs::cli
