// SPDX-License-Identifier: Apache-2.0
// Measuring one metric of one expectation: a source turns events into values or levels, a window
// says when they count, and the statistic is taken at the end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/checks/expectation.h"
#include "scenarios/checks/invariant.h"
#include "sim/histogram.h"
#include "sim/wide.h"

namespace gfs::checks {

// In the order of results::Series::Unit. A value in `ppm` is a share of one, times a million.
enum class MetricUnit : std::uint8_t { ns, bytes, count, ppm, bytes_per_second };

// Collects the values or the levels of a metric while the window is open.
class Gathering {
  public:
    void open(sim::Time now);
    void close(sim::Time now);
    bool is_open() const { return open_; }

    // One value of an event: a latency, a number of bytes, 1.
    void add(std::int64_t value);
    // A level that holds from now on, such as the number of clones.
    void set_level(std::int64_t level, sim::Time now);
    std::int64_t level() const { return level_; }

    // Nothing when nothing was measured and the statistic needs something.
    std::optional<Number> value(Stat stat) const;

  private:
    void count_level(sim::Time now);

    bool open_ = false;
    bool is_level_ = false;
    sim::Time since_{};         // of the present opening, or of the present level in it
    sim::Duration measured_{};  // how long the window has been open
    sim::Histogram values_;
    std::int64_t last_ = 0;
    std::int64_t level_ = 0;
    bool any_level_ = false;
    std::int64_t level_min_ = 0;
    std::int64_t level_max_ = 0;
    sim::Wide level_area_ = 0;  // level times ns
};

// Where a metric's numbers come from.
class MetricSource {
  public:
    MetricSource() = default;
    MetricSource(const MetricSource&) = delete;
    MetricSource& operator=(const MetricSource&) = delete;
    virtual ~MetricSource() = default;
    // The ledger is as it was before the event.
    virtual void on_event(const sim::Event& event, Gathering& gathering) = 0;
    virtual void at_end(sim::Time now, Gathering& gathering) {
        (void)now;
        (void)gathering;
    }
};

struct MetricInfo {
    std::string_view name;
    MetricUnit unit;
    bool is_level;           // it lasts; otherwise there is a value for each event
    std::string_view where;  // the filters that it takes, such as "op client file"
    std::unique_ptr<MetricSource> (*make)(const Surroundings& around,
                                          const Expectation& expectation);
};
// Every metric that can be measured.
std::span<const MetricInfo> all_metrics();
const MetricInfo* find_metric(std::string_view name);
// Empty when the metric can be measured so; otherwise why not: for the loader of scenarios.
std::string why_not(const Expectation& expectation);

class Meter {
  public:
    // Whether a kind of fault happens at one instant, by its name in fault.fired.
    using IsPoint = bool (*)(std::string_view kind);

    // REQUIRES: why_not is empty. Not owned: `around`'s parts.
    Meter(const Surroundings& around, const Expectation& expectation, IsPoint is_point);

    void on_event(const sim::Event& event);
    // Closes the window and judges.
    Finding finish(const Expectation& expectation);

  private:
    void follow_faults(const sim::Event& event);

    const sim::Engine& engine_;
    Window window_;
    IsPoint is_point_;
    MetricUnit unit_;
    std::unique_ptr<MetricSource> source_;
    Gathering gathering_;
    std::vector<sim::TextId> active_;  // lasting faults that have fired and not healed
};

}  // namespace gfs::checks
