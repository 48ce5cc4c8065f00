// SPDX-License-Identifier: Apache-2.0
// Dividing a history into parts. By locality (Herlihy and Wing) a history has a legal order exactly
// if each of its parts has one, as long as no operation of one part reads or writes a name of
// another. A directory that is certainly there whenever somebody looks is no such name.

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "scenarios/checks/linearizability.h"

namespace gfs::checks {
namespace {

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

bool makes_a_name(NameOp op) {
    return op == NameOp::create || op == NameOp::make_directory || op == NameOp::rename ||
           op == NameOp::snapshot || op == NameOp::undelete || op == NameOp::open_to_write;
}

// The name that comes into being, for an operation that makes one.
const std::string& made(const NameCall& call) {
    return call.to.empty() ? call.file : call.to;
}

class Divider {
  public:
    explicit Divider(const NameHistory& history) : history_(history) {
        names_.insert("/");
        for (const std::string& file : history.files) mention(file);
        for (const NameOperation& each : history.operations) {
            mention(each.call.file);
            if (!each.call.to.empty()) mention(each.call.to);
        }
        for (const std::string& file : history.files) start_.add(file, false);
        std::size_t next = 0;
        for (const std::string& path : names_) numbers_.emplace(path, next++);
        roots_.resize(next);
        std::iota(roots_.begin(), roots_.end(), std::size_t{0});
        find_steady();
    }

    std::vector<HistoryPart> divide() {
        for (const NameOperation& each : history_.operations) tie(each.call);
        std::map<std::size_t, HistoryPart> parts;
        for (std::size_t i = 0; i < history_.operations.size(); ++i)
            parts[root(number(history_.operations[i].call.file))].operations.push_back(i);
        for (const std::string& path : names_) {
            const auto part = parts.find(root(number(path)));
            if (part != parts.end()) give_start(path, part->second);
        }
        std::vector<HistoryPart> all;
        for (auto& [root, part] : parts) all.push_back(std::move(part));
        return all;
    }

  private:
    void mention(const std::string& path) {
        for (std::string at = path; at != "/" && names_.insert(at).second;) at = parent_of(at);
    }
    std::size_t number(const std::string& path) const { return numbers_.at(path); }
    std::size_t root(std::size_t at) {
        while (roots_[at] != at) at = roots_[at] = roots_[roots_[at]];
        return at;
    }
    void tie_names(const std::string& a, const std::string& b) {
        const std::size_t first = root(number(a));
        const std::size_t second = root(number(b));
        roots_[std::max(first, second)] = std::min(first, second);
    }

    template <typename Action>
    void for_each_below(const std::string& directory, Action action) const {
        const std::string prefix = directory == "/" ? directory : directory + "/";
        for (auto at = names_.upper_bound(prefix); at != names_.end() && at->starts_with(prefix);
             ++at)
            action(*at);
    }

    void tie(const NameCall& call) {
        if (!call.to.empty()) tie_names(call.file, call.to);
        if (makes_a_name(call.op)) {
            const std::string parent = parent_of(made(call));
            if (!steady_.contains(parent)) tie_names(made(call), parent);
        }
        const bool whole_tree = call.op == NameOp::remove || call.op == NameOp::rename ||
                                call.op == NameOp::snapshot || call.op == NameOp::list;
        if (!whole_tree) return;
        for (const std::string* const top : {&call.file, &call.to})
            if (!top->empty())
                for_each_below(*top, [&](const std::string& path) { tie_names(*top, path); });
    }

    // Directories that are there before anybody needs them, and that nobody can take away.
    void find_steady() {
        struct Uses {
            bool shaken = false;  // something else than mkdir may change it, or a name above it
            std::uint64_t there_from = std::numeric_limits<std::uint64_t>::max();
            std::uint64_t needed_from = std::numeric_limits<std::uint64_t>::max();
        };
        std::map<std::string, Uses> uses;
        const std::vector<std::string> listed = start_.names();
        uses["/"].there_from = 0;
        for (const std::string& entry : listed)
            if (entry.ends_with('/')) uses[entry.substr(0, entry.size() - 1)].there_from = 0;
        for (const NameOperation& each : history_.operations) {
            const NameCall& call = each.call;
            if (call.op == NameOp::make_directory && each.told) {
                Uses& directory = uses[call.file];
                const Code code = each.told->answer.code;
                if (code == Code::ok || code == Code::already_exists)
                    directory.there_from = std::min(directory.there_from, each.told->ended);
            }
            if (changes_names(call.op) && call.op != NameOp::make_directory)
                for (const std::string* const top : {&call.file, &call.to}) {
                    if (top->empty()) continue;
                    uses[*top].shaken = true;
                    for_each_below(*top,
                                   [&](const std::string& path) { uses[path].shaken = true; });
                }
            if (!makes_a_name(call.op)) continue;
            Uses& parent = uses[parent_of(made(call))];
            parent.needed_from = std::min(parent.needed_from, each.began);
        }
        for (const auto& [path, use] : uses)
            if (!use.shaken && use.there_from < use.needed_from) steady_.insert(path);
        steady_.insert("/");
    }

    void give_start(const std::string& path, HistoryPart& part) {
        const auto& starting = starting_names();
        const auto found = starting.find(path);
        if (found != starting.end()) part.start.add(path, found->second);
        const std::string parent = parent_of(path);
        const bool elsewhere = path != "/" && root(number(parent)) != root(number(path));
        if (elsewhere && steady_.contains(parent) && parent != "/") part.start.add(parent, true);
    }
    // Path -> whether it is a directory.
    const std::map<std::string, bool>& starting_names() const {
        if (starting_.empty())
            for (const std::string& entry : start_.names()) {
                const bool directory = entry.ends_with('/');
                starting_.emplace(directory ? entry.substr(0, entry.size() - 1) : entry, directory);
            }
        return starting_;
    }

    const NameHistory& history_;
    std::set<std::string> names_;
    std::map<std::string, std::size_t> numbers_;
    std::vector<std::size_t> roots_;
    std::set<std::string> steady_;
    NameModel start_;
    mutable std::map<std::string, bool> starting_;
};

}  // namespace

std::vector<HistoryPart> divide(const NameHistory& history) {
    return Divider(history).divide();
}

}  // namespace gfs::checks
