// SPDX-License-Identifier: Apache-2.0
// Measures every metric over the whole run, period by period. Only where a report asks for it: it
// looks at every event.
#pragma once

#include <memory>
#include <vector>

#include "scenarios/checks/checks.h"
#include "scenarios/checks/meter.h"
#include "scenarios/results/series.h"
#include "sim/engine.h"

namespace gfs::run {

class SeriesRecorder final : public sim::EventObserver {
  public:
    // Registers itself with the engine, which must not run any more when this goes.
    // Not owned: the engine and `around`'s parts.
    SeriesRecorder(sim::Engine& engine, const checks::Surroundings& around);

    void on_event(const sim::Event& event) override;
    // The run is over. Once.
    results::RunSeries finish();

  private:
    struct Measured {
        results::Series series;
        std::unique_ptr<checks::MetricSource> source;
        checks::Expectation expectation;  // of the source: the metric with nothing chosen
        checks::Gathering gathering;      // of the present period
    };

    void end_periods(sim::Time now);
    void end_period(Measured& measured, sim::Time at);
    void halve();

    const sim::Engine& engine_;
    std::vector<std::unique_ptr<Measured>> measured_;
    sim::Duration period_;
    sim::Time period_end_;
    bool finished_ = false;
};

}  // namespace gfs::run
