// SPDX-License-Identifier: Apache-2.0
// JSON numbers as exact integers and fractions, and seeds. The text of the file is judged, not a
// double made from it: 2^53 + 1 and 0.1 stay what they are.

#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/suggest.h"
#include "scenarios/format/units.h"

namespace gfs::format {
namespace {

// sign * digits * 10^exponent, without trailing zeros.
struct Scientific {
    bool negative = false;
    std::uint64_t digits = 0;
    int exponent = 0;
    bool fits = true;
};

Scientific read_scientific(std::string_view text) {
    Scientific out;
    out.negative = text.starts_with('-');
    bool point = false;
    std::size_t i = out.negative ? 1 : 0;
    for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
        if (text[i] == '.') {
            point = true;
            continue;
        }
        const auto digit = static_cast<std::uint64_t>(text[i] - '0');
        if (__builtin_mul_overflow(out.digits, std::uint64_t{10}, &out.digits) ||
            __builtin_add_overflow(out.digits, digit, &out.digits))
            out.fits = false;
        if (point) --out.exponent;
    }
    if (i < text.size()) {
        const bool minus = text.substr(i + 1).starts_with('-');
        int exponent = 0;
        for (++i; i < text.size(); ++i)
            if (text[i] >= '0' && text[i] <= '9' && exponent < 100'000)
                exponent = exponent * 10 + (text[i] - '0');
        out.exponent += minus ? -exponent : exponent;
    }
    while (out.digits != 0 && out.digits % 10 == 0) {
        out.digits /= 10;
        ++out.exponent;
    }
    if (out.digits == 0) out.exponent = 0;
    return out;
}

// digits * 10^exponent, or nothing above 2^63 - 1.
std::optional<std::uint64_t> raised(std::uint64_t digits, int exponent) {
    for (; exponent > 0; --exponent)
        if (__builtin_mul_overflow(digits, std::uint64_t{10}, &digits)) return std::nullopt;
    if (digits > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return digits;
}

}  // namespace

Read<std::int64_t> read_integer(std::string_view text) {
    const Scientific number = read_scientific(text);
    if (number.fits && number.exponent < 0)
        return {std::nullopt, "E0102", fmt::format("{} is not a whole number", tick(text)),
                "expected an integer"};
    const auto magnitude = number.fits ? raised(number.digits, number.exponent) : std::nullopt;
    if (!magnitude)
        return {std::nullopt, "E0107", fmt::format("{} is too large", tick(text)),
                "integers are 64 bits wide"};
    const auto value = static_cast<std::int64_t>(*magnitude);
    return {number.negative ? -value : value, {}, {}, {}};
}

Read<Exact> read_exact(std::string_view text) {
    const Scientific number = read_scientific(text);
    const auto top = number.fits ? raised(number.digits, number.exponent) : std::nullopt;
    const auto bottom = raised(1, number.exponent < 0 ? -number.exponent : 0);
    if (!top || !bottom)
        return {std::nullopt, "E0107", fmt::format("{} cannot be kept exactly", tick(text)),
                "at most 18 digits"};
    const std::uint64_t common = std::gcd(*top, *bottom);
    const auto above = static_cast<std::int64_t>(*top / common);
    return {Exact{number.negative ? -above : above, static_cast<std::int64_t>(*bottom / common)},
            {},
            {},
            {}};
}

Read<std::uint64_t> read_seed(std::string_view text, bool is_number) {
    constexpr std::uint64_t exact = (std::uint64_t{1} << 53U) - 1;
    if (is_number) {
        const Read<std::int64_t> number = read_integer(text);
        if (number.value && *number.value >= 0 &&
            static_cast<std::uint64_t>(*number.value) <= exact)
            return {static_cast<std::uint64_t>(*number.value), {}, {}, {}};
        if (number.code == "E0102" || text.starts_with('-'))
            return {std::nullopt, "E0120", fmt::format("{} is no seed", tick(text)),
                    "a seed is an integer from 0 to 9007199254740991, or text \"0x...\""};
        return {std::nullopt, "E0120", fmt::format("the seed {} is not exact in JSON", tick(text)),
                "above 2^53 - 1 other tools round it: write it as text \"0x...\""};
    }
    std::uint64_t value = 0;
    bool good = text.starts_with("0x") && text.size() > 2 && text.size() <= 18;
    for (std::size_t i = 2; good && i < text.size(); ++i) {
        const auto digit =
            std::string_view("0123456789abcdef")
                .find(text[i] >= 'A' && text[i] <= 'F' ? static_cast<char>(text[i] + 32) : text[i]);
        good = digit != std::string_view::npos;
        value = value << 4U | (good ? digit : 0);
    }
    if (!good)
        return {std::nullopt, "E0120", fmt::format("{} is no seed", tick(text)),
                "a seed is an integer from 0 to 9007199254740991, or text \"0x...\" of up to 16 "
                "hex digits"};
    return {value, {}, {}, {}};
}

}  // namespace gfs::format
