// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/output_schemas.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "core/common/events.h"
#include "scenarios/reports/event_text.h"
#include "scenarios/results/run_result.h"

namespace gfs::reports {
namespace {

using results::ExpectationOutcome;
using results::Verdict;

// A member of an object and the schema of its value; "?" behind the name: it may be absent.
using Members = std::vector<std::pair<std::string, std::string>>;

const char* const text = R"({"type":"string"})";
const char* const whole = R"({"type":"integer"})";
const char* const count = R"({"type":"integer","minimum":0})";
const char* const texts = R"({"type":"array","items":{"type":"string"}})";

std::string object(const Members& members) {
    std::string properties;
    std::string required;
    for (const auto& [written, schema] : members) {
        const bool may_lack = written.ends_with('?');
        const std::string name =
            json_string(written.substr(0, written.size() - (may_lack ? 1 : 0)));
        properties += fmt::format("{}{}:{}", properties.empty() ? "" : ",", name, schema);
        if (!may_lack) required += fmt::format("{}{}", required.empty() ? "" : ",", name);
    }
    return fmt::format(
        R"({{"type":"object","properties":{{{}}},"required":[{}],"additionalProperties":false}})",
        properties, required);
}

std::string list(const std::string& item) {
    return fmt::format(R"({{"type":"array","items":{}}})", item);
}

std::string one_of(const std::vector<std::string>& words) {
    std::string items;
    for (const std::string& word : words) items += (items.empty() ? "" : ",") + json_string(word);
    return fmt::format(R"({{"enum":[{}]}})", items);
}

std::string constant(std::string_view json) {
    return fmt::format(R"({{"const":{}}})", json);
}

std::string verdict() {
    std::vector<std::string> words;
    for (int i = 0; i <= static_cast<int>(Verdict::internal_error); ++i)
        words.emplace_back(name(static_cast<Verdict>(i)));
    return one_of(words);
}

std::string expectation_state() {
    using State = ExpectationOutcome::State;
    std::vector<std::string> words;
    for (int i = 0; i <= static_cast<int>(State::unexpectedly_held); ++i)
        words.emplace_back(name(static_cast<State>(i)));
    return one_of(words);
}

// Null when a thing stands in no file.
std::string place() {
    const std::string there = object({{"file", text}, {"line", count}, {"column", count}});
    return fmt::format(R"({{"anyOf":[{},{{"const":null}}]}})", there);
}

// The schema of a document: `members` with a title before them.
std::string document(std::string_view title, std::string_view description,
                     const std::string& schema) {
    return fmt::format(
        R"({{"$schema":"http://json-schema.org/draft-07/schema#","title":{},"description":{},{})",
        json_string(title), json_string(description), schema.substr(1) + "\n");
}

std::string fault() {
    const std::string firing =
        object({{"at_ns", whole}, {"targets", texts}, {"healed_at_ns?", whole}});
    return object({{"name", text},
                   {"do", text},
                   {"fired", list(firing)},
                   {"refused", texts},
                   {"put_off", texts},
                   {"never", text},
                   {"place", place()}});
}

// Of each state how often it was met; those that never were have a list of their own.
std::string fault_states() {
    return object({{"fault", text},
                   {"do", text},
                   {"met", fmt::format(R"({{"type":"object","additionalProperties":{}}})", count)},
                   {"never", texts}});
}

std::string violation() {
    return object({{"check", text},
                   {"guarantee", text},
                   {"paper", text},
                   {"at_ns", whole},
                   {"event", count},
                   {"promised", text},
                   {"message", text},
                   {"witness", texts},
                   {"count", count}});
}

std::string invariant() {
    return object({{"name", text},
                   {"guarantee", text},
                   {"checked", count},
                   {"violations", count},
                   {"warnings", count},
                   {"first_warning", text}});
}

std::string expectation() {
    return object({{"name", text},
                   {"assertion", text},
                   {"state", expectation_state()},
                   {"measured", text},
                   {"detail", texts},
                   {"promised", text},
                   {"witness", texts},
                   {"place", place()}});
}

std::string operation() {
    return object({{"operation", text},
                   {"count", count},
                   {"errors", count},
                   {"p50_ns", whole},
                   {"p99_ns", whole}});
}

std::string file_regions() {
    const std::string region =
        object({{"offset", count}, {"length", count}, {"state", text}, {"mutations", count}});
    const std::string chunk = object(
        {{"index", count}, {"chunk", count}, {"replicas", texts}, {"regions", list(region)}});
    return object(
        {{"file", text}, {"duplicates", count}, {"chunks", list(chunk)}, {"left_out", count}});
}

// The schema of a field of an event: names are texts, the rest are whole numbers.
std::string event_field(sim::FieldType type) {
    using sim::FieldType;
    switch (type) {
        case FieldType::host:
        case FieldType::text:
        case FieldType::message:
        case FieldType::code:
        case FieldType::data:
            return text;
        case FieldType::duration:
        case FieldType::local_time:
            return whole;
        case FieldType::count:
        case FieldType::bytes:
        case FieldType::chunk:
            return count;
    }
    return text;
}

}  // namespace

std::string result_schema() {
    return document(
        "result.json of gfsim", "What came of a run. Times are nanoseconds.",
        object({{"gfsim_result", constant("1")},
                {"scenario", text},
                {"title", text},
                {"scenario_hash", text},
                {"seed", count},
                {"seed_text", text},
                {"without", texts},
                {"drawn", texts},
                {"verdict", verdict()},
                {"status", count},
                {"reasons", texts},
                {"excuse", texts},
                {"digest", text},
                {"end_ns", whole},
                {"events", count},
                {"dispatched", count},
                {"faults", list(fault())},
                {"fault_states", list(fault_states())},
                {"expectations", list(expectation())},
                {"violations", list(violation())},
                {"invariants", list(invariant())},
                {"step_failures", list(object({{"message", text}, {"place", place()}}))},
                {"operations", list(operation())},
                {"regions", list(file_regions())},
                {"last_events", texts},
                {"repro", text}}));
}

std::string manifest_schema() {
    return document("manifest.json of gfsim", "The inputs of a run, and its digest.",
                    object({{"gfsim_manifest", constant("1")},
                            {"program", text},
                            {"revision", text},
                            {"compiler", text},
                            {"scenario", text},
                            {"file", text},
                            {"scenario_hash", text},
                            {"seed", count},
                            {"seed_text", text},
                            {"digest", text},
                            {"verdict", verdict()},
                            {"wall_time_ns", count},
                            {"repro", text},
                            {"resolved", text}}));
}

std::string events_schema() {
    std::string kinds;
    for (const sim::EventInfo& kind : event_table().all()) {
        Members members{{"n", count},
                        {"t", count},
                        {"actor", text},
                        {"event", constant(json_string(kind.name))}};
        for (const sim::FieldInfo& field : kind.fields)
            members.emplace_back(field.name, event_field(field.type));
        kinds += fmt::format("{}\n{}", kinds.empty() ? "" : ",", object(members));
    }
    return document("one line of events.ndjson of gfsim",
                    "n is the number of the event, t its time in nanoseconds.",
                    fmt::format(R"({{"anyOf":[{}]}})", kinds));
}

}  // namespace gfs::reports
