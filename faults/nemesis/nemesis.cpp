// SPDX-License-Identifier: Apache-2.0
// How many faults, of which classes and kinds. What each is like is in kinds.cpp, when it begins
// and whom it hits in draw.cpp; the profile that goes step by step is in thrasher.cpp.

#include "faults/nemesis/nemesis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "faults/fault.h"
#include "faults/nemesis/draw.h"
#include "faults/nemesis/thrasher.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

constexpr std::array profiles{
    ProfileInfo{Profile::gentle, "gentle", "a few short faults, never two servers down at once"},
    ProfileInfo{Profile::rough, "rough", "many faults of all classes, one copy of everything left"},
    ProfileInfo{Profile::swarm, "swarm", "whole classes and kinds switched off by each seed"},
    ProfileInfo{Profile::lease_edges, "lease_edges",
                "clocks, cuts and pauses around the ends of leases"},
    ProfileInfo{Profile::thrasher, "thrasher",
                "one action every five seconds, as Ceph's thrasher weighs them"},
};

constexpr std::array class_names{"process", "network", "message", "disk",
                                 "clock",   "growth",  "code"};
static_assert(class_names.size() == fault_class_count);

// The weight of each kind, in the order of nemesis_kinds(); 0: it is off.
using Weights = std::vector<std::uint32_t>;

std::uint32_t weight_in(Profile profile, const NemesisKind& kind) {
    switch (profile) {
        case Profile::gentle:
            return kind.kind == "wipe" || kind.kind == "switch_off" ? 0 : kind.weight;
        case Profile::lease_edges:
            switch (kind.fault_class) {
                case FaultClass::clock:
                    return 4 * kind.weight;
                case FaultClass::disk:
                case FaultClass::growth:
                    return 0;
                default:
                    return kind.weight;
            }
        case Profile::rough:
        case Profile::swarm:
        case Profile::thrasher:
            break;
    }
    return kind.weight;
}

bool any(const Weights& weights) {
    return std::any_of(weights.begin(), weights.end(), [](std::uint32_t w) { return w != 0; });
}

Weights all_weights(Profile profile) {
    Weights weights;
    for (const NemesisKind& kind : nemesis_kinds())
        weights.push_back(is_built(kind) ? weight_in(profile, kind) : 0);
    SIM_ASSERT(any(weights));
    return weights;
}

// Whole classes are off, and of the others some kinds: what is left meets itself more often.
Weights swarm_weights(Draw& draw) {
    Weights weights = all_weights(Profile::swarm);
    Weights left;
    do {
        left = weights;
        draw.drawn().choices.clear();
        for (std::size_t c = 0; c < fault_class_count; ++c) {
            if (!draw.one_in(2)) continue;
            draw.drawn().choices.push_back(fmt::format("no {} faults", class_names[c]));
            for (std::size_t i = 0; i < left.size(); ++i)
                if (nemesis_kinds()[i].fault_class == static_cast<FaultClass>(c)) left[i] = 0;
        }
        for (std::size_t i = 0; i < left.size(); ++i) {
            const bool off = draw.one_in(4);
            if (!off || left[i] == 0) continue;
            draw.drawn().choices.push_back(fmt::format("no {}", nemesis_kinds()[i].kind));
            left[i] = 0;
        }
    } while (!any(left));
    return left;
}

std::size_t pick_weighted(sim::Random& random, const Weights& weights) {
    std::uint64_t sum = 0;
    for (const std::uint32_t weight : weights) sum += weight;
    std::uint64_t place = random.below(sum);
    std::size_t chosen = 0;
    while (place >= weights[chosen]) place -= weights[chosen++];
    return chosen;
}

std::int64_t draw_count(Draw& draw) {
    switch (draw.profile()) {
        case Profile::gentle:
            return draw.random().between(1, 4);
        case Profile::rough:
            return draw.random().between(6, 16);
        case Profile::lease_edges:
            return draw.random().between(4, 12);
        case Profile::swarm:
        case Profile::thrasher:
            break;
    }
    return draw.random().between(2, 20);
}

