// SPDX-License-Identifier: Apache-2.0
// The table of fields as a JSON Schema (draft-07), for editors. It says what can be said of one
// file alone; what refers to elsewhere, and the exactness of quantities, is left to `gfsim check`.

#include <utility>

#include <fmt/format.h>

#include "core/common/codes.h"
#include "core/common/events.h"
#include "core/common/message_types.h"
#include "scenarios/format/fields.h"
#include "scenarios/format/format.h"
#include "sim/assert.h"

namespace gfs::format {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

std::string object(const Members& members) {
    std::string out = "{";
    for (const auto& [name, value] : members) {
        if (out.size() > 1) out += ",";
        out += quoted(name) + ":" + value;
    }
    return out + "}";
}

std::string array(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const std::string& item : items) out += (out.size() > 1 ? "," : "") + item;
    return out + "]";
}

std::string ref(std::string_view name) {
    return object({{"$ref", quoted(fmt::format("#/definitions/{}", name))}});
}

std::string any_of(std::vector<std::string> schemas) {
    return object({{"anyOf", array(schemas)}});
}

std::string pattern(std::string_view regex) {
    return object({{"type", quoted("string")}, {"pattern", quoted(regex)}});
}

std::string enumeration(const std::vector<std::string>& words) {
    std::vector<std::string> items;
    for (const std::string& word : words) items.push_back(quoted(word));
    return object({{"enum", array(items)}});
}

std::string list_of(const std::string& items, int least = 0) {
    Members members{{"type", quoted("array")}, {"items", items}};
    if (least > 0) members.emplace_back("minItems", std::to_string(least));
    return object(members);
}

std::string in_range(std::string_view type, const FieldSpec& field) {
    Members members{{"type", quoted(type)}, {"minimum", std::to_string(field.min)}};
    if (field.max != std::numeric_limits<std::int64_t>::max())
        members.emplace_back("maximum", std::to_string(field.max));
    return object(members);
}

constexpr std::string_view slug = "[a-z][a-z0-9_-]*";
constexpr std::string_view path = "/[^#\\u0000-\\u001f\\u007f]*";
constexpr std::string_view decimal = "[0-9]+(\\.[0-9]+)?";

std::string exactly(std::string_view regex) {
    return pattern(fmt::format("^({})$", regex));
}

std::vector<std::string> all_words(const FieldSpec& field) {
    std::vector<std::string> out;
    for (const Word& word : words_of(field)) out.emplace_back(word.name);
    return out;
}

// Definitions that many fields share.
Members shared_types() {
    std::vector<std::string> events;
    for (const sim::EventInfo& info : event_table().all()) events.emplace_back(info.name);
    std::vector<std::string> messages;
    for (const MessageInfo& info : all_messages()) {
        messages.emplace_back(info.name);
        messages.push_back(std::string(info.name) + "Reply");
    }
    std::vector<std::string> outcomes{"error"};
    for (const CodeInfo& info : all_codes()) outcomes.emplace_back(info.name);
    std::string roles;
    for (const Word& role : role_words())
        roles += (roles.empty() ? "" : "|") + std::string(role.name);
    const std::string zero = object({{"const", "0"}});
    const std::string sizes = fmt::format("{}(B|KiB|MiB|GiB|kB|MB|GB)", decimal);
    const std::string units = fmt::format("({}(ns|us|ms|s|m|h|d))+", decimal);
    const std::string single =
        object({{"type", array({quoted("string"), quoted("number"), quoted("boolean")})}});
    const std::string values = any_of({single, list_of(single, 1)});
    const std::string bound = object({{"type", array({quoted("string"), quoted("number")})}});
    const std::string negated = object({{"type", quoted("object")},
                                        {"properties", object({{"not", values}})},
                                        {"required", array({quoted("not")})},
                                        {"additionalProperties", "false"}});
    const std::string range = object({{"type", quoted("object")},
                                      {"properties", object({{"ge", bound}, {"le", bound}})},
                                      {"minProperties", "1"},
                                      {"additionalProperties", "false"}});
    return {
        {"substituted", exactly(fmt::format("\\$\\{{{}\\}}", slug))},
        {"slug", exactly(slug)},
        {"path", exactly(path)},
        {"texts", any_of({object({{"type", quoted("string")}}),
                          list_of(object({{"type", quoted("string")}}))})},
        {"paths", any_of({ref("path"), list_of(ref("path"))})},
        {"duration", any_of({exactly("0|" + units), zero})},
        {"signed_duration", any_of({exactly("0|-?" + units), zero})},
        {"size", any_of({exactly(sizes), zero})},
        {"offset", any_of({exactly(fmt::format("{}|@{}", sizes, slug)),
                           object({{"type", quoted("integer")}, {"minimum", "0"}})})},
        {"bandwidth",
         exactly(fmt::format("{}(B|KiB|MiB|GiB|kB|MB|GB|bit|kbit|Mbit|Gbit)/s", decimal))},
        {"rate", exactly(fmt::format("{}/(s|min)", decimal))},
        {"percent", exactly(fmt::format("{}%", decimal))},
        {"share", object({{"type", quoted("number")}, {"minimum", "0"}, {"maximum", "1"}})},
        {"seed", any_of({object({{"type", quoted("integer")},
                                 {"minimum", "0"},
                                 {"maximum", "9007199254740991"}}),
                         exactly("0x[0-9a-fA-F]{1,16}")})},
        {"who", exactly(fmt::format("(@|rack:){}|role:({})|[a-z0-9_.*?-]+", slug, roles))},
        {"chunk", exactly(fmt::format("{}#[0-9]{{1,9}}|@{}", path, slug))},
        {"event", enumeration(events)},
        {"message", enumeration(messages)},
        {"outcome", enumeration(outcomes)},
        {"match", object({{"type", quoted("object")},
                          {"additionalProperties", any_of({values, negated, range})}})},
    };
}

