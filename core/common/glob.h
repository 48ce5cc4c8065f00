// SPDX-License-Identifier: Apache-2.0
// Patterns over the names of actors and files: `*` stands for any characters but '/', `**` for any
// characters at all, `?` for one that is not '/'. All else stands for itself.
#pragma once

#include <string_view>

namespace gfs {

bool is_glob(std::string_view pattern);
// Whether the pattern stands for the whole of `text`.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace gfs
