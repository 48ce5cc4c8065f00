// SPDX-License-Identifier: Apache-2.0

#include "core/master/namespace.h"

#include <limits>
#include <utility>

#include "core/common/hidden_name.h"
#include "core/master/path.h"
#include "sim/assert.h"

namespace gfs {

Namespace::Namespace() {
    Node root;
    root.directory = true;
    nodes_.insert("/", std::move(root));
}

const Namespace::Node* Namespace::find(const std::string& path) const { return nodes_.find(path); }

Namespace::Node* Namespace::find(const std::string& path) { return nodes_.find(path); }

Namespace::Node& Namespace::add_directory(const std::string& path) {
    Node node;
    node.directory = true;
    return nodes_.insert(path, std::move(node));
}

Namespace::Node& Namespace::add_file(const std::string& path, std::uint32_t goal) {
    SIM_ASSERT(goal <= std::numeric_limits<std::uint8_t>::max());
    Node node;
    node.goal = static_cast<std::uint8_t>(goal);
    Node& file = nodes_.insert(path, std::move(node));
    ++files_;
    return file;
}

void Namespace::remove(const std::string& path) {
    if (!nodes_.remove(path).directory) --files_;
}

void Namespace::rename(const std::string& from, const std::string& to) {
    SIM_ASSERT(nodes_.contains(from));
    SIM_ASSERT(!nodes_.contains(to));
    SIM_ASSERT(!is_within(to, from));
    for (const std::string& name : names_of_tree(from))
        nodes_.insert(to + name.substr(from.size()), nodes_.remove(name));
}

void Namespace::copy(const std::string& from, const std::string& to) {
    SIM_ASSERT(!nodes_.contains(to));
    SIM_ASSERT(!is_within(to, from));
    for (const std::string& name : names_of_tree(from)) {
        const Node copied = *nodes_.find(name);
        if (!copied.directory) ++files_;
        nodes_.insert(to + name.substr(from.size()), copied);
    }
}

std::vector<std::string> Namespace::names_of_tree(const std::string& path) const {
    std::vector<std::string> names;
    for (const auto& at : tree(path)) names.push_back(at->first);
    return names;
}

std::vector<Namespace::Nodes::const_iterator> Namespace::tree(const std::string& path) const {
    std::vector<Nodes::const_iterator> found;
    if (nodes_.contains(path)) found.push_back(nodes_.lower_bound(path));
    const std::string below = path == "/" ? path : path + "/";
    for (auto at = nodes_.upper_bound(below); at != nodes_.end(); ++at) {
        if (!at->first.starts_with(below)) break;
        found.push_back(at);
    }
    return found;
}

std::uint64_t Namespace::names_in(const std::string& directory) const {
    const std::string below = directory == "/" ? directory : directory + "/";
    std::uint64_t names = 0;
    auto at = nodes_.upper_bound(below);
    while (at != nodes_.end() && at->first.starts_with(below)) {
        const std::size_t deeper = at->first.find('/', below.size());
        if (deeper != std::string::npos) {
            at = nodes_.lower_bound(at->first.substr(0, deeper) + '0');
            continue;
        }
        ++names;
        ++at;
    }
    return names;
}

std::uint64_t Namespace::names_below(const std::string& start) const {
    std::uint64_t names = 0;
    for (auto at = nodes_.lower_bound(start); at != nodes_.end(); ++at) {
        if (!at->first.starts_with(start)) break;
        ++names;
    }
    return names;
}

std::vector<std::string> Namespace::list(const std::string& directory) const {
    const std::string below = directory == "/" ? directory : directory + "/";
    std::vector<std::string> names;
    auto at = nodes_.upper_bound(below);
    while (at != nodes_.end() && at->first.starts_with(below)) {
        const std::size_t deeper = at->first.find('/', below.size());
        if (deeper != std::string::npos) {
            // Past everything below this entry: '0' comes right after '/'.
            at = nodes_.lower_bound(at->first.substr(0, deeper) + '0');
            continue;
        }
        if (!is_hidden(at->first)) {
            names.push_back(at->first.substr(below.size()));
            if (at->second.directory) names.back() += '/';
        }
        ++at;
    }
    return names;
}

}  // namespace gfs
