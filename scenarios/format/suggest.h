// SPDX-License-Identifier: Apache-2.0
// The nearest correct word, and words as they appear in messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gfs::format {

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of `words` within max(1, length / 3); the first of equals.
std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& words);

// `word` in backquotes, without control characters, cut to `max` code points.
std::string tick(std::string_view word, std::size_t max = 60);

// "a, b, c"; sorted on request. At most `max` characters, then "...".
std::string comma_list(std::vector<std::string_view> words, bool sorted, std::size_t max = 400);

}  // namespace gfs::format
