// SPDX-License-Identifier: Apache-2.0

#include "core/master/namespace.h"

#include <utility>

#include "core/common/hidden_name.h"
#include "core/master/path.h"
#include "sim/assert.h"

namespace gfs {

Namespace::Namespace() {
    nodes_["/"].directory = true;
}

const Namespace::Node* Namespace::find(const std::string& path) const {
    const auto found = nodes_.find(path);
    return found == nodes_.end() ? nullptr : &found->second;
}

Namespace::Node* Namespace::find(const std::string& path) {
    const auto found = nodes_.find(path);
    return found == nodes_.end() ? nullptr : &found->second;
}

void Namespace::add_directory(const std::string& path) {
    const auto [place, is_new] = nodes_.try_emplace(path);
    SIM_ASSERT(is_new);
    place->second.directory = true;
}

void Namespace::add_file(const std::string& path, std::uint32_t goal) {
    const auto [place, is_new] = nodes_.try_emplace(path);
    SIM_ASSERT(is_new);
    place->second.goal = goal;
    ++files_;
}

void Namespace::remove(const std::string& path) {
    const auto found = nodes_.find(path);
    SIM_ASSERT(found != nodes_.end());
    if (!found->second.directory) --files_;
    nodes_.erase(found);
}

void Namespace::rename(const std::string& from, const std::string& to) {
    SIM_ASSERT(nodes_.contains(from));
    SIM_ASSERT(!nodes_.contains(to));
    SIM_ASSERT(!is_within(to, from));
    const auto move_one = [&](Nodes::iterator at) {
        auto taken = nodes_.extract(at++);
        taken.key() = to + taken.key().substr(from.size());
        nodes_.insert(std::move(taken));
        return at;
    };
    move_one(nodes_.find(from));
    const std::string below = from + "/";
    for (auto at = nodes_.lower_bound(below); at != nodes_.end() && at->first.starts_with(below);)
        at = move_one(at);
}

void Namespace::copy(const std::string& from, const std::string& to) {
    SIM_ASSERT(!nodes_.contains(to));
    SIM_ASSERT(!is_within(to, from));
    for (const Nodes::const_iterator at : tree(from)) {
        const auto [copied, is_new] =
            nodes_.emplace(to + at->first.substr(from.size()), at->second);
        SIM_ASSERT(is_new);
        if (!copied->second.directory) ++files_;
    }
}

std::vector<Namespace::Nodes::const_iterator> Namespace::tree(const std::string& path) const {
    std::vector<Nodes::const_iterator> found;
    const auto top = nodes_.find(path);
    if (top != nodes_.end()) found.push_back(top);
    const std::string below = path == "/" ? path : path + "/";
    for (auto at = nodes_.upper_bound(below); at != nodes_.end(); ++at) {
        if (!at->first.starts_with(below)) break;
        found.push_back(at);
    }
    return found;
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
