// SPDX-License-Identifier: Apache-2.0
// `gfsim check --resolved`: the final scenario, and where each value came from.

#include <fmt/format.h>

#include "scenarios/format/format.h"
#include "sim/assert.h"

namespace gfs::format {
namespace {

class Writer {
  public:
    explicit Writer(const SourceFiles& files) : files_(files) {}

    std::string text;

    void value(const Node& node, std::size_t depth, bool last) {
        const bool object = node.is(Node::Type::object);
        if (node.items.empty() || is_flat_list(node)) {
            text += flat(node) + (last ? "" : ",") + "  // " + origin(node) + "\n";
            return;
        }
        text += object ? "{\n" : "[\n";
        for (const Node& item : node.items) {
            text += indent(depth + 1);
            if (object) text += quoted(item.key) + ": ";
            value(item, depth + 1, &item == &node.items.back());
        }
        text += indent(depth) + (object ? "}" : "]") + (last ? "" : ",") + "\n";
    }

  private:
    static std::string indent(std::size_t depth) { return std::string(depth * 4, ' '); }

    // A list of single values, which has one line and one origin.
    static bool is_flat_list(const Node& node) {
        if (!node.is(Node::Type::array)) return false;
        for (const Node& item : node.items)
            if (item.is(Node::Type::array) || item.is(Node::Type::object)) return false;
        return true;
    }

    static std::string flat(const Node& node) {
        if (node.is(Node::Type::object)) return "{}";
        if (!node.is(Node::Type::array)) return to_json(node);
        std::string out = "[";
        for (const Node& item : node.items) {
            if (&item != &node.items.front()) out += ", ";
            out += to_json(item);
        }
        return out + "]";
    }

    std::string origin(const Node& node) const {
        if (node.via.empty()) return files_.origin(node.span);
        return fmt::format("{}, parameter {} of {}", files_.origin(node.span), node.via,
                           files_.origin(node.from));
    }

    const SourceFiles& files_;
};

}  // namespace

std::string resolved_text(const LoadResult& result) {
    SIM_ASSERT(result.ok());
    Writer writer(result.diagnostics.files());
    writer.value(result.document, 0, true);
    return writer.text;
}

}  // namespace gfs::format
