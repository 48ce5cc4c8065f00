// SPDX-License-Identifier: Apache-2.0
// Typed reading of judged objects: durations, sizes, shares, distributions, chunks.

#include "scenarios/format/view.h"

#include <algorithm>
#include <array>

#include "scenarios/format/units.h"

namespace gfs::format {

View::View(const Node* node) : node_(node) {}

const Node* View::node(std::string_view name) const {
    const Node* const found = node_ != nullptr ? node_->find(name) : nullptr;
    return found != nullptr && !found->bad ? found : nullptr;
}

std::string View::text(std::string_view name) const {
    return maybe_text(name).value_or("");
}

std::optional<std::string> View::maybe_text(std::string_view name) const {
    const Node* const found = node(name);
    if (found == nullptr || !found->is(Node::Type::text)) return std::nullopt;
    return found->text;
}

std::vector<const Node*> View::text_nodes(std::string_view name) const {
    std::vector<const Node*> out;
    const Node* const found = node(name);
    if (found == nullptr) return out;
    if (found->is(Node::Type::text)) out.push_back(found);
    for (const Node& item : found->items)
        if (item.is(Node::Type::text) && !item.bad) out.push_back(&item);
    return out;
}

std::vector<std::string> View::texts(std::string_view name) const {
    std::vector<std::string> out;
    for (const Node* item : text_nodes(name)) out.push_back(item->text);
    return out;
}

bool View::flag(std::string_view name) const {
    const Node* const found = node(name);
    return found != nullptr && found->boolean;
}

std::optional<std::int64_t> View::integer(std::string_view name) const {
    const Node* const found = node(name);
    if (found == nullptr || !found->is(Node::Type::number)) return std::nullopt;
    return read_integer(found->text).value;
}

std::uint64_t View::count(std::string_view name, std::uint64_t fallback) const {
    const auto value = integer(name);
    return value && *value >= 0 ? static_cast<std::uint64_t>(*value) : fallback;
}

std::uint32_t View::count32(std::string_view name, std::uint32_t fallback) const {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(count(name, fallback), 0xffff'ffffU));
}

std::optional<sim::Duration> View::maybe_duration(std::string_view name) const {
    const Node* const found = node(name);
    if (found == nullptr) return std::nullopt;
    if (found->is(Node::Type::number)) return sim::Duration{0};  // only 0 has no unit
    if (!found->is(Node::Type::text)) return std::nullopt;
    const auto ns = read_duration(found->text).value;
    if (!ns) return std::nullopt;
    return sim::Duration{*ns};
}

sim::Duration View::duration(std::string_view name) const {
    return maybe_duration(name).value_or(sim::Duration{0});
}

std::optional<std::uint64_t> View::size(std::string_view name) const {
    const Node* const found = node(name);
    if (found == nullptr) return std::nullopt;
    std::optional<std::int64_t> bytes;
    if (found->is(Node::Type::number)) bytes = read_integer(found->text).value;
    if (found->is(Node::Type::text)) bytes = read_size(found->text).value;
    if (!bytes || *bytes < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*bytes);
}

std::optional<std::uint64_t> View::bandwidth(std::string_view name) const {
    const Node* const found = node(name);
    if (found == nullptr || !found->is(Node::Type::text)) return std::nullopt;
    const auto value = read_bandwidth(found->text).value;
    if (!value) return std::nullopt;
    return static_cast<std::uint64_t>(*value);
}

std::optional<sim::Ratio> View::share(std::string_view name) const {
    const Node* const found = node(name);
    if (found == nullptr || !found->is(Node::Type::number)) return std::nullopt;
    const auto exact = read_exact(found->text).value;
    if (!exact) return std::nullopt;
    return sim::Ratio{static_cast<std::uint64_t>(exact->numerator),
                      static_cast<std::uint64_t>(exact->denominator)};
}

namespace {

// The shape is the same for durations and sizes; `read` gets one of its numbers.
template <typename Read>
std::optional<sim::Distribution> shaped(const View& view, Read read) {
    const std::string dist = view.text("dist");
    const auto get = [&](std::string_view name) { return read(view, name); };
    if (dist == "constant" || dist == "exponential") {
        const auto mean = get("mean");
        if (!mean) return std::nullopt;
        return dist == "constant" ? sim::Distribution::constant(*mean)
                                  : sim::Distribution::exponential(*mean);
    }
    const bool uniform = dist == "uniform";
    const auto low = get(uniform ? "min" : "median");
    const auto high = get(uniform ? "max" : "p99");
    if (!low || !high || *low > *high || (!uniform && *low < 1)) return std::nullopt;
    return uniform ? sim::Distribution::uniform(*low, *high)
                   : sim::Distribution::lognormal(*low, *high);
}

}  // namespace

std::optional<sim::Distribution> View::time_dist(std::string_view name) const {
    const Node* const found = node(name);
    if (found == nullptr) return std::nullopt;
    if (!found->is(Node::Type::object))
        return sim::Distribution::constant(sim::to_ns(duration(name)));
    return shaped(View(found), [](const View& view, std::string_view field) {
        const auto value = view.maybe_duration(field);
        return value ? std::optional<std::int64_t>(sim::to_ns(*value)) : std::nullopt;
    });
}

std::optional<sim::Distribution> View::size_dist(std::string_view name) const {
    const Node* const found = node(name);
    if (found == nullptr) return std::nullopt;
    if (!found->is(Node::Type::object)) {
        const auto bytes = size(name);
        if (!bytes) return std::nullopt;
        return sim::Distribution::constant(static_cast<std::int64_t>(*bytes));
    }
    if (const auto table = View(found).maybe_text("table")) return paper_table(*table);
    return shaped(View(found), [](const View& view, std::string_view field) {
        const auto value = view.size(field);
        return value ? std::optional<std::int64_t>(static_cast<std::int64_t>(*value))
                     : std::nullopt;
    });
}

std::optional<std::size_t> View::choice(std::string_view name, std::string_view choices) const {
    const auto written = maybe_text(name);
    if (!written) return std::nullopt;
    std::size_t index = 0;
    while (!choices.empty()) {
        const std::string_view word = choices.substr(0, choices.find(' '));
        if (word == *written) return index;
        choices.remove_prefix(std::min(choices.size(), word.size() + 1));
        ++index;
    }
    return std::nullopt;
}

std::optional<ChunkRef> read_chunk(std::string_view text) {
    const std::size_t hash = text.find('#');
    if (hash == std::string_view::npos) return std::nullopt;
    const auto index = read_integer(text.substr(hash + 1)).value;
    if (!index) return std::nullopt;
    return ChunkRef{std::string(text.substr(0, hash)), static_cast<std::uint64_t>(*index)};
}

std::optional<sim::Distribution> paper_table(std::string_view name) {
    // GFS Table 4, in tenths of a percent; "< 0.1" counts as nothing.
    struct Column {
        std::string_view name;
        std::array<std::uint64_t, 9> weights;
    };
    constexpr std::array<Column, 6> columns{{
        {"paper4:read_x", {4, 1, 652, 299, 1, 2, 1, 39, 1}},
        {"paper4:read_y", {26, 41, 385, 451, 7, 3, 1, 69, 18}},
        {"paper4:write_x", {0, 66, 4, 178, 23, 316, 42, 355, 15}},
        {"paper4:write_y", {0, 49, 10, 430, 19, 4, 77, 287, 123}},
        {"paper4:append_x", {0, 2, 189, 780, 0, 0, 0, 22, 7}},
        {"paper4:append_y", {0, 92, 152, 28, 43, 106, 312, 255, 22}},
    }};
    constexpr std::int64_t KiB = 1024;
    // The last class has no upper end in the paper; here it ends at a quarter of a 64 MiB chunk.
    constexpr std::array<std::int64_t, 9> tops{
        0, KiB, 8 * KiB, 64 * KiB, 128 * KiB, 256 * KiB, 512 * KiB, 1024 * KiB, 16384 * KiB};
    for (const Column& column : columns) {
        if (column.name != name) continue;
        std::vector<sim::Distribution::Row> rows;
        for (std::size_t i = 0; i < tops.size(); ++i) {
            const std::int64_t low = i == 0 ? 0 : tops[i - 1] + 1;
            if (column.weights[i] > 0) rows.push_back({low, tops[i], column.weights[i]});
        }
        return sim::Distribution::table(std::move(rows));
    }
    return std::nullopt;
}

}  // namespace gfs::format