void draw_one(Draw& draw, const Weights& weights, std::int64_t number) {
    constexpr int most_tries = 20;
    for (int i = 0; i < most_tries; ++i) {
        const NemesisKind& kind = nemesis_kinds()[pick_weighted(draw.random(), weights)];
        if (add_fault(draw, kind, number, std::nullopt)) return;
    }
}

// Rare paths in the protocol's code. The draws are from a stream of their own: what else a seed
// draws is what it was before there were fault points, and does not move when there are more.
void draw_fault_points(const Arena& arena, sim::Random& random, DrawnFaults& drawn) {
    for (const std::string& choice : drawn.choices)
        if (choice == "no code faults" || choice == "no buggify") return;
    Draw draw(arena, Profile::swarm, random);
    const std::int64_t count = random.between(1, 2);
    for (std::int64_t number = 1; number <= count; ++number)
        add_fault(draw, fault_points_kind(), number, std::nullopt);
    SIM_ASSERT(draw.drawn().targets.empty());
    for (auto& fault : draw.drawn().faults) drawn.faults.push_back(std::move(fault));
}

void draw_budget(Draw& draw) {
    const auto servers = static_cast<std::int64_t>(draw.arena().chunkservers.size());
    const auto logs = static_cast<std::int64_t>(draw.arena().log_replicas.size()) + 1;
    const bool gentle = draw.profile() == Profile::gentle ||
                        (draw.profile() == Profile::swarm && draw.one_in(2));
    ObjectText& budget = draw.drawn().budget;
    budget.number("min_up", gentle ? std::max<std::int64_t>(servers - 1, 1) : (servers + 2) / 3);
    budget.number("min_copies", gentle ? 2 : 1);
    budget.number("master_log_copies", gentle ? std::min<std::int64_t>(logs, 2) : 1);
}

}  // namespace

std::span<const ProfileInfo> all_profiles() {
    return profiles;
}

std::optional<Profile> find_profile(std::string_view name) {
    for (const ProfileInfo& info : profiles)
        if (info.name == name) return info.profile;
    return std::nullopt;
}

bool is_built(const NemesisKind& kind) {
    return kind.draw != nullptr && sim::Registry<Fault>::find(std::string(kind.kind)) != nullptr;
}

std::string_view name_of(FaultClass fault_class) {
    return class_names.at(static_cast<std::size_t>(fault_class));
}

bool add_fault(Draw& draw, const NemesisKind& kind, std::int64_t number,
               std::optional<sim::Duration> at) {
    SIM_ASSERT(kind.draw != nullptr);
    const Arena& arena = draw.arena();
    draw.name = fmt::format("{}-{}", kind.kind, number);
    while (std::find(arena.taken.begin(), arena.taken.end(), draw.name) != arena.taken.end())
        draw.name += "-drawn";
    ObjectText fault;
    fault.text("do", kind.kind);
    const std::size_t targets = draw.drawn().targets.size();
    if (!kind.draw(draw, fault)) {
        draw.drawn().targets.resize(targets);
        return false;
    }
    if (at)
        fault.time("at", *at);
    else
        draw.starts(fault);
    fault.flag("random", true).flag("optional", true);
    draw.drawn().faults.emplace_back(draw.name, fault);
    return true;
}

DrawnFaults draw_faults(const Arena& arena, Profile profile, const DrawStreams& streams) {
    SIM_ASSERT(!arena.chunkservers.empty());
    SIM_ASSERT(arena.from < arena.until);
    Draw draw(arena, profile, streams.faults);
    draw_budget(draw);
    if (profile == Profile::thrasher) {
        thrash(draw);
        return std::move(draw.drawn());
    }
    const Weights weights =
        profile == Profile::swarm ? swarm_weights(draw) : all_weights(profile);
    const std::int64_t count = draw_count(draw);
    for (std::int64_t number = 1; number <= count; ++number) draw_one(draw, weights, number);
    if (profile == Profile::swarm) draw_fault_points(arena, streams.points, draw.drawn());
    return std::move(draw.drawn());
}

}  // namespace gfs::faults
