// SPDX-License-Identifier: Apache-2.0

#include "sim/metrics.h"

#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <vector>

namespace sim {
namespace {

TEST_CASE("metrics: a name and its labels lead to one metric, whose handle stays good",
          "[metrics]") {
    Metrics metrics;
    Counter& grants = metrics.counter("master.lease_grants_total");
    grants.add();
    for (int i = 0; i < 1'000; ++i)
        metrics.counter("net.messages_total", {{"host", std::to_string(i)}}).add(2);
    grants.add(4);
    REQUIRE(&metrics.counter("master.lease_grants_total") == &grants);
    REQUIRE(grants.value() == 5);
    REQUIRE(metrics.counter("net.messages_total", {{"host", "7"}}).value() == 2);
    REQUIRE(metrics.all().size() == 1'001);
}

TEST_CASE("metrics: are listed by name, then by labels, whatever the order of their making",
          "[metrics]") {
    Metrics metrics;
    metrics.histogram("client.latency_ns", {{"op", "write"}});
    metrics.gauge("master.chunks");
    metrics.histogram("client.latency_ns", {{"op", "append"}});
    metrics.counter("client.errors_total");
    std::vector<std::string> order;
    for (const auto& [key, metric] : metrics.all()) {
        order.push_back(key.name);
        for (const auto& [label, value] : key.labels) order.back() += " " + label + "=" + value;
    }
    REQUIRE(order == std::vector<std::string>{"client.errors_total", "client.latency_ns op=append",
                                              "client.latency_ns op=write", "master.chunks"});
}

TEST_CASE("metrics: one name cannot be two kinds, nor anything but a name", "[metrics]") {
    Metrics metrics;
    metrics.counter("a.b_total");
    REQUIRE_THROWS_AS(metrics.gauge("a.b_total"), AssertionFailed);
    for (const char* bad : {"", ".", "a", "a.", ".a", "a..b", "A.b", "a.b c", "a-b.c"}) {
        INFO(bad);
        REQUIRE_THROWS_AS(metrics.counter(bad), AssertionFailed);
    }
    REQUIRE(metrics.all().size() == 1);
}

TEST_CASE("metrics: find makes nothing", "[metrics]") {
    Metrics metrics;
    REQUIRE(metrics.find("a.b") == nullptr);
    metrics.histogram("a.b").add(3);
    const Metrics::Metric* const found = metrics.find("a.b");
    REQUIRE(found != nullptr);
    REQUIRE(std::get<Histogram>(*found).max() == 3);
    REQUIRE(metrics.find("a.b", {{"x", "y"}}) == nullptr);
    REQUIRE(metrics.all().size() == 1);
}

TEST_CASE("metrics: the end of a name is its unit", "[metrics]") {
    REQUIRE(Metrics::unit_of("client.latency_ns") == "ns");
    REQUIRE(Metrics::unit_of("disk.used_bytes") == "bytes");
    REQUIRE(Metrics::unit_of("clock.drift_ppm") == "ppm");
    REQUIRE(Metrics::unit_of("master.grants_total") == "");
    REQUIRE(Metrics::unit_of("net.columns") == "");
    REQUIRE(Metrics::unit_of("ns") == "");
}

TEST_CASE("gauge: the mean weighs each level by how long it lasted", "[metrics]") {
    Gauge gauge;
    REQUIRE(gauge.value() == 0);
    REQUIRE(gauge.time_weighted_mean(time_from_ns(50)) == 0);
    gauge.set(10, time_from_ns(100));
    REQUIRE(gauge.time_weighted_mean(time_from_ns(100)) == 10);
    gauge.set(40, time_from_ns(130));   // 10 for 30 ns
    gauge.add(-60, time_from_ns(140));  // 40 for 10 ns
    // -20 for 60 ns: (300 + 400 - 1200) / 100
    REQUIRE(gauge.time_weighted_mean(time_from_ns(200)) == -5);
    REQUIRE(gauge.value() == -20);
    REQUIRE(gauge.min() == -20);
    REQUIRE(gauge.max() == 40);
}

TEST_CASE("gauge: its extremes are of values that it had", "[metrics]") {
    Gauge gauge;
    gauge.set(7, time_from_ns(5));
    REQUIRE(gauge.min() == 7);
    REQUIRE(gauge.max() == 7);
    gauge.set(9, time_from_ns(5));
    REQUIRE(gauge.max() == 9);
    REQUIRE(gauge.time_weighted_mean(time_from_ns(6)) == 9);
    REQUIRE_THROWS_AS(gauge.set(1, time_from_ns(4)), AssertionFailed);
}

TEST_CASE("gauge: a large level over a long time does not overflow", "[metrics]") {
    constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
    Gauge gauge;
    gauge.set(largest, time_zero);
    gauge.set(largest, time_from_ns(largest / 2));
    REQUIRE(gauge.time_weighted_mean(time_never) == largest);
}

}  // namespace
}  // namespace sim
