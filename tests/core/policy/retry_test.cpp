// SPDX-License-Identifier: Apache-2.0
// How long clients wait before they try again (GFS 3.1).

#include "core/policy/retry.h"

#include <catch2/catch.hpp>
#include <set>

namespace gfs {
namespace {

constexpr Duration timeout = 2s;

std::optional<Duration> wait(const PolicySpec& spec, std::uint32_t failures,
                             std::uint64_t seed = 5) {
    sim::Random random(seed, "retry");
    return make_retry(spec)->wait({.in_a_row = failures, .timeout = timeout}, random);
}

PolicySpec exponential(const std::string& name, const std::string& value) {
    return {"exponential", {{name, value}}};
}

TEST_CASE("retry: every policy waits for more than nothing, and the same again",
          "[policy][gfs-3.1]") {
    for (const auto* entry : sim::Registry<RetryPolicy>::all()) {
        CAPTURE(entry->name);
        CHECK(!entry->sentence.empty());
        PolicySpec spec;
        spec.kind = std::string(entry->name);
        for (const std::uint32_t failures : {0U, 1U, 5U, 100U, 4'000'000'000U}) {
            const std::optional<Duration> first = wait(spec, failures);
            REQUIRE(first.has_value());
            CHECK(*first > Duration{0});
            CHECK(*first <= timeout);
            CHECK(wait(spec, failures) == first);
        }
    }
}

TEST_CASE("retry: every policy gives up after as many tries as it was told", "[policy][gfs-3.1]") {
    for (const auto* entry : sim::Registry<RetryPolicy>::all()) {
        CAPTURE(entry->name);
        const PolicySpec three{std::string(entry->name), {{"attempts", "3"}}};
        CHECK(wait(three, 0).has_value());
        CHECK(wait(three, 1).has_value());
        CHECK(!wait(three, 2).has_value());
    }
}

TEST_CASE("retry: exponential waits double up to client_timeout, half of each drawn",
          "[policy][gfs-3.1]") {
    for (std::uint32_t failures = 0; failures < 9; ++failures) {
        const Duration longest = std::min(timeout / 64 * (1 << failures), timeout);
        std::set<Duration> seen;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const Duration one = *wait({"exponential", {}}, failures, seed);
            CHECK(one >= longest / 2);
            CHECK(one <= longest);
            seen.insert(one);
        }
        CHECK(seen.size() > 10);
    }
}

TEST_CASE("retry: of an exponential wait all may be drawn, or nothing", "[policy][gfs-3.1]") {
    CHECK(wait(exponential("jitter", "none"), 0) == timeout / 64);
    CHECK(wait(exponential("jitter", "none"), 3) == timeout / 8);
    Duration shortest = timeout;
    for (std::uint64_t seed = 1; seed <= 30; ++seed)
        shortest = std::min(shortest, *wait(exponential("jitter", "full"), 9, seed));
    CHECK(shortest < timeout / 4);
}

TEST_CASE("retry: base, factor and longest wait are parameters", "[policy][gfs-3.1]") {
    const PolicySpec spec{"exponential",
                          {{"base", "0.1"}, {"factor", "3"}, {"max", "0.5"}, {"jitter", "none"}}};
    CHECK(wait(spec, 0) == timeout / 10);
    CHECK(wait(spec, 1) == 3 * timeout / 10);
    CHECK(wait(spec, 2) == timeout / 2);
    CHECK(wait({"constant", {{"wait", "0.25"}}}, 7) == timeout / 4);
}

}  // namespace
}  // namespace gfs
