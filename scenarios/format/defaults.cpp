// SPDX-License-Identifier: Apache-2.0
// Defaults of the table and of the profile, put where the file says nothing.

#include "scenarios/format/defaults.h"

#include <optional>
#include <utility>

#include "scenarios/format/assemble.h"
#include "scenarios/format/parse.h"
#include "sim/assert.h"

namespace gfs::format {
namespace {

void complete(const RecordSpec& spec, Node& node);

// Sections that are there even when the file does not mention them, because they have defaults.
bool always_there(const FieldSpec& field) {
    return field.type == Type::record &&
           (field.record == "gfs" || field.record == "network" || field.record == "clock" ||
            field.record == "stop" || field.record == "record" || field.record == "disk" ||
            field.record == "near_path" || field.record == "far_path");
}

// A default that another field of the object makes meaningless. What is left is a scenario that can
// be loaded again.
bool is_moot(const FieldSpec& field, const Node& node) {
    if (field.status == Status::later) return true;
    if (field.name == "size") return node.find("data") != nullptr || node.find("script") != nullptr;
    if (field.name == "after_heal") return node.find("after") == nullptr;
    if (field.name == "resolve") return node.find("bind_on") != nullptr;
    return false;
}

void complete_value(const FieldSpec& field, Node& node) {
    switch (field.type) {
        case Type::record:
            return complete(find_record(field.record), node);
        case Type::map:
        case Type::path_map:
        case Type::steps:
            for (Node& item : node.items) complete(find_record(field.record), item);
            return;
        case Type::moment:
            if (node.is(Node::Type::object)) complete(find_record("trigger"), node);
            return;
        case Type::file_set:
            if (node.is(Node::Type::object)) complete(find_record("generated_files"), node);
            return;
        default:
            return;
    }
}

void complete(const RecordSpec& spec, Node& node) {
    if (!node.is(Node::Type::object)) return;
    std::string_view kind;
    if (!spec.kind_field.empty()) {
        const Node* const name = node.find(spec.kind_field);
        if (name == nullptr || !name->is(Node::Type::text)) return;
        kind = name->text;
    }
    const std::string kept(kind);  // adding members moves the one that `kind` looks at
    for (const FieldSpec& field : spec.fields) {
        if (!applies(field, kept)) continue;
        Node* present = node.find(field.name);
        if (present == nullptr && always_there(field)) {
            Node fresh;
            fresh.type = Node::Type::object;
            fresh.key = field.name;
            node.items.push_back(std::move(fresh));
            present = &node.items.back();
        }
        if (present != nullptr) {
            complete_value(field, *present);
            continue;
        }
        if (!field.fallback.empty() && !is_moot(field, node))
            node.items.push_back(default_node(field));
    }
}

}  // namespace

Node default_node(const FieldSpec& field) {
    Node node;
    node.key = field.name;
    const std::string_view text = field.fallback;
    if (text == "[]") {
        node.type = Node::Type::array;
    } else if (text == "true" || text == "false") {
        node.type = Node::Type::boolean;
        node.boolean = text == "true";
    } else {
        const bool number = number_end(text, 0) == text.size();
        node.type = number ? Node::Type::number : Node::Type::text;
        node.text = text;
    }
    return node;
}

void add_defaults(Node& root, Diagnostics& out) {
    SIM_ASSERT(root.is(Node::Type::object));
    // The profile lies between the table's defaults and the file.
    Node* const gfs = root.find("gfs");
    const Node* const profile = gfs != nullptr ? gfs->find("profile") : nullptr;
    if (profile != nullptr && profile->is(Node::Type::text) && !profile->bad) {
        const std::uint32_t file =
            out.files().add("profile " + profile->text, std::string(profile_text(profile->text)),
                            SourceFiles::Kind::profile);
        std::optional<Node> base = parse_json(file, out);
        SIM_ASSERT(base.has_value());
        for (Node& item : base->items)
            if (gfs->find(item.key) == nullptr) gfs->items.push_back(std::move(item));
    }
    complete(find_record("scenario"), root);
}

}  // namespace gfs::format
