// SPDX-License-Identifier: Apache-2.0
// What every placement policy promises, and what each is for (GFS 4.2).

#include "core/policy/placement.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

namespace gfs {
namespace {

std::unique_ptr<PlacementPolicy> make(const std::string& kind) {
    PolicySpec spec;
    spec.kind = kind;
    return make_placement(spec);
}

// Servers 0, 1, 2, ... in turn over the racks, half full.
ClusterView cluster(std::uint32_t servers, std::uint32_t racks) {
    ClusterView view;
    for (std::uint32_t i = 0; i < servers; ++i)
        view.live.push_back({.id = ServerId{i},
                             .rack = i % racks,
                             .disk_capacity = 1000,
                             .disk_used = 500,
                             .recent_creations = 0});
    return view;
}

std::set<std::uint32_t> racks_of(const ClusterView& view, const std::vector<ServerId>& servers) {
    std::set<std::uint32_t> racks;
    for (const ServerId id : servers) racks.insert(view.live[sim::to_index(id)].rack);
    return racks;
}

TEST_CASE("placement: every policy names distinct live servers, and the same again",
          "[policy][gfs-4.2]") {
    for (const auto* entry : sim::Registry<PlacementPolicy>::all()) {
        CAPTURE(entry->name);
        CHECK(!entry->sentence.empty());
        const ClusterView view = cluster(12, 4);
        for (std::size_t copies = 0; copies <= 4; ++copies) {
            const auto policy = make(std::string(entry->name));
            sim::Random random(5, "placement");
            sim::Random again(5, "placement");
            const std::vector<ServerId> chosen = policy->choose(view, copies, random);
            CHECK(chosen.size() <= copies);
            CHECK((copies == 0 || !chosen.empty()));
            CHECK(std::set<ServerId>(chosen.begin(), chosen.end()).size() == chosen.size());
            for (const ServerId id : chosen) CHECK(sim::to_index(id) < 12);
            CHECK(policy->choose(view, copies, again) == chosen);
        }
    }
}

TEST_CASE("placement: every policy answers with nothing when nobody is fit", "[policy][gfs-4.2]") {
    for (const auto* entry : sim::Registry<PlacementPolicy>::all()) {
        CAPTURE(entry->name);
        const auto policy = make(std::string(entry->name));
        sim::Random random(5, "placement");
        CHECK(policy->choose({}, 3, random).empty());
        ClusterView full = cluster(4, 2);
        for (ServerView& server : full.live) server.disk_used = 950;
        CHECK(policy->choose(full, 3, random).empty());
    }
}

TEST_CASE("placement: every policy skips disks that are fuller than it was told",
          "[policy][gfs-4.2]") {
    for (const auto* entry : sim::Registry<PlacementPolicy>::all()) {
        CAPTURE(entry->name);
        PolicySpec spec;
        spec.kind = std::string(entry->name);
        spec.parameters = {{"full_at", "0.4"}};
        sim::Random random(5, "placement");
        CHECK(make_placement(spec)->choose(cluster(4, 2), 3, random).empty());
    }
}

TEST_CASE("placement: an unknown policy or parameter is a mistake of the caller", "[policy]") {
    PolicySpec spec;
    spec.kind = "nowhere";
    CHECK_THROWS_AS(make_placement(spec), sim::AssertionFailed);
    spec.kind = "random";
    spec.parameters = {{"fullat", "0.5"}};
    CHECK_THROWS_AS(make_placement(spec), sim::AssertionFailed);
}

TEST_CASE("placement: the paper's spreads over racks", "[policy][gfs-4.2]") {
    const auto policy = make("paper");
    const ClusterView view = cluster(12, 4);
    sim::Random random(5, "placement");
    for (int i = 0; i < 50; ++i) {
        const auto chosen = policy->choose(view, 4, random);
        CHECK(racks_of(view, chosen).size() == 4);
    }
}

TEST_CASE("placement: the paper's takes a rack that has no replica yet", "[policy][gfs-4.3]") {
    const auto policy = make("paper");
    ClusterView view = cluster(6, 3);
    view.holders = {{.id = ServerId{100}, .rack = 0}, {.id = ServerId{101}, .rack = 2}};
    sim::Random random(5, "placement");
    for (int i = 0; i < 20; ++i)
        CHECK(racks_of(view, policy->choose(view, 1, random)) == std::set<std::uint32_t>{1});
}

TEST_CASE("placement: the paper's prefers disks below the average", "[policy][gfs-4.2]") {
    const auto policy = make("paper");
    ClusterView view = cluster(6, 1);
    for (const std::size_t i : {0U, 2U, 5U}) view.live[i].disk_used = 100;
    sim::Random random(5, "placement");
    auto chosen = policy->choose(view, 3, random);
    std::sort(chosen.begin(), chosen.end());
    CHECK(chosen == std::vector<ServerId>{ServerId{0}, ServerId{2}, ServerId{5}});
}

TEST_CASE("placement: the paper's prefers few recent creations", "[policy][gfs-4.2]") {
    const auto policy = make("paper");
    ClusterView view = cluster(4, 1);
    for (const std::size_t i : {0U, 1U, 3U}) view.live[i].recent_creations = 2;
    sim::Random random(5, "placement");
    CHECK(policy->choose(view, 1, random) == std::vector<ServerId>{ServerId{2}});
}

TEST_CASE("placement: what is equal is left to chance", "[policy][gfs-4.2]") {
    const auto policy = make("paper");
    const ClusterView view = cluster(4, 1);
    sim::Random random(5, "placement");
    std::set<ServerId> firsts;
    for (int i = 0; i < 100; ++i) firsts.insert(policy->choose(view, 1, random).front());
    CHECK(firsts.size() == 4);
}

TEST_CASE("placement: the same rack for all, where the chunk is already", "[policy]") {
    const auto policy = make("same_rack");
    ClusterView view = cluster(12, 4);
    sim::Random random(5, "placement");
    for (int i = 0; i < 20; ++i) CHECK(racks_of(view, policy->choose(view, 3, random)).size() == 1);
    view.holders = {{.id = ServerId{100}, .rack = 3}};
    CHECK(racks_of(view, policy->choose(view, 2, random)) == std::set<std::uint32_t>{3});
}

TEST_CASE("placement: the same rack is one that has room, if there is one", "[policy]") {
    const auto policy = make("same_rack");
    ClusterView view = cluster(9, 3);
    view.live.pop_back();  // the third rack has two
    sim::Random random(5, "placement");
    for (int i = 0; i < 30; ++i) CHECK(policy->choose(view, 3, random).size() == 3);
}

TEST_CASE("placement: the article's is one on the writer's rack and two on racks of their own",
          "[policy]") {
    ClusterView view = cluster(12, 4);
    view.local_rack = 2;
    sim::Random random(5, "placement");
    for (int i = 0; i < 20; ++i) {
        const auto chosen = make("article")->choose(view, 3, random);
        CHECK(view.live[sim::to_index(chosen.front())].rack == 2);
        CHECK(racks_of(view, chosen).size() == 3);
    }
    // A clone: there is no writer, and the racks that have none come first.
    view.holders = {{.id = ServerId{100}, .rack = 0}, {.id = ServerId{101}, .rack = 2}};
    CHECK(!racks_of(view, make("article")->choose(view, 1, random)).contains(2));
}

TEST_CASE("placement: HDFS's is one on the writer's rack and two together on another", "[policy]") {
    ClusterView view = cluster(12, 4);
    view.local_rack = 2;
    sim::Random random(5, "placement");
    for (int i = 0; i < 20; ++i) {
        const auto chosen = make("hdfs")->choose(view, 3, random);
        REQUIRE(chosen.size() == 3);
        const auto rack = [&](std::size_t which) {
            return view.live[sim::to_index(chosen[which])].rack;
        };
        CHECK(rack(0) == 2);
        CHECK(rack(1) != 2);
        CHECK(rack(2) == rack(1));
    }
    // Both that are left are on one rack: the third goes to another.
    view.holders = {{.id = ServerId{100}, .rack = 1}, {.id = ServerId{101}, .rack = 1}};
    CHECK(!racks_of(view, make("hdfs")->choose(view, 1, random)).contains(1));
}

TEST_CASE("placement: copysets are few, cover all servers, and span racks", "[policy]") {
    const auto policy = make("copyset");
    const ClusterView view = cluster(30, 5);
    sim::Random random(5, "placement");
    std::set<std::set<ServerId>> sets;
    std::set<ServerId> used;
    for (int i = 0; i < 500; ++i) {
        const auto chosen = policy->choose(view, 3, random);
        REQUIRE(chosen.size() == 3);
        CHECK(racks_of(view, chosen).size() >= 2);
        sets.insert(std::set<ServerId>(chosen.begin(), chosen.end()));
        used.insert(chosen.begin(), chosen.end());
    }
    CHECK(sets.size() == 20);  // two permutations of 30 servers
    CHECK(used.size() == 30);
    std::set<std::set<ServerId>> random_sets;
    for (int i = 0; i < 500; ++i) {
        const auto chosen = make("paper")->choose(view, 3, random);
        random_sets.insert(std::set<ServerId>(chosen.begin(), chosen.end()));
    }
    CHECK(random_sets.size() > 300);
}

TEST_CASE("placement: a copyset that has lost a member is made whole, and any server does instead",
          "[policy]") {
    const auto policy = make("copyset");
    ClusterView view = cluster(9, 3);
    sim::Random random(5, "placement");
    const auto chosen = policy->choose(view, 3, random);
    REQUIRE(chosen.size() == 3);
    view.holders = {view.live[sim::to_index(chosen[0])], view.live[sim::to_index(chosen[1])]};
    std::erase_if(view.live, [&](const ServerView& server) {
        return server.id == chosen[0] || server.id == chosen[1];
    });
    CHECK(policy->choose(view, 1, random) == std::vector<ServerId>{chosen[2]});
    std::erase_if(view.live, [&](const ServerView& server) { return server.id == chosen[2]; });
    CHECK(policy->choose(view, 1, random).size() == 1);
}

TEST_CASE("placement: with consistent hashing a new server takes its share and moves no other",
          "[policy]") {
    const auto policy = make("consistent_hashing");
    sim::Random random(5, "placement");
    const auto place = [&](std::uint32_t servers, std::uint64_t chunk) {
        ClusterView view = cluster(servers, servers);  // each on a rack of its own
        view.chunk = ChunkHandle{chunk};
        return policy->choose(view, 1, random).front();
    };
    int moved = 0;
    for (std::uint64_t chunk = 1; chunk <= 1000; ++chunk) {
        const ServerId before = place(9, chunk);
        const ServerId after = place(10, chunk);
        if (before == after) continue;
        ++moved;
        CHECK(after == ServerId{9});
    }
    CHECK(moved > 50);
    CHECK(moved < 200);
}

TEST_CASE("placement: consistent hashing takes other racks first, and many places even the load",
          "[policy]") {
    sim::Random random(5, "placement");
    const auto spread = [&](const std::string& vnodes) {
        const auto policy = make_placement({"consistent_hashing", {{"vnodes", vnodes}}});
        std::map<ServerId, int> load;
        for (std::uint64_t chunk = 1; chunk <= 2000; ++chunk) {
            ClusterView view = cluster(8, 4);
            view.chunk = ChunkHandle{chunk};
            const auto chosen = policy->choose(view, 3, random);
            CHECK(racks_of(view, chosen).size() == 3);
            for (const ServerId server : chosen) ++load[server];
        }
        int most = 0;
        for (const auto& [server, chunks] : load) most = std::max(most, chunks);
        return most;
    };
    CHECK(spread("200") < spread("1"));
}

}  // namespace
}  // namespace gfs
