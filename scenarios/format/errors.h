// SPDX-License-Identifier: Apache-2.0
// Every error and warning code of scenario files, with its cause and an example each way:
// `gfsim explain E0104`, docs/reference/errors.md.
#pragma once

#include <string_view>
#include <vector>

namespace gfs::format {

struct ErrorInfo {
    std::string_view code;
    std::string_view title;
    std::string_view cause;
    std::string_view bad;   // a fragment that has it
    std::string_view good;  // and one that has not
};

// In the order of their codes.
const std::vector<ErrorInfo>& all_errors();
const ErrorInfo* find_error(std::string_view code);

}  // namespace gfs::format
