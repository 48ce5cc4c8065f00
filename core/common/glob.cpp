// SPDX-License-Identifier: Apache-2.0

#include "core/common/glob.h"

#include <cstddef>

namespace gfs {

bool is_glob(std::string_view pattern) {
    return pattern.find_first_of("*?") != std::string_view::npos;
}

// When a comparison fails, the last `*` takes one character more. A `**` that came before is asked
// when `*` would have to take a '/'. No other choice can succeed where these fail, so the time is
// at most the product of the lengths.
bool glob_matches(std::string_view pattern, std::string_view text) {
    constexpr std::size_t none = std::string_view::npos;
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t after_star = none, star_text = 0;  // `*`: what follows it, where it ends now
    std::size_t after_any = none, any_text = 0;    // `**`: the same
    while (t < text.size() || p < pattern.size()) {
        if (pattern.substr(p).starts_with("**")) {
            p += 2;
            after_any = p;
            any_text = t;
            after_star = none;
        } else if (p < pattern.size() && pattern[p] == '*') {
            after_star = ++p;
            star_text = t;
        } else if (p < pattern.size() && t < text.size() &&
                   (pattern[p] == text[t] || (pattern[p] == '?' && text[t] != '/'))) {
            ++p;
            ++t;
        } else if (after_star != none && star_text < text.size() && text[star_text] != '/') {
            p = after_star;
            t = ++star_text;
        } else if (after_any != none && any_text < text.size()) {
            p = after_any;
            t = ++any_text;
            after_star = none;
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace gfs
