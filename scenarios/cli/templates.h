// SPDX-License-Identifier: Apache-2.0
// The scenarios that `gfsim init` writes, and an editor's settings for them.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gfs::cli {

std::optional<std::string> scenario_template(const std::string& name);
// hello, crash, partition
std::vector<std::string> template_names();
// .vscode/settings.json: scenario files are completed and checked by the schema.
std::string editor_settings();

}  // namespace gfs::cli
