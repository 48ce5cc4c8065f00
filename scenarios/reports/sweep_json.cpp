// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/sweep_json.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "scenarios/reports/fault_states.h"
#include "scenarios/reports/result_json.h"
#include "scenarios/reports/sweep_summary.h"

namespace gfs::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr int indent = 2;

std::string dumped(const Json& json) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json params_json(const results::ParamValues& params) {
    Json json = Json::object();
    for (const auto& [name, value] : params) json[name] = value;
    return json;
}

Json row_json(const SweepRow& row) {
    return {{"scenario", row.file},      {"params", params_json(row.params)},
            {"runs", row.runs},          {"passed", row.passed},
            {"failed", row.failed},      {"vacuous", row.vacuous},
            {"excused", row.excused},    {"limit", row.limit},
            {"lowest_pct", row.lowest},  {"highest_pct", row.highest},
            {"p50_ns", row.p50.count()}, {"p99_ns", row.p99.count()}};
}

Json group_json(const CauseGroup& group) {
    return {{"cause", group.cause.what},
            {"site", group.cause.site},
            {"verdict", results::name(group.verdict)},
            {"runs", group.runs},
            {"smallest",
             {{"run", group.smallest.number},
              {"seed_text", std::to_string(group.smallest.seed)},
              {"params", params_json(group.smallest.params)},
              {"events", group.smallest.events},
              {"digest", group.smallest.digest},
              {"repro", group.smallest.repro}}}};
}

}  // namespace

std::string sweep_json(const results::SweepResult& result, int status) {
    Json rows = Json::array();
    for (const SweepRow& row : sweep_rows(result.runs)) rows.push_back(row_json(row));
    Json groups = Json::array();
    for (const CauseGroup& group : cause_groups(result.runs)) groups.push_back(group_json(group));
    return dumped({{"gfsim_sweep", 1},
                   {"planned", result.planned},
                   {"runs", result.runs.size()},
                   {"ended_early", result.ended},
                   {"status", status},
                   {"table", std::move(rows)},
                   {"causes", std::move(groups)},
                   {"fault_states", fault_states_json(fault_states_of(result.runs))}});
}

std::string sweep_manifest_json(const SweepManifest& manifest) {
    return dumped({{"gfsim_sweep_manifest", 1},
                   {"program", manifest.program},
                   {"revision", manifest.revision},
                   {"compiler", manifest.compiler},
                   {"plan", manifest.plan},
                   {"planned", std::to_string(manifest.planned)},
                   {"shard", manifest.shard},
                   {"files", manifest.files}});
}

SweepManifest read_sweep_manifest(const std::string& text) {
    SweepManifest manifest{.program = manifest_text(text, "program"),
                           .revision = manifest_text(text, "revision"),
                           .compiler = manifest_text(text, "compiler"),
                           .plan = manifest_text(text, "plan"),
                           .planned = 0,
                           .shard = manifest_text(text, "shard"),
                           .files = {}};
    const std::string planned = manifest_text(text, "planned");
    std::from_chars(planned.data(), planned.data() + planned.size(), manifest.planned);
    return manifest;
}

}  // namespace gfs::reports
