// SPDX-License-Identifier: Apache-2.0
// Objects: unknown fields, fields of another kind, missing fields, maps and lists of records.

#include "scenarios/format/check.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/suggest.h"

namespace gfs::format {
namespace {

// "fault" -> "fault kind `crash`".
std::string kind_words(const RecordSpec& spec, std::string_view kind) {
    if (spec.name == "fault") return fmt::format("fault kind {}", tick(kind));
    if (spec.name == "step") return fmt::format("operation {}", tick(kind));
    if (spec.name == "expectation") return fmt::format("expectation {}", tick(kind));
    return fmt::format("{} {}", spec.kind_field, tick(kind));
}

// "expectation" -> "an expectation".
std::string with_article(std::string_view noun) {
    const bool vowel = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
    return fmt::format("{} {}", vowel ? "an" : "a", noun);
}

std::vector<std::string_view> field_names(const RecordSpec& spec, std::string_view kind) {
    std::vector<std::string_view> names;
    for (const FieldSpec& field : spec.fields)
        if (applies(field, kind)) names.push_back(field.name);
    return names;
}

// The sections of a file that a lost field may belong to.
std::string_view home_of(std::string_view field) {
    constexpr std::string_view sections[] = {"gfs",     "network", "clock",
                                             "cluster", "stop",    "record"};
    for (const std::string_view section : sections)
        if (find_field(find_record(section), field, "") != nullptr) return section;
    return {};
}

// The member that was meant to say the kind: it is spelt nearly so, or is no field and has for its
// value what only that field takes.
Node* misspelt_kind_field(const RecordSpec& spec, Node& node) {
    const FieldSpec& kind = *find_field(spec, spec.kind_field, "");
    for (Node& item : node.items) {
        const bool is_field =
            std::any_of(spec.fields.begin(), spec.fields.end(),
                        [&](const FieldSpec& field) { return field.name == item.key; });
        if (is_field) continue;
        if (nearest(item.key, {spec.kind_field})) return &item;
        for (const Word& word : words_of(kind))
            if (item.is(Node::Type::text) && item.text == word.name) return &item;
    }
    return nullptr;
}

}  // namespace

Diagnostic& report(Diagnostics& out, std::string_view code, std::string message, const Node& node,
                   const std::string& pointer, std::string note) {
    Diagnostic& d = out.error(code, std::move(message), {node.span, std::move(note)});
    d.pointer = pointer;
    if (!node.via.empty()) {
        d.other = Label{node.from, fmt::format("the value of parameter {}", tick(node.via))};
        d.pointer = pointer;
    }
    return d;
}

Diagnostic& FieldChecker::fail(std::string_view code, std::string message, Node& node,
                               const std::string& pointer, std::string note) {
    node.bad = true;
    return report(out_, code, std::move(message), node, pointer, std::move(note));
}

bool FieldChecker::expect_type(Node::Type type, std::string_view what, Node& node,
                               const std::string& pointer) {
    if (node.type == type) return true;
    const std::string_view name = node.key.empty() ? std::string_view("this") : node.key;
    if (node.is(Node::Type::null)) {
        fail("E0013", fmt::format("{} is null", tick(name)), node, pointer,
             "null deletes a field of an extended file; leave the field out here");
        return false;
    }
    fail("E0102", fmt::format("{} takes {}, not {}", tick(name), what, type_name(node.type)), node,
         pointer, fmt::format("expected {}", what));
    return false;
}

// The value stays good: what else is wrong with it is said in the same pass.
void FieldChecker::not_supported(Span at, const std::string& pointer, const std::string& what) {
    Diagnostic& d = out_.error("E0140", fmt::format("not supported yet: {}", what),
                               {at, "part of the format, not of this version of gfsim"});
    d.pointer = pointer;
}

void FieldChecker::record(const RecordSpec& spec, Node& node, const std::string& pointer) {
    if (!expect_type(Node::Type::object, "an object", node, pointer)) return;
    std::string kind;
    if (!spec.kind_field.empty()) {
        Node* const name = node.find(spec.kind_field);
        if (name == nullptr) {
            if (Node* const meant = misspelt_kind_field(spec, node))
                unknown_field(spec, "", *meant, pointer + "/" + pointer_token(meant->key));
            else
                missing_fields(spec, "", node, pointer);
            node.bad = true;
            return;
        }
        const FieldSpec* const field = find_field(spec, spec.kind_field, "");
        word(*field, *name, pointer + "/" + std::string(spec.kind_field));
        // Of a kind that is not built yet the fields are judged all the same.
        const bool known = name->is(Node::Type::text) && [&] {
            for (const Word& candidate : words_of(*field))
                if (candidate.name == name->text) return true;
            return false;
        }();
        if (!known) {
            node.bad = true;
            return;
        }
        kind = name->text;
    }
    if (!fields(spec, node, pointer, kind)) node.bad = true;
}

bool FieldChecker::fields(const RecordSpec& spec, Node& node, const std::string& pointer,
                          std::string_view kind) {
    bool good = true;
    for (Node& item : node.items) {
        const std::string at = pointer + "/" + pointer_token(item.key);
        const FieldSpec* const field = find_field(spec, item.key, kind);
        if (field == nullptr) {
            unknown_field(spec, kind, item, at);
            good = false;
            continue;
        }
        if (!kind.empty() && item.key == spec.kind_field) {
            good = good && !item.bad;
            continue;
        }
        value(*field, item, at);
        if (field->status == Status::later && !item.bad)
            not_supported(item.key_span, at, fmt::format("field {}", tick(at)));
    }
    missing_fields(spec, kind, node, pointer);
    return good;
}

void FieldChecker::unknown_field(const RecordSpec& spec, std::string_view kind, Node& item,
                                 const std::string& pointer) {
    item.bad = true;
    const std::vector<std::string_view> names = field_names(spec, kind);
    for (const FieldSpec& field : spec.fields) {
        if (field.name != item.key) continue;
        const bool lasting = field.wrong_kind == "E0323";
        std::string message =
            lasting
                ? fmt::format("fault kind {} happens at one instant and has no `for`", tick(kind))
                : fmt::format("{} has no field {}", kind_words(spec, kind), tick(item.key));
        Diagnostic& d = out_.error(field.wrong_kind, std::move(message),
                                   {item.key_span, "remove it, or use another kind"});
        d.pointer = pointer;
        d.allowed = comma_list(names, true);
        return;
    }
    std::string note;
    const bool says_kind = kind.empty() && !spec.kind_field.empty();
    if (says_kind) {
        note = fmt::format("did you mean `{}`?", spec.kind_field);
    } else if (const auto near = nearest(item.key, names)) {
        note = fmt::format("did you mean `{}`?", *near);
    } else if (const std::string_view home = home_of(item.key); !home.empty()) {
        note = fmt::format("this field belongs to /{}", home);
    }
    Diagnostic& d = out_.error("E0101", fmt::format("unknown field {}", tick(item.key)),
                               {item.key_span, std::move(note)});
    d.pointer = pointer;
    d.show_pointer = true;
    d.allowed = comma_list(names, true);
    d.help = "gfsim explain E0101";
}

void FieldChecker::missing_fields(const RecordSpec& spec, std::string_view kind, Node& node,
                                  const std::string& pointer) {
    for (const FieldSpec& field : spec.fields) {
        if (!is_needed(field, kind) || node.find(field.name) != nullptr) continue;
        if (field.name == "gfsim") {
            Diagnostic& d = out_.error("E0003", "the format version is missing",
                                       {{node.span.file, node.span.begin, node.span.begin + 1},
                                        "begin with \"gfsim\": 1"});
            d.pointer = "/gfsim";
            continue;
        }
        const std::string who = kind.empty() ? with_article(spec.name) : kind_words(spec, kind);
        // A frame around the whole object would say nothing: point at its name.
        const Span at = node.key_span.known()
                            ? node.key_span
                            : Span{node.span.file, node.span.begin, node.span.begin + 1};
        Diagnostic& d =
            out_.error("E0109", fmt::format("{} needs {}", who, tick(field.name)),
                       {at, fmt::format("add {}: {}", tick(field.name), field.sentence)});
        d.pointer = pointer + "/" + std::string(field.name);
    }
}

void FieldChecker::map(const FieldSpec& field, Node& node, const std::string& pointer) {
    if (!expect_type(Node::Type::object, "an object", node, pointer)) return;
    for (Node& item : node.items) {
        const std::string at = pointer + "/" + pointer_token(item.key);
        const bool path = field.type == Type::path_map;
        if (path ? !is_path(item.key) : !is_slug(item.key)) {
            Diagnostic& d = out_.error(
                "E0111", fmt::format("{} is no {}", tick(item.key), path ? "path" : "name"),
                {item.key_span,
                 path ? "a path begins with `/`"
                      : "small letters, digits, `_` and `-`, beginning with a letter"});
            d.pointer = at;
        }
        record(find_record(field.record), item, at);
    }
}

void FieldChecker::steps(const FieldSpec& field, Node& node, const std::string& pointer) {
    if (!expect_type(Node::Type::array, "a list of steps", node, pointer)) return;
    for (std::size_t i = 0; i < node.items.size(); ++i)
        record(find_record(field.record), node.items[i], fmt::format("{}/{}", pointer, i));
}

}  // namespace gfs::format
