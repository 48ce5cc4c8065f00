// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/series_recorder.h"

#include <utility>

namespace gfs::run {
namespace {

// At most so many periods; when there are more, each two become one. So nobody has to know
// beforehand how long the run will last.
constexpr std::size_t most_periods = 480;
constexpr sim::Duration first_period = std::chrono::milliseconds{1};

std::int64_t value_of(const checks::Gathering& gathering, checks::Stat stat) {
    const std::optional<checks::Number> number = gathering.value(stat);
    return number ? number->numerator / number->denominator : 0;
}

}  // namespace

SeriesRecorder::SeriesRecorder(sim::Engine& engine, const checks::Surroundings& around)
    : engine_(engine), period_(first_period), period_end_(sim::time_zero + first_period) {
    for (const checks::MetricInfo& info : checks::all_metrics()) {
        Measured& measured = *measured_.emplace_back(std::make_unique<Measured>());
        measured.series.metric = info.name;
        measured.series.unit = static_cast<results::Series::Unit>(info.unit);
        measured.series.is_level = info.is_level;
        measured.expectation.metric = info.name;
        measured.source = info.make(around, measured.expectation);
        measured.gathering.open(engine.now());
    }
    engine.observe(*this);
}

void SeriesRecorder::on_event(const sim::Event& event) {
    if (finished_) return;
    end_periods(event.time);
    for (const auto& measured : measured_) measured->source->on_event(event, measured->gathering);
}

void SeriesRecorder::end_periods(sim::Time now) {
    while (now >= period_end_) {
        for (const auto& measured : measured_) end_period(*measured, period_end_);
        period_end_ += period_;
        if (measured_.front()->series.periods.size() >= most_periods) halve();
    }
}

void SeriesRecorder::end_period(Measured& measured, sim::Time at) {
    checks::Gathering& ended = measured.gathering;
    ended.close(at);
    checks::Gathering next;
    next.open(at);
    results::Period period;
    if (measured.series.is_level) {
        period.max = value_of(ended, checks::Stat::max);
        period.last = ended.level();
        next.set_level(ended.level(), at);
    } else {
        period.count = value_of(ended, checks::Stat::count);
        period.sum = value_of(ended, checks::Stat::sum);
        period.max = value_of(ended, checks::Stat::max);
    }
    measured.series.periods.push_back(period);
    measured.gathering = std::move(next);
}

void SeriesRecorder::halve() {
    for (const auto& measured : measured_) {
        std::vector<results::Period>& periods = measured->series.periods;
        for (std::size_t i = 0; i < periods.size() / 2; ++i) {
            periods[i] = periods[2 * i];
            periods[i].append(periods[2 * i + 1]);
        }
        periods.resize(periods.size() / 2);
    }
    period_ *= 2;
    period_end_ = sim::time_zero +
                  period_ * static_cast<std::int64_t>(measured_.front()->series.periods.size() + 1);
}

results::RunSeries SeriesRecorder::finish() {
    end_periods(engine_.now());
    finished_ = true;
    results::RunSeries series;
    for (const auto& measured : measured_) {
        measured->source->at_end(engine_.now(), measured->gathering);
        end_period(*measured, engine_.now());
        series.all.push_back(std::move(measured->series));
    }
    series.period = period_;
    return series;
}

}  // namespace gfs::run
