// SPDX-License-Identifier: Apache-2.0
// One page about a run, for people: verdict, expectations, faults on a time line, and the metrics
// that tell most, drawn over virtual time. It needs no network and no script, follows the reader's
// choice of light or dark, and prints.

#include <fmt/format.h>

#include <string>

#include "scenarios/reports/event_text.h"
#include "scenarios/reports/html_style.h"
#include "scenarios/reports/markup.h"
#include "scenarios/reports/run_report.h"
#include "scenarios/reports/svg_chart.h"

namespace gfs::reports {
namespace {

using results::ExpectationOutcome;
using results::Period;
using results::RunResult;
using results::Series;
using results::Verdict;

// What a verdict or a state means for the reader.
std::string_view tone(Verdict verdict) {
    if (verdict == Verdict::passed) return "good";
    if (verdict == Verdict::vacuous || verdict == Verdict::excused) return "doubtful";
    return "bad";
}
std::string_view tone(ExpectationOutcome::State state) {
    using State = ExpectationOutcome::State;
    if (state == State::held || state == State::failed_as_expected) return "good";
    if (state == State::vacuous || state == State::warned) return "doubtful";
    return "bad";
}

std::string cell(std::string_view text, std::string_view css = "") {
    return fmt::format("<td{}>{}</td>", css.empty() ? "" : fmt::format(" class=\"{}\"", css),
                       escaped_markup(text));
}

std::string lines_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += escaped_markup(line) + "\n";
    return text;
}

// Which numbers of a metric's periods make a line.
struct Wanted {
    std::string_view metric;
    std::string_view name;
    enum class Value : std::uint8_t { level, most, mean, rate } value;
};
struct WantedChart {
    std::string_view title;
    std::vector<Wanted> lines;
};
const std::vector<WantedChart>& wanted_charts() {
    using Value = Wanted::Value;
    static const std::vector<WantedChart> charts{
        {"Latency of operations",
         {{"op.latency", "mean", Value::mean}, {"op.latency", "longest", Value::most}}},
        {"Operations a second",
         {{"op.count", "all", Value::rate}, {"op.errors", "errors", Value::rate}}},
        {"Chunks below their goal",
         {{"chunks.below_goal", "below goal", Value::most},
          {"chunks.single", "one replica", Value::most},
          {"chunks.lost", "no replica", Value::most}}},
        {"Clonings under way", {{"clone.active", "clonings", Value::most}}},
        {"Network cards of the chunkservers, outbound",
         {{"network.utilisation", "mean", Value::mean},
          {"network.utilisation", "busiest", Value::most}}},
        {"Disks of the chunkservers",
         {{"disk.busy", "mean", Value::mean}, {"disk.busy", "busiest", Value::most}}},
        {"Leases in force", {{"lease.held", "leases", Value::most}}},
    };
    return charts;
}

class HtmlReport final : public RunReport {
  public:
    explicit HtmlReport(const Parameters& run)
        : run_(run.result),
          series_(run.series),
          axis_{run.series.period, run.result.end - sim::time_zero, run.result.faults} {}

    std::string file_name() const override { return "report.html"; }

    std::string text() const override {
        const std::string title = run_.title.empty() ? run_.scenario : run_.title;
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<title>" +
               escaped_markup(title) + "</title>\n<style>\n" + std::string(html_style) +
               "</style>\n</head>\n<body>\n<main>\n" + head(title) + expectations() +
               violations() + faults() + charts() + operations() + foot() +
               "</main>\n</body>\n</html>\n";
    }

  private:
    std::string head(const std::string& title) const {
        std::string html = fmt::format(
            "<header>\n<p class=\"verdict {}\">{}</p>\n<h1>{}</h1>\n<p class=\"quiet\">{} · seed "
            "{} · {} of virtual time · {} events</p>\n",
            tone(run_.verdict), escaped_markup(results::name(run_.verdict)), escaped_markup(title),
            escaped_markup(run_.scenario), run_.seed, short_time(axis_end_s()), run_.events);
        if (!run_.ablations.empty())
            html += fmt::format("<p class=\"ablation\">ablation: without {}</p>\n",
                                escaped_markup(fmt::format("{}", fmt::join(run_.ablations, ", "))));
        for (const std::string& reason : run_.reasons)
            html += "<p class=\"reason\">" + escaped_markup(reason) + "</p>\n";
        for (const std::string& line : run_.excuse)
            html += "<p class=\"reason\">" + escaped_markup(line) + "</p>\n";
        return html + "</header>\n";
    }

    double axis_end_s() const { return static_cast<double>(sim::to_ns(axis_.end)) / 1e9; }

