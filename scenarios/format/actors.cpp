// SPDX-License-Identifier: Apache-2.0
// Whom a text means: an actor, a glob over actors, a rack, a role or a target.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/common/glob.h"
#include "scenarios/format/loader.h"
#include "scenarios/format/suggest.h"

namespace gfs::format {
namespace {

constexpr std::uint64_t suggested = 200;     // of a kind; more are no help to anybody
constexpr std::uint64_t looked_through = 1000;  // in a larger cluster some name may match

// "cs12" with prefix "cs" -> 12; nothing for another form.
std::optional<std::uint64_t> numbered(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix)) return std::nullopt;
    const std::string_view digits = name.substr(prefix.size());
    if (digits.empty() || digits.size() > 9 || digits[0] == '0') return std::nullopt;
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
    return number;
}

// "cs1, cs2", "cs1 to cs5".
void add_range(std::string& out, std::string_view prefix, std::uint64_t count) {
    if (count == 0) return;
    if (count > 2)
        out += fmt::format(", {0}1 to {0}{1}", prefix, count);
    else
        for (std::uint64_t i = 1; i <= count; ++i) out += fmt::format(", {}{}", prefix, i);
}

}  // namespace

bool Loader::actor_exists(std::string_view name) const {
    if (name == "master" || name == "monitor") return true;
    const auto within = [](std::optional<std::uint64_t> number, std::uint64_t most) {
        return number && *number <= most;
    };
    if (within(numbered(name, "cs"), names_.chunkservers + names_.joining)) return true;
    if (within(numbered(name, "shadow"), names_.shadows)) return true;
    if (within(numbered(name, "log"), names_.log_replicas)) return true;
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return false;
    const auto group = names_.groups.find(std::string(name.substr(0, dot)));
    return group != names_.groups.end() && within(numbered(name.substr(dot), "."), group->second);
}

// Those whom a misspelt name may mean.
std::vector<std::string> Loader::actor_names(std::uint64_t most_of_a_kind) const {
    std::vector<std::string> names{"master", "monitor"};
    const auto add = [&](std::string_view prefix, std::uint64_t count) {
        for (std::uint64_t i = 1; i <= std::min(count, most_of_a_kind); ++i)
            names.push_back(fmt::format("{}{}", prefix, i));
    };
    add("cs", names_.chunkservers + names_.joining);
    add("shadow", names_.shadows);
    add("log", names_.log_replicas);
    for (const auto& [group, clients] : names_.groups) {
        if (names.size() > 5 * most_of_a_kind) break;
        add(group + ".", clients);
    }
    return names;
}

std::uint64_t Loader::actors() const {
    std::uint64_t number = 2 + names_.chunkservers + names_.joining + names_.shadows +
                           names_.log_replicas;
    for (const auto& [group, clients] : names_.groups) number += clients;
    return number;
}

// A pattern that stands for nobody, now or later.
void Loader::warn_of_nobody(const Node& pattern) {
    if (actors() > looked_through) return;
    for (const std::string& name : actor_names(looked_through))
        if (glob_matches(pattern.text, name)) return;
    warn("W0505", fmt::format("nobody is {}", tick(pattern.text)), &pattern,
         "no actor has such a name")
        .allowed = actors_in_words();
}

std::string Loader::actors_in_words() const {
    constexpr std::size_t long_enough = 200;
    std::string words = "master, monitor";
    add_range(words, "cs", names_.chunkservers + names_.joining);
    add_range(words, "shadow", names_.shadows);
    add_range(words, "log", names_.log_replicas);
    for (const auto& [group, clients] : names_.groups) {
        if (words.size() > long_enough) {
            words += ", ...";
            break;
        }
        add_range(words, group + ".", clients);
    }
    return words + ", a glob such as `cs*`";
}

void Loader::unknown_actor(const Node& node) {
    const std::string& text = node.text;
    Diagnostic& d = error("E0304", fmt::format("there is no actor {}", tick(text)), node, "");
    d.allowed = actors_in_words();
    const std::vector<std::string> names = actor_names(suggested);
    if (names_.targets.contains(text))
        d.at.text = fmt::format("did you mean `@{}`?", text);
    else if (names_.groups.contains(text))
        d.at.text = fmt::format("did you mean `{}.*`?", text);
    else if (const auto near = nearest(text, {names.begin(), names.end()}))
        d.at.text = fmt::format("did you mean `{}`?", *near);
    else if (numbered(text, "cs"))
        d.at.text =
            fmt::format("the last one is `cs{}`", names_.chunkservers + names_.joining);
}

std::optional<Who> Loader::who(const View& view, std::string_view name) {
    const Node* const node = view.node(name);
    return node != nullptr ? who(*node) : std::nullopt;
}

std::optional<Who> Loader::who(const Node& node, Place place) {
    const bool in_match = place == Place::match;
    Who who;
    who.written = node.text;
    who.text = node.text;
    who.source = out_.files().source(node.span);
    const std::string_view text = node.text;
    if (text.starts_with('@')) {
        who.kind = Who::Kind::target;
        who.text = text.substr(1);
        used_targets_.insert(who.text);
        if (!names_.targets.contains(who.text))
            unknown("E0303", "target", node, who.text, listed(names_.targets), "@");
    } else if (text.starts_with("rack:")) {
        who.kind = Who::Kind::rack;
        who.text = text.substr(5);
        if (!names_.racks.contains(who.text))
            unknown(in_match ? "E0304" : "E0301", "rack", node, who.text, listed(names_.racks),
                    "rack:");
    } else if (text.starts_with("role:")) {
        who.kind = Who::Kind::role;
        who.text = text.substr(5);
        const auto role = find_word(role_words(), who.text);
        std::vector<std::string_view> roles;
        for (const Word& word : role_words()) roles.push_back(word.name);
        if (!role)
            unknown(in_match ? "E0304" : "E0110", "role", node, who.text, roles, "role:");
        else if (role_words()[*role].status == Status::later)
            error("E0140", fmt::format("not supported yet: role {}", tick(who.text)), node,
                  "part of the format, not of this version of gfsim");
        else
            who.role = static_cast<Role>(*role);
    } else if (is_glob(text)) {
        who.kind = Who::Kind::glob;
        warn_of_nobody(node);
    } else if (!actor_exists(text)) {
        unknown_actor(node);
    }
    return who;
}

}  // namespace gfs::format
