// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/name_model.h"

#include <fmt/format.h>

#include <utility>

#include "core/common/name_digest.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

constexpr std::pair<std::string_view, NameOp> kinds[] = {
    {"create", NameOp::create},     {"mkdir", NameOp::make_directory},
    {"delete", NameOp::remove},     {"rename", NameOp::rename},
    {"snapshot", NameOp::snapshot}, {"undelete", NameOp::undelete},
    {"open", NameOp::open},         {"stat", NameOp::stat},
    {"list", NameOp::list},         {"open_to_write", NameOp::open_to_write},
};

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string below(const std::string& directory) {
    return directory == "/" ? directory : directory + "/";
}

}  // namespace

std::optional<NameOp> name_op(std::string_view kind) {
    for (const auto& [word, op] : kinds)
        if (word == kind) return op;
    return std::nullopt;
}

const char* name(NameOp op) {
    for (const auto& [word, known] : kinds)
        if (known == op) return word.data();
    return "";
}

bool changes_names(NameOp op) {
    return op != NameOp::open && op != NameOp::stat && op != NameOp::list;
}

std::string describe(const NameCall& call) {
    if (call.to.empty()) return fmt::format("{} {}", name(call.op), call.file);
    return fmt::format("{} {} to {}", name(call.op), call.file, call.to);
}

void NameModel::add(const std::string& path, bool directory) {
    for (std::string parent = parent_of(path); parent != "/"; parent = parent_of(parent))
        nodes_[parent] = Node::directory;
    nodes_[path] = directory ? Node::directory : Node::file;
}

bool NameModel::models(Code code) {
    switch (code) {
        case Code::ok:
        case Code::not_found:
        case Code::already_exists:
        case Code::parent_not_found:
        case Code::not_a_directory:
        case Code::is_a_directory:
        case Code::not_empty:
            return true;
        default:
            return false;
    }
}

NameAnswer NameModel::apply(const NameCall& call) {
    const NameAnswer given = answer(call);
    if (given.code == Code::ok) carry_out(call);
    return given;
}

bool NameModel::accept(const NameCall& call, const NameAnswer& given) {
    SIM_ASSERT(models(given.code));
    if (call.op == NameOp::undelete && given.code == Code::not_found) return true;
    if (answer(call) != given) return false;
    if (given.code == Code::ok) carry_out(call);
    return true;
}

bool NameModel::would_change(const NameCall& call) const {
    return changes_names(call.op) && answer(call).code == Code::ok;
}

NameAnswer NameModel::answer(const NameCall& call) const {
    switch (call.op) {
        case NameOp::create:
        case NameOp::make_directory:
            return {new_name(call.file)};
        case NameOp::remove:
            if (!has(call.file)) return {Code::not_found};
            return {is_directory(call.file) && !is_empty(call.file) ? Code::not_empty : Code::ok};
        case NameOp::rename:
        case NameOp::snapshot:
            if (!has(call.file)) return {Code::not_found};
            return {new_name(call.to)};
        case NameOp::undelete:
            if (!deleted_.contains(call.file)) return {Code::not_found};
            return {new_name(call.file)};
        case NameOp::open:
            if (!has(call.file)) return {Code::not_found};
            return {is_directory(call.file) ? Code::is_a_directory : Code::ok};
        case NameOp::open_to_write:
            if (!has(call.file)) return {new_name(call.file)};
            return {is_directory(call.file) ? Code::is_a_directory : Code::ok};
        case NameOp::stat:
            return {has(call.file) ? Code::ok : Code::not_found};
        case NameOp::list:
            if (!has(call.file)) return {Code::not_found};
            if (!is_directory(call.file)) return {Code::not_a_directory};
            return {Code::ok, listing_of(call.file)};
    }
    SIM_ASSERT(!"an operation that name_model.h does not list");
    return {};
}

// REQUIRES: answer(call) is ok.
void NameModel::carry_out(const NameCall& call) {
    switch (call.op) {
        case NameOp::create:
            nodes_[call.file] = Node::file;
            return;
        case NameOp::make_directory:
            nodes_[call.file] = Node::directory;
            return;
        case NameOp::remove:
            if (!is_directory(call.file)) deleted_[call.file] = true;
            nodes_.erase(call.file);
            return;
        case NameOp::rename:
            copy_tree(call.file, call.to);
            remove_tree(call.file);
            return;
        case NameOp::snapshot:
            copy_tree(call.file, call.to);
            return;
        case NameOp::undelete:
            nodes_[call.file] = Node::file;
            return;
        case NameOp::open_to_write:
            if (has(call.file)) deleted_[call.file] = true;
            nodes_[call.file] = Node::file;
            return;
        case NameOp::open:
        case NameOp::stat:
        case NameOp::list:
            return;
    }
}

bool NameModel::is_directory(const std::string& path) const {
    const auto found = nodes_.find(path);
    return found != nodes_.end() && found->second == Node::directory;
}

Code NameModel::new_name(const std::string& path) const {
    if (has(path)) return Code::already_exists;
    const std::string parent = parent_of(path);
    if (!has(parent)) return Code::parent_not_found;
    return is_directory(parent) ? Code::ok : Code::not_a_directory;
}

bool NameModel::is_empty(const std::string& directory) const {
    const std::string prefix = below(directory);
    const auto first = nodes_.upper_bound(prefix);
    return first == nodes_.end() || !first->first.starts_with(prefix);
}

std::uint64_t NameModel::listing_of(const std::string& directory) const {
    const std::string prefix = below(directory);
    std::vector<std::string> found;
    for (auto at = nodes_.upper_bound(prefix);
         at != nodes_.end() && at->first.starts_with(prefix); ++at) {
        std::string entry = at->first.substr(prefix.size());
        if (entry.find('/') != std::string::npos) continue;
        if (at->second == Node::directory) entry += '/';
        found.push_back(std::move(entry));
    }
    return digest_of(found);
}

void NameModel::copy_tree(const std::string& from, const std::string& to) {
    std::map<std::string, Node> copies{{to, nodes_.at(from)}};
    const std::string prefix = below(from);
    for (auto at = nodes_.upper_bound(prefix);
         at != nodes_.end() && at->first.starts_with(prefix); ++at)
        copies.emplace(to + at->first.substr(from.size()), at->second);
    nodes_.merge(copies);
}

void NameModel::remove_tree(const std::string& path) {
    nodes_.erase(path);
    const std::string prefix = below(path);
    auto at = nodes_.upper_bound(prefix);
    while (at != nodes_.end() && at->first.starts_with(prefix)) at = nodes_.erase(at);
}

std::vector<std::string> NameModel::names() const {
    std::vector<std::string> all;
    for (const auto& [path, node] : nodes_)
        if (path != "/") all.push_back(node == Node::directory ? path + "/" : path);
    return all;
}

}  // namespace gfs::checks
