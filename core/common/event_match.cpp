// SPDX-License-Identifier: Apache-2.0

#include "core/common/event_match.h"

#include <algorithm>

#include "core/common/glob.h"
#include "sim/assert.h"
#include "sim/engine.h"

namespace gfs {
namespace {

// Every event has an actor and a time, beside its fields: behind the last that an event can have.
constexpr std::size_t actor_position = sim::max_event_fields;
constexpr std::size_t time_position = actor_position + 1;

std::uint64_t bits_of(const sim::Event& event, std::size_t position) {
    if (position == actor_position) return to_index(event.actor);
    if (position == time_position)
        return static_cast<std::uint64_t>(sim::to_ns(event.time - sim::time_zero));
    return event.fields[position];
}

bool asks_resolver(const FieldCondition& condition) {
    return std::any_of(
        condition.values.begin(), condition.values.end(), [](const MatchValue& value) {
            return value.kind == MatchValue::Kind::named || value.kind == MatchValue::Kind::chunk;
        });
}

sim::EventKind kind_of(const sim::Engine& engine, const std::string& event) {
    const auto kind = engine.events().find(event);
    SIM_ASSERT(kind.has_value());
    return *kind;
}

// The event that CountSince speaks of, by kind; its first field is the name.
sim::EventKind begin_kind(CountSince::Kind kind) {
    switch (kind) {
        case CountSince::Kind::fault:
            return sim::event::fault_fired;
        case CountSince::Kind::healed:
            return sim::event::fault_healed;
        case CountSince::Kind::start:
        case CountSince::Kind::mark:
            break;
    }
    return sim::event::mark;
}

}  // namespace

EventMatcher::EventMatcher(const sim::Engine& engine, NameResolver& names,
                           const EventPattern& pattern)
    : engine_(engine), names_(names), kind_(kind_of(engine, pattern.event)) {
    const sim::EventInfo& info = engine.events()[kind_];
    for (const bool last : {false, true}) {
        for (const FieldCondition& condition : pattern.conditions) {
            if (asks_resolver(condition) != last) continue;
            if (const auto position = info.field(condition.field)) {
                tests_.push_back({*position, info.fields[*position].type, condition});
            } else if (condition.field == "time") {
                tests_.push_back({time_position, sim::FieldType::duration, condition});
            } else {
                SIM_ASSERT(condition.field == "actor");
                tests_.push_back({actor_position, sim::FieldType::host, condition});
            }
        }
    }
}

bool EventMatcher::matches(const sim::Event& event) const {
    if (event.kind != kind_) return false;
    return std::all_of(tests_.begin(), tests_.end(), [&](const FieldTest& test) {
        return holds(test, bits_of(event, test.position));
    });
}

bool EventMatcher::holds(const FieldTest& test, std::uint64_t bits) const {
    const FieldCondition& condition = test.condition;
    if (condition.kind == FieldCondition::Kind::range) {
        const auto number = static_cast<std::int64_t>(bits);
        if (condition.ge && number < *condition.ge) return false;
        return !condition.le || number <= *condition.le;
    }
    const bool found =
        std::any_of(condition.values.begin(), condition.values.end(),
                    [&](const MatchValue& value) { return equals(test, value, bits); });
    return found == (condition.kind == FieldCondition::Kind::any_of);
}

bool EventMatcher::equals(const FieldTest& test, const MatchValue& value,
                          std::uint64_t bits) const {
    if (test.type == sim::FieldType::host) {
        const HostId host{static_cast<std::uint32_t>(bits)};
        if (host == sim::no_host) return false;
        if (value.kind == MatchValue::Kind::named) return names_.is_named(value.text, host);
        if (value.kind == MatchValue::Kind::rack) return names_.is_in_rack(value.text, host);
        if (value.kind == MatchValue::Kind::role) return names_.has_role(value.text, host);
        return value.kind == MatchValue::Kind::text &&
               glob_matches(value.text, engine_.host(host).name());
    }
    if (test.type == sim::FieldType::text)
        return value.kind == MatchValue::Kind::text &&
               engine_.texts().text(sim::TextId{static_cast<std::uint32_t>(bits)}) == value.text;
    if (test.type == sim::FieldType::chunk && value.kind != MatchValue::Kind::integer) {
        const auto chunk = value.kind == MatchValue::Kind::named
                               ? names_.named_chunk(value.text)
                               : names_.chunk_of(value.text, value.index);
        return chunk == ChunkHandle{bits};
    }
    return value.kind == MatchValue::Kind::integer &&
           static_cast<std::uint64_t>(value.integer) == bits;
}

EventCounter::EventCounter(const sim::Engine& engine, NameResolver& names, const Options& options)
    : engine_(engine),
      matcher_(engine, names, options.pattern),
      nth_(options.nth),
      since_(options.since),
      counting_(options.since.kind == CountSince::Kind::start) {
    SIM_ASSERT(nth_ > 0);
}

bool EventCounter::begins(const sim::Event& event) const {
    return event.kind == begin_kind(since_.kind) &&
           engine_.texts().text(sim::TextId{static_cast<std::uint32_t>(event.fields[0])}) ==
               since_.name;
}

bool EventCounter::see(const sim::Event& event) {
    if (reached()) return false;
    // The event that begins the count is not counted itself.
    if (!counting_) {
        counting_ = begins(event);
        return false;
    }
    if (!matcher_.matches(event)) return false;
    ++seen_;
    return reached();
}

}  // namespace gfs
