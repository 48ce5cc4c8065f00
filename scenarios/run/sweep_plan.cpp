// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/sweep_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/assert.h"

namespace gfs::run {
namespace {

// Parameters that change together, and how many values each of them has.
struct Axis {
    std::vector<const std::pair<std::string, std::vector<std::string>>*> params;
    std::size_t values = 0;
};

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// In the order in which /sweep/params first names one of the axis.
std::optional<std::vector<Axis>> axes_of(const format::Sweep& sweep, std::string& why) {
    std::vector<Axis> axes;
    std::vector<const std::vector<std::string>*> group_of_axis;
    for (const auto& param : sweep.params) {
        const auto group = std::find_if(sweep.together.begin(), sweep.together.end(),
                                        [&](const auto& names) { return has(names, param.first); });
        const auto* const names = group == sweep.together.end() ? nullptr : &*group;
        const auto known = names == nullptr
                               ? group_of_axis.end()
                               : std::find(group_of_axis.begin(), group_of_axis.end(), names);
        if (known == group_of_axis.end()) {
            axes.push_back({{&param}, param.second.size()});
            group_of_axis.push_back(names);
            continue;
        }
        Axis& axis = axes[static_cast<std::size_t>(known - group_of_axis.begin())];
        if (axis.values != param.second.size()) {
            why = fmt::format("`{}` has {} values and `{}` has {}; they change together",
                              axis.params.front()->first, axis.values, param.first,
                              param.second.size());
            return std::nullopt;
        }
        axis.params.push_back(&param);
    }
    return axes;
}

}  // namespace

std::optional<std::vector<results::ParamValues>> combinations(const format::Sweep& sweep,
                                                              std::string& why) {
    const std::optional<std::vector<Axis>> axes = axes_of(sweep, why);
    if (!axes) return std::nullopt;
    std::vector<results::ParamValues> all{{}};
    for (const Axis& axis : *axes) {
        std::vector<results::ParamValues> longer;
        for (const results::ParamValues& values : all) {
            for (std::size_t i = 0; i < axis.values; ++i) {
                longer.push_back(values);
                for (const auto* const param : axis.params)
                    longer.back().emplace_back(param->first, param->second[i]);
            }
        }
        all = std::move(longer);
    }
    return all;
}

std::string bare_value(const std::string& json) {
    const bool quoted = json.size() >= 2 && json.front() == '"' && json.back() == '"';
    if (!quoted || json.find('\\') != std::string::npos) return json;
    const std::string inner = json.substr(1, json.size() - 2);
    // What a command line would take for something else than text stays in quotes.
    const bool number = inner.find_first_not_of("0123456789.eE+-") == std::string::npos;
    const bool literal = inner == "true" || inner == "false" || inner == "null";
    const bool structured =
        inner.starts_with('{') || inner.starts_with('[') || inner.starts_with('"');
    return number || literal || structured ? json : inner;
}

void plan_runs(SweepPlan& plan, Variant variant, const std::string& resolved,
               const SeedRanges& seeds) {
    plan.variants.push_back(std::move(variant));
    plan.hash.add(std::string_view(resolved));
    for (const auto& [first, last] : seeds) {
        SIM_ASSERT(first <= last);
        plan.hash.add(first);
        plan.hash.add(last);
        for (std::uint64_t i = 0; i <= last - first; ++i)
            plan.runs.push_back({.number = plan.runs.size() + 1,
                                 .variant = plan.variants.size() - 1,
                                 .seed = first + i});
    }
}

std::string plan_hash(const SweepPlan& plan) {
    return sim::to_hex(plan.hash.value());
}

void keep_shard(SweepPlan& plan, std::uint64_t k, std::uint64_t n) {
    SIM_ASSERT(k >= 1);
    SIM_ASSERT(k <= n);
    std::erase_if(plan.runs, [&](const PlannedRun& run) { return (run.number - 1) % n != k - 1; });
}

}  // namespace gfs::run
