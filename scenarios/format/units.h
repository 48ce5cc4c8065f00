// SPDX-License-Identifier: Apache-2.0
// Quantities with units, by integer arithmetic only: "1m30s", "64MiB", "100Mbit/s", "50/s". What
// cannot be represented exactly is an error, never rounded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/format/values.h"
#include "sim/random.h"

namespace gfs::format {

// A value, or why there is none: the code of errors.def, the sentence, and the way out.
template <typename T>
struct Read {
    std::optional<T> value;
    std::string_view code;
    std::string message;
    std::string note;
};

// ns. A leading minus is accepted; the field judges it. Units: ns us ms s m h d.
Read<std::int64_t> read_duration(std::string_view text);
// Bytes. Units: B KiB MiB GiB kB MB GB.
Read<std::int64_t> read_size(std::string_view text);
// Bytes a second. Units: those of sizes, and bit kbit Mbit Gbit, with "/s".
Read<std::int64_t> read_bandwidth(std::string_view text);
// "50/s", "0.5/s", "30/min".
Read<Rate> read_rate(std::string_view text);
// "40%" as 40/100, in lowest terms; 0 to 100.
Read<sim::Ratio> read_percent(std::string_view text);

// The text of a JSON number as an exact integer.
Read<std::int64_t> read_integer(std::string_view text);
// The text of a JSON number, up to 18 digits, as an exact fraction in lowest terms.
Read<Exact> read_exact(std::string_view text);
// A seed: 0 to 2^53-1 as a number, or text "0x..." of up to 64 bits.
Read<std::uint64_t> read_seed(std::string_view text, bool is_number);

// "1.5s", "64MiB": the shortest text that reads back to the same value.
std::string write_duration(std::int64_t ns);
std::string write_size(std::uint64_t bytes);
// 67,108,864
std::string with_commas(std::uint64_t number);

}  // namespace gfs::format