std::string policy(const FieldSpec& field) {
    const std::string kinds = enumeration(all_words(field));
    const std::string single =
        object({{"type", array({quoted("string"), quoted("number"), quoted("boolean")})}});
    return any_of({kinds, object({{"type", quoted("object")},
                                  {"properties", object({{"kind", kinds}})},
                                  {"required", array({quoted("kind")})},
                                  {"additionalProperties", single}})});
}

std::string table_of(const FieldSpec& field, std::string_view names) {
    return object({{"type", quoted("object")},
                   {"propertyNames", ref(names)},
                   {"additionalProperties", ref(field.record)}});
}

std::string amount(const FieldSpec& field) {
    std::vector<std::string> forms{in_range("integer", field), ref("percent")};
    if (!field.choices.empty()) forms.push_back(enumeration(all_words(field)));
    return any_of(forms);
}

// Types that are a definition of the same name.
std::string_view shared_name(const FieldSpec& field) {
    switch (field.type) {
        case Type::texts:
            return "texts";
        case Type::slug:
            return "slug";
        case Type::path:
            return "path";
        case Type::paths:
            return "paths";
        case Type::duration:
            return field.min < 0 ? "signed_duration" : "duration";
        case Type::size:
            return "size";
        case Type::offset:
            return "offset";
        case Type::bandwidth:
            return "bandwidth";
        case Type::rate:
            return "rate";
        case Type::share:
            return "share";
        case Type::seed:
            return "seed";
        case Type::who:
            return "who";
        case Type::match:
            return "match";
        case Type::chunk:
            return "chunk";
        case Type::event:
            return "event";
        case Type::message:
            return "message";
        case Type::outcome:
            return "outcome";
        case Type::record:
            return field.record;
        default:
            return {};
    }
}

// What a field takes, a parameter aside.
std::string plain_type(const FieldSpec& field) {
    if (const std::string_view name = shared_name(field); !name.empty()) return ref(name);
    const std::string text = object({{"type", quoted("string")}});
    switch (field.type) {
        case Type::any:
            return "{}";
        case Type::version:
            return object({{"const", "1"}});
        case Type::boolean:
            return object({{"type", quoted("boolean")}});
        case Type::integer:
            return in_range("integer", field);
        case Type::number:
            return in_range("number", field);
        case Type::text:
            return text;
        case Type::word:
        case Type::metric:
            return enumeration(all_words(field));
        case Type::words:
            return list_of(enumeration(all_words(field)));
        case Type::amount:
            return amount(field);
        case Type::time_dist:
            return any_of({ref("duration"), ref("time_dist")});
        case Type::size_dist:
            return any_of({ref("size"), ref("size_dist"), ref("size_table")});
        case Type::who_pair:
            return object({{"type", quoted("array")},
                           {"items", ref("who")},
                           {"minItems", "2"},
                           {"maxItems", "2"}});
        case Type::moment:
            return any_of({ref("duration"), ref("trigger")});
        case Type::quantity:
            return object({{"type", array({quoted("number"), quoted("string")})}});
        case Type::policy:
            return policy(field);
        case Type::file_set:
            return any_of({ref("paths"), ref("generated_files")});
        case Type::seeds:
            return any_of({exactly("[0-9]+\\.\\.[0-9]+"), list_of(ref("seed"), 1)});
        case Type::value_lists:
            return object({{"type", quoted("object")}, {"additionalProperties", list_of("{}", 1)}});
        case Type::name_lists:
            return list_of(list_of(text));
        case Type::map:
            return table_of(field, "slug");
        case Type::path_map:
            return table_of(field, "path");
        case Type::steps:
            return list_of(ref(field.record));
        default:
            break;
    }
    SIM_ASSERT(!"a type without a schema");
    return {};
}

