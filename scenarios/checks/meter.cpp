// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/meter.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/fields.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;

sim::Ratio share_of(Stat stat) {
    switch (stat) {
        case Stat::p50:
            return {1, 2};
        case Stat::p90:
            return {9, 10};
        case Stat::p99:
            return {99, 100};
        default:
            return {999, 1000};
    }
}

// A number with its unit; what is not whole is rounded to thousandths for the eye.
std::string describe_number(const Number& number, MetricUnit unit, Stat stat) {
    const bool counts = stat == Stat::count || stat == Stat::rate;
    const std::int64_t whole = number.numerator / number.denominator;
    if (unit == MetricUnit::ns && !counts) return describe(sim::Duration{whole});
    std::string text = std::to_string(whole);
    if (number.numerator % number.denominator != 0) {
        const sim::Wide rest = number.numerator % number.denominator;
        text += fmt::format(".{:03}", static_cast<std::int64_t>(rest * 1000 / number.denominator));
    }
    if (unit == MetricUnit::bytes && stat != Stat::count)
        return text + (stat == Stat::rate ? " bytes/s" : " bytes");
    if (unit == MetricUnit::bytes_per_second && !counts) return text + " bytes/s";
    return stat == Stat::rate ? text + "/s" : text;
}

}  // namespace

// ---- gathering
// -----------------------------------------------------------------------------------

void Gathering::open(sim::Time now) {
    if (open_) return;
    open_ = true;
    since_ = now;
    if (is_level_) set_level(level_, now);
}

void Gathering::close(sim::Time now) {
    if (!open_) return;
    count_level(now);
    open_ = false;
}

void Gathering::count_level(sim::Time now) {
    measured_ += now - since_;
    level_area_ += static_cast<sim::Wide>(level_) * sim::to_ns(now - since_);
    since_ = now;
}

void Gathering::add(std::int64_t value) {
    if (!open_) return;
    values_.add(value);
    last_ = value;
}

void Gathering::set_level(std::int64_t level, sim::Time now) {
    is_level_ = true;
    if (open_) {
        count_level(now);
        level_min_ = any_level_ ? std::min(level_min_, level) : level;
        level_max_ = any_level_ ? std::max(level_max_, level) : level;
        any_level_ = true;
    }
    level_ = level;
}

std::optional<Number> Gathering::value(Stat stat) const {
    const std::int64_t measured_ns = std::max<std::int64_t>(sim::to_ns(measured_), 1);
    if (is_level_) {
        if (!any_level_) return std::nullopt;
        switch (stat) {
            case Stat::min:
                return Number{level_min_, 1};
            case Stat::max:
                return Number{level_max_, 1};
            case Stat::last:
                return Number{level_, 1};
            case Stat::mean:
                return Number{sim::saturate(level_area_), measured_ns};
            default:
                return std::nullopt;
        }
    }
    const auto count = static_cast<std::int64_t>(values_.count());
    switch (stat) {
        case Stat::count:
            return Number{count, 1};
        case Stat::sum:
            return Number{values_.sum(), 1};
        case Stat::rate:
            return Number{sim::saturate(static_cast<sim::Wide>(values_.sum()) * ns_per_second),
                          measured_ns};
        default:
            break;
    }
    if (count == 0) return std::nullopt;
    switch (stat) {
        case Stat::min:
            return Number{values_.min(), 1};
        case Stat::max:
            return Number{values_.max(), 1};
        case Stat::mean:
            return Number{values_.sum(), count};
        case Stat::last:
            return Number{last_, 1};
        default:
            return Number{values_.quantile(share_of(stat)), 1};
    }
}

// ---- meter
// ---------------------------------------------------------------------------------------

Meter::Meter(const Surroundings& around, const Expectation& expectation, IsPoint is_point)
    : engine_(around.engine), window_(expectation.window), is_point_(is_point) {
    SIM_ASSERT(why_not(expectation).empty());
    const MetricInfo* const info = find_metric(expectation.metric);
    unit_ = info->unit;
    source_ = info->make(around, expectation);
    const bool from_start =
        window_.kind == Window::Kind::all || window_.kind == Window::Kind::outside_faults;
    if (from_start) gathering_.open(engine_.now());
}

void Meter::on_event(const sim::Event& event) {
    if (event.kind == sim::event::fault_fired || event.kind == sim::event::fault_healed)
        follow_faults(event);
    source_->on_event(event, gathering_);
}

void Meter::follow_faults(const sim::Event& event) {
    if (window_.kind == Window::Kind::all) return;
    const sim::TextId fault = text_at(event, 0);
    const bool point = is_point_(engine_.texts().text(text_at(event, 1)));
    const bool fired = event.kind == sim::event::fault_fired;
    if (window_.kind == Window::Kind::outside_faults) {
        if (point) return;
        const auto at = std::find(active_.begin(), active_.end(), fault);
        if (fired && at == active_.end()) active_.push_back(fault);
        if (!fired && at != active_.end()) active_.erase(at);
        if (active_.empty()) {
            gathering_.open(event.time);
        } else {
            gathering_.close(event.time);
        }
        return;
    }
    if (engine_.texts().text(fault) != window_.fault) return;
    const bool during = window_.kind == Window::Kind::during;
    const bool opens = during ? fired && !point : !fired || point;
    if (opens) {
        gathering_.open(event.time);
    } else if (during) {
        gathering_.close(event.time);
    }
}

Finding Meter::finish(const Expectation& expectation) {
    source_->at_end(engine_.now(), gathering_);
    gathering_.close(engine_.now());
    std::optional<Number> value = gathering_.value(expectation.stat);
    const bool counts = expectation.stat == Stat::count || expectation.stat == Stat::rate;
    constexpr std::int64_t million = 1'000'000;
    if (value && unit_ == MetricUnit::ppm && !counts) value->denominator *= million;
    if (!value) return {Finding::Result::vacuous, "nothing was measured"};
    Finding finding;
    finding.measured = describe_number(*value, unit_, expectation.stat);
    for (const Bound& bound : expectation.bounds) {
        if (holds(bound, *value)) continue;
        finding.result = Finding::Result::failed;
        finding.measured += ", expected " + to_string(bound);
    }
    return finding;
}

}  // namespace gfs::checks
