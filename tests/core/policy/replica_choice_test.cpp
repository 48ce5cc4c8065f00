// SPDX-License-Identifier: Apache-2.0
// Which replica a client reads from (GFS 2.4).

#include "core/policy/replica_choice.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

namespace gfs {
namespace {

// Servers 0, 1, 2, ...: the later ones are closer, and have been asked less often.
std::vector<ReadCandidate> candidates(std::uint32_t count) {
    std::vector<ReadCandidate> all;
    for (std::uint32_t i = 0; i < count; ++i)
        all.push_back({.server = ServerId{i},
                       .distance = static_cast<int>(count - i),
                       .asked = 2 * (count - i)});
    return all;
}

std::vector<ReadCandidate> ordered(const std::string& kind, std::vector<ReadCandidate> all,
                                   std::uint64_t seed) {
    sim::Random random(seed, "replicas");
    make_replica_choice({kind, {}})->order(all, random);
    return all;
}

TEST_CASE("replica choice: every policy keeps all replicas, and the same order again",
          "[policy][gfs-2.4]") {
    for (const auto* entry : sim::Registry<ReplicaChoice>::all()) {
        CAPTURE(entry->name);
        CHECK(!entry->sentence.empty());
        const std::string kind(entry->name);
        const auto once = ordered(kind, candidates(5), 3);
        CHECK(std::is_permutation(once.begin(), once.end(), candidates(5).begin()));
        CHECK(ordered(kind, candidates(5), 3) == once);
        CHECK(ordered(kind, {}, 3).empty());
    }
}

TEST_CASE("replica choice: closest, first, least loaded and any", "[policy][gfs-2.4]") {
    auto all = candidates(4);
    all[1].asked = 1;
    std::set<ServerId> any;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CHECK(ordered("closest", all, seed).front().server == ServerId{3});
        CHECK(ordered("first", all, seed).front().server == ServerId{0});
        CHECK(ordered("least_loaded", all, seed).front().server == ServerId{1});
        any.insert(ordered("random", all, seed).front().server);
    }
    CHECK(any.size() == 4);
}

TEST_CASE("replica choice: among equals the closest is drawn", "[policy][gfs-2.4]") {
    auto all = candidates(4);
    for (ReadCandidate& one : all) one.distance = 2;
    std::set<ServerId> any;
    for (std::uint64_t seed = 1; seed <= 40; ++seed)
        any.insert(ordered("closest", all, seed).front().server);
    CHECK(any.size() == 4);
}

}  // namespace
}  // namespace gfs
