// SPDX-License-Identifier: Apache-2.0

#include "sim/event.h"

#include <utility>

#include "sim/assert.h"

namespace sim {
namespace {

constexpr EventTable::Row sim_rows[] = {
#define SIM_EVENT(identifier, name, section, fields, sentence) {name, section, fields, sentence},
#include "sim/events.def"
#undef SIM_EVENT
};

constexpr std::pair<std::string_view, FieldType> type_names[] = {
    {"count", FieldType::count},       {"bytes", FieldType::bytes},
    {"duration", FieldType::duration}, {"local_time", FieldType::local_time},
    {"host", FieldType::host},         {"text", FieldType::text},
    {"message", FieldType::message},   {"code", FieldType::code},
    {"chunk", FieldType::chunk},       {"data", FieldType::data},
};

FieldType parse_type(std::string_view text) {
    for (const auto& [name, type] : type_names)
        if (name == text) return type;
    SIM_ASSERT(!"a .def row names a field type that does not exist");
    return FieldType::count;
}

// "chunk:chunk primary:host" -> {{chunk, chunk}, {primary, host}}
std::vector<FieldInfo> parse_fields(std::string_view text) {
    std::vector<FieldInfo> fields;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        const std::size_t colon = word.find(':');
        SIM_ASSERT(colon != std::string_view::npos);
        fields.push_back({word.substr(0, colon), parse_type(word.substr(colon + 1))});
    }
    SIM_ASSERT(fields.size() <= max_event_fields);
    return fields;
}

// FNV-1a.
std::uint32_t word_of(std::string_view name) {
    std::uint32_t hash = 2'166'136'261U;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
    return hash;
}

}  // namespace

std::optional<std::size_t> EventInfo::field(std::string_view field_name) const {
    for (std::size_t i = 0; i < fields.size(); ++i)
        if (fields[i].name == field_name) return i;
    return std::nullopt;
}

EventTable::EventTable(std::span<const Row> model) {
    for (const Row& row : sim_rows)
        rows_.push_back(
            {row.name, row.section, row.sentence, parse_fields(row.fields), word_of(row.name)});
    SIM_ASSERT(rows_.size() == event::count_of_sim);
    for (const Row& row : model)
        rows_.push_back(
            {row.name, row.section, row.sentence, parse_fields(row.fields), word_of(row.name)});
}

std::optional<EventKind> EventTable::find(std::string_view name) const {
    for (std::size_t i = 0; i < rows_.size(); ++i)
        if (rows_[i].name == name) return static_cast<EventKind>(i);
    return std::nullopt;
}

}  // namespace sim
