// SPDX-License-Identifier: Apache-2.0
// Look-ups in the table of codes.

#include "scenarios/format/errors.h"

#include "scenarios/format/errors_tables.h"

namespace gfs::format {

const std::vector<ErrorInfo>& all_errors() {
    static const std::vector<ErrorInfo> all = [] {
        std::vector<ErrorInfo> out(errors_of_files().begin(), errors_of_files().end());
        out.insert(out.end(), errors_of_behaviour().begin(), errors_of_behaviour().end());
        return out;
    }();
    return all;
}

const ErrorInfo* find_error(std::string_view code) {
    for (const ErrorInfo& row : all_errors())
        if (row.code == code) return &row;
    return nullptr;
}

}  // namespace gfs::format
