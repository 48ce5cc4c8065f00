// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/result_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/reports/fault_states.h"

namespace gfs::reports {
namespace {

using Json = nlohmann::ordered_json;
using results::RunResult;

constexpr int indent = 2;

std::string dumped(const Json& json) {
    // Names come from scenario files, which are checked to be UTF-8; replace rather than throw.
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json place_json(const results::Place& place) {
    if (place.line == 0) return nullptr;
    return {{"file", place.file}, {"line", place.line}, {"column", place.column}};
}

Json fault_json(const results::FaultOutcome& fault) {
    Json firings = Json::array();
    for (const results::Firing& firing : fault.firings) {
        Json one{{"at_ns", sim::to_ns(firing.at)}, {"targets", firing.targets}};
        if (firing.ended) one["healed_at_ns"] = sim::to_ns(*firing.ended);
        firings.push_back(std::move(one));
    }
    return {{"name", fault.name},          {"do", fault.kind},
            {"fired", std::move(firings)}, {"refused", fault.refusals},
            {"put_off", fault.deferrals},
            {"never", fault.never},        {"place", place_json(fault.place)}};
}

Json expectation_json(const results::ExpectationOutcome& e) {
    return {{"name", e.name},         {"assertion", e.assertion}, {"state", name(e.state)},
            {"measured", e.measured}, {"detail", e.detail},       {"promised", e.promise},
            {"witness", e.witness},   {"place", place_json(e.place)}};
}

Json violation_json(const results::ViolationFound& v) {
    return {{"check", v.check},          {"guarantee", v.guarantee}, {"paper", v.section},
            {"at_ns", sim::to_ns(v.at)}, {"event", v.event},         {"promised", v.promise},
            {"message", v.message},
            {"witness", v.witness},      {"count", v.count}};
}

Json invariant_json(const results::InvariantRow& row) {
    return {{"name", row.name},
            {"guarantee", row.guarantee},
            {"checked", row.checked},
            {"violations", row.violations},
            {"warnings", row.warnings},
            {"first_warning", row.first_warning}};
}

Json operation_json(const results::OperationRow& row) {
    return {{"operation", row.kind},
            {"count", row.count},
            {"errors", row.errors},
            {"p50_ns", sim::to_ns(row.p50)},
            {"p99_ns", sim::to_ns(row.p99)}};
}

Json region_json(const results::RegionRow& row) {
    return {{"offset", row.offset},
            {"length", row.length},
            {"state", row.state},
            {"mutations", row.mutations}};
}

template <typename Row, typename Convert>
Json list_json(const std::vector<Row>& rows, Convert convert) {
    Json list = Json::array();
    for (const Row& row : rows) list.push_back(convert(row));
    return list;
}

Json chunk_regions_json(const results::ChunkRegionsRow& row) {
    return {{"index", row.index},
            {"chunk", row.chunk},
            {"replicas", row.replicas},
            {"regions", list_json(row.regions, region_json)}};
}

Json file_regions_json(const results::FileRegionsRow& row) {
    return {{"file", row.path},
            {"duplicates", row.duplicates},
            {"chunks", list_json(row.chunks, chunk_regions_json)},
            {"left_out", row.left_out}};
}

Json step_failure_json(const results::StepFailure& failure) {
    return {{"message", failure.message}, {"place", place_json(failure.place)}};
}

}  // namespace

std::string result_json(const RunResult& r) {
    const Json json{
        {"gfsim_result", 1},
        {"scenario", r.scenario},
        {"title", r.title},
        {"scenario_hash", r.scenario_hash},
        {"seed", r.seed},
        {"seed_text", std::to_string(r.seed)},
        {"without", r.ablations},
        {"drawn", r.drawn},
        {"verdict", results::name(r.verdict)},
        {"status", results::exit_status(r.verdict)},
        {"reasons", r.reasons},
        {"excuse", r.excuse},
        {"digest", r.digest},
        {"end_ns", sim::to_ns(r.end)},
        {"events", r.events},
        {"dispatched", r.dispatched},
        {"faults", list_json(r.faults, fault_json)},
        {"fault_states", fault_states_json(r.fault_states)},
        {"expectations", list_json(r.expectations, expectation_json)},
        {"violations", list_json(r.violations, violation_json)},
        {"invariants", list_json(r.invariants, invariant_json)},
        {"step_failures", list_json(r.step_failures, step_failure_json)},
        {"operations", list_json(r.operations, operation_json)},
        {"regions", list_json(r.regions, file_regions_json)},
        {"last_events", r.last_events},
        {"repro", r.repro},
    };
    return dumped(json);
}

std::string manifest_text(const std::string& manifest, const std::string& field) {
    const std::string before = "\n  \"" + field + "\": \"";
    const std::size_t found = manifest.find(before);
    if (found == std::string::npos) return {};
    const std::size_t from = found + before.size();
    return manifest.substr(from, manifest.find('"', from) - from);
}

std::string manifest_json(const RunResult& r, const Manifest& manifest) {
    const Json json{
        {"gfsim_manifest", 1},
        {"program", manifest.program},
        {"revision", manifest.revision},
        {"compiler", manifest.compiler},
        {"scenario", r.scenario},
        {"file", r.file},
        {"scenario_hash", r.scenario_hash},
        {"seed", r.seed},
        {"seed_text", std::to_string(r.seed)},
        {"digest", r.digest},
        {"verdict", results::name(r.verdict)},
        {"wall_time_ns", r.wall_time.count()},
        {"repro", r.repro},
        {"resolved", manifest.resolved_scenario},
    };
    return dumped(json);
}

}  // namespace gfs::reports
