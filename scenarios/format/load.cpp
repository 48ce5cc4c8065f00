// SPDX-License-Identifier: Apache-2.0
// The order of loading: collect names, then the sections, each with what it needs from those
// before.

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/loader.h"
#include "scenarios/format/suggest.h"
#include "scenarios/format/units.h"

namespace gfs::format {
namespace {

// The sections of the paper, for `paper` in a scenario.
bool is_paper_section(std::string_view text) {
    constexpr std::string_view sections[] = {
        "1",     "2",     "2.1",   "2.2",   "2.3",   "2.4",   "2.5",   "2.6",   "2.6.1",
        "2.6.2", "2.6.3", "2.7",   "2.7.1", "2.7.2", "3",     "3.1",   "3.2",   "3.3",
        "3.4",   "4",     "4.1",   "4.2",   "4.3",   "4.4",   "4.4.1", "4.4.2", "4.5",
        "5",     "5.1",   "5.1.1", "5.1.2", "5.1.3", "5.2",   "5.3",   "6",     "6.1",
        "6.1.1", "6.1.2", "6.1.3", "6.2",   "6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5",
        "6.3",   "6.3.1", "6.3.2", "6.3.3", "6.3.4", "7",     "8",     "9"};
    return std::find(std::begin(sections), std::end(sections), text) != std::end(sections);
}

// "lease-expiry.json" -> "lease-expiry", "3_1_order.json" -> "scenario-3_1_order"; characters that
// no name may have become `-`.
std::string stem_of(std::string_view file) {
    file = file.substr(
        file.find_last_of('/') == std::string_view::npos ? 0 : file.find_last_of('/') + 1);
    file = file.substr(0, file.find('.'));
    std::string out;
    for (const char c : file) {
        const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        out += is_slug(std::string("a") + small) ? small : '-';
    }
    if (is_slug(out)) return out;
    constexpr std::size_t longest = 100;
    return out.empty() ? "scenario" : "scenario-" + out.substr(0, longest);
}

// How many chunkservers a fault adds, at most: what repeats without end may add any number.
std::uint64_t servers_added(const Node& fault) {
    constexpr std::uint64_t any_number = 100'000;
    const View view(&fault);
    if (view.text("do") != "add") return 0;
    const View every(view.node("every"));
    const std::uint64_t times = view.has("every") ? every.count("times", any_number) : 1;
    const std::uint64_t each = std::min(view.count("count", 1), any_number);
    return std::min(each * std::min(times, any_number), any_number);
}

}  // namespace

Scenario Loader::load() {
    Scenario s;
    collect_names();
    general(s);
    gfs(s.gfs);
    gfs_names(s.gfs);
    // Log replicas are placed by themselves when no rack says where.
    if (names_.log_replicas == 0) names_.log_replicas = s.gfs.log_replicas;
    cluster(s.cluster, s.gfs);
    datasets(s);
    targets(s);
    workload(s);
    faults(s);
    expectations(s);
    warn_of_unused_targets();
    small_sections(s);
    sweep(s);
    return s;
}

void Loader::collect_names() {
    const View root(&root_);
    const auto members = [&](std::string_view section) {
        const Node* const node = root.node(section);
        return node != nullptr ? &node->items : nullptr;
    };
    if (const auto* items = members("targets"))
        for (const Node& item : *items) names_.targets.insert(item.key);
    if (const auto* items = members("faults"))
        for (const Node& item : *items) {
            names_.faults[item.key] = &item;
            names_.joining += servers_added(item);
        }
    if (const auto* items = members("expect"))
        for (const Node& item : *items) names_.expectations.insert(item.key);
    if (const auto* items = members("workload")) {
        for (const Node& item : *items) {
            names_.groups[item.key] = View(&item).count32("clients", 1);
            if (const Node* const script = item.find("script")) collect_steps(*script);
        }
    }
    const View cluster(root.node("cluster"));
    if (cluster.has("chunkservers")) names_.racks.insert("r1");
    names_.chunkservers = cluster.count("chunkservers");
    if (const Node* const racks = cluster.node("racks")) {
        for (const Node& rack : racks->items) {
            const View view(&rack);
            names_.racks.insert(rack.key);
            names_.chunkservers += view.count("chunkservers");
            names_.shadows += view.count("shadows");
            names_.log_replicas += view.count("log_replicas");
        }
    }
}

void Loader::collect_steps(const Node& script) {
    for (const Node& step : script.items) {
        const View view(&step);
        if (const auto label = view.maybe_text("as")) names_.labels.insert(*label);
        if (const auto bind = view.maybe_text("bind")) {
            names_.binds.insert(*bind);
            if (view.text("op") == "locations") names_.chunk_binds.insert(*bind);
        }
        if (view.text("op") == "mark") names_.marks.insert(view.text("name"));
    }
}

void Loader::general(Scenario& s) {
    const View root(&root_);
    s.name = root.maybe_text("name").value_or(stem_of(out_.files().name(root_.span.file)));
    s.title = root.text("title");
    s.description = root.text("description");
    s.tags = root.texts("tags");
    s.paper = root.texts("paper");
    for (const Node* section : root.text_nodes("paper"))
        if (!is_paper_section(section->text))
            warn("W0501", fmt::format("the paper has no section {}", tick(section->text)), section,
                 "sections are written like \"3.1\" or \"6.2.5\"");
    if (const Node* const seed = root.node("seed"))
        s.seed = read_seed(seed->text, seed->is(Node::Type::number)).value.value_or(1);
    if (const Node* const params = root.node("params")) {
        for (const Node& item : params->items) {
            Param param{item.key, "", {}, View(&item).text("description")};
            if (const Node* const value = item.find("default")) param.value = to_json(*value);
            if (const Node* const values = item.find("values"))
                for (const Node& value : values->items) param.values.push_back(to_json(value));
            s.params.push_back(std::move(param));
        }
    }
}

void Loader::small_sections(Scenario& s) {
    const View root(&root_);
    if (const Node* const node = root.node("budget")) {
        const View view(node);
        const auto maybe = [&](std::string_view name) {
            return view.has(name) ? std::optional(view.count32(name)) : std::nullopt;
        };
        s.budget = Budget{maybe("min_up"), maybe("min_copies"), maybe("master_log_copies")};
        s.budget->give_up_after =
            view.maybe_duration("give_up_after").value_or(s.budget->give_up_after);
    }
    const View stop(root.node("stop"));
    s.stop.at = stop.maybe_duration("at");
    s.stop.calm = stop.maybe_duration("calm");
    s.stop.settle = stop.maybe_duration("settle").value_or(s.stop.settle);
    s.stop.max_events = stop.count("max_events", s.stop.max_events);
    s.stop.max_memory = stop.size("max_memory").value_or(s.stop.max_memory);
    const View record(root.node("record"));
    s.record.trace = record.word("trace", "full messages ops none", s.record.trace);
    s.record.max_events = record.count("max_events", s.record.max_events);
    s.record.outputs = record.texts("outputs");
    if (const Node* const node = root.node("lab")) {
        const View lab(node);
        s.lab = Lab{lab.count32("points"), lab.text("question"), lab.texts("hints"),
                    lab.texts("hidden")};
        for (const Node* name : lab.text_nodes("hidden"))
            if (!names_.expectations.contains(name->text))
                unknown("E0353", "expectation", *name, name->text, listed(names_.expectations));
    }
}

void Loader::sweep(Scenario& s) {
    const Node* const node = View(&root_).node("sweep");
    if (node == nullptr) return;
    const View view(node);
    s.sweep.emplace();
    if (const Node* const seeds = view.node("seeds")) s.sweep->seeds = read_seeds(*seeds);
    std::set<std::string> declared;
    for (const Param& param : s.params) declared.insert(param.name);
    std::map<std::string, std::size_t> lengths;
    if (const Node* const params = view.node("params")) {
        for (const Node& item : params->items) {
            if (!declared.contains(item.key))
                unknown("E0351", "parameter", item, item.key, listed(declared));
            std::vector<std::string> values;
            for (const Node& value : item.items) values.push_back(to_json(value));
            lengths[item.key] = values.size();
            s.sweep->params.emplace_back(item.key, std::move(values));
        }
    }
    std::set<std::string> swept;
    for (const auto& [name, length] : lengths) swept.insert(name);
    if (const Node* const together = view.node("together"))
        for (const Node& list : together->items)
            s.sweep->together.push_back(swept_together(list, lengths, swept));
}

std::vector<std::string> Loader::swept_together(const Node& list,
                                                const std::map<std::string, std::size_t>& lengths,
                                                const std::set<std::string>& swept) {
    std::vector<std::string> names;
    for (const Node& item : list.items) {
        const auto length = lengths.find(item.text);
        const auto first = names.empty() ? length : lengths.find(names.front());
        if (length == lengths.end())
            unknown("E0351", "swept parameter", item, item.text, listed(swept));
        else if (first != lengths.end() && first->second != length->second)
            error("E0350",
                  fmt::format("{} has {} values and {} has {}", tick(first->first), first->second,
                              tick(item.text), length->second),
                  item, "parameters that change together need equally many values");
        names.push_back(item.text);
    }
    return names;
}

}  // namespace gfs::format
