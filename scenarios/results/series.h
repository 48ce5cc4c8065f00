// SPDX-License-Identifier: Apache-2.0
// The metrics of a run over time, in periods of equal length: for the reports that draw them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/time.h"

namespace gfs::results {

// What became of one metric in one period.
struct Period {
    std::int64_t count = 0;  // of values
    std::int64_t sum = 0;
    std::int64_t max = 0;   // of the values, or of the level
    std::int64_t last = 0;  // the level at the end

    // The period and the one after it, as one.
    void append(const Period& later) {
        count += later.count;
        sum += later.sum;
        max = std::max(max, later.max);
        last = later.last;
    }
};

struct Series {
    enum class Unit : std::uint8_t { ns, bytes, count, ppm, bytes_per_second };

    std::string metric;  // "clone.active"
    Unit unit = Unit::count;
    bool is_level = false;  // it lasts; otherwise it has a value for each event
    std::vector<Period> periods;

    // Something was measured.
    bool any() const {
        return std::any_of(periods.begin(), periods.end(), [](const Period& period) {
            return period.count != 0 || period.max != 0;
        });
    }
};

struct RunSeries {
    sim::Duration period{};  // of all series; the last one may have ended early
    std::vector<Series> all;

    // Null for none.
    const Series* find(const std::string& metric) const {
        for (const Series& series : all)
            if (series.metric == metric) return &series;
        return nullptr;
    }
};

}  // namespace gfs::results
