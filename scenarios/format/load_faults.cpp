// SPDX-License-Identifier: Apache-2.0
// /faults: how each starts, what it hits, and that they do not wait for each other in a circle.

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/loader.h"
#include "scenarios/format/suggest.h"

namespace gfs::format {
namespace {

constexpr std::array<std::string_view, 4> ways{"at", "when", "after", "every"};

LinkChange link_change(const Node* node) {
    const View view(node);
    LinkChange change;
    change.latency = view.time_dist("latency");
    change.bandwidth = view.bandwidth("bandwidth");
    change.loss = view.share("loss");
    change.duplicate = view.share("duplicate");
    change.reorder = view.share("reorder");
    change.corrupt = view.share("corrupt");
    return change;
}

// The fault before whose start or heal this one cannot start; empty: none.
std::string_view waits_for(const Fault& fault) {
    const FaultStart& start = fault.start;
    if (start.kind == FaultStart::Kind::after) return start.after;
    if (start.kind != FaultStart::Kind::when) return {};
    const Since& since = start.when.since;
    const bool of_fault = since.kind == Since::Kind::fault || since.kind == Since::Kind::healed;
    return of_fault ? std::string_view(since.name) : std::string_view();
}

bool is_always_zero(const sim::Distribution& dist) {
    return dist.kind() == sim::Distribution::Kind::uniform ? dist.second() == 0
                                                           : dist.first() == 0;
}

// The number that makes it so.
const Node& zero_in(const Node& dist) {
    for (const char* const name : {"max", "mean"})
        if (const Node* const number = dist.find(name)) return *number;
    return dist;
}

}  // namespace

void Loader::faults(Scenario& s) {
    const Node* const table = View(&root_).node("faults");
    if (table == nullptr) return;
    for (const Node& item : table->items)
        if (item.is(Node::Type::object)) s.faults.push_back(fault(item));
    check_cycles(s);
}

Fault Loader::fault(const Node& node) {
    const View view(&node);
    Fault fault;
    fault.name = node.key;
    fault.source = out_.files().source(node.key_span);
    if (const auto kind = find_word(fault_words(), view.text("do")))
        fault.kind = static_cast<FaultKind>(*kind);
    check_start(node);
    fault.start = start(node);
    fault.delay = view.duration("delay");
    fault.duration = view.maybe_duration("for");
    fault.optional = view.flag("optional");
    fault.random = view.flag("random");
    fault_fields(node, fault);
    return fault;
}

void Loader::check_start(const Node& node) {
    const Node* first = nullptr;
    for (const Node& item : node.items) {  // in document order, so that "first here" is above
        if (std::find(ways.begin(), ways.end(), item.key) == ways.end()) continue;
        if (first == nullptr) {
            first = &item;
            continue;
        }
        Diagnostic& d =
            error_at_key("E0320", fmt::format("fault {} has two triggers", tick(node.key)), item,
                         "use exactly one of: at, when, after, every");
        d.other = Label{first->key_span, "first here"};
    }
    if (first == nullptr)
        error_at_key("E0320", fmt::format("fault {} has no trigger", tick(node.key)), node,
                     "use exactly one of: at, when, after, every");
    const Node* const heal = node.find("after_heal");
    if (heal != nullptr && heal->span.known() && node.find("after") == nullptr)
        error_at_key("E0326", "`after_heal` says how `after` is meant, and there is no `after`",
                     *heal, "add \"after\": the fault whose heal it waits for");
}

FaultStart Loader::start(const Node& node) {
    const View view(&node);
    FaultStart start;
    start.at = view.duration("at");
    start.after_heal = view.flag("after_heal");
    if (const Node* const when = view.node("when")) {
        start.kind = FaultStart::Kind::when;
        start.when = trigger(*when);
        check_foreseen(*when, start.when);
    }
    if (const Node* const after = view.node("after")) {
        start.kind = FaultStart::Kind::after;
        start.after = after->text;
        const auto other = names_.faults.find(start.after);
        if (other == names_.faults.end()) {
            unknown("E0321", "fault", *after, start.after, fault_names());
        } else if (start.after_heal && is_point_fault(*other->second)) {
            error("E0325",
                  fmt::format("fault {} happens at one instant and never heals", tick(start.after)),
                  *after, "leave `after_heal` out");
        }
    }
    if (const Node* const every = view.node("every")) {
        const View period(every);
        start.kind = FaultStart::Kind::every;
        if (auto dist = period.time_dist("period")) start.period = *dist;
        start.times = period.integer("times") ? std::optional(period.count("times")) : std::nullopt;
        start.until = period.maybe_duration("until");
        if (period.has("period") && is_always_zero(start.period))
            error("E0107", "a period of zero never lets time pass",
                  zero_in(*period.node("period")), "at least 1ns");
    }
    return start;
}

// A negative delay needs an event whose time is known before it comes.
void Loader::check_foreseen(const Node& node, const Trigger& trigger) {
    if (trigger.delay >= sim::Duration{0} || trigger.event == "lease.expired") return;
    error("E0335", fmt::format("nobody knows beforehand when {} will be", tick(trigger.event)),
          *node.find("delay"), "a negative delay goes with `lease.expired` only");
}

// What a message is held for has no time of its own at which it is given up.
Trigger Loader::until_event(const Node& node) {
    const Trigger until = trigger(node);
    check_not_negative(node, until);
    if (const Node* const by = node.find("by"))
        error("E0336", "a message that is held does not wait `by` a time", *by,
              "leave `by` out; a message that is never let go arrives in the calm at the end");
    return until;
}

void Loader::check_not_negative(const Node& node, const Trigger& trigger) {
    if (trigger.delay >= sim::Duration{0}) return;
    error("E0335", "only the start of a fault can come before an event", *node.find("delay"),
          "a negative delay goes with `when`");
}

void Loader::check_cycles(const Scenario& s) {
    // Each fault waits for at most one other: follow the arrows, at most as many as there are.
    std::map<std::string_view, const Fault*> by_name;
    for (const Fault& fault : s.faults) by_name[fault.name] = &fault;
    std::set<std::string_view> settled;
    for (const Fault& fault : s.faults) {
        std::vector<std::string_view> chain;
        const Fault* at = &fault;
        while (at != nullptr && !settled.contains(at->name)) {
            const auto seen = std::find(chain.begin(), chain.end(), at->name);
            if (seen != chain.end()) {
                constexpr std::ptrdiff_t most_shown = 8;
                const bool cut = chain.end() - seen > most_shown;
                std::string way;
                for (auto step = seen; step != (cut ? seen + most_shown : chain.end()); ++step)
                    way += std::string(*step) + " -> ";
                if (cut) way += "... -> ";
                const Node& written = *names_.faults.at(at->name);
                const bool by_event = at->start.kind == FaultStart::Kind::when;
                const Node& node =
                    by_event ? *written.find("when")->find("since") : *written.find("after");
                error("E0322",
                      seen + 1 == chain.end() ? "this fault waits for itself"
                                              : "these faults wait for each other",
                      node, way + at->name);
                break;
            }
            chain.push_back(at->name);
            const auto next = by_name.find(waits_for(*at));
            at = next != by_name.end() ? next->second : nullptr;
        }
        settled.insert(chain.begin(), chain.end());
    }
}

void Loader::healed_fault(const View& view, Fault& fault) {
    if (const Node* const other = view.node("fault")) {
        fault.fault = other->text;
        const auto found = names_.faults.find(fault.fault);
        if (found == names_.faults.end())
            unknown("E0321", "fault", *other, fault.fault, fault_names());
        else if (is_point_fault(*found->second))
            error("E0325",
                  fmt::format("fault {} happens at one instant and never heals", tick(fault.fault)),
                  *other, "name a fault that lasts");
    }
}

void Loader::rounds(const View& view, Fault& fault) {
    if (auto up = view.time_dist("up")) fault.up = *up;
    if (auto down = view.time_dist("down")) fault.down = *down;
    if (view.has("up") && view.has("down") && is_always_zero(fault.up) &&
        is_always_zero(fault.down))
        error("E0107", "a round of no time never lets time pass", zero_in(*view.node("down")),
              "`up` and `down` together at least 1ns");
}

void Loader::fault_fields(const Node& node, Fault& fault) {
    const View view(&node);
    fault.target = who(view, "target");
    if (const Node* const between = view.node("between"))
        for (const Node& item : between->items)
            if (auto group = who(item)) fault.between.push_back(std::move(*group));
    fault.direction = view.word("direction", "both forward backward", Direction::both);
    fault.shape = view.word("shape", "pair majority ring bridge", Shape::pair);
    const Node* const shape = node.find("shape");
    if (fault.kind == FaultKind::partition && fault.shape == Shape::pair &&
        (shape == nullptr || !shape->bad) && node.find("between") == nullptr)
        error_at_key("E0324", fmt::format("fault {} parts nobody", tick(node.key)), node,
                     "add \"between\": [who, who], or a shape over all hosts");
    fault.link = link_change(view.node("link"));
    if (const Node* const link = view.node("link"); link != nullptr && link->items.empty())
        error("E0107", "a link of which nothing changes", *link,
              "add at least one of: latency, bandwidth, loss, duplicate, reorder, corrupt");
    fault.rack = view.maybe_text("rack");
    rack_exists(view, "rack");
    fault.rack_loses = view.word("loses", "power network", RackLoss::power);
    healed_fault(view, fault);
    fault.message = view.text("message");
    fault.from = who(view, "from");
    fault.to = who(view, "to");
    fault.match = match(node, "message.sent");
    fault.nth = view.count("nth", 1);
    fault.count = view.count("count", 1);
    fault.time = view.duration("time");
    if (const Node* const until = view.node("until")) {
        if (until->is(Node::Type::object))
            fault.until_event = until_event(*until);
        else
            fault.until_time = view.maybe_duration("until");
    }
    fault.lose_unsynced = view.flag("lose_unsynced");
    fault.torn = view.flag("torn");
    if (fault.kind == FaultKind::bitrot)
        fault.chunk_offset = view.size("offset");
    else
        fault.offset = view.duration("offset");
    fault.drift_ppm = view.integer("drift_ppm").value_or(0);
    fault.lease_edge = view.flag("lease_edge");
    if (const auto factor = view.share("factor"))
        fault.factor = {static_cast<std::int64_t>(factor->numerator),
                        static_cast<std::int64_t>(factor->denominator)};
    fault.probability = view.share("probability").value_or(fault.probability);
    fault.operation = view.text("operation");
    chunk(view, "chunk", fault.chunk, fault.chunk_bound);
    fault.blocks = view.count("blocks", 1);
    rounds(view, fault);
    fault.times = view.integer("times") ? std::optional(view.count("times")) : std::nullopt;
    fault.order = view.word("order", "random same reverse", ReleaseOrder::random);
    fault.sites = view.texts("sites");
    if (const Node* const sites = view.node("sites"); sites != nullptr && sites->items.empty())
        error("E0107", "an empty list switches no fault point on", *sites,
              "name at least one, or leave `sites` out for all of them");
}

}  // namespace gfs::format
