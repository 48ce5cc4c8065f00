// SPDX-License-Identifier: Apache-2.0
// The numbers that a run reports: counters, gauges and histograms by name and labels, integers
// only, listed in the order of their names.
//
// A name is `<actor>.<noun>_<qualifier>_<unit>`, with the unit one of _ns, _bytes, _ppm, or _total
// and other count nouns: client.append_latency_ns, master.lease_grants_total.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "sim/assert.h"
#include "sim/histogram.h"
#include "sim/time.h"
#include "sim/wide.h"

namespace sim {

// How often something happened, or how much of it.
class Counter {
  public:
    void add(std::uint64_t count = 1) { value_ += count; }
    std::uint64_t value() const { return value_; }

  private:
    std::uint64_t value_ = 0;
};

// A level that goes up and down, with its extremes and its average over time. Starts with the first
// set() or add(); before that it is 0 and has no extremes.
class Gauge {
  public:
    // REQUIRES: times never go back.
    void set(std::int64_t value, Time now) {
        if (!started_) start(now);
        SIM_ASSERT(now >= changed_);
        area_ += static_cast<Wide>(value_) * to_ns(now - changed_);
        changed_ = now;
        value_ = value;
        if (!started_ || value < min_) min_ = value;
        if (!started_ || value > max_) max_ = value;
        started_ = true;
    }
    void add(std::int64_t change, Time now) { set(value_ + change, now); }

    std::int64_t value() const { return value_; }
    std::int64_t min() const { return min_; }
    std::int64_t max() const { return max_; }

    // The average from the start to `now`, each level weighted by how long it lasted; rounded
    // towards zero. At the instant of the start, the value. REQUIRES: now is not before the last
    // change.
    std::int64_t time_weighted_mean(Time now) const;

  private:
    void start(Time now) { began_ = changed_ = now; }

    std::int64_t value_ = 0;
    std::int64_t min_ = 0;
    std::int64_t max_ = 0;
    bool started_ = false;
    Time began_{};
    Time changed_{};
    Wide area_ = 0;  // value times nanoseconds, up to the last change
};

class Metrics {
  public:
    // Label to value: {{"op", "append"}, {"server", "cs3"}}.
    using Labels = std::map<std::string, std::string>;

    struct Key {
        std::string name;
        Labels labels;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    using Metric = std::variant<Counter, Gauge, Histogram>;

    Metrics() = default;
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    // The metric of this name and these labels, made at the first call. The reference stays good as
    // long as the registry; a hot path asks once and keeps it.
    // REQUIRES: the name is well-formed, and has not been used for another kind.
    Counter& counter(std::string_view name, const Labels& labels = {});
    Gauge& gauge(std::string_view name, const Labels& labels = {});
    Histogram& histogram(std::string_view name, const Labels& labels = {});

    // The metric if there is one, null otherwise.
    const Metric* find(std::string_view name, const Labels& labels = {}) const;

    const std::map<Key, Metric>& all() const { return all_; }

    // Lower-case words of letters, digits and `_`, joined by one point or more.
    static bool well_formed(std::string_view name);

    // "ns", "bytes" or "ppm" by the end of the name; otherwise it is a count, and "".
    static std::string_view unit_of(std::string_view name);

  private:
    template <typename Kind>
    Kind& get(std::string_view name, const Labels& labels);

    std::map<Key, Metric> all_;
};

}  // namespace sim
