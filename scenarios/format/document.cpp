// SPDX-License-Identifier: Apache-2.0
// Values of a document, JSON pointers, and JSON text. Recursion here is bounded by max_depth, which
// the parser enforces.

#include "scenarios/format/document.h"

#include <fmt/format.h>

namespace gfs::format {

const Node* Node::find(std::string_view name) const {
    if (type != Type::object) return nullptr;
    for (const Node& item : items)
        if (item.key == name) return &item;
    return nullptr;
}

Node* Node::find(std::string_view name) {
    return const_cast<Node*>(static_cast<const Node*>(this)->find(name));
}

std::string_view type_name(Node::Type type) {
    switch (type) {
        case Node::Type::null:
            return "null";
        case Node::Type::boolean:
            return "true or false";
        case Node::Type::number:
            return "a number";
        case Node::Type::text:
            return "text";
        case Node::Type::array:
            return "a list";
        case Node::Type::object:
            return "an object";
    }
    return "";
}

std::string pointer_token(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

bool split_pointer(std::string_view pointer, std::vector<std::string>& tokens) {
    tokens.clear();
    if (pointer.empty()) return true;
    if (pointer.front() != '/') return false;
    tokens.emplace_back();
    for (std::size_t i = 1; i < pointer.size(); ++i) {
        const char c = pointer[i];
        if (c == '/') {
            tokens.emplace_back();
        } else if (c == '~') {
            if (++i == pointer.size() || (pointer[i] != '0' && pointer[i] != '1')) return false;
            tokens.back() += pointer[i] == '0' ? '~' : '/';
        } else {
            tokens.back() += c;
        }
    }
    return true;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                    out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
                else
                    out += c;
        }
    }
    return out + "\"";
}

std::string to_json(const Node& node) {
    switch (node.type) {
        case Node::Type::null:
            return "null";
        case Node::Type::boolean:
            return node.boolean ? "true" : "false";
        case Node::Type::number:
            return node.text;
        case Node::Type::text:
            return quoted(node.text);
        case Node::Type::array:
        case Node::Type::object:
            break;
    }
    const bool object = node.type == Node::Type::object;
    std::string out = object ? "{" : "[";
    for (const Node& item : node.items) {
        if (&item != &node.items.front()) out += ",";
        if (object) out += quoted(item.key) + ":";
        out += to_json(item);
    }
    return out + (object ? "}" : "]");
}

bool same_value(const Node& a, const Node& b) {
    if (a.type != b.type || a.boolean != b.boolean || a.text != b.text) return false;
    if (a.items.size() != b.items.size()) return false;
    for (std::size_t i = 0; i < a.items.size(); ++i) {
        if (a.items[i].key != b.items[i].key) return false;
        if (!same_value(a.items[i], b.items[i])) return false;
    }
    return true;
}

}  // namespace gfs::format
