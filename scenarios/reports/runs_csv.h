// SPDX-License-Identifier: Apache-2.0
// runs.csv: the runs of a sweep, one line each (RFC 4180), for spreadsheets and data frames, and
// for `gfsim sweep --resume` and `gfsim merge`. A value of a parameter is in the column
// `param.NAME`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/results/sweep_result.h"

namespace gfs::reports {

// Names of all parameters, in the order of their first use.
std::vector<std::string> param_names(const std::vector<results::ParamValues>& variants);

// Lines end with a carriage return and a line feed.
std::string runs_csv_header(const std::vector<std::string>& params);
std::string runs_csv_line(const results::SweptRun& run, const std::vector<std::string>& params);

// What runs_csv_line() wrote, by number; of two lines with the same number the last one counts. A
// last line that is not complete is left out. Nothing, and `why`, when the text is something else.
std::optional<std::vector<results::SweptRun>> read_runs_csv(const std::string& text,
                                                            std::string& why);

}  // namespace gfs::reports
