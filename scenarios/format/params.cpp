// SPDX-License-Identifier: Apache-2.0
// "${lease}" stands for a whole value, with its type; never for a part of a text.

#include <map>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/assemble.h"
#include "scenarios/format/check.h"
#include "scenarios/format/suggest.h"

namespace gfs::format {
namespace {

struct Param {
    const Node* declared = nullptr;
    const Node* value = nullptr;
    std::size_t values = 0;  // how many a use adds to the document
    bool used = false;
};

std::size_t count_values(const Node& node) {
    std::size_t count = 1;
    for (const Node& item : node.items) count += count_values(item);
    return count;
}

class Substitution {
  public:
    Substitution(const Node* params, Diagnostics& out) : out_(out) {
        if (params == nullptr) return;
        for (const Node& item : params->items) {
            const Node* const value = item.find("default");
            params_[item.key] = {&item, value, value != nullptr ? count_values(*value) : 0, false};
        }
    }

    void visit(Node& node, const std::string& pointer) {
        if (node.is(Node::Type::text)) return text(node, pointer);
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            Node& item = node.items[i];
            const bool member = node.is(Node::Type::object);
            visit(item, fmt::format("{}/{}", pointer,
                                    member ? pointer_token(item.key) : std::to_string(i)));
        }
    }

    void mark_used(const Node* names) {
        if (names == nullptr) return;
        for (const Node& item : names->items)
            if (const auto found = params_.find(item.key); found != params_.end())
                found->second.used = true;
    }

    void warn_unused() {
        for (const auto& [name, param] : params_) {
            if (param.used) continue;
            Diagnostic& d = out_.warning(
                "E0131", fmt::format("parameter {} is not used", tick(name)),
                {param.declared->key_span, fmt::format("nothing says \"${{{}}}\"", name)});
            d.pointer = "/params/" + name;
        }
    }

  private:
    void text(Node& node, const std::string& pointer) {
        const std::size_t dollar = node.text.find("${");
        if (dollar == std::string::npos) return;
        const std::size_t close = node.text.find('}', dollar);
        if (close == std::string::npos) return;
        if (dollar != 0 || close + 1 != node.text.size()) {
            node.bad = true;
            Diagnostic& d =
                out_.error("E0132", "a parameter replaces a whole value, not a part of a text",
                           {node.span, "write \"${name}\" and nothing else"});
            d.pointer = pointer;
            return;
        }
        use(node, node.text.substr(2, close - 2), pointer);
    }

    void use(Node& node, const std::string& name, const std::string& pointer) {
        const auto found = params_.find(name);
        if (found == params_.end() || found->second.value == nullptr) {
            node.bad = true;
            if (found != params_.end()) return;  // its missing default is reported at /params
            std::vector<std::string_view> names;
            for (const auto& [known, param] : params_) names.push_back(known);
            const auto near = nearest(name, names);
            Diagnostic& d = out_.error("E0130", fmt::format("unknown parameter {}", tick(name)),
                                       {node.span, near ? fmt::format("did you mean `{}`?", *near)
                                                        : "declare it under /params"});
            d.pointer = pointer;
            d.allowed = comma_list(names, true);
            return;
        }
        found->second.used = true;
        added_ += found->second.values;
        if (added_ > max_values) {
            node.bad = true;
            if (added_ - found->second.values <= max_values)
                out_.error("E0007", "parameters blow the scenario up beyond all bounds",
                           {node.span, fmt::format("more than {} values", max_values)});
            return;
        }
        Node value = *found->second.value;
        value.from = value.span;
        value.via = name;
        value.span = node.span;
        value.key = std::move(node.key);
        value.key_span = node.key_span;
        node = std::move(value);
    }

    Diagnostics& out_;
    std::map<std::string, Param> params_;
    std::size_t added_ = 0;
};

}  // namespace

void substitute_params(Node& root, Diagnostics& out) {
    const Node* const params = root.find("params");
    Substitution substitution(params, out);
    for (Node& item : root.items)
        if (item.key != "params") substitution.visit(item, "/" + pointer_token(item.key));
    const Node* const sweep = root.find("sweep");
    if (sweep != nullptr) substitution.mark_used(sweep->find("params"));
    if (out.ok()) substitution.warn_unused();
}

}  // namespace gfs::format
