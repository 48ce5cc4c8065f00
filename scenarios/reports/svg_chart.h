// SPDX-License-Identifier: Apache-2.0
// Pictures for the HTML page, as inline SVG: charts over virtual time, and the time line of faults.
// Colours are classes that the page's style sheet fills in for light and dark.
#pragma once

#include <string>
#include <vector>

#include "scenarios/results/run_result.h"
#include "scenarios/results/series.h"
#include "sim/time.h"

namespace gfs::reports {

// "1.5 s", "20 ms", "40 MB", "35 %": for people, three digits.
std::string quantity(double value, results::Series::Unit unit);

// "0", "20 ms", "1h10m": a time in the run.
std::string short_time(double at_s);

// One line of a chart: a value for each period.
struct Line {
    std::string name;
    int colour = 1;  // 1 ... 4: a class of the style sheet
    std::vector<double> values;
};

struct Chart {
    std::string title;
    results::Series::Unit unit;
    bool is_level = false;  // drawn as steps
    std::vector<Line> lines;
};

// What all pictures of a page share.
struct TimeAxis {
    sim::Duration period;  // of the values
    sim::Duration end;     // of the run
    const std::vector<results::FaultOutcome>& faults;
};

std::string draw(const Chart& chart, const TimeAxis& axis);
// Empty when no fault fired.
std::string draw_faults(const TimeAxis& axis);

}  // namespace gfs::reports
