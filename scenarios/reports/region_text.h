// SPDX-License-Identifier: Apache-2.0
// The regions of one file at the end of a run, as a table for people: GFS 2.7, Table 1, chunk by
// chunk, with a sentence for each state that occurs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gfs::reports {

struct RegionText {
    std::string text;                // empty when the result has no such file
    std::vector<std::string> files;  // that the result has, by path
};

// From the text of a result.json. One that cannot be read has no files.
RegionText region_text(std::string_view result_json, const std::string& path);

}  // namespace gfs::reports