    std::string expectations() const {
        if (run_.expectations.empty()) return {};
        std::string html =
            "<section>\n<h2>Expectations</h2>\n<div class=\"wide\"><table>\n"
            "<tr><th>state</th><th>name</th><th>what</th><th>measured</th></tr>\n";
        for (const ExpectationOutcome& e : run_.expectations) {
            html += fmt::format("<tr><td><span class=\"state {}\">{}</span></td>", tone(e.state),
                                escaped_markup(results::name(e.state)));
            html += cell(e.name) + cell(e.assertion);
            html += "<td>" + escaped_markup(e.measured);
            if (!e.detail.empty())
                html += "<details><summary>more</summary><pre>" + lines_of(e.detail) +
                        "</pre></details>";
            html += "</td></tr>\n";
        }
        return html + "</table></div>\n</section>\n";
    }

    std::string violations() const {
        if (run_.violations.empty()) return {};
        std::string html = "<section>\n<h2>Guarantees that did not hold</h2>\n";
        for (const results::ViolationFound& v : run_.violations) {
            html += fmt::format(
                "<h3>{} <span class=\"quiet\">{} · GFS {} · first at {} · {} times</span></h3>\n"
                "<p>Promised: {}</p>\n<p>{}</p>\n<pre>{}</pre>\n",
                escaped_markup(v.check), escaped_markup(v.guarantee), escaped_markup(v.section),
                time_text(v.at), v.count, escaped_markup(v.promise), escaped_markup(v.message),
                lines_of(v.witness));
        }
        return html + "</section>\n";
    }

    std::string faults() const {
        const std::string picture = draw_faults(axis_);
        if (picture.empty()) return {};
        return "<section>\n<h2>Faults</h2>\n<figure>\n" + picture + "</figure>\n</section>\n";
    }

    std::string charts() const {
        std::string html;
        for (const WantedChart& wanted : wanted_charts()) html += chart(wanted);
        if (html.empty()) return {};
        return "<section>\n<h2>Over time</h2>\n<p class=\"quiet\">Dashed lines: faults. Each value "
               "is of " +
               duration_text(series_.period) + ".</p>\n" + html + "</section>\n";
    }

    std::string chart(const WantedChart& wanted) const {
        Chart chart{.title = std::string(wanted.title), .unit = Series::Unit::count, .lines = {}};
        for (const Wanted& line : wanted.lines) {
            const Series* const series = series_.find(std::string(line.metric));
            if (series == nullptr || !series->any()) continue;
            chart.unit = series->unit;
            chart.is_level = series->is_level;
            const int colour = static_cast<int>(&line - wanted.lines.data()) + 1;
            chart.lines.push_back({std::string(line.name), colour, values(*series, line.value)});
        }
        if (chart.lines.empty()) return {};
        std::string legend;
        for (const Line& line : chart.lines)
            legend += fmt::format("<span class=\"key c{}\">{}</span>", line.colour,
                                  escaped_markup(line.name));
        return fmt::format("<figure>\n<figcaption>{} {}</figcaption>\n{}</figure>\n",
                           escaped_markup(chart.title), legend, draw(chart, axis_));
    }

    std::vector<double> values(const Series& series, Wanted::Value value) const {
        std::vector<double> values;
        const double period_s = static_cast<double>(sim::to_ns(series_.period)) / 1e9;
        for (const Period& period : series.periods) {
            switch (value) {
                case Wanted::Value::level:
                    values.push_back(static_cast<double>(period.last));
                    break;
                case Wanted::Value::most:
                    values.push_back(static_cast<double>(period.max));
                    break;
                case Wanted::Value::mean:
                    values.push_back(period.count == 0 ? 0
                                                       : static_cast<double>(period.sum) /
                                                             static_cast<double>(period.count));
                    break;
                case Wanted::Value::rate:
                    values.push_back(static_cast<double>(period.sum) / period_s);
                    break;
            }
        }
        return values;
    }

    std::string operations() const {
        if (run_.operations.empty()) return {};
        std::string html =
            "<section>\n<h2>Operations</h2>\n<div class=\"wide\"><table class=\"numbers\">\n"
            "<tr><th>operation</th><th>count</th><th>errors</th><th>p50</th><th>p99</th></tr>\n";
        for (const results::OperationRow& row : run_.operations) {
            const auto time = [](sim::Duration duration) {
                return quantity(static_cast<double>(sim::to_ns(duration)), Series::Unit::ns);
            };
            html += "<tr>" + cell(row.kind) + cell(std::to_string(row.count)) +
                    cell(std::to_string(row.errors)) + cell(time(row.p50)) + cell(time(row.p99)) +
                    "</tr>\n";
        }
        return html + "</table></div>\n</section>\n";
    }

    std::string foot() const {
        std::string html = "<footer>\n";
        for (const std::string& drawn : run_.drawn)
            html += "<p class=\"quiet\">drawn: " + escaped_markup(drawn) + "</p>\n";
        return html + fmt::format("<p class=\"quiet\">digest <code>{}</code></p>\n</footer>\n",
                                  run_.digest);
    }

    const RunResult& run_;
    const results::RunSeries& series_;
    TimeAxis axis_;
};

SIM_REGISTER(RunReport, "html", "one page with charts, for people", HtmlReport)

}  // namespace
}  // namespace gfs::reports
