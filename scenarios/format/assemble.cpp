// SPDX-License-Identifier: Apache-2.0
// Reading a scenario and what it extends, and merging them. Overrides are in overrides.cpp,
// parameters in params.cpp.

#include "scenarios/format/assemble.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "scenarios/format/parse.h"
#include "scenarios/format/suggest.h"

namespace gfs::format {
namespace {

class Assembler {
  public:
    Assembler(FileReader& reader, Diagnostics& out) : reader_(reader), out_(out) {}

    std::optional<Node> load(const std::string& name, std::string text) {
        chain_.push_back(name);
        std::optional<Node> node = parse(name, std::move(text));
        if (node) node = with_bases(std::move(*node), name);
        chain_.pop_back();
        return node;
    }

  private:
    std::optional<Node> parse(const std::string& name, std::string text) {
        const std::uint32_t file = out_.files().add(name, std::move(text));
        std::optional<Node> node = parse_json(file, out_);
        if (node && !node->is(Node::Type::object)) {
            out_.error("E0008", "a scenario is an object", {node->span, "expected { ... }"});
            return std::nullopt;
        }
        return node;
    }

    std::optional<Node> with_bases(Node own, const std::string& name) {
        const Node* const extends = own.find("extends");
        if (extends == nullptr) return own;
        std::vector<const Node*> bases;
        if (extends->is(Node::Type::text)) bases.push_back(extends);
        if (extends->is(Node::Type::array))
            for (const Node& item : extends->items)
                if (item.is(Node::Type::text)) bases.push_back(&item);
        Node merged;
        merged.type = Node::Type::object;
        for (const Node* base : bases) {
            std::optional<Node> loaded = base_file(*base, name);
            if (!loaded) return std::nullopt;
            std::erase_if(loaded->items, [](const Node& item) { return item.key == "extends"; });
            merge_patch(merged, std::move(*loaded));
        }
        merge_patch(merged, std::move(own));
        return merged;
    }

    std::optional<Node> base_file(const Node& base, const std::string& from) {
        const auto fail = [&](std::string_view code, std::string message, std::string note) {
            Diagnostic& d = out_.error(code, std::move(message), {base.span, std::move(note)});
            d.pointer = "/extends";
            return std::nullopt;
        };
        const std::filesystem::path folder = std::filesystem::path(from).parent_path();
        const std::string path = (folder / base.text).lexically_normal().string();
        if (std::find(chain_.begin(), chain_.end(), path) != chain_.end()) {
            std::string way;
            for (const std::string& step : chain_) way += step + " -> ";
            return fail("E0011", "files extend each other in a circle", way + path);
        }
        if (chain_.size() > max_extends_depth)
            return fail("E0012", fmt::format("more than {} files deep", max_extends_depth),
                        "extend a file that is nearer to the base");
        if (++files_ > max_extends_files)
            return fail("E0012", fmt::format("more than {} files in all", max_extends_files),
                        "extend fewer files");
        std::optional<std::string> text = reader_.read(path);
        if (!text)
            return fail("E0010", fmt::format("cannot read {}", tick(path)),
                        "the path is relative to the file that names it");
        return load(path, std::move(*text));
    }

    FileReader& reader_;
    Diagnostics& out_;
    std::vector<std::string> chain_;
    std::size_t files_ = 0;
};

}  // namespace

std::optional<std::string> DiskReader::read(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::string text(max_file_bytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return std::nullopt;
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

std::string DiskReader::why_not(const std::string& path) const {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return "it is a folder: name a file in it";
    if (std::filesystem::exists(path, error)) return "the file is there, but cannot be opened";
    return "no such file";
}

void merge_patch(Node& base, Node patch) {
    if (!patch.is(Node::Type::object)) {
        std::string key = std::move(base.key);
        base = std::move(patch);
        base.key = std::move(key);
        return;
    }
    if (!base.is(Node::Type::object)) {
        base.items.clear();
        base.text.clear();
        base.type = Node::Type::object;
    }
    base.span = patch.span;
    base.key_span = patch.key_span;
    for (Node& item : patch.items) {
        Node* const old = base.find(item.key);
        if (item.is(Node::Type::null)) {
            if (old != nullptr) base.items.erase(base.items.begin() + (old - base.items.data()));
            continue;
        }
        if (old != nullptr) {
            merge_patch(*old, std::move(item));
            continue;
        }
        Node fresh;
        fresh.key = item.key;
        merge_patch(fresh, std::move(item));
        base.items.push_back(std::move(fresh));
    }
}

std::optional<Node> assemble(const std::string& name, std::string text, const LoadOptions& options,
                             FileReader& reader, Diagnostics& out) {
    std::optional<Node> root = Assembler(reader, out).load(name, std::move(text));
    if (!root) return root;
    apply_overrides(*root, options, out);
    substitute_params(*root, out);
    return root;
}

}  // namespace gfs::format
