// SPDX-License-Identifier: Apache-2.0
// What `explain` and the reference page say of a field.

#include <array>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/explain.h"
#include "scenarios/format/format.h"
#include "scenarios/format/parse.h"
#include "sim/assert.h"

namespace gfs::format {
namespace {

constexpr std::pair<Type, std::string_view> type_rows[] = {
    {Type::any, "any value"},
    {Type::version, "the number 1"},
    {Type::boolean, "true or false"},
    {Type::integer, "whole number"},
    {Type::number, "number"},
    {Type::text, "text"},
    {Type::texts, "text, or a list of texts"},
    {Type::slug, "name"},
    {Type::path, "path"},
    {Type::paths, "path, or a list of paths"},
    {Type::word, "word"},
    {Type::metric, "word"},
    {Type::words, "list of words"},
    {Type::duration, "duration, such as \"1m30s\""},
    {Type::size, "size, such as \"64KiB\""},
    {Type::offset, "size, number of bytes, or \"@name\" that a step has bound"},
    {Type::bandwidth, "bandwidth, such as \"100Mbit/s\""},
    {Type::rate, "rate, such as \"50/s\""},
    {Type::share, "probability, a number from 0 to 1"},
    {Type::seed, "seed: a whole number below 2^53, or \"0x...\""},
    {Type::amount, "whole number, \"40%\", or a word"},
    {Type::time_dist, "duration, or a distribution of durations"},
    {Type::size_dist, "size, or a distribution of sizes"},
    {Type::who, "who: cs3, cs*, rack:r2, role:chunkserver or @target"},
    {Type::who_pair, "two of who: [\"@old\", \"master\"]"},
    {Type::match, "conditions on an event's fields"},
    {Type::chunk, "chunk: \"/file#0\", or \"@name\" that a step has bound"},
    {Type::moment, "duration, or a trigger"},
    {Type::event, "name of an event"},
    {Type::message, "name of a message"},
    {Type::outcome, "ok, error, or an error code"},
    {Type::quantity, "number, or text with the unit of what is measured"},
    {Type::policy, "policy: a name, or {\"kind\": name, parameters}"},
    {Type::file_set, "path, list of paths, or {prefix, count, pick}"},
    {Type::seeds, "range \"1..50\", or a list of seeds"},
    {Type::value_lists, "object of lists"},
    {Type::name_lists, "list of lists of names"},
    {Type::record, "object"},
    {Type::map, "object of objects, by name"},
    {Type::path_map, "object of objects, by path"},
    {Type::steps, "list of steps"},
};

}  // namespace

std::string type_words(const FieldSpec& field) {
    const bool ranged = field.type == Type::integer || field.type == Type::number;
    for (const auto& [type, words] : type_rows)
        if (type == field.type) return std::string(words) + (ranged ? range_of(field) : "");
    SIM_ASSERT(!"a type without words");
    return {};
}

std::string range_of(const FieldSpec& field) {
    if (field.max == std::numeric_limits<std::int64_t>::max())
        return fmt::format(", at least {}", field.min);
    return fmt::format(", {} to {}", field.min, field.max);
}

std::string source_words(const FieldSpec& field) {
    if (field.source.starts_with("P "))
        return fmt::format("the paper, section {}", field.source.substr(2));
    if (field.source.starts_with("U"))
        return fmt::format("open in the paper ({}); the safest choice that it allows",
                           field.source);
    return {};
}

std::string profile_words_of(std::string_view field, std::string_view pointer) {
    std::string out;
    if (!pointer.starts_with("/gfs/")) return out;
    for (const Word& profile : profile_words()) {
        Diagnostics none;
        const std::uint32_t file =
            none.files().add("profile", std::string(profile_text(profile.name)));
        const std::optional<Node> values = parse_json(file, none);
        const Node* const value = values ? values->find(field) : nullptr;
        if (value == nullptr) continue;
        if (!out.empty()) out += ", ";
        const Node* const kind = value->is(Node::Type::object) ? value->find("kind") : value;
        SIM_ASSERT(kind != nullptr);
        out += fmt::format("{} {}", profile.name, kind->text);
    }
    return out;
}

}  // namespace gfs::format
