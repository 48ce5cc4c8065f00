// SPDX-License-Identifier: Apache-2.0
// The names of deleted files (GFS 4.4.1): "/.deleted-63000000000-17-%2Fdata%2Flog" was "/data/log",
// deleted at that time of the master's clock by that record of the operation log. They lie in the
// root directory, whatever directory the file was in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/common/ids.h"
#include "sim/time.h"

namespace gfs {

// Nobody can create a name that begins like this.
inline constexpr std::string_view hidden_prefix = "/.deleted-";
inline bool is_hidden(std::string_view path) {
    return path.starts_with(hidden_prefix);
}

struct HiddenName {
    sim::LocalTime deleted;
    LogIndex record;   // no two deletions have the same
    std::string file;  // the pathname that it had
};
std::string to_path(const HiddenName& name);
// Nothing for a name that is no hidden one.
std::optional<HiddenName> parse_hidden_name(std::string_view path);

}  // namespace gfs
