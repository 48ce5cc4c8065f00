// SPDX-License-Identifier: Apache-2.0
// A file about a run that `/record/outputs` or `--export` asks for. One format a file, which ends
// with SIM_REGISTER(RunReport, "csv", "...", CsvReport). The same run gives the same bytes.
#pragma once

#include <string>
#include <vector>

#include "scenarios/results/run_result.h"
#include "scenarios/results/series.h"
#include "sim/registry.h"

namespace gfs::reports {

class RunReport {
  public:
    // Not owned.
    struct Parameters {
        const results::RunResult& result;
        const results::RunSeries& series;
    };
    virtual ~RunReport() = default;

    // In the folder of the run: "metrics.csv".
    virtual std::string file_name() const = 0;
    virtual std::string text() const = 0;
};

// The names of all, in order.
inline std::vector<std::string> report_names() {
    std::vector<std::string> names;
    for (const auto* const entry : sim::Registry<RunReport>::all()) names.emplace_back(entry->name);
    return names;
}

}  // namespace gfs::reports
