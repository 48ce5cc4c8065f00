// SPDX-License-Identifier: Apache-2.0
// `match`: conditions on the fields of an event, each read by the type of its field.

#include <utility>

#include <fmt/format.h>

#include "core/common/codes.h"
#include "core/common/events.h"
#include "core/common/message_types.h"
#include "scenarios/format/loader.h"
#include "scenarios/format/suggest.h"
#include "scenarios/format/units.h"

namespace gfs::format {
namespace {

// Reads one value of a condition by the type of the event's field.
struct ValueReader {
    sim::FieldType type;

    // Nothing: the value does not fit the type.
    std::optional<Value> read(const Node& node) const {
        Value value;
        if (node.is(Node::Type::boolean)) return std::nullopt;
        const std::string& text = node.text;
        if (node.is(Node::Type::number)) {
            const auto number = read_integer(text).value;
            const bool numeric = type != sim::FieldType::host && type != sim::FieldType::text &&
                                 type != sim::FieldType::message && type != sim::FieldType::code;
            if (!number || !numeric) return std::nullopt;
            value.kind = Value::Kind::integer;
            value.integer = *number;
            return value;
        }
        if (text.starts_with('@')) {
            if (type != sim::FieldType::host && type != sim::FieldType::chunk) return std::nullopt;
            value.kind = Value::Kind::target;
            value.text = text.substr(1);
            return value;
        }
        return from_text(text);
    }

