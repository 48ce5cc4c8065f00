// SPDX-License-Identifier: Apache-2.0
// References that several sections make: since when, at which event, to what a step has bound. Whom
// a text means is in actors.cpp, the fields of events in matches.cpp.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/loader.h"
#include "scenarios/format/suggest.h"
#include "scenarios/format/units.h"

namespace gfs::format {
namespace {

constexpr std::size_t readable = 200;  // names; beyond it nobody reads a list

}  // namespace

bool is_point_fault(const Node& fault) {
    const auto kind = find_word(fault_words(), View(&fault).text("do"));
    return kind && fault_words()[*kind].point;
}

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

// "/file#0", or "@name" of a step that has kept a chunk.
void Loader::chunk(const View& view, std::string_view field, std::optional<ChunkRef>& of_file,
                   std::optional<std::string>& bound) {
    const Node* const node = view.node(field);
    if (node == nullptr) return;
    of_file = read_chunk(node->text);
    if (of_file) return;
    bound = node->text.substr(1);
    if (names_.chunk_binds.contains(*bound)) return;
    Diagnostic& d = unknown("E0315", "bound chunk", *node, *bound, listed(names_.chunk_binds), "@");
    if (names_.targets.contains(*bound))
        d.at.text = "a target; a chunk is \"/file#0\", or what a `locations` step has bound";
    else if (names_.binds.contains(*bound))
        d.at.text = "only a `locations` step binds a chunk";
}

void Loader::named_exists(const Node& node) {
    const std::string name = node.text.substr(1);
    used_targets_.insert(name);
    if (names_.binds.contains(name) || names_.targets.contains(name)) return;
    std::vector<std::string_view> candidates = listed(names_.targets);
    for (const std::string_view bind : listed(names_.binds)) candidates.push_back(bind);
    unknown("E0303", "target or bound name", node, name, std::move(candidates), "@");
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
    const auto fault = names_.faults.find(since.name);
    if (since.kind == Since::Kind::healed && fault != names_.faults.end() &&
        is_point_fault(*fault->second))
        error("E0325",
              fmt::format("fault {} happens at one instant and never heals", tick(since.name)),
              *node, fmt::format("count from `{}`", since.name));
    if (since.kind == Since::Kind::mark ? names_.marks.contains(since.name)
                                        : fault != names_.faults.end())
        return since;
    std::vector<std::string> candidates;
    for (const std::string_view name : fault_names()) {
        candidates.emplace_back(name);
        if (!is_point_fault(*names_.faults.at(candidates.back())))
            candidates.push_back(std::string(name) + ".healed");
    }
    for (const std::string_view mark : listed(names_.marks)) candidates.emplace_back(mark);
    unknown("E0334", "fault or mark", *node, node->text, {candidates.begin(), candidates.end()});
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
