// SPDX-License-Identifier: Apache-2.0
// Random edits of good scenarios: what a person or a broken program could make of a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/document.h"

namespace gfs::format {

class Mutator {
  public:
    explicit Mutator(std::uint64_t seed) : state_(seed * 2 + 1) {}

    // One edit somewhere in the tree.
    void edit(Node& root) {
        std::vector<Node*> all;
        collect(root, all);
        Node& node = *all[below(all.size())];
        switch (below(7)) {
            case 0:
                replace(node);
                break;
            case 1:
                rename(node);
                break;
            case 2:
                drop(node);
                break;
            case 3:
                add(node);
                break;
            case 4:
                swap(node, *all[below(all.size())]);
                break;
            case 5:
                misspell(node);
                break;
            default:
                change_word(node);
                break;
        }
    }

    std::uint64_t below(std::uint64_t bound) {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return (z ^ (z >> 31U)) % bound;
    }

  private:
    static void collect(Node& node, std::vector<Node*>& all) {
        all.push_back(&node);
        for (Node& item : node.items) collect(item, all);
    }

    static Node make(Node::Type type, std::string_view text = "") {
        Node node;
        node.type = type;
        node.text = text;
        return node;
    }

    Node random_value() {
        static constexpr std::string_view texts[] = {
            "",         "5s",       "64KiB",     "64M",   "cs1",       "@old",      "/a",
            "/a#0",     "40%",      "50/s",      "crash", "create",    "append.ok", "always",
            "${lease}", "1..5",     "rack:r1",   "-5ms",  "100Mbit/s", "cs*",       "\xc3\xa4",
            "a b",      "role:any", "not_found", "0x1f"};
        static constexpr std::string_view numbers[] = {
            "0", "1", "-1", "3", "0.5", "1e3", "1e30", "9007199254740993", "64", "1000000000"};
        switch (below(6)) {
            case 0:
                return make(Node::Type::number, numbers[below(std::size(numbers))]);
            case 1:
                return make(Node::Type::boolean);
            case 2:
                return make(Node::Type::array);
            case 3:
                return make(Node::Type::object);
            default:
                return make(Node::Type::text, texts[below(std::size(texts))]);
        }
    }

    static void put(Node& node, Node value) {
        value.key = node.key;
        node = std::move(value);
    }

    void replace(Node& node) { put(node, random_value()); }

    void rename(Node& node) {
        static constexpr std::string_view names[] = {"for",  "at",    "size",  "file",  "target",
                                                     "do",   "lease", "match", "x",     "event",
                                                     "rate", "op",    "mix",   "params"};
        if (!node.key.empty()) node.key = names[below(std::size(names))];
    }

    void drop(Node& node) {
        if (node.items.empty()) return;
        node.items.erase(node.items.begin() +
                         static_cast<std::ptrdiff_t>(below(node.items.size())));
    }

    void add(Node& node) {
        Node value = random_value();
        if (!node.items.empty() && below(2) == 0) value = node.items[below(node.items.size())];
        const bool object = node.is(Node::Type::object);
        if (object) {
            value.key = "added";
            rename(value);
        }
        if (object || node.is(Node::Type::array)) node.items.push_back(std::move(value));
    }

    static void swap(Node& a, Node& b) {
        const Node copy = b;  // one may be inside the other
        put(a, copy);
    }

    void misspell(Node& node) {
        std::string& text = below(2) == 0 && !node.key.empty() ? node.key : node.text;
        if (text.size() < 2 || node.is(Node::Type::number)) return;
        const std::size_t at = below(text.size() - 1);
        if (static_cast<unsigned char>(text[at]) < 0x80 &&
            static_cast<unsigned char>(text[at + 1]) < 0x80)
            std::swap(text[at], text[at + 1]);
    }

    void change_word(Node& node) {
        if (node.is(Node::Type::text)) put(node, random_value());
        if (node.is(Node::Type::number)) node.text = below(2) == 0 ? "7" : "-7.25";
    }

    std::uint64_t state_;
};

}  // namespace gfs::format
