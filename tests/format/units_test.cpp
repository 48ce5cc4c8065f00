// SPDX-License-Identifier: Apache-2.0
// Quantities with units.

#include <catch2/catch.hpp>

#include "scenarios/format/units.h"

namespace gfs::format {
namespace {

std::int64_t duration(std::string_view text) {
    return read_duration(text).value.value();
}
std::int64_t bytes_of(std::string_view text) {
    return read_size(text).value.value();
}
std::int64_t bandwidth(std::string_view text) {
    return read_bandwidth(text).value.value();
}

TEST_CASE("units: durations are exact nanoseconds", "[format]") {
    CHECK(duration("250us") == 250'000);
    CHECK(duration("1.5s") == 1'500'000'000);
    CHECK(duration("1m30s") == 90'000'000'000);
    CHECK(duration("2h") == 7'200'000'000'000);
    CHECK(duration("1d") == 86'400'000'000'000);
    CHECK(duration("0.000000001s") == 1);
    CHECK(duration("-5ms") == -5'000'000);
    CHECK(duration("0") == 0);
    CHECK(duration("0.1ms") == 100'000);
    CHECK(read_duration("0.5ns").code == "E0108");
    CHECK(read_duration("1.0000000001s").code == "E0108");
    CHECK(read_duration("300000000000d").code == "E0107");
    CHECK(read_duration("99999999999999999999s").code == "E0107");
    for (const char* bad :
         {"", "5", "s", "5 s", "5sec", "1.s", ".5s", "1s-", "--1s", "1e3s", "-0s", "5µs"}) {
        INFO(bad);
        CHECK(read_duration(bad).code == "E0103");
    }
}

TEST_CASE("units: sizes, and what is ambiguous in them", "[format]") {
    CHECK(bytes_of("64MiB") == 67'108'864);
    CHECK(bytes_of("64MB") == 64'000'000);
    CHECK(bytes_of("1.5KiB") == 1536);
    CHECK(bytes_of("6.25MB") == 6'250'000);
    CHECK(bytes_of("2B") == 2);
    CHECK(read_size("0.5B").code == "E0108");
    CHECK(read_size("64M").code == "E0104");
    CHECK(read_size("64M").note ==
          "write \"64MiB\" (67,108,864 bytes) or \"64MB\" (64,000,000 bytes)");
    CHECK(read_size("64K").note == "write \"64KiB\" (65,536 bytes) or \"64kB\" (64,000 bytes)");
    CHECK(read_size("64KB").code == "E0103");
    CHECK(read_size("64KB").note == "write \"64kB\"");
    CHECK(read_size("64").code == "E0103");
    CHECK(read_size("10000000000GiB").code == "E0107");
}

TEST_CASE("units: bandwidths in bytes or bits", "[format]") {
    CHECK(bandwidth("100Mbit/s") == 12'500'000);
    CHECK(bandwidth("6.25MB/s") == 6'250'000);
    CHECK(bandwidth("8bit/s") == 1);
    CHECK(bandwidth("1MiB/s") == 1'048'576);
    CHECK(read_bandwidth("1bit/s").code == "E0108");
    CHECK(read_bandwidth("100Mbps").code == "E0105");
    CHECK(read_bandwidth("100Mbps").note == "write \"100Mbit/s\"");
    CHECK(read_bandwidth("12.5MBps").note == "write \"12.5MB/s\"");
    CHECK(read_bandwidth("100Mbit").code == "E0103");
}

TEST_CASE("units: rates and percentages", "[format]") {
    const Rate fast = read_rate("50/s").value.value();
    CHECK(fast.count == 50);
    CHECK(fast.period == std::chrono::seconds{1});
    const Rate slow = read_rate("0.5/s").value.value();
    CHECK(slow.count == 1);
    CHECK(slow.period == std::chrono::seconds{2});
    CHECK(read_rate("30/min").value.value().period == std::chrono::minutes{1});
    CHECK(read_rate("0/s").code == "E0107");
    CHECK(read_rate("50").code == "E0103");
    CHECK(read_percent("40%").value.value() == sim::Ratio{2, 5});
    CHECK(read_percent("12.5%").value.value() == sim::Ratio{1, 8});
    CHECK(read_percent("101%").code == "E0107");
}

TEST_CASE("numbers: integers and fractions are judged by their text", "[format]") {
    CHECK(read_integer("9007199254740993").value.value() == 9'007'199'254'740'993);
    CHECK(read_integer("1e3").value.value() == 1000);
    CHECK(read_integer("-2.50e1").value.value() == -25);
    CHECK(read_integer("1.5").code == "E0102");
    CHECK(read_integer("9223372036854775808").code == "E0107");
    CHECK(read_integer("0e99999999").value.value() == 0);
    CHECK(read_exact("0.05").value.value().denominator == 20);
    CHECK(read_exact("-0.5").value.value().numerator == -1);
    CHECK(read_exact("1e-30").code == "E0107");
}

TEST_CASE("numbers: seeds are exact or refused", "[format]") {
    CHECK(read_seed("9007199254740991", true).value.value() == 9'007'199'254'740'991U);
    CHECK(read_seed("9007199254740992", true).code == "E0120");
    CHECK(read_seed("-1", true).code == "E0120");
    CHECK(read_seed("0xffffffffffffffff", false).value.value() == ~std::uint64_t{0});
    CHECK(read_seed("0xABcd", false).value.value() == 0xabcdU);
    CHECK(read_seed("0x1ffffffffffffffff", false).code == "E0120");
    CHECK(read_seed("17", false).code == "E0120");
    CHECK(read_seed("0x", false).code == "E0120");
}

TEST_CASE("units: what is written reads back", "[format]") {
    for (const std::int64_t ns :
         {0LL, 1LL, 1'500LL, 2'000'000LL, 90'000'000'000LL, 86'400'000'000'000LL})
        CHECK(duration(write_duration(ns)) == ns);
    for (const std::uint64_t bytes : {1ULL, 1000ULL, 1024ULL, 6'250'000ULL, 67'108'864ULL})
        CHECK(bytes_of(write_size(bytes)) == static_cast<std::int64_t>(bytes));
    CHECK(with_commas(67'108'864) == "67,108,864");
    CHECK(with_commas(999) == "999");
    CHECK(with_commas(1000) == "1,000");
}

}  // namespace
}  // namespace gfs::format
