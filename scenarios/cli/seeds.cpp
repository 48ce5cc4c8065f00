// SPDX-License-Identifier: Apache-2.0

#include "scenarios/cli/seeds.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace gfs::cli {
namespace {

std::optional<std::uint64_t> read_number(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || text.empty()) return std::nullopt;
    return number;
}

}  // namespace

std::vector<std::uint64_t> seeds_between(const std::string& range) {
    constexpr std::uint64_t most = 1'000'000;
    const std::string_view text = range;
    const std::size_t dots = text.find("..");
    const auto first = read_number(text.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : read_number(text.substr(dots + 2));
    if (!first || !last || *last < *first || *last - *first >= most) return {};
    std::vector<std::uint64_t> seeds;
    for (std::uint64_t seed = *first; seed != *last; ++seed) seeds.push_back(seed);
    seeds.push_back(*last);
    return seeds;
}

}  // namespace gfs::cli
