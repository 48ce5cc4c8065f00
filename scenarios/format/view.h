// SPDX-License-Identifier: Apache-2.0
// Typed reading of an object that the table has judged. A field that is absent, or for which an
// error was reported, reads as absent: a loader never meets a value of the wrong form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/document.h"
#include "scenarios/format/values.h"
#include "sim/distribution.h"
#include "sim/random.h"
#include "sim/time.h"

namespace gfs::format {

class View {
  public:
    // `node` must outlive the view; nullptr is an object without fields.
    explicit View(const Node* node);

    const Node* node(std::string_view name) const;
    bool has(std::string_view name) const { return node(name) != nullptr; }

    std::string text(std::string_view name) const;  // empty when absent
    std::optional<std::string> maybe_text(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;
    // The texts of a list, or the one text, as nodes.
    std::vector<const Node*> text_nodes(std::string_view name) const;
    bool flag(std::string_view name) const;  // false when absent
    std::optional<std::int64_t> integer(std::string_view name) const;
    std::uint64_t count(std::string_view name, std::uint64_t fallback = 0) const;
    std::uint32_t count32(std::string_view name, std::uint32_t fallback = 0) const;
    std::optional<sim::Duration> maybe_duration(std::string_view name) const;
    sim::Duration duration(std::string_view name) const;  // zero when absent
    std::optional<std::uint64_t> size(std::string_view name) const;
    std::optional<std::uint64_t> bandwidth(std::string_view name) const;
    std::optional<sim::Ratio> share(std::string_view name) const;
    std::optional<sim::Distribution> time_dist(std::string_view name) const;
    std::optional<sim::Distribution> size_dist(std::string_view name) const;

    // The place of a word in the list that its enumeration is made of; `fallback` when absent.
    template <typename Enum>
    Enum word(std::string_view name, std::string_view choices, Enum fallback) const {
        const auto index = choice(name, choices);
        return index ? static_cast<Enum>(*index) : fallback;
    }

  private:
    std::optional<std::size_t> choice(std::string_view name, std::string_view choices) const;

    const Node* node_;
};

// "/file#3"; nothing for another form.
std::optional<ChunkRef> read_chunk(std::string_view text);

// A column of the paper's Table 4 as a distribution of sizes.
std::optional<sim::Distribution> paper_table(std::string_view name);

}  // namespace gfs::format
