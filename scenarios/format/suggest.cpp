// SPDX-License-Identifier: Apache-2.0
// Did you mean?

#include "scenarios/format/suggest.h"

#include <algorithm>

#include "scenarios/format/source_files.h"

namespace gfs::format {

namespace {
constexpr std::size_t max_word = 64;  // longer words are no misspellings of ours
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + cost});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(above);
        above.swap(row);
    }
    return above[b.size()];
}

std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& words) {
    if (word.size() > max_word) return std::nullopt;
    std::optional<std::string_view> best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view candidate : words) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance >= best_distance) continue;
        best = candidate;
        best_distance = distance;
    }
    return best;
}

std::string tick(std::string_view word, std::size_t max) {
    std::string out = "`";
    std::size_t shown = 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const auto byte = static_cast<unsigned char>(word[i]);
        const bool continuation = (byte & 0xc0U) == 0x80U;
        if (!continuation && shown++ == max) {
            out += "...";
            break;
        }
        out += byte < 0x20 || byte == 0x7f ? '?' : word[i];
    }
    return out + "`";
}

std::string comma_list(std::vector<std::string_view> words, bool sorted, std::size_t max) {
    if (sorted) std::stable_sort(words.begin(), words.end());
    std::string out;
    for (const std::string_view word : words) {
        if (!out.empty()) out += ", ";
        if (out.size() + word.size() > max) return out + "...";
        out += word;
    }
    return out;
}

}  // namespace gfs::format