    std::optional<Value> from_text(const std::string& text) const {
        Value value;
        std::optional<std::int64_t> number;
        switch (type) {
            case sim::FieldType::text:
                value.text = text;
                return value;
            case sim::FieldType::host:  // Loader::host()
                break;
            case sim::FieldType::chunk: {
                const auto chunk = read_chunk(text);
                if (!chunk || !is_chunk(text)) return std::nullopt;
                value.kind = Value::Kind::chunk;
                value.chunk = *chunk;
                return value;
            }
            case sim::FieldType::message:
                if (const auto message = find_message(text)) number = static_cast<int>(*message);
                break;
            case sim::FieldType::code:
                if (const auto code = find_code(text)) number = static_cast<int>(*code);
                break;
            case sim::FieldType::bytes:
                number = read_size(text).value;
                break;
            case sim::FieldType::duration:
            case sim::FieldType::local_time:
                number = read_duration(text).value;
                break;
            case sim::FieldType::count:
            case sim::FieldType::data:
                break;
        }
        if (!number) return std::nullopt;
        value.kind = Value::Kind::integer;
        value.integer = *number;
        return value;
    }
};

std::string_view value_words(sim::FieldType type) {
    switch (type) {
        case sim::FieldType::count:
        case sim::FieldType::data:
            return "a whole number";
        case sim::FieldType::bytes:
            return "a size, such as \"64KiB\", or a number of bytes";
        case sim::FieldType::duration:
        case sim::FieldType::local_time:
            return "a duration, such as \"5s\", or a number of ns";
        case sim::FieldType::host:
            return "an actor, a glob over actors, rack:NAME, role:NAME or @target";
        case sim::FieldType::text:
            return "text";
        case sim::FieldType::message:
            return "the name of a message";
        case sim::FieldType::code:
            return "the name of an error code";
        case sim::FieldType::chunk:
            return "\"/file#0\", or @name that a step has bound";
    }
    return "";
}

// The nearest word where a type has words of its own.
std::string suggestion(sim::FieldType type, const Node& node) {
    std::vector<std::string> words;
    if (type == sim::FieldType::message)
        for (const MessageInfo& info : all_messages()) {
            words.emplace_back(info.name);
            words.push_back(std::string(info.name) + "Reply");
        }
    if (type == sim::FieldType::code)
        for (const CodeInfo& info : all_codes()) words.emplace_back(info.name);
    if (!node.is(Node::Type::text)) return {};
    const auto near = nearest(node.text, {words.begin(), words.end()});
    return near ? fmt::format("did you mean `{}`?", *near) : "";
}

// Whether `ge` and `le` make sense.
bool is_ordered(sim::FieldType type) {
    return type == sim::FieldType::count || type == sim::FieldType::bytes ||
           type == sim::FieldType::duration || type == sim::FieldType::local_time;
}

std::string as_written(const Node& node) {
    return tick(node.is(Node::Type::text) ? node.text : to_json(node));
}

}  // namespace

Match Loader::match(const Node& holder, std::string_view event) {
    Match out;
    const Node* const node = View(&holder).node("match");
    const auto kind = event_table().find(event);
    if (node == nullptr || !kind) return out;
    const sim::EventInfo& info = event_table()[*kind];
    std::vector<std::string_view> fields{"time", "actor"};  // every event has them
    for (const sim::FieldInfo& field : info.fields) fields.push_back(field.name);
    for (const Node& item : node->items) {
        std::optional<sim::FieldType> type;
        if (const auto position = info.field(item.key)) type = info.fields[*position].type;
        else if (item.key == "actor") type = sim::FieldType::host;
        else if (item.key == "time") type = sim::FieldType::duration;
        if (type) {
            out.push_back(condition(item, event, *type));
            continue;
        }
        const auto near = nearest(item.key, fields);
        Diagnostic& d = out_.error(
            "E0330", fmt::format("event {} has no field {}", tick(event), tick(item.key)),
            {item.key_span, near ? fmt::format("did you mean `{}`?", *near) : ""});
        d.allowed = comma_list(fields, false);
    }
    return out;
}

Condition Loader::condition(const Node& node, std::string_view event, sim::FieldType type) {
    Condition out;
    out.field = node.key;
    out.source = out_.files().source(node.key_span);
    const Node* const negated = node.find("not");
    if (negated != nullptr || !node.is(Node::Type::object)) {
        out.kind = negated != nullptr ? Condition::Kind::none_of : Condition::Kind::any_of;
        const Node& values = negated != nullptr ? *negated : node;
        const auto take = [&](const Node& item) {
            if (auto read = value(item, node, event, type)) out.values.push_back(std::move(*read));
        };
        if (values.is(Node::Type::array))
            for (const Node& item : values.items) take(item);
        else
            take(values);
        return out;
    }
    out.kind = Condition::Kind::range;
    for (const Node& bound : node.items) {
        if (!is_ordered(type)) {
            error("E0331",
                  fmt::format("the field {} of {} has no order", tick(node.key), tick(event)),
                  bound, "compare with a value or a list of values");
        } else if (const auto read = value(bound, node, event, type)) {
            (bound.key == "ge" ? out.ge : out.le) = read->integer;
        }
    }
    if (out.ge && out.le && *out.ge > *out.le)
        warn("W0505", "no value is between these bounds", &node, "`ge` is above `le`");
    return out;
}

std::optional<Value> Loader::value(const Node& node, const Node& field, std::string_view event,
                                   sim::FieldType type) {
    const bool of_host = type == sim::FieldType::host && node.is(Node::Type::text) &&
                         !node.text.starts_with('@');
    if (of_host) return host(node);
    auto read = ValueReader{type}.read(node);
    if (!read) {
        const std::string near = suggestion(type, node);
        error("E0331",
              fmt::format("{} does not fit the field {} of {}", as_written(node), tick(field.key),
                          tick(event)),
              node, near.empty() ? fmt::format("expected {}", value_words(type)) : near);
    } else if (read->kind == Value::Kind::target) {
        named_exists(node);
    } else if (type == sim::FieldType::text) {
        text_names_something(node, field, event);
    }
    return read;
}

std::optional<Value> Loader::host(const Node& node) {
    if (!is_who(node.text)) {
        error("E0304", fmt::format("{} names nobody", tick(node.text)), node, who_note(node.text));
        return std::nullopt;
    }
    const auto meant = who(node, Place::match);
    Value value;
    value.text = meant->text;
    if (meant->kind == Who::Kind::rack) value.kind = Value::Kind::rack;
    if (meant->kind == Who::Kind::role) value.kind = Value::Kind::role;
    return value;
}

// Text fields that name something of the scenario: nothing else can ever be in them.
void Loader::text_names_something(const Node& node, const Node& field, std::string_view event) {
    if (event.starts_with("fault.") && field.key == "fault") {
        if (!names_.faults.contains(node.text))
            unknown("E0321", "fault", node, node.text, fault_names());
    } else if (event.starts_with("fault.") && field.key == "kind") {
        std::vector<std::string_view> kinds;
        for (const Word& word : fault_words()) kinds.push_back(word.name);
        if (!find_word(fault_words(), node.text))
            unknown("E0331", "fault kind", node, node.text, std::move(kinds));
    } else if (event == "target.bound" && field.key == "target") {
        used_targets_.insert(node.text);
        if (!names_.targets.contains(node.text))
            unknown("E0303", "target", node, node.text, listed(names_.targets));
    } else if (event == "mark" && field.key == "name") {
        if (!names_.marks.contains(node.text))
            unknown("E0334", "mark", node, node.text, listed(names_.marks));
    }
}

}  // namespace gfs::format
