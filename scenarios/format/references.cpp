// SPDX-License-Identifier: Apache-2.0
// References that several sections make: whom, since when, at which event, with which fields.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/loader.h"
#include "scenarios/format/suggest.h"
#include "scenarios/format/units.h"

namespace gfs::format {
namespace {

constexpr std::size_t readable = 200;  // names; beyond it nobody reads a list

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

bool actor_exists(std::string_view name, const Names& names) {
    if (name == "master" || name == "monitor") return true;
    const auto within = [](std::optional<std::uint64_t> number, std::uint64_t most) {
        return number && *number <= most;
    };
    if (within(numbered(name, "cs"), names.chunkservers)) return true;
    if (within(numbered(name, "shadow"), names.shadows)) return true;
    if (within(numbered(name, "log"), names.log_replicas)) return true;
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return false;
    const auto group = names.groups.find(std::string(name.substr(0, dot)));
    return group != names.groups.end() && within(numbered(name.substr(dot), "."), group->second);
}

}  // namespace

Diagnostic& Loader::error(std::string_view code, std::string message, const Node& node,
                          std::string note) {
    return report(out_, code, std::move(message), node, "", std::move(note));
}

Diagnostic& Loader::error_at_key(std::string_view code, std::string message, const Node& node,
                                 std::string note) {
    const Span at = node.key_span.known() ? node.key_span : node.span;
    return out_.error(code, std::move(message), {at, std::move(note)});
}

Diagnostic& Loader::unknown(std::string_view code, std::string_view what, const Node& node,
                            std::string_view name, std::vector<std::string_view> candidates,
                            std::string_view prefix) {
    Diagnostic& d = error(code, fmt::format("there is no {} {}", what, tick(name)), node, "");
    if (const auto near = nearest(name, candidates))
        d.at.text = fmt::format("did you mean `{}{}`?", prefix, *near);
    d.allowed = comma_list(std::move(candidates), true);
    return d;
}

Diagnostic& Loader::warn(std::string_view code, std::string message, const Node* node,
                         std::string note) {
    const Span at = node != nullptr ? node->span : Span{};
    return out_.warning(code, std::move(message), {at, std::move(note)});
}

std::vector<std::string_view> Loader::listed(const std::set<std::string>& names) {
    if (names.size() > readable) return {};
    return {names.begin(), names.end()};
}

std::vector<std::string_view> Loader::fault_names() const {
    std::vector<std::string_view> names;
    if (names_.faults.size() > readable) return names;
    for (const auto& [name, fault] : names_.faults) names.push_back(name);
    return names;
}

void Loader::rack_exists(const View& view, std::string_view field) {
    const Node* const node = view.node(field);
    if (node == nullptr || names_.racks.contains(node->text)) return;
    unknown("E0301", "rack", *node, node->text, listed(names_.racks));
}

void Loader::bound_exists(const Node& node) {
    const std::string_view name = std::string_view(node.text).substr(1);
    if (names_.binds.contains(std::string(name))) return;
    unknown("E0315", "bound name", node, name, listed(names_.binds), "@");
}

void Loader::named_exists(const Node& node) {
    const std::string name = node.text.substr(1);
    if (names_.binds.contains(name) || names_.targets.contains(name)) return;
    std::vector<std::string_view> candidates = listed(names_.targets);
    for (const std::string_view bind : listed(names_.binds)) candidates.push_back(bind);
    unknown("E0303", "target or bound name", node, name, std::move(candidates), "@");
}

std::optional<Who> Loader::who(const View& view, std::string_view name) {
    const Node* const node = view.node(name);
    return node != nullptr ? who(*node) : std::nullopt;
}

std::optional<Who> Loader::who(const Node& node) {
    Who who;
    who.written = node.text;
    who.text = node.text;
    who.source = out_.files().source(node.span);
    const std::string_view text = node.text;
    if (text.starts_with('@')) {
        who.kind = Who::Kind::target;
        who.text = text.substr(1);
        if (!names_.targets.contains(who.text))
            unknown("E0303", "target", node, who.text, listed(names_.targets), "@");
    } else if (text.starts_with("rack:")) {
        who.kind = Who::Kind::rack;
        who.text = text.substr(5);
        if (!names_.racks.contains(who.text))
            unknown("E0301", "rack", node, who.text, listed(names_.racks), "rack:");
    } else if (text.starts_with("role:")) {
        who.kind = Who::Kind::role;
        who.text = text.substr(5);
        const auto role = find_word(role_words(), who.text);
        std::vector<std::string_view> roles;
        for (const Word& word : role_words()) roles.push_back(word.name);
        if (!role)
            unknown("E0110", "role", node, who.text, roles);
        else if (role_words()[*role].status == Status::later)
            error("E0140", fmt::format("not supported yet: role {}", tick(who.text)), node,
                  "part of the format, not of this version of gfsim");
        else
            who.role = static_cast<Role>(*role);
    } else if (text.find_first_of("*?") != std::string_view::npos) {
        who.kind = Who::Kind::glob;
    } else if (!actor_exists(text, names_)) {
        Diagnostic& d = error("E0304", fmt::format("there is no actor {}", tick(text)), node, "");
        d.allowed = fmt::format(
            "master, cs1 to cs{}, GROUP.1 ... of a workload group, a glob such as `cs*`",
            names_.chunkservers);
        if (names_.targets.contains(std::string(text)))
            d.at.text = fmt::format("did you mean `@{}`?", text);
        else if (names_.groups.contains(std::string(text)))
            d.at.text = fmt::format("did you mean `{}.*`?", text);
    }
    return who;
}

Since Loader::since(const View& view) {
    Since since;
    const Node* const node = view.node("since");
    if (node == nullptr) return since;
    since.name = node->text;
    if (since.name.ends_with(".healed")) {
        since.name.resize(since.name.size() - std::string_view(".healed").size());
        since.kind = Since::Kind::healed;
    } else {
        since.kind = names_.faults.contains(since.name) ? Since::Kind::fault : Since::Kind::mark;
    }
    if (since.kind == Since::Kind::mark ? names_.marks.contains(since.name)
                                        : names_.faults.contains(since.name))
        return since;
    std::vector<std::string_view> candidates = fault_names();
    for (const std::string_view mark : listed(names_.marks)) candidates.push_back(mark);
    unknown("E0334", "fault or mark", *node, since.name, std::move(candidates));
    return since;
}

Trigger Loader::trigger(const Node& node) {
    const View view(&node);
    Trigger trigger;
    trigger.event = view.text("event");
    trigger.source = out_.files().source(node.span);
    trigger.match = match(node, trigger.event);
    trigger.nth = view.count("nth", 1);
    trigger.since = since(view);
    trigger.delay = view.duration("delay");
    trigger.by = view.maybe_duration("by");
    return trigger;
}

}  // namespace gfs::format
