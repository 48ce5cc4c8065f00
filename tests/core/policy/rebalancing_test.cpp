// SPDX-License-Identifier: Apache-2.0
// What every rebalancing policy promises, and what the paper's does (GFS 4.3).

#include "core/policy/rebalancing.h"

#include <catch2/catch.hpp>

namespace gfs {
namespace {

std::vector<BalanceView> servers(const std::vector<std::uint64_t>& used_percent) {
    std::vector<BalanceView> views;
    for (std::uint32_t i = 0; i < used_percent.size(); ++i)
        views.push_back({.server = {.id = ServerId{i},
                                    .rack = i,
                                    .disk_capacity = 1000,
                                    .disk_used = 10 * used_percent[i],
                                    .recent_creations = 0},
                         .clones = 0,
                         .moves = 0});
    return views;
}

PolicySpec paper(const std::string& band) {
    return {"paper", {{"band", band}}};
}

TEST_CASE("rebalancing: every policy leaves well-balanced disks alone", "[policy][gfs-4.3]") {
    for (const auto* entry : sim::Registry<RebalancingPolicy>::all()) {
        CAPTURE(entry->name);
        PolicySpec spec;
        spec.kind = entry->name;
        const auto policy = make_rebalancing(spec);
        CHECK_FALSE(policy->choose(servers({50, 50, 52, 49})).has_value());
        CHECK_FALSE(policy->choose({}).has_value());
        CHECK_FALSE(policy->choose(servers({90})).has_value());
    }
}

TEST_CASE("rebalancing: the paper's moves from the fullest to the emptiest", "[policy][gfs-4.3]") {
    const auto policy = make_rebalancing(paper("0.1"));
    const auto move = policy->choose(servers({50, 80, 20, 60}));
    REQUIRE(move.has_value());
    CHECK(move->from == ServerId{1});
    CHECK(move->to == ServerId{2});
}

TEST_CASE("rebalancing: the band decides what is worth a move", "[policy][gfs-4.3]") {
    CHECK_FALSE(make_rebalancing(paper("0.3"))->choose(servers({50, 80})).has_value());
    CHECK(make_rebalancing(paper("0.29"))->choose(servers({50, 80})).has_value());
}

TEST_CASE("rebalancing: a server gets no more moves at once than `at_once`", "[policy][gfs-4.3]") {
    std::vector<BalanceView> views = servers({80, 10, 20});
    views[1].moves = 1;
    const auto one = make_rebalancing(paper("0.1"))->choose(views);
    REQUIRE(one.has_value());
    CHECK(one->to == ServerId{2});
    const auto two = make_rebalancing({"paper", {{"at_once", "2"}}})->choose(views);
    REQUIRE(two.has_value());
    CHECK(two->to == ServerId{1});
}

TEST_CASE("rebalancing: of two empty servers the one that few chunks were just created on",
          "[policy][gfs-4.3]") {
    std::vector<BalanceView> views = servers({80, 10, 10});
    views[1].server.recent_creations = 3;
    const auto move = make_rebalancing(paper("0.1"))->choose(views);
    REQUIRE(move.has_value());
    CHECK(move->to == ServerId{2});
}

}  // namespace
}  // namespace gfs
