// SPDX-License-Identifier: Apache-2.0
// The nemesis: what campaigns draw.

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>

#include "faults/fault.h"
#include "faults/nemesis/nemesis.h"

namespace gfs::faults {
namespace {

using namespace std::chrono_literals;

Arena small_arena() {
    Arena arena;
    arena.racks = {"r1", "r2"};
    arena.chunkservers = {"cs1", "cs2", "cs3", "cs4", "cs5"};
    arena.shadows = {"shadow1"};
    arena.log_replicas = {"log1", "log2"};
    arena.clients = {"w.1"};
    arena.files = {"/log"};
    arena.from = 1s;
    arena.until = 60s;
    arena.lease = 5s;
    arena.lease_guard = 1s;
    arena.dead_after = 3s;
    return arena;
}

std::string all_text(const DrawnFaults& drawn) {
    std::string text = drawn.budget.str();
    for (const auto& [name, object] : drawn.targets) text += name + object.str() + "\n";
    for (const auto& [name, object] : drawn.faults) text += name + object.str() + "\n";
    return text;
}

DrawnFaults draw(Profile profile, std::uint64_t seed, const Arena& arena = small_arena()) {
    sim::Random random(seed, "test");
    sim::Random points(seed, "test.points");
    return draw_faults(arena, profile, {random, points});
}

// The kinds that many seeds of a profile draw, and how often.
std::map<std::string, int> kinds_of(Profile profile) {
    std::map<std::string, int> kinds;
    for (std::uint64_t seed = 1; seed <= 400; ++seed)
        for (const auto& [name, object] : draw(profile, seed).faults) {
            const std::string kind = name.substr(0, name.rfind('-'));
            ++kinds[kind];
        }
    return kinds;
}

TEST_CASE("nemesis: a seed draws the same faults each time, and others draw others", "[nemesis]") {
    for (const ProfileInfo& info : all_profiles()) {
        CAPTURE(info.name);
        CHECK(all_text(draw(info.profile, 7)) == all_text(draw(info.profile, 7)));
        CHECK(all_text(draw(info.profile, 7)) != all_text(draw(info.profile, 8)));
    }
}

TEST_CASE("nemesis: every kind of which there is code is drawn by some profile", "[nemesis]") {
    std::map<std::string, int> drawn = kinds_of(Profile::rough);
    for (const auto& [kind, count] : kinds_of(Profile::lease_edges)) drawn[kind] += count;
    for (const NemesisKind& kind : nemesis_kinds()) {
        CAPTURE(kind.kind);
        CHECK((kind.weight == 0) == (kind.draw == nullptr));
        CHECK((kind.draw == nullptr) == !kind.excluded.empty());
        CHECK((drawn[std::string(kind.kind)] > 0) == is_built(kind));
    }
}

TEST_CASE("nemesis: every registered kind of fault is in its table", "[nemesis]") {
    for (const auto* const entry : sim::Registry<Fault>::all()) {
        CAPTURE(entry->name);
        const auto kinds = nemesis_kinds();
        const bool known = std::any_of(kinds.begin(), kinds.end(), [&](const NemesisKind& kind) {
            return kind.kind == entry->name;
        });
        CHECK(known);
    }
}

TEST_CASE("nemesis: a gentle one empties no server and no rack", "[nemesis]") {
    const std::map<std::string, int> kinds = kinds_of(Profile::gentle);
    CHECK_FALSE(kinds.contains("wipe"));
    CHECK_FALSE(kinds.contains("switch_off"));
    CHECK(kinds.contains("crash"));
}

TEST_CASE("nemesis: at the edges of leases no disk breaks, and most faults wait for a lease",
          "[nemesis]") {
    CHECK_FALSE(kinds_of(Profile::lease_edges).contains("bitrot"));
    CHECK(all_text(draw(Profile::lease_edges, 3)).find("lease.") != std::string::npos);
}

TEST_CASE("nemesis: a swarm switches whole classes off, and says so", "[nemesis]") {
    std::set<std::string> off;
    for (std::uint64_t seed = 1; seed <= 100; ++seed)
        for (const std::string& choice : draw(Profile::swarm, seed).choices) off.insert(choice);
    CHECK(off.contains("no process faults"));
    CHECK(off.contains("no network faults"));
    CHECK(off.contains("no crash"));
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const DrawnFaults drawn = draw(Profile::swarm, seed);
        const auto said = std::find(drawn.choices.begin(), drawn.choices.end(), "no crash");
        const bool crashes = all_text(drawn).find(R"("do": "crash")") != std::string::npos;
        if (said != drawn.choices.end()) CHECK_FALSE(crashes);
    }
}

TEST_CASE("nemesis: a swarm draws fault points, from a stream that moves nothing else",
          "[nemesis]") {
    const auto is_point = [](const auto& fault) { return fault.first.starts_with("buggify-"); };
    const Arena arena = small_arena();
    int seeds_with = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        DrawnFaults drawn = draw(Profile::swarm, seed);
        sim::Random random(seed, "test");
        sim::Random others(seed, "test.other_points");
        DrawnFaults again = draw_faults(arena, Profile::swarm, {random, others});
        const auto points = std::erase_if(drawn.faults, is_point);
        std::erase_if(again.faults, is_point);
        CHECK(all_text(drawn) == all_text(again));
        const auto& choices = drawn.choices;
        const bool off = std::any_of(choices.begin(), choices.end(), [](const std::string& said) {
            return said == "no code faults" || said == "no buggify";
        });
        CHECK((points == 0) == off);
        seeds_with += points != 0;
    }
    CHECK(seeds_with > 10);
    for (const Profile other : {Profile::gentle, Profile::rough, Profile::lease_edges})
        CHECK_FALSE(kinds_of(other).contains("buggify"));
}

