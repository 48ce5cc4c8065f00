// SPDX-License-Identifier: Apache-2.0
// /workload: groups of clients, with a script or a mix.

#include <array>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "core/common/record_frame.h"
#include "scenarios/format/loader.h"
#include "scenarios/format/suggest.h"
#include "scenarios/format/units.h"

namespace gfs::format {
namespace {

// Weights as integers in the same proportions.
std::vector<MixEntry> read_mix(const Node* mix) {
    std::vector<MixEntry> entries;
    if (mix == nullptr) return entries;
    constexpr std::uint64_t scale = 1'000'000;  // six decimals of a weight count
    for (const Node& item : mix->items) {
        const auto op = find_word(op_words(), item.key);
        const auto weight =
            item.is(Node::Type::number) ? read_exact(item.text).value : std::nullopt;
        if (!op || !weight || weight->numerator <= 0 || item.bad) continue;
        // The table admits weights up to 10^6; fractions below one millionth count as one.
        const auto top = static_cast<std::uint64_t>(weight->numerator);
        const auto bottom = static_cast<std::uint64_t>(weight->denominator);
        const std::uint64_t whole = top / bottom * scale;
        const std::uint64_t rest = top % bottom;
        const std::uint64_t part =
            bottom <= scale ? rest * scale / bottom : rest / (bottom / scale);
        entries.push_back({static_cast<Op>(*op), std::max<std::uint64_t>(whole + part, 1)});
    }
    std::uint64_t common = 0;
    for (const MixEntry& entry : entries) common = std::gcd(common, entry.weight);
    for (MixEntry& entry : entries) entry.weight /= common;
    return entries;
}

FileSet read_files(const View& group) {
    FileSet files;
    const Node* const node = group.node("files");
    if (node == nullptr) return files;
    if (!node->is(Node::Type::object)) {
        files.paths = group.texts("files");
        return files;
    }
    const View view(node);
    files.prefix = view.text("prefix");
    files.count = view.count("count", 1);
    files.pick = view.word("pick", "uniform zipfian latest sequential own", FileSet::Pick::uniform);
    return files;
}

// The largest size that a distribution is certain to reach.
std::uint64_t largest(const sim::Distribution& size) {
    const bool range = size.kind() == sim::Distribution::Kind::uniform;
    const std::int64_t most = range ? size.second() : size.first();
    const bool bounded = range || size.kind() == sim::Distribution::Kind::constant;
    return bounded && most > 0 ? static_cast<std::uint64_t>(most) : 0;
}

}  // namespace

void Loader::workload(Scenario& s) {
    const Node* const table = View(&root_).node("workload");
    if (table == nullptr) return;
    if (table->items.empty())
        error_at_key("E0314", "the workload is empty", *table, "add a group of clients");
    for (const Node& item : table->items) s.workload.push_back(group(item, s));
}

Group Loader::group(const Node& node, Scenario& s) {
    const View view(&node);
    Group group;
    group.name = node.key;
    group.source = out_.files().source(node.key_span);
    group.clients = view.count32("clients", 1);
    group.user = user(s.gfs, view.maybe_text("user").value_or("root"));
    group.rack = view.maybe_text("rack");
    rack_exists(view, "rack");
    group.start = view.duration("start");
    group.stop = view.maybe_duration("stop");
    group.ops = view.integer("ops") ? std::optional(view.count("ops")) : std::nullopt;
    if (const Node* const rate = view.node("rate")) group.rate = read_rate(rate->text).value;
    group.think = view.time_dist("think");
    if (auto size = view.size_dist("size")) group.size = *size;
    group.verify = view.flag("verify");
    group.files = read_files(view);
    group.mix = read_mix(view.node("mix"));
    // A part that has an error of its own is there all the same.
    const Node* const script = node.find("script");
    const Node* const mix = node.find("mix");
    if (script != nullptr && mix != nullptr) {
        Diagnostic& d =
            error_at_key("E0310", fmt::format("group {} has a script and a mix", tick(node.key)),
                         *mix, "use exactly one of: script, mix");
        d.other = Label{script->key_span, "first here"};
    } else if (script == nullptr && mix == nullptr) {
        error_at_key("E0310", fmt::format("group {} does nothing", tick(node.key)), node,
                     "use exactly one of: script, mix");
    } else if (mix != nullptr) {
        check_mix(node, group, s);
    }
    if (script == nullptr || mix != nullptr) return group;
    constexpr std::array<std::string_view, 5> of_a_mix{"files", "ops", "rate", "think", "size"};
    for (const std::string_view field : of_a_mix) {
        const Node* const found = view.node(field);
        if (found != nullptr && found->span.known())
            error_at_key(
                "E0317",
                fmt::format("{} belongs to a mix, and this group has a script", tick(field)),
                *found, "say it in the steps");
    }
    if (script->is(Node::Type::array))
        for (const Node& item : script->items)
            if (!item.bad) group.script.push_back(step(item, group, s.gfs));
    return group;
}

void Loader::check_mix(const Node& node, const Group& group, const Scenario& s) {
    const Node& mix = *node.find("mix");
    if (group.mix.empty() && !mix.bad)
        error_at_key("E0312", "every weight of the mix is zero", mix,
                     "give one operation a weight above 0");
    if (node.find("files") == nullptr)
        error_at_key("E0316", fmt::format("the mix of group {} has no files", tick(node.key)), node,
                     "add `files`: the paths that it works on");
    const Node* const rate = node.find("rate");
    const Node* const think = node.find("think");
    if (rate != nullptr && think != nullptr) {
        Diagnostic& d = error_at_key(
            "E0313", fmt::format("group {} has a rate and a think time", tick(node.key)), *think,
            "open or closed, not both: use one of rate, think");
        d.other = Label{rate->key_span, "first here"};
    }
    const Node* const stop = View(&root_).node("stop");
    const bool ends = node.find("ops") != nullptr || node.find("stop") != nullptr ||
                      (stop != nullptr && stop->find("at") != nullptr);
    if (!ends)
        error_at_key("E0314", fmt::format("group {} never ends", tick(node.key)), node,
                     "add `ops` (operations of each client) or `stop` (a time)");
    for (const MixEntry& entry : group.mix)
        if (entry.op == Op::append) check_record(node, "size", largest(group.size), s.gfs);
}

void Loader::check_record(const Node& step, std::string_view field, std::uint64_t bytes,
                          const Config& config) {
    if (bytes <= config.record_append_max) return;
    // A script may want to see the refusal.
    const std::string outcome = View(&step).text("outcome");
    if (outcome == "error" || outcome == "record_too_large") return;
    const Node* const size = step.find(field);
    if (size == nullptr) return;
    std::string message =
        fmt::format("a record of {} is too large for a record append", write_size(bytes));
    std::string note = fmt::format("record_append_max is {}", write_size(config.record_append_max));
    if (size->span.known())
        error("E0311", std::move(message), *size, std::move(note));
    else  // the default, which has no place
        error_at_key("E0311", std::move(message), step, std::move(note) + "; add a smaller `size`");
}

Step Loader::step(const Node& node, const Group& group, const Config& config) {
    const View view(&node);
    Step step;
    if (const auto op = find_word(op_words(), view.text("op"))) step.op = static_cast<Op>(*op);
    step.source = out_.files().source(node.span);
    step.file = view.text("file");
    step.to = view.text("to");
    step.pattern = view.text("pattern");
    step.expedite = view.flag("expedite");
    step.to_write = view.text("mode") == "w";
    if (const Node* const offset = view.node("offset")) {
        if (offset->text.starts_with('@')) {
            step.offset_bound = offset->text.substr(1);
            bound_exists(*offset);
        } else {
            step.offset = view.size("offset");
        }
    }
    step.size = view.size_dist("size");
    step.data = view.maybe_text("data");
    const Node* const size = view.node("size");
    if (step.data && size != nullptr) {
        Diagnostic& d = error_at_key("E0318", "the bytes are given twice", *size,
                                     "use exactly one of: size, data");
        if (const Node* const data = view.node("data"))
            d.other = Label{data->key_span, "first here"};
    }
    if (step.op == Op::append || step.op == Op::write_record) {
        const std::uint64_t bytes =
            step.data ? step.data->size() : largest(step.size.value_or(sim::Distribution()));
        const std::uint64_t header = step.op == Op::write_record ? record_header_bytes : 0;
        check_record(node, step.data ? "data" : "size", bytes + header, config);
    }
    step.time = view.duration("time");
    if (step.op == Op::wait) step.wait = trigger(node);
    step.within = view.maybe_duration("within");
    step.name = view.text("name");
    step.as = view.text("as");
    step.equals = view.maybe_text("equals");
    step.contains = view.texts("contains");
    for (const Node* label : view.text_nodes("contains"))
        if (!names_.labels.contains(label->text))
            unknown("E0315", "label", *label, label->text, listed(names_.labels));
    step.repeat = view.count("repeat", 1);
    step.outcome = view.text("outcome");
    if (view.has("client")) {
        step.client = view.count32("client", 1);
        if (*step.client > group.clients)
            error("E0319", fmt::format("group {} has no client {}", tick(group.name), *step.client),
                  *view.node("client"), fmt::format("it has {}", group.clients));
    }
    step.timeout = view.maybe_duration("timeout");
    step.bind = view.text("bind");
    return step;
}

}  // namespace gfs::format
