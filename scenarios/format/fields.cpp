// SPDX-License-Identifier: Apache-2.0
// Look-ups in the table of fields. The rows are in fields_root.cpp and its neighbours.

#include "scenarios/format/fields.h"

#include <algorithm>

#include "sim/assert.h"

namespace gfs::format {
namespace {

std::vector<RecordSpec> build() {
    std::vector<RecordSpec> records;
    add_root_records(records);
    add_cluster_records(records);
    add_gfs_record(records);
    add_region_record(records);
    add_workload_records(records);
    add_fault_records(records);
    add_expect_records(records);
    return records;
}

// Calls `take` for each word of a list.
template <typename Take>
void each_word(std::string_view list, Take take) {
    while (!list.empty()) {
        const std::string_view word = list.substr(0, list.find(' '));
        list.remove_prefix(word.size());
        if (!list.empty()) list.remove_prefix(1);
        if (!word.empty()) take(word);
    }
}

}  // namespace

const std::vector<RecordSpec>& all_records() {
    static const std::vector<RecordSpec> records = build();
    return records;
}

const RecordSpec& find_record(std::string_view name) {
    const RecordSpec* found = nullptr;
    for (const RecordSpec& record : all_records())
        if (record.name == name) found = &record;
    SIM_ASSERT(found != nullptr);
    return *found;
}

std::vector<Word> words_of(const FieldSpec& field) {
    if (field.vocabulary != nullptr) return field.vocabulary();
    std::vector<Word> words;
    each_word(field.choices, [&](std::string_view word) {
        const bool later = word.ends_with('!');
        if (later) word.remove_suffix(1);
        words.push_back({.name = word, .status = later ? Status::later : Status::ready});
    });
    return words;
}

Range range_of_values(const FieldSpec& field) {
    constexpr std::int64_t ten_years = 315'360'000'000'000'000;  // ns
    constexpr std::int64_t most_bytes = std::int64_t{1} << 60;
    switch (field.type) {
        case Type::duration:
        case Type::time_dist:
        case Type::moment:
            return {std::max(field.min, -ten_years), std::min(field.max, ten_years)};
        case Type::size:
        case Type::size_dist:
        case Type::offset:
        case Type::bandwidth:
            return {field.min, std::min(field.max, most_bytes)};
        default:
            return {field.min, field.max};
    }
}

bool has_word(std::string_view list, std::string_view word) {
    bool found = false;
    each_word(list, [&](std::string_view candidate) { found = found || candidate == word; });
    return found;
}

bool applies(const FieldSpec& field, std::string_view kind) {
    return field.kinds.empty() || has_word(field.kinds, kind);
}

bool is_needed(const FieldSpec& field, std::string_view kind) {
    if (field.needed == "always") return applies(field, kind);
    return has_word(field.needed, kind);
}

const FieldSpec* find_field(const RecordSpec& record, std::string_view name,
                            std::string_view kind) {
    for (const FieldSpec& field : record.fields)
        if (field.name == name && applies(field, kind)) return &field;
    return nullptr;
}

}  // namespace gfs::format