std::string property(const FieldSpec& field) {
    std::string about(field.sentence);
    if (!field.fallback.empty()) about += fmt::format(" (default: {})", field.fallback);
    if (field.status == Status::later) about += " (not supported yet)";
    if (field.type == Type::any || field.type == Type::version)
        return object({{"description", quoted(about)}, {"allOf", array({plain_type(field)})}});
    return object({{"description", quoted(about)},
                   {"anyOf", array({plain_type(field), ref("substituted")})}});
}

// Whether the field means the same for all kinds that have it.
bool is_only_one(const RecordSpec& record, const FieldSpec& field) {
    std::size_t count = 0;
    for (const FieldSpec& other : record.fields)
        if (other.name == field.name) ++count;
    return count == 1;
}

// The names that an object of this kind may have, and its fields that other kinds have differently.
std::string kind_schema(const RecordSpec& record, std::string_view kind,
                        const std::string& needed) {
    std::vector<std::string> names;
    Members different;
    for (const FieldSpec& field : record.fields) {
        if (!applies(field, kind)) continue;
        names.push_back(quoted(field.name));
        if (!is_only_one(record, field)) different.emplace_back(field.name, property(field));
    }
    Members members{{"propertyNames", object({{"enum", array(names)}})}};
    if (!different.empty()) members.emplace_back("properties", object(different));
    members.emplace_back("required", needed);
    return object(members);
}

Members properties_of(const RecordSpec& record) {
    Members properties;
    for (const FieldSpec& field : record.fields)
        if (is_only_one(record, field)) properties.emplace_back(field.name, property(field));
    return properties;
}

std::string needed_of(const RecordSpec& record, std::string_view kind) {
    std::vector<std::string> needed;
    for (const FieldSpec& field : record.fields)
        if (is_needed(field, kind)) needed.push_back(quoted(field.name));
    return array(needed);
}

std::string record_schema(const RecordSpec& record) {
    Members members{{"description", quoted(record.sentence)},
                    {"type", quoted("object")},
                    {"properties", object(properties_of(record))}};
    if (record.kind_field.empty()) {
        members.emplace_back("required", needed_of(record, ""));
        members.emplace_back("additionalProperties", "false");
        return object(members);
    }
    const FieldSpec* const kind_field = find_field(record, record.kind_field, "");
    SIM_ASSERT(kind_field != nullptr);
    std::vector<std::string> kinds;
    for (const Word& kind : words_of(*kind_field)) {
        const std::string is_kind = object({{"const", quoted(kind.name)}});
        const std::string chosen =
            object({{"properties", object({{std::string(record.kind_field), is_kind}})}});
        const std::string then = kind_schema(record, kind.name, needed_of(record, kind.name));
        kinds.push_back(object({{"if", chosen}, {"then", then}}));
    }
    members.emplace_back("required", array({quoted(record.kind_field)}));
    members.emplace_back("allOf", array(kinds));
    return object(members);
}

}  // namespace

std::string schema_json() {
    Members definitions = shared_types();
    for (const RecordSpec& record : all_records())
        definitions.emplace_back(record.name, record_schema(record));
    // A file that extends another says only what is different: only its sections are judged.
    std::vector<std::string> sections;
    for (const FieldSpec& field : find_record("scenario").fields)
        sections.push_back(quoted(field.name));
    const std::string patch = object({{"propertyNames", object({{"enum", array(sections)}})}});
    const std::string schema = object({
        {"$schema", quoted("http://json-schema.org/draft-07/schema#")},
        {"title", quoted("gfsim scenario, format 1")},
        {"type", quoted("object")},
        {"if", object({{"required", array({quoted("extends")})}})},
        {"then", patch},
        {"else", ref("scenario")},
        {"definitions", object(definitions)},
    });
    Diagnostics none;
    const std::optional<std::string> text = format_text("schema", schema, none);
    SIM_ASSERT(text.has_value());
    return *text;
}

}  // namespace gfs::format
