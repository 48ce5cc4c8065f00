// SPDX-License-Identifier: Apache-2.0
// Durations, sizes, bandwidths and rates. A decimal is kept as digits and a power of ten until the
// unit is known; then the division must come out even.

#include "scenarios/format/units.h"

#include <array>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/suggest.h"

namespace gfs::format {
namespace {

using Unsigned = std::uint64_t;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// digits / 10^places
struct Decimal {
    Unsigned digits = 0;
    unsigned places = 0;
    bool fits = true;
    std::size_t length = 0;  // characters read; 0: no number here
};

Decimal read_decimal(std::string_view text) {
    Decimal out;
    bool point = false;
    bool any = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        if (text[i] == '.' && !point && any) {
            point = true;
            continue;
        }
        if (!is_digit(text[i])) break;
        any = true;
        const auto digit = static_cast<Unsigned>(text[i] - '0');
        if (__builtin_mul_overflow(out.digits, Unsigned{10}, &out.digits) ||
            __builtin_add_overflow(out.digits, digit, &out.digits))
            out.fits = false;
        if (point && ++out.places > 18) out.fits = false;
    }
    if (i > 0 && text[i - 1] == '.') return {};  // "5.s"
    out.length = any ? i : 0;
    return out;
}

Unsigned power_of_ten(unsigned exponent) {
    Unsigned out = 1;
    for (unsigned i = 0; i < exponent; ++i) out *= 10;
    return out;
}

enum class Scaled { exact, inexact, too_large };

// digits / 10^places * unit, when it is an integer below 2^63.
Scaled scale(const Decimal& number, Unsigned unit, Unsigned divisor, std::int64_t& out) {
    if (!number.fits) return Scaled::too_large;
    Unsigned below = 0;
    if (__builtin_mul_overflow(power_of_ten(number.places), divisor, &below))
        return Scaled::inexact;
    Unsigned digits = number.digits;
    const Unsigned common = std::gcd(unit, below);
    unit /= common;
    below /= common;
    if (digits % below != 0) return Scaled::inexact;
    digits /= below;
    Unsigned product = 0;
    constexpr auto most = static_cast<Unsigned>(std::numeric_limits<std::int64_t>::max());
    if (__builtin_mul_overflow(digits, unit, &product) || product > most) return Scaled::too_large;
    out = static_cast<std::int64_t>(product);
    return Scaled::exact;
}

struct UnitRow {
    std::string_view name;
    Unsigned factor;
    Unsigned divisor = 1;
};

constexpr std::array<UnitRow, 7> duration_units{{{"ns", 1},
                                                 {"us", 1'000},
                                                 {"ms", 1'000'000},
                                                 {"s", 1'000'000'000},
                                                 {"m", 60'000'000'000},
                                                 {"h", 3'600'000'000'000},
                                                 {"d", 86'400'000'000'000}}};

constexpr std::array<UnitRow, 7> size_units{{{"B", 1},
                                             {"KiB", 1024},
                                             {"MiB", 1024 * 1024},
                                             {"GiB", 1024 * 1024 * 1024},
                                             {"kB", 1000},
                                             {"MB", 1'000'000},
                                             {"GB", 1'000'000'000}}};

constexpr std::array<UnitRow, 4> bit_units{
    {{"bit", 1, 8}, {"kbit", 1000, 8}, {"Mbit", 1'000'000, 8}, {"Gbit", 1'000'000'000, 8}}};

template <std::size_t N>
const UnitRow* find_unit(const std::array<UnitRow, N>& rows, std::string_view name) {
    for (const UnitRow& row : rows)
        if (row.name == name) return &row;
    return nullptr;
}

template <typename T>
Read<T> failed(std::string_view code, std::string message, std::string note) {
    return {std::nullopt, code, std::move(message), std::move(note)};
}

Read<std::int64_t> bad_unit(std::string_view text, std::string_view what,
                            std::string_view example) {
    return failed<std::int64_t>("E0103", fmt::format("{} is not a {}", tick(text), what),
                                fmt::format("write it like {}", example));
}

Read<std::int64_t> finish(Scaled result, std::int64_t value, std::string_view text,
                          std::string_view smallest) {
    if (result == Scaled::too_large)
        return failed<std::int64_t>("E0107", fmt::format("{} is too large", tick(text)),
                                    "at most 2^63 - 1 of the base unit");
    if (result == Scaled::inexact)
        return failed<std::int64_t>(
            "E0108", fmt::format("{} is not a whole number of {}", tick(text), smallest),
            "nothing is rounded: give a value that is exact");
    Read<std::int64_t> out;
    out.value = value;
    return out;
}

// Byte units without the `i` or the `B`, which people read both ways.
Read<std::int64_t> ambiguous_size(std::string_view text, const Decimal& number, char letter) {
    const bool kilo = letter == 'k' || letter == 'K';
    const char upper = kilo ? 'K' : letter;
    const std::string binary = fmt::format("{}iB", upper);
    const std::string decimal = kilo ? "kB" : fmt::format("{}B", upper);
    const std::string_view digits = text.substr(0, number.length);
    std::int64_t two = 0;
    std::int64_t ten = 0;
    const bool known =
        scale(number, find_unit(size_units, binary)->factor, 1, two) == Scaled::exact &&
        scale(number, find_unit(size_units, decimal)->factor, 1, ten) == Scaled::exact;
    std::string note = fmt::format("write \"{0}{1}\" or \"{0}{2}\"", digits, binary, decimal);
    if (known)
        note = fmt::format("write \"{0}{1}\" ({2} bytes) or \"{0}{3}\" ({4} bytes)", digits, binary,
                           with_commas(static_cast<Unsigned>(two)), decimal,
                           with_commas(static_cast<Unsigned>(ten)));
    return failed<std::int64_t>("E0104", fmt::format("{} is ambiguous", tick(text)), note);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

}  // namespace

Read<std::int64_t> read_duration(std::string_view text) {
    constexpr std::string_view example = "\"250us\", \"1.5s\", \"1m30s\", \"2h\" or \"1d\"";
    const bool negative = text.starts_with('-');
    std::string_view rest = text.substr(negative ? 1 : 0);
    if (text == "0") return {0, {}, {}, {}};
    if (rest.empty()) return bad_unit(text, "duration", example);
    std::int64_t total = 0;
    while (!rest.empty()) {
        const Decimal number = read_decimal(rest);
        if (number.length == 0) return bad_unit(text, "duration", example);
        rest.remove_prefix(number.length);
        std::size_t letters = 0;
        while (letters < rest.size() && !is_digit(rest[letters])) ++letters;
        const UnitRow* unit = find_unit(duration_units, rest.substr(0, letters));
        if (unit == nullptr) return bad_unit(text, "duration", example);
        rest.remove_prefix(letters);
        std::int64_t part = 0;
        const Scaled result = scale(number, unit->factor, 1, part);
        if (result != Scaled::exact) return finish(result, 0, text, "nanoseconds");
        if (__builtin_add_overflow(total, part, &total))
            return finish(Scaled::too_large, 0, text, "nanoseconds");
    }
    if (negative && total == 0) return bad_unit(text, "duration", example);
    return {negative ? -total : total, {}, {}, {}};
}

Read<std::int64_t> read_size(std::string_view text) {
    constexpr std::string_view example = "\"64MiB\", \"64KiB\", \"200kB\" or \"2B\"";
    const Decimal number = read_decimal(text);
    const std::string_view name = text.substr(number.length);
    if (number.length == 0) return bad_unit(text, "size", example);
    if (name.size() == 1 && std::string_view("kKMG").find(name[0]) != std::string_view::npos)
        return ambiguous_size(text, number, name[0]);
    const UnitRow* unit = find_unit(size_units, name);
    if (unit == nullptr) {
        Read<std::int64_t> out = bad_unit(text, "size", example);
        for (const UnitRow& row : size_units)
            if (lower(row.name) == lower(name))
                out.note = fmt::format("write \"{}{}\"", text.substr(0, number.length), row.name);
        return out;
    }
    std::int64_t value = 0;
    const Scaled result = scale(number, unit->factor, 1, value);
    return finish(result, value, text, "bytes");
}

Read<std::int64_t> read_bandwidth(std::string_view text) {
    constexpr std::string_view example = "\"100Mbit/s\", \"6.25MB/s\" or \"40MiB/s\"";
    const Decimal number = read_decimal(text);
    std::string_view name = text.substr(number.length);
    if (number.length == 0) return bad_unit(text, "bandwidth", example);
    const std::string_view digits = text.substr(0, number.length);
    if (name.ends_with("bps") || name.ends_with("Bps")) {
        const std::string_view prefix = name.substr(0, name.size() - 3);
        const bool bits = name[name.size() - 3] == 'b';
        return failed<std::int64_t>(
            "E0105", fmt::format("{} is not a unit of this format", tick(name)),
            fmt::format("write \"{}{}{}/s\"", digits, prefix, bits ? "bit" : "B"));
    }
    if (!name.ends_with("/s")) return bad_unit(text, "bandwidth", example);
    name.remove_suffix(2);
    const UnitRow* unit = find_unit(bit_units, name);
    if (unit == nullptr) unit = find_unit(size_units, name);
    if (unit == nullptr) return bad_unit(text, "bandwidth", example);
    std::int64_t value = 0;
    const Scaled result = scale(number, unit->factor, unit->divisor, value);
    return finish(result, value, text, "bytes a second");
}

Read<Rate> read_rate(std::string_view text) {
    const Decimal number = read_decimal(text);
    const std::string_view per = text.substr(number.length);
    const auto fail = [&](std::string_view code, std::string message, std::string note) {
        return failed<Rate>(code, std::move(message), std::move(note));
    };
    if (number.length == 0 || (per != "/s" && per != "/min"))
        return fail("E0103", fmt::format("{} is not a rate", tick(text)), "write it like \"50/s\"");
    constexpr Unsigned most = 1'000'000'000;
    if (!number.fits || number.places > 6 || number.digits / power_of_ten(number.places) > most)
        return fail("E0107", fmt::format("{} is no rate that can be kept", tick(text)),
                    "from 0.000001/s to 1000000000/s");
    if (number.digits == 0)
        return fail("E0107", "a rate of zero does nothing", "leave the group out");
    const Unsigned below = power_of_ten(number.places);
    const Unsigned common = std::gcd(number.digits, below);
    const std::int64_t period = per == "/s" ? 1'000'000'000 : 60'000'000'000;
    Rate rate{number.digits / common,
              sim::Duration{period * static_cast<std::int64_t>(below / common)}};
    return {rate, {}, {}, {}};
}

Read<sim::Ratio> read_percent(std::string_view text) {
    const Decimal number = read_decimal(text);
    if (number.length == 0 || text.substr(number.length) != "%")
        return failed<sim::Ratio>("E0103", fmt::format("{} is not a percentage", tick(text)),
                                  "write it like \"40%\"");
    Unsigned below = number.places <= 9 ? power_of_ten(number.places) * 100 : 0;
    if (!number.fits || below == 0 || number.digits > below)
        return failed<sim::Ratio>("E0107", fmt::format("{} is out of range", tick(text)),
                                  "0% to 100%");
    const Unsigned common = std::gcd(number.digits, below);
    return {sim::Ratio{number.digits / common, below / common}, {}, {}, {}};
}

std::string write_duration(std::int64_t ns) {
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 7> units{
        {{"d", 86'400'000'000'000},
         {"h", 3'600'000'000'000},
         {"m", 60'000'000'000},
         {"s", 1'000'000'000},
         {"ms", 1'000'000},
         {"us", 1'000},
         {"ns", 1}}};
    if (ns == 0) return "0s";
    for (const auto& [name, factor] : units)
        if (ns % factor == 0) return fmt::format("{}{}", ns / factor, name);
    return {};
}

std::string write_size(std::uint64_t bytes) {
    constexpr std::array<std::pair<std::string_view, std::uint64_t>, 6> units{
        {{"GiB", 1U << 30U},
         {"MiB", 1U << 20U},
         {"KiB", 1U << 10U},
         {"GB", 1'000'000'000},
         {"MB", 1'000'000},
         {"kB", 1000}}};
    for (const auto& [name, factor] : units)
        if (bytes != 0 && bytes % factor == 0) return fmt::format("{}{}", bytes / factor, name);
    return fmt::format("{}B", bytes);
}

std::string with_commas(std::uint64_t number) {
    std::string out = std::to_string(number);
    for (std::size_t i = out.size(); i > 3; i -= 3) out.insert(i - 3, ",");
    return out;
}

}  // namespace gfs::format
