// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/convert_match.h"

namespace gfs::run {
namespace {

MatchValue to_value(const format::Value& value) {
    using Kind = format::Value::Kind;
    MatchValue out;
    switch (value.kind) {
        case Kind::integer: out.kind = MatchValue::Kind::integer; break;
        case Kind::text: out.kind = MatchValue::Kind::text; break;
        case Kind::target: out.kind = MatchValue::Kind::named; break;
        case Kind::rack: out.kind = MatchValue::Kind::rack; break;
        case Kind::role: out.kind = MatchValue::Kind::role; break;
        case Kind::chunk: out.kind = MatchValue::Kind::chunk; break;
    }
    out.integer = value.integer;
    out.text = value.kind == Kind::chunk ? value.chunk.file : value.text;
    out.index = ChunkIndex{static_cast<std::uint32_t>(value.chunk.index)};
    return out;
}

FieldCondition to_condition(const format::Condition& condition) {
    using Kind = format::Condition::Kind;
    FieldCondition out;
    out.field = condition.field;
    switch (condition.kind) {
        case Kind::any_of: out.kind = FieldCondition::Kind::any_of; break;
        case Kind::none_of: out.kind = FieldCondition::Kind::none_of; break;
        case Kind::range: out.kind = FieldCondition::Kind::range; break;
    }
    for (const format::Value& value : condition.values) out.values.push_back(to_value(value));
    out.ge = condition.ge;
    out.le = condition.le;
    return out;
}

}  // namespace

results::Place to_place(const format::Source& source) {
    return {source.file, source.line, source.column};
}

std::vector<FieldCondition> to_conditions(const format::Match& match) {
    std::vector<FieldCondition> conditions;
    for (const format::Condition& condition : match) conditions.push_back(to_condition(condition));
    return conditions;
}

EventPattern to_pattern(const std::string& event, const format::Match& match) {
    return {event, to_conditions(match)};
}

CountSince to_since(const format::Since& since) {
    using Kind = format::Since::Kind;
    CountSince out;
    switch (since.kind) {
        case Kind::start: out.kind = CountSince::Kind::start; break;
        case Kind::fault: out.kind = CountSince::Kind::fault; break;
        case Kind::healed: out.kind = CountSince::Kind::healed; break;
        case Kind::mark: out.kind = CountSince::Kind::mark; break;
    }
    out.name = since.name;
    return out;
}

EventCounter::Options to_counter(const format::Trigger& trigger) {
    return {to_pattern(trigger.event, trigger.match), trigger.nth, to_since(trigger.since)};
}

}  // namespace gfs::run
