// SPDX-License-Identifier: Apache-2.0
// --set, --param and --seed. Each override is a small file of its own, so that an error in it is
// shown like any other.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/assemble.h"
#include "scenarios/format/parse.h"
#include "scenarios/format/suggest.h"

namespace gfs::format {
namespace {

// The value of an override: JSON, or bare text. Text that looks like JSON must be JSON.
std::optional<Node> parse_value(const std::string& name, const std::string& text,
                                SourceFiles::Kind kind, Diagnostics& out) {
    const std::uint32_t file = out.files().add(name, text, kind);
    const bool structured = text.starts_with('{') || text.starts_with('[') || text.starts_with('"');
    const bool number = !text.empty() && number_end(text, 0) == text.size();
    const bool literal = text == "true" || text == "false" || text == "null";
    if (structured || number || literal) return parse_json(file, out);
    if (find_bad_utf8(text) || text.find('\0') != std::string::npos) {
        out.error("E0006", "the value is not UTF-8", {{file, 0, 1}, ""});
        return std::nullopt;
    }
    Node node;
    node.type = Node::Type::text;
    node.text = text;
    node.span = {file, 0, static_cast<std::uint32_t>(text.size())};
    return node;
}

void put(Node& parent, const std::string& key, Node value) {
    Node* const old = parent.find(key);
    if (value.is(Node::Type::null)) {
        if (old != nullptr) parent.items.erase(parent.items.begin() + (old - parent.items.data()));
        return;
    }
    value.key = key;
    value.key_span = value.span;
    if (old != nullptr)
        *old = std::move(value);
    else
        parent.items.push_back(std::move(value));
}

class Setter {
  public:
    Setter(Node& root, Diagnostics& out) : root_(root), out_(out) {}

    void set(const std::string& pointer, const std::string& text) {
        std::optional<Node> value =
            parse_value("--set " + pointer, text, SourceFiles::Kind::set, out_);
        if (!value) return;
        const Span at = value->span;
        std::vector<std::string> tokens;
        if (!split_pointer(pointer, tokens) || tokens.empty() || tokens.size() > max_depth)
            return fail(at, fmt::format("{} is no JSON pointer to a field", tick(pointer)),
                        "write --set /faults/cut/at=15s");
        Node* node = &root_;
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
            node = step(*node, tokens[i], at);
            if (node == nullptr)
                return fail(at, no_place(pointer), "a list or a value is in the way");
        }
        if (node->is(Node::Type::object)) return put(*node, tokens.back(), std::move(*value));
        Node* const element =
            node->is(Node::Type::array) ? step(*node, tokens.back(), at) : nullptr;
        if (element == nullptr || value->is(Node::Type::null))
            return fail(at, no_place(pointer), "a list takes the number of an element that exists");
        *element = std::move(*value);
    }

  private:
    static std::string no_place(const std::string& pointer) {
        return fmt::format("there is no {} to set", tick(pointer));
    }

    void fail(Span at, std::string message, std::string note) {
        out_.error("E0133", std::move(message), {at, std::move(note)});
    }

    // One token down; a member that does not exist becomes an empty object.
    static Node* step(Node& node, const std::string& token, Span at) {
        if (node.is(Node::Type::array)) {
            const bool digits = !token.empty() && token.size() <= 6 &&
                                token.find_first_not_of("0123456789") == std::string::npos;
            const std::size_t index = digits ? std::stoul(token) : node.items.size();
            return index < node.items.size() ? &node.items[index] : nullptr;
        }
        if (!node.is(Node::Type::object)) return nullptr;
        if (Node* const found = node.find(token)) return found;
        Node fresh;
        fresh.type = Node::Type::object;
        fresh.key = token;
        fresh.span = fresh.key_span = at;
        node.items.push_back(std::move(fresh));
        return &node.items.back();
    }

    Node& root_;
    Diagnostics& out_;
};

void set_param(Node& root, const std::string& name, const std::string& text, Diagnostics& out) {
    std::optional<Node> value = parse_value("--param " + name, text, SourceFiles::Kind::param, out);
    if (!value) return;
    Node* const params = root.find("params");
    Node* const param = params != nullptr ? params->find(name) : nullptr;
    if (param == nullptr || !param->is(Node::Type::object)) {
        std::vector<std::string_view> names;
        if (params != nullptr)
            for (const Node& item : params->items) names.push_back(item.key);
        const auto near = nearest(name, names);
        Diagnostic& d =
            out.error("E0133", fmt::format("the scenario has no parameter {}", tick(name)),
                      {value->span, near ? fmt::format("did you mean `{}`?", *near) : ""});
        d.allowed = comma_list(names, true);
        return;
    }
    put(*param, "default", std::move(*value));
}

}  // namespace

void apply_overrides(Node& root, const LoadOptions& options, Diagnostics& out) {
    Setter setter(root, out);
    for (const auto& [pointer, text] : options.sets) setter.set(pointer, text);
    for (const auto& [name, text] : options.params) set_param(root, name, text, out);
    if (!options.seed) return;
    std::optional<Node> seed = parse_value("--seed", *options.seed, SourceFiles::Kind::set, out);
    if (seed) put(root, "seed", std::move(*seed));
}

}  // namespace gfs::format
