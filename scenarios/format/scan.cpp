// SPDX-License-Identifier: Apache-2.0
// Small scanners over JSON text: blanks and comments, string literals, words, UTF-8.

#include "scenarios/format/parse.h"

namespace gfs::format {

Trivia skip_trivia(std::string_view text, std::size_t from) {
    while (from < text.size()) {
        const char c = text[from];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            ++from;
        } else if (text.substr(from, 2) == "//") {
            const std::size_t newline = text.find('\n', from);
            from = newline == std::string_view::npos ? text.size() : newline;
        } else if (text.substr(from, 2) == "/*") {
            const std::size_t close = text.find("*/", from + 2);
            if (close == std::string_view::npos) return {text.size(), from};
            from = close + 2;
        } else {
            return {from, std::nullopt};
        }
    }
    return {text.size(), std::nullopt};
}

std::size_t string_end(std::string_view text, std::size_t from) {
    for (std::size_t i = from + 1; i < text.size(); ++i) {
        if (text[i] == '"') return i + 1;
        if (text[i] == '\n') return std::string_view::npos;
        if (text[i] == '\\') ++i;
    }
    return std::string_view::npos;
}

std::size_t word_end(std::string_view text, std::size_t from) {
    while (from < text.size()) {
        const char c = text[from];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool digit = c >= '0' && c <= '9';
        const bool sign = c == '+' || c == '-' || c == '.' || c == '_' || c == '$' || c == '%';
        if (!letter && !digit && !sign) break;
        ++from;
    }
    return from;
}

std::size_t number_end(std::string_view text, std::size_t from) {
    const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
    const auto digits = [&](std::size_t i) {
        while (at(i) >= '0' && at(i) <= '9') ++i;
        return i;
    };
    const std::size_t whole = at(from) == '-' ? from + 1 : from;
    std::size_t end = at(whole) == '0' ? whole + 1 : digits(whole);  // no leading zero
    if (end == whole) return from;
    if (at(end) == '.' && digits(end + 1) > end + 1) end = digits(end + 1);
    if (at(end) != 'e' && at(end) != 'E') return end;
    const std::size_t exponent = at(end + 1) == '+' || at(end + 1) == '-' ? end + 2 : end + 1;
    return digits(exponent) > exponent ? digits(exponent) : end;
}

std::optional<std::size_t> find_bad_utf8(std::string_view text) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    for (std::size_t i = 0; i < text.size();) {
        const unsigned lead = byte(i);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        std::size_t length = 0;
        unsigned low = 0x80;
        unsigned high = 0xbf;  // bounds of the second byte
        if (lead >= 0xc2 && lead <= 0xdf) length = 2;
        if (lead >= 0xe0 && lead <= 0xef) length = 3;
        if (lead >= 0xf0 && lead <= 0xf4) length = 4;
        if (length == 0) return i;
        if (lead == 0xe0) low = 0xa0;   // shorter forms exist
        if (lead == 0xed) high = 0x9f;  // surrogates
        if (lead == 0xf0) low = 0x90;
        if (lead == 0xf4) high = 0x8f;  // beyond U+10FFFF
        if (byte(i + 1) < low || byte(i + 1) > high) return i;
        for (std::size_t k = 2; k < length; ++k)
            if (byte(i + k) < 0x80 || byte(i + k) > 0xbf) return i;
        i += length;
    }
    return std::nullopt;
}

}  // namespace gfs::format
