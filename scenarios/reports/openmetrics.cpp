// SPDX-License-Identifier: Apache-2.0
// The metrics over time as an OpenMetrics 1.0 exposition with time stamps of virtual time, as tools
// for Prometheus read them. Levels are gauges, amounts are counters, latencies are summaries.

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/reports/run_report.h"

namespace gfs::reports {
namespace {

using results::Period;
using results::Series;

constexpr std::int64_t ns_per_s = 1'000'000'000;

// Exact: a decimal fraction without trailing zeros.
std::string seconds(std::int64_t ns) {
    std::string text = fmt::format("{}.{:09}", ns / ns_per_s, ns % ns_per_s);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

// Inside the quotes of a label.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == '"') out += '\\';
        out += c;
    }
    return out;
}

class OpenMetricsReport final : public RunReport {
  public:
    explicit OpenMetricsReport(const Parameters& run)
        : series_(run.series),
          labels_(fmt::format("{{scenario=\"{}\",seed=\"{}\"}}", escaped(run.result.scenario),
                              run.result.seed)) {}

    std::string file_name() const override { return "metrics.openmetrics"; }

    std::string text() const override {
        std::string text;
        for (const Series& series : series_.all) text += family(series);
        return text + "# EOF\n";
    }

  private:
    // "gfsim_op_latency_seconds"
    static std::string name_of(const Series& series) {
        std::string name = "gfsim_" + series.metric;
        std::replace(name.begin(), name.end(), '.', '_');
        switch (series.unit) {
            case Series::Unit::ns:
                return name + "_seconds";
            case Series::Unit::bytes:
                return name + "_bytes";
            case Series::Unit::ppm:
                return name + "_ratio";
            case Series::Unit::bytes_per_second:
                return name + "_bytes_per_second";
            case Series::Unit::count:
                break;
        }
        return name;
    }
    static std::string unit_of(const Series& series) {
        switch (series.unit) {
            case Series::Unit::ns:
                return "seconds";
            case Series::Unit::bytes:
                return "bytes";
            case Series::Unit::ppm:
                return "ratio";
            case Series::Unit::bytes_per_second:
                return "bytes_per_second";
            case Series::Unit::count:
                break;
        }
        return "";
    }
    // A value in base units.
    static std::string value_text(const Series& series, std::int64_t value) {
        if (series.unit == Series::Unit::ns) return seconds(value);
        if (series.unit == Series::Unit::ppm)
            return fmt::format("{}.{:06}", value / 1'000'000, value % 1'000'000);
        return std::to_string(value);
    }
    // The number of values of such a metric says something; their sum is what it counts otherwise.
    static bool is_summary(const Series& series) {
        return !series.is_level && series.unit != Series::Unit::count &&
               series.unit != Series::Unit::bytes;
    }

    std::string family(const Series& series) const {
        const std::string name = name_of(series);
        const char* const type =
            series.is_level ? "gauge" : (is_summary(series) ? "summary" : "counter");
        std::string text = fmt::format("# TYPE {} {}\n", name, type);
        if (const std::string unit = unit_of(series); !unit.empty())
            text += fmt::format("# UNIT {} {}\n", name, unit);
        text += fmt::format("# HELP {} Metric {} of gfsim, in virtual time.\n", name,
                            series.metric);
        Period total;
        for (std::size_t i = 0; i < series.periods.size(); ++i) {
            total.append(series.periods[i]);
            // At the end of its period.
            const std::string at =
                seconds(sim::to_ns(series_.period) * static_cast<std::int64_t>(i + 1));
            const auto sample = [&](std::string_view suffix, const std::string& value) {
                text += fmt::format("{}{}{} {} {}\n", name, suffix, labels_, value, at);
            };
            if (series.is_level) {
                sample("", value_text(series, total.last));
            } else if (is_summary(series)) {
                sample("_count", std::to_string(total.count));
                sample("_sum", value_text(series, total.sum));
            } else {
                sample("_total", value_text(series, total.sum));
            }
        }
        return text;
    }

    const results::RunSeries& series_;
    std::string labels_;
};

SIM_REGISTER(RunReport, "openmetrics", "metrics over time for Prometheus and its kin",
             OpenMetricsReport)

}  // namespace
}  // namespace gfs::reports
