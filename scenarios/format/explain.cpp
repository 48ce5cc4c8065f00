// SPDX-License-Identifier: Apache-2.0
// `gfsim explain`: a field by its pointer, a code, a fault kind, a checker, an event.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/common/events.h"
#include "scenarios/format/errors.h"
#include "scenarios/format/explain.h"
#include "scenarios/format/format.h"
#include "scenarios/format/suggest.h"

namespace gfs::format {
namespace {

// One field as a paragraph.
std::string paragraph(std::string_view pointer, const FieldSpec& field) {
    std::string out = fmt::format("{}: {}\n    {}\n", pointer, type_words(field), field.sentence);
    const auto line = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) out += fmt::format("    {:<10} {}\n", name, value);
    };
    line("default", field.fallback);
    line("source", source_words(field));
    line("profiles", field.record.empty() ? profile_words_of(field.name, pointer) : "");
    std::vector<std::string_view> names;
    const std::vector<Word> words = words_of(field);
    for (const Word& word : words) names.push_back(word.name);
    line("words", comma_list(names, false, 2000));
    line("kinds", field.kinds);
    if (field.needed == "always")
        line("required", "yes");
    else
        line("required", field.needed);
    if (field.status == Status::later) line("status", "not supported yet");
    return out;
}

const RecordSpec* record_of(const FieldSpec& field) {
    if (!field.record.empty()) return &find_record(field.record);
    if (field.type == Type::time_dist) return &find_record("time_dist");
    if (field.type == Type::size_dist) return &find_record("size_dist");
    if (field.type == Type::moment) return &find_record("trigger");
    if (field.type == Type::file_set) return &find_record("generated_files");
    return nullptr;
}

// The fields that a pointer may mean; more than one when kinds differ.
std::vector<const FieldSpec*> resolve(const std::vector<std::string>& tokens, std::string* near) {
    const RecordSpec* record = &find_record("scenario");
    std::string so_far;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        std::vector<const FieldSpec*> found;
        std::vector<std::string_view> names;
        for (const FieldSpec& field : record->fields) {
            names.push_back(field.name);
            if (field.name == tokens[i]) found.push_back(&field);
        }
        if (found.empty()) {
            const auto close = nearest(tokens[i], names);
            if (near != nullptr && close) *near = fmt::format("{}/{}", so_far, *close);
            return {};
        }
        so_far += "/" + tokens[i];
        const Type type = found.front()->type;
        const bool named = type == Type::map || type == Type::path_map || type == Type::steps;
        if (named && i + 1 < tokens.size()) so_far += "/" + tokens[++i];
        if (i + 1 >= tokens.size()) return found;
        record = record_of(*found.front());
        if (record == nullptr) return {};
    }
    return {};
}

std::string word_line(const Word& word) {
    return fmt::format("{}: {}{}\n", word.name, word.sentence,
                       word.status == Status::later ? " (not supported yet)" : "");
}

std::string default_of(const FieldSpec& field) {
    return field.fallback.empty() ? std::string() : fmt::format(" (default: {})", field.fallback);
}

}  // namespace

std::optional<std::string> explain_field(std::string_view pointer, std::string* near) {
    std::vector<std::string> tokens;
    if (!split_pointer(pointer, tokens) || tokens.empty()) return std::nullopt;
    const std::vector<const FieldSpec*> found = resolve(tokens, near);
    if (found.empty()) return std::nullopt;
    std::string out;
    for (const FieldSpec* field : found) out += paragraph(pointer, *field);
    if (const RecordSpec* const record = record_of(*found.front())) {
        out += fmt::format("    {}\n", record->sentence);
        std::vector<std::string_view> names;
        for (const FieldSpec& field : record->fields) names.push_back(field.name);
        out += fmt::format("    {:<10} {}\n", "fields", comma_list(names, false, 2000));
    }
    return out;
}

std::optional<std::string> explain_code(std::string_view code) {
    const ErrorInfo* const row = find_error(code);
    if (row == nullptr) return std::nullopt;
    return fmt::format("{}: {}\n\n{}\n\n  bad:   {}\n  good:  {}\n", row->code, row->title,
                       row->cause, row->bad, row->good);
}

std::optional<std::string> explain_fault(std::string_view kind) {
    const auto index = find_word(fault_words(), kind);
    if (!index) return std::nullopt;
    std::string out = word_line(fault_words()[*index]);
    if (fault_words()[*index].point) out += "It happens at one instant: no `for`.\n";
    for (const FieldSpec& field : find_record("fault").fields) {
        if (field.kinds.empty() || !applies(field, kind)) continue;
        out += fmt::format("  {:<14} {}{}; {}\n", field.name, field.sentence,
                           is_needed(field, kind) ? " (required)" : default_of(field),
                           type_words(field));
    }
    return out;
}

std::optional<std::string> explain_checker(std::string_view name) {
    for (const auto* words : {&checker_words(), &invariant_words()}) {
        const auto index = find_word(*words, name);
        if (!index) continue;
        const Word& word = (*words)[*index];
        std::string out = word_line(word);
        if (!word.rule.empty())
            out += fmt::format("Guarantee {}; it runs in every run.\n", word.rule);
        return out;
    }
    return std::nullopt;
}

std::optional<std::string> explain_event(std::string_view name) {
    const auto kind = event_table().find(name);
    if (!kind) return std::nullopt;
    const sim::EventInfo& info = event_table()[*kind];
    std::string out = fmt::format("{}: {}\n", info.name, info.sentence);
    if (!info.section.empty()) out += fmt::format("GFS {}\n", info.section);
    std::string fields = "time, actor";
    for (const sim::FieldInfo& field : info.fields) fields += fmt::format(", {}", field.name);
    return out +
           fmt::format("  fields   {}\n  example  \"when\": {{ \"event\": \"{}\", \"nth\": 1 }}\n",
                       fields, info.name);
}

}  // namespace gfs::format
