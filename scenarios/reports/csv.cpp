// SPDX-License-Identifier: Apache-2.0
// The metrics over time as a table: one line for each period, for spreadsheets and data frames
// (RFC 4180). Integers in the units that the names of the columns end with.

#include <fmt/format.h>

#include <vector>

#include "scenarios/reports/run_report.h"

namespace gfs::reports {
namespace {

using results::Period;
using results::Series;

std::string_view suffix(Series::Unit unit) {
    switch (unit) {
        case Series::Unit::ns:
            return "_ns";
        case Series::Unit::bytes:
            return "_bytes";
        case Series::Unit::ppm:
            return "_ppm";
        case Series::Unit::bytes_per_second:
            return "_bytes_per_second";
        case Series::Unit::count:
            break;
    }
    return "";
}

// One column: a number of each period.
struct Column {
    std::string name;
    const Series* series;
    std::int64_t Period::*value;
};

class CsvReport final : public RunReport {
  public:
    explicit CsvReport(const Parameters& run) : series_(run.series) {}

    std::string file_name() const override { return "metrics.csv"; }

    std::string text() const override {
        const std::vector<Column> columns = all_columns();
        std::string text = "time_ns";
        for (const Column& column : columns) text += "," + column.name;
        text += "\r\n";
        const std::size_t periods =
            series_.all.empty() ? 0 : series_.all.front().periods.size();
        for (std::size_t i = 0; i < periods; ++i) {
            text += fmt::format("{}", sim::to_ns(series_.period) * static_cast<std::int64_t>(i));
            for (const Column& column : columns)
                text += fmt::format(",{}", column.series->periods[i].*column.value);
            text += "\r\n";
        }
        return text;
    }

  private:
    std::vector<Column> all_columns() const {
        std::vector<Column> columns;
        for (const Series& series : series_.all) {
            const auto add = [&](std::string_view stat, std::int64_t Period::*value,
                                 std::string_view unit) {
                columns.push_back(
                    {fmt::format("{}_{}{}", series.metric, stat, unit), &series, value});
            };
            const std::string_view unit = suffix(series.unit);
            if (series.is_level) {
                add("last", &Period::last, unit);
            } else if (series.unit != Series::Unit::count) {
                add("count", &Period::count, "");
            }
            if (!series.is_level) add("sum", &Period::sum, unit);
            if (series.is_level || series.unit != Series::Unit::count)
                add("max", &Period::max, unit);
        }
        return columns;
    }

    const results::RunSeries& series_;
};

SIM_REGISTER(RunReport, "csv", "metrics over time, one line for each period", CsvReport)

}  // namespace
}  // namespace gfs::reports
