// SPDX-License-Identifier: Apache-2.0
// /expect: the eight kinds, and whether a bound fits what it bounds.

#include <array>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/loader.h"
#include "scenarios/format/suggest.h"
#include "scenarios/format/units.h"

namespace gfs::format {
namespace {

using Kind = Expectation::Kind;

// What a bound is measured in.
enum class Measure : std::uint8_t { ns, bytes, number, share, bytes_per_second, per_second };

Measure measure_of(Unit unit, Stat stat) {
    if (stat == Stat::count) return Measure::number;
    if (stat == Stat::rate)
        return unit == Unit::bytes ? Measure::bytes_per_second : Measure::per_second;
    switch (unit) {
        case Unit::ns:
            return Measure::ns;
        case Unit::bytes:
            return Measure::bytes;
        case Unit::count:
            return Measure::number;
        case Unit::ppm:
            return Measure::share;
        case Unit::bytes_per_second:
            return Measure::bytes_per_second;
    }
    return Measure::number;
}

std::string_view measure_words(Measure measure) {
    switch (measure) {
        case Measure::ns:
            return "time: write it like \"2s\"";
        case Measure::bytes:
            return "bytes: write it like \"64KiB\"";
        case Measure::number:
            return "a number without a unit";
        case Measure::share:
            return "a share from 0 to 1";
        case Measure::bytes_per_second:
            return "bytes a second: write it like \"100MB/s\"";
        case Measure::per_second:
            return "events a second: write it like \"50/s\"";
    }
    return "";
}

std::optional<Exact> whole(std::optional<std::int64_t> value) {
    if (!value) return std::nullopt;
    return Exact{*value, 1};
}

std::optional<Exact> read_bound(const Node& node, Measure measure) {
    if (node.is(Node::Type::number)) {
        const auto value = read_exact(node.text).value;
        const bool plain = measure == Measure::number || measure == Measure::share;
        return plain || (value && value->numerator == 0) ? value : std::nullopt;
    }
    switch (measure) {
        case Measure::ns:
            return whole(read_duration(node.text).value);
        case Measure::bytes:
            return whole(read_size(node.text).value);
        case Measure::bytes_per_second:
            return whole(read_bandwidth(node.text).value);
        case Measure::per_second: {
            const auto rate = read_rate(node.text).value;
            constexpr std::int64_t second = 1'000'000'000;
            if (!rate || sim::to_ns(rate->period) % second != 0) return std::nullopt;
            return Exact{static_cast<std::int64_t>(rate->count), sim::to_ns(rate->period) / second};
        }
        case Measure::number:
        case Measure::share:
            return std::nullopt;
    }
    return std::nullopt;
}

Window read_window(std::string_view text) {
    if (text == "outside-faults") return {Window::Kind::outside_faults, ""};
    if (text.starts_with("during:")) return {Window::Kind::during, std::string(text.substr(7))};
    if (text.starts_with("after:")) return {Window::Kind::after, std::string(text.substr(6))};
    return {};
}

}  // namespace

void Loader::expectations(Scenario& s) {
    const Node* const table = View(&root_).node("expect");
    if (table == nullptr) return;
    for (const Node& item : table->items)
        if (item.is(Node::Type::object) && item.find("assert") != nullptr)
            s.expect.push_back(expectation(item));
}

Expectation Loader::expectation(const Node& node) {
    const View view(&node);
    Expectation e;
    e.name = node.key;
    e.source = out_.files().source(node.key_span);
    e.kind =
        view.word("assert", "always never sometimes count eventually metric check content", e.kind);
    e.level = view.word("level", "error warn info", e.level);
    e.xfail = view.maybe_text("xfail");
    e.allow = view.texts("allow");
    if (const auto index = find_word(invariant_words(), view.text("invariant")))
        e.invariant = static_cast<Invariant>(*index);
    e.event = view.text("event");
    e.match = match(node, e.event);
    if (const auto index = find_word(state_words(), view.text("state")))
        e.state = static_cast<State>(*index);
    e.within = view.maybe_duration("within");
    e.since = since(view);
    if (const auto index = find_word(checker_words(), view.text("checker")))
        e.checker = static_cast<format::Checker>(*index);
    e.files = view.texts("files");
    e.file = view.text("file");
    e.records = view.texts("records");
    if (e.kind == Kind::metric) metric(node, e);
    if (e.kind == Kind::metric || e.kind == Kind::count) bounds(node, e);
    return e;
}

void Loader::metric(const Node& node, Expectation& e) {
    const View view(&node);
    e.metric = view.text("metric");
    e.stat = view.word("stat", "count rate min max mean p50 p90 p99 p999 sum last", e.stat);
    const auto index = find_word(metric_words(), e.metric);
    const bool of_levels =
        e.stat == Stat::min || e.stat == Stat::max || e.stat == Stat::mean || e.stat == Stat::last;
    const Node* const stat = view.node("stat");
    if (index && stat != nullptr && metric_words()[*index].level && !of_levels)
        error("E0344",
              fmt::format("metric {} is a level and has no {}", tick(e.metric), tick(stat->text)),
              *stat, "ask for min, max, mean or last");
    const View where(view.node("where"));
    constexpr std::array<std::string_view, 5> labels{"server", "client", "file", "op", "kind"};
    for (const std::string_view label : labels)
        if (const Node* const value = where.node(label)) {
            e.where.emplace_back(label, value->text);
            if (!index || has_word(metric_words()[*index].labels, label)) continue;
            Diagnostic& d = error_at_key(
                "E0343", fmt::format("metric {} is not kept by {}", tick(e.metric), tick(label)),
                *value, "leave it out");
            d.allowed = metric_words()[*index].labels;
        }
    const Node* const window = view.node("window");
    if (window == nullptr) return;
    e.window = read_window(window->text);
    if (e.window.kind == Window::Kind::all && window->text != "all") {
        error("E0342", fmt::format("{} is no window", tick(window->text)), *window,
              "one of: all, during:FAULT, outside-faults, after:FAULT");
    } else if (!e.window.fault.empty() && !names_.faults.contains(e.window.fault)) {
        unknown("E0321", "fault", *window, e.window.fault, fault_names());
    }
}

void Loader::bounds(const Node& node, Expectation& e) {
    const View view(&node);
    const auto index = find_word(metric_words(), e.metric);
    if (e.kind == Kind::metric && !index) return;  // reported already
    const Measure measure =
        e.kind == Kind::metric ? measure_of(metric_words()[*index].unit, e.stat) : Measure::number;
    constexpr std::array<std::pair<std::string_view, Relation>, 5> relations{
        {{"eq", Relation::eq},
         {"ge", Relation::ge},
         {"le", Relation::le},
         {"lt", Relation::lt},
         {"gt", Relation::gt}}};
    bool any = false;
    for (const auto& [name, relation] : relations) {
        any = any || node.find(name) != nullptr;
        const Node* const bound = view.node(name);
        if (bound == nullptr) continue;
        const auto value = read_bound(*bound, measure);
        if (value) {
            e.bounds.push_back({relation, *value, bound->text});
            continue;
        }
        error("E0340",
              fmt::format("{} does not fit {} of {}", tick(bound->text), tick(view.text("stat")),
                          tick(e.metric)),
              *bound, fmt::format("it is measured in {}", measure_words(measure)));
    }
    if (!any)
        error_at_key("E0341", fmt::format("expectation {} compares with nothing", tick(node.key)),
                     node,
                     e.kind == Kind::metric ? "add at least one of: eq, ge, le, lt, gt"
                                            : "add at least one of: eq, ge, le");
}

}  // namespace gfs::format
