// SPDX-License-Identifier: Apache-2.0
// The nemesis: draws the faults of a random campaign. What it draws are targets and faults as the
// text of a scenario file, and nothing else: whatever happens in the run is said by that text, so
// that a person can read it, change it and run it again to the same digest.
//
// To draw a kind of fault that is new, add a line to kinds.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "faults/nemesis/object_text.h"
#include "sim/random.h"
#include "sim/time.h"

namespace gfs::faults {

// How hard the nemesis hits.
enum class Profile : std::uint8_t { gentle, rough, swarm, lease_edges, thrasher };

struct ProfileInfo {
    Profile profile;
    std::string_view name;
    std::string_view sentence;
};
std::span<const ProfileInfo> all_profiles();
std::optional<Profile> find_profile(std::string_view name);

// Classes of faults, which a swarm switches off as a whole.
enum class FaultClass : std::uint8_t { process, network, message, disk, clock, growth, code };
inline constexpr std::size_t fault_class_count = 7;
std::string_view name_of(FaultClass fault_class);

// What there is to break: of the scenario that the faults are drawn for.
struct Arena {
    std::vector<std::string> racks;
    std::vector<std::string> chunkservers;
    std::vector<std::string> shadows;
    std::vector<std::string> log_replicas;
    std::vector<std::string> clients;
    std::vector<std::string> files;  // that are likely to have chunks
    std::vector<std::string> taken;  // names of faults and targets that are in use
    sim::Duration from{};            // faults begin between here ...
    sim::Duration until{};           // ... and here
    sim::Duration lease{};
    sim::Duration lease_guard{};
    sim::Duration dead_after{};
};

struct DrawnFaults {
    // Name and object, in the order of the file.
    std::vector<std::pair<std::string, ObjectText>> targets;
    std::vector<std::pair<std::string, ObjectText>> faults;
    ObjectText budget;
    std::vector<std::string> choices;  // what was drawn beside: "without disk faults"
};

// `points`: what fault points in the code are drawn from, apart from all other faults.
struct DrawStreams {
    sim::Random& faults;
    sim::Random& points;
};
DrawnFaults draw_faults(const Arena& arena, Profile profile, const DrawStreams& streams);

// What one fault is drawn with; private to the nemesis.
class Draw;

// A kind of fault in a campaign.
struct NemesisKind {
    std::string_view kind;  // as registered
    FaultClass fault_class = FaultClass::process;
    std::uint32_t weight = 0;  // 0: never drawn
    // Writes whom it hits and how hard; false when there is nothing in the arena to hit.
    // Null: never drawn.
    bool (*draw)(Draw& draw, ObjectText& fault) = nullptr;
    std::string_view excluded{};  // why it is never drawn
};
std::span<const NemesisKind> nemesis_kinds();
// `buggify`, which is in nobody's lot.
const NemesisKind& fault_points_kind();
// It can be drawn, and there is code for it.
bool is_built(const NemesisKind& kind);

}  // namespace gfs::faults