TEST_CASE("nemesis: a thrasher acts every five seconds at most", "[nemesis]") {
    const DrawnFaults drawn = draw(Profile::thrasher, 5);
    CHECK(drawn.faults.size() > 1);
    CHECK(drawn.faults.size() <= 12);
    for (const auto& [name, object] : drawn.faults)
        CHECK(object.str().find(R"("at": )") != std::string::npos);
}

TEST_CASE("nemesis: clocks are never wrong by more than the lease guard allows", "[nemesis]") {
    Arena arena = small_arena();
    arena.lease_guard = 0s;
    for (std::uint64_t seed = 1; seed <= 100; ++seed)
        CHECK(all_text(draw(Profile::lease_edges, seed, arena)).find("clock") ==
              std::string::npos);
}

TEST_CASE("nemesis: names that are taken are not used again", "[nemesis]") {
    Arena arena = small_arena();
    for (const NemesisKind& kind : nemesis_kinds())
        for (int number = 1; number <= 20; ++number)
            arena.taken.push_back(std::string(kind.kind) + "-" + std::to_string(number));
    const DrawnFaults drawn = draw(Profile::rough, 1, arena);
    REQUIRE_FALSE(drawn.faults.empty());
    for (const auto& [name, object] : drawn.faults)
        CHECK(std::find(arena.taken.begin(), arena.taken.end(), name) == arena.taken.end());
}

TEST_CASE("nemesis: profiles are found by their names", "[nemesis]") {
    for (const ProfileInfo& info : all_profiles()) CHECK(find_profile(info.name) == info.profile);
    CHECK_FALSE(find_profile("cruel"));
}

TEST_CASE("object text: what a person would write", "[nemesis]") {
    ObjectText inner;
    inner.time("for", 1500ms).share("loss", 5).share("all", 100);
    ObjectText object;
    object.text("do", "a \"word\"\n").number("n", -3).flag("on", true).object("in", inner);
    CHECK(object.str() == R"({"do": "a \"word\"\u000a", "n": -3, "on": true, )"
                          R"("in": {"for": "1.5s", "loss": 0.05, "all": 1}})");
}

}  // namespace
}  // namespace gfs::faults
