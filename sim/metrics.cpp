// SPDX-License-Identifier: Apache-2.0

#include "sim/metrics.h"

#include <algorithm>

namespace sim {

std::int64_t Gauge::time_weighted_mean(Time now) const {
    SIM_ASSERT(now >= changed_);
    if (!started_ || now == began_) return value_;
    const Wide area = area_ + static_cast<Wide>(value_) * to_ns(now - changed_);
    return saturate(area / to_ns(now - began_));
}

bool Metrics::well_formed(std::string_view name) {
    const auto is_word_character = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    bool point = false;
    char last = '.';
    for (const char c : name) {
        if (c == '.') {
            if (last == '.') return false;
            point = true;
        } else if (!is_word_character(c)) {
            return false;
        }
        last = c;
    }
    return point && last != '.';
}

std::string_view Metrics::unit_of(std::string_view name) {
    for (const std::string_view unit : {"ns", "bytes", "ppm"}) {
        const std::string_view stem =
            name.substr(0, name.size() - std::min(name.size(), unit.size()));
        if (name.ends_with(unit) && stem.ends_with('_')) return unit;
    }
    return "";
}

template <typename Kind>
Kind& Metrics::get(std::string_view name, const Labels& labels) {
    SIM_ASSERT(well_formed(name));
    const auto [place, made] = all_.try_emplace(Key{std::string(name), labels}, Kind{});
    Kind* const metric = std::get_if<Kind>(&place->second);
    SIM_ASSERT(metric != nullptr);
    return *metric;
}

Counter& Metrics::counter(std::string_view name, const Labels& labels) {
    return get<Counter>(name, labels);
}

Gauge& Metrics::gauge(std::string_view name, const Labels& labels) {
    return get<Gauge>(name, labels);
}

Histogram& Metrics::histogram(std::string_view name, const Labels& labels) {
    return get<Histogram>(name, labels);
}

const Metrics::Metric* Metrics::find(std::string_view name, const Labels& labels) const {
    const auto found = all_.find(Key{std::string(name), labels});
    return found == all_.end() ? nullptr : &found->second;
}

}  // namespace sim
