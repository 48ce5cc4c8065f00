// SPDX-License-Identifier: Apache-2.0
// Full pathnames: "/", "/data", "/data/user/foo" (GFS 4.1).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gfs {

// Starts with '/', and no component is empty, "." or "..". "/" is the root directory.
bool is_valid_path(std::string_view path);

// "/data/user/foo" -> "/data/user"; "/data" -> "/". REQUIRES: valid and not "/".
std::string parent_of(std::string_view path);

// "/data/user/foo" -> "foo"; "/" -> "". REQUIRES: valid.
std::string_view last_component(std::string_view path);

// "/data/user/foo" -> "/data", "/data/user". REQUIRES: valid.
std::vector<std::string> ancestors_of(std::string_view path);

// "/" is on level 0, "/data" on 1, "/data/user" on 2. REQUIRES: valid.
std::size_t level_of(std::string_view path);

// Whether `path` is `directory` or lies below it. REQUIRES: both are valid.
bool is_within(std::string_view path, std::string_view directory);

}  // namespace gfs
