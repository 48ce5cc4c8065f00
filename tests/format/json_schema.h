// SPDX-License-Identifier: Apache-2.0
// A validator for the part of JSON Schema (draft-07) that our schema uses. It shares no code with
// the checker but the document, and refuses a schema with a keyword that it does not know.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>

#include "scenarios/format/document.h"

namespace gfs::format {

class JsonSchema {
  public:
    explicit JsonSchema(Node root) : root_(std::move(root)) {}

    bool accepts(const Node& value) const { return valid(root_, value); }

  private:
    bool valid(const Node& schema, const Node& value) const {
        for (const Node& keyword : schema.items)
            if (!holds(schema, keyword, value)) return false;
        return true;
    }

    bool holds(const Node& schema, const Node& keyword, const Node& value) const {
        const std::string& name = keyword.key;
        const bool object = value.is(Node::Type::object);
        const bool array = value.is(Node::Type::array);
        if (name == "$schema" || name == "title" || name == "description") return true;
        if (name == "definitions" || name == "then" || name == "else") return true;
        if (name == "$ref") return valid(target(keyword.text), value);
        if (name == "type") return has_type(keyword, value);
        if (name == "const") return same(keyword, value);
        if (name == "enum")
            return std::any_of(keyword.items.begin(), keyword.items.end(),
                               [&](const Node& item) { return same(item, value); });
        if (name == "anyOf")
            return std::any_of(keyword.items.begin(), keyword.items.end(),
                               [&](const Node& item) { return valid(item, value); });
        if (name == "allOf")
            return std::all_of(keyword.items.begin(), keyword.items.end(),
                               [&](const Node& item) { return valid(item, value); });
        if (name == "if") {
            const Node* const branch = schema.find(valid(keyword, value) ? "then" : "else");
            return branch == nullptr || valid(*branch, value);
        }
        if (name == "pattern")
            return !value.is(Node::Type::text) ||
                   std::regex_search(value.text, std::regex(keyword.text));
        if (name == "minimum")
            return !value.is(Node::Type::number) || number(value) >= number(keyword);
        if (name == "maximum")
            return !value.is(Node::Type::number) || number(value) <= number(keyword);
        if (name == "minItems") return !array || value.items.size() >= count(keyword);
        if (name == "maxItems") return !array || value.items.size() <= count(keyword);
        if (name == "minProperties") return !object || value.items.size() >= count(keyword);
        if (name == "items")
            return !array || std::all_of(value.items.begin(), value.items.end(),
                                         [&](const Node& item) { return valid(keyword, item); });
        if (name == "required")
            return !object ||
                   std::all_of(keyword.items.begin(), keyword.items.end(),
                               [&](const Node& key) { return value.find(key.text) != nullptr; });
        if (name == "properties") return !object || properties(keyword, value);
        if (name == "propertyNames") return !object || names(keyword, value);
        if (name == "additionalProperties") return !object || others(schema, keyword, value);
        throw std::runtime_error("the schema uses an unknown keyword: " + name);
    }

    bool properties(const Node& table, const Node& value) const {
        return std::all_of(value.items.begin(), value.items.end(), [&](const Node& item) {
            const Node* const schema = table.find(item.key);
            return schema == nullptr || valid(*schema, item);
        });
    }

    bool names(const Node& schema, const Node& value) const {
        return std::all_of(value.items.begin(), value.items.end(), [&](const Node& item) {
            Node name;
            name.type = Node::Type::text;
            name.text = item.key;
            return valid(schema, name);
        });
    }

    bool others(const Node& schema, const Node& rule, const Node& value) const {
        const Node* const known = schema.find("properties");
        return std::all_of(value.items.begin(), value.items.end(), [&](const Node& item) {
            if (known != nullptr && known->find(item.key) != nullptr) return true;
            return rule.is(Node::Type::boolean) ? rule.boolean : valid(rule, item);
        });
    }

    static bool has_type(const Node& type, const Node& value) {
        if (type.is(Node::Type::array))
            return std::any_of(type.items.begin(), type.items.end(),
                               [&](const Node& item) { return has_type(item, value); });
        if (type.text == "object") return value.is(Node::Type::object);
        if (type.text == "array") return value.is(Node::Type::array);
        if (type.text == "string") return value.is(Node::Type::text);
        if (type.text == "boolean") return value.is(Node::Type::boolean);
        if (type.text == "number") return value.is(Node::Type::number);
        if (type.text == "integer")
            return value.is(Node::Type::number) &&
                   number(value) == static_cast<long double>(static_cast<long long>(number(value)));
        throw std::runtime_error("the schema uses an unknown type: " + type.text);
    }

    // Wide enough to tell all 64-bit integers apart.
    static long double number(const Node& node) { return std::strtold(node.text.c_str(), nullptr); }
    static std::size_t count(const Node& node) { return std::stoul(node.text); }

    static bool same(const Node& a, const Node& b) {
        if (a.is(Node::Type::number) && b.is(Node::Type::number)) return number(a) == number(b);
        return same_value(a, b);
    }

    const Node& target(const std::string& pointer) const {
        const std::string prefix = "#/definitions/";
        const Node* const found = root_.find("definitions")->find(pointer.substr(prefix.size()));
        if (!pointer.starts_with(prefix) || found == nullptr)
            throw std::runtime_error("the schema refers to nothing: " + pointer);
        return *found;
    }

    Node root_;
};

}  // namespace gfs::format
