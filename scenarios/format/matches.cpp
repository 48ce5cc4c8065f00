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
            case sim::FieldType::host:
                value.text = text;
                return value;
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
            return "an actor, a glob over actors, or @target";
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
    std::vector<std::string_view> fields{"actor"};  // every event has one
    for (const sim::FieldInfo& field : info.fields) fields.push_back(field.name);
    for (const Node& item : node->items) {
        const auto position = info.field(item.key);
        if (position || item.key == "actor") {
            const auto type = position ? info.fields[*position].type : sim::FieldType::host;
            out.push_back(condition(item, event, type));
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
    return out;
}

std::optional<Value> Loader::value(const Node& node, const Node& field, std::string_view event,
                                   sim::FieldType type) {
    auto read = ValueReader{type}.read(node);
    if (!read) {
        error("E0331",
              fmt::format("{} does not fit the field {} of {}", as_written(node), tick(field.key),
                          tick(event)),
              node, fmt::format("expected {}", value_words(type)));
    } else if (read->kind == Value::Kind::target) {
        named_exists(node);
    }
    return read;
}

}  // namespace gfs::format
