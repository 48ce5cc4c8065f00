// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "scenarios/reports/markup.h"

namespace gfs::reports {
namespace {

using Unit = results::Series::Unit;

// The picture's own coordinates; the page scales it to its width.
constexpr double width = 860;
constexpr double left = 76;
constexpr double right = 30;
constexpr double plot_height = 150;
constexpr double top = 10;
constexpr double axis_height = 26;
constexpr double lane = 24;

double seconds(sim::Duration time) {
    return static_cast<double>(sim::to_ns(time)) / 1e9;
}

double x_of(double at_s, const TimeAxis& axis) {
    const double end_s = std::max(seconds(axis.end), 1e-9);
    return left + (width - left - right) * std::min(at_s / end_s, 1.0);
}

// The least of 1, 2, 5 times a power of ten that is not below `least`.
double round_step(double least) {
    double step = 1e-9;
    constexpr std::array<double, 3> factors{2.0, 2.5, 2.0};
    for (std::size_t i = 0; step < least; ++i) step *= factors[i % factors.size()];
    return step;
}

double round_time_step(double least_s) {
    constexpr std::array<double, 15> steps{1,   2,   5,    10,   20,   30,    60,   120,
                                           300, 600, 1200, 1800, 3600, 10800, 43200};
    if (least_s > steps.back()) return 86400 * std::ceil(least_s / 86400);
    if (least_s <= 0.5) return round_step(least_s);
    return *std::find_if(steps.begin(), steps.end(), [&](double step) { return step >= least_s; });
}

std::string number(double value) {
    if (value == 0) return "0";
    if (std::abs(value) >= 100) return fmt::format("{:.0f}", value);
    std::string text = fmt::format("{:.3g}", value);
    return text;
}

}  // namespace

std::string short_time(double at_s) {
    if (at_s == 0) return "0";
    if (at_s < 60) return quantity(at_s * 1e9, Unit::ns);
    const auto whole = static_cast<std::int64_t>(std::llround(at_s));
    constexpr std::int64_t minute = 60;
    constexpr std::int64_t hour = 3600;
    constexpr std::int64_t day = 86400;
    std::string text;
    if (whole >= day) text += fmt::format("{}d", whole / day);
    if (whole % day >= hour) text += fmt::format("{}h", whole % day / hour);
    if (whole % hour >= minute) text += fmt::format("{}m", whole % hour / minute);
    if (whole % minute != 0) text += fmt::format("{}s", whole % minute);
    return text;
}

namespace {

std::string svg_begin(double height, std::string_view title) {
    return fmt::format(
        "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n", width, height,
        escaped_markup(title));
}

// Time marks below y, and vertical lines up to the top.
std::string time_axis(const TimeAxis& axis, double y) {
    std::string svg;
    const double end_s = seconds(axis.end);
    const double step = round_time_step(end_s / 9);
    for (int i = 0; step > 0 && i * step <= end_s; ++i) {
        const double x = x_of(i * step, axis);
        svg += fmt::format("<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" "
                           "y2=\"{2:.1f}\"/><text class=\"tick mid\" x=\"{0:.1f}\" "
                           "y=\"{3:.1f}\">{4}</text>\n",
                           x, top, y, y + 17, short_time(i * step));
    }
    return svg;
}

std::string value_axis(double most, double step, Unit unit, double y_zero) {
    std::string svg;
    for (double value = 0; value <= most * 1.0001; value += step) {
        const double y = y_zero - plot_height * value / most;
        svg += fmt::format("<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" "
                           "y2=\"{:.1f}\"/><text class=\"tick end\" x=\"{:.1f}\" "
                           "y=\"{:.1f}\">{}</text>\n",
                           left, width - right, y, y, left - 7, y + 4, quantity(value, unit));
    }
    return svg;
}

// A dashed line where a fault fired.
std::string fault_marks(const TimeAxis& axis, double y) {
    std::string svg;
    for (const results::FaultOutcome& fault : axis.faults) {
        constexpr std::size_t most_marks = 50;
        for (std::size_t i = 0; i < std::min(fault.firings.size(), most_marks); ++i) {
            const double at_s = seconds(fault.firings[i].at - sim::time_zero);
            svg += fmt::format("<line class=\"fault-mark\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" "
                               "y1=\"{1:.1f}\" y2=\"{2:.1f}\"><title>{3} at {4}</title></line>\n",
                               x_of(at_s, axis), top, y, escaped_markup(fault.name),
                               short_time(at_s));
        }
    }
    return svg;
}

std::string polyline(const Line& line, const Chart& chart, const TimeAxis& axis, double most,
                     double y_zero) {
    std::string points;
    const double period_s = seconds(axis.period);
    for (std::size_t i = 0; i < line.values.size(); ++i) {
        const double y = y_zero - plot_height * line.values[i] / most;
        const double begin_s = period_s * static_cast<double>(i);
        if (begin_s > seconds(axis.end)) break;
        if (chart.is_level) {
            points += fmt::format("{:.1f},{:.1f} {:.1f},{:.1f} ", x_of(begin_s, axis), y,
                                  x_of(begin_s + period_s, axis), y);
        } else {
            points += fmt::format("{:.1f},{:.1f} ", x_of(begin_s + period_s / 2, axis), y);
        }
    }
    return fmt::format("<polyline class=\"line c{}\" points=\"{}\"><title>{}</title></polyline>\n",
                       line.colour, points, escaped_markup(line.name));
}

}  // namespace

std::string quantity(double value, Unit unit) {
    const auto scaled = [&](std::string_view small, double step,
                            std::initializer_list<std::string_view> larger) {
        std::string_view name = small;
        double scaled_value = value;
        for (const std::string_view next : larger) {
            if (std::abs(scaled_value) < step) break;
            scaled_value /= step;
            name = next;
        }
        return number(scaled_value) + (value == 0 || name.empty() ? "" : " " + std::string(name));
    };
    switch (unit) {
        case Unit::ns:
            return scaled("ns", 1000, {"\u00b5s", "ms", "s"});
        case Unit::bytes:
            return scaled("B", 1000, {"kB", "MB", "GB", "TB"});
        case Unit::bytes_per_second:
            return scaled("B/s", 1000, {"kB/s", "MB/s", "GB/s"});
        case Unit::ppm:
            return number(value / 1e4) + " %";
        case Unit::count:
            break;
    }
    return scaled("", 1000, {"k", "M", "G"});
}

std::string draw(const Chart& chart, const TimeAxis& axis) {
    double most = 0;
    for (const Line& line : chart.lines)
        for (const double value : line.values) most = std::max(most, value);
    const double step = round_step(std::max(most, 1e-9) / 4);
    most = step * std::max(1.0, std::ceil(most / step - 1e-9));
    const double y_zero = top + plot_height;
    std::string svg = svg_begin(y_zero + axis_height, chart.title);
    svg += time_axis(axis, y_zero);
    svg += value_axis(most, step, chart.unit, y_zero);
    svg += fault_marks(axis, y_zero);
    for (const Line& line : chart.lines) svg += polyline(line, chart, axis, most, y_zero);
    return svg + "</svg>\n";
}

std::string draw_faults(const TimeAxis& axis) {
    std::vector<const results::FaultOutcome*> fired;
    for (const results::FaultOutcome& fault : axis.faults)
        if (!fault.firings.empty()) fired.push_back(&fault);
    if (fired.empty()) return {};
    const double y_end = top + lane * static_cast<double>(fired.size());
    std::string svg = svg_begin(y_end + axis_height, "faults over time");
    svg += time_axis(axis, y_end);
    double y = top + lane / 2;
    for (const results::FaultOutcome* const fault : fired) {
        for (const results::Firing& firing : fault->firings) {
            const double from_s = seconds(firing.at - sim::time_zero);
            const double to_s =
                firing.ended ? seconds(*firing.ended - sim::time_zero) : seconds(axis.end);
            std::string about = fmt::format("{}: {} at {}", fault->name, fault->kind,
                                            short_time(from_s));
            if (firing.ended) about += ", healed at " + short_time(to_s);
            if (!firing.targets.empty())
                about += fmt::format(", on {}", fmt::join(firing.targets, ", "));
            const double x = x_of(from_s, axis);
            const double bar = fault->point ? 5.0 : std::max(x_of(to_s, axis) - x, 3.0);
            svg += fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
                               "height=\"12\" rx=\"2\"><title>{}</title></rect>\n",
                               fault->point ? "point" : "bar", x, y - 6, bar,
                               escaped_markup(about));
        }
        const double first_x = x_of(seconds(fault->firings.front().at - sim::time_zero), axis);
        // Beside the bar's beginning, on the side that has room.
        const bool on_left = first_x > width / 2;
        svg += fmt::format("<text class=\"lane {}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
                           on_left ? "end" : "inside", on_left ? first_x - 6 : first_x + 8, y + 4,
                           escaped_markup(fault->name + " (" + fault->kind + ")"));
        y += lane;
    }
    return svg + "</svg>\n";
}

}  // namespace gfs::reports
