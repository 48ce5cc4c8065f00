// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/campaign/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "scenarios/run/campaign/topology.h"
#include "sim/assert.h"

namespace gfs::run {
namespace {

using faults::ObjectText;

// What every campaign must come to.
ObjectText expectations(const DrawnWorld& world) {
    ObjectText all;
    const auto check = [&](std::string_view name, std::string_view checker) {
        ObjectText one;
        one.text("assert", "check").text("checker", checker);
        all.object(name, one);
    };
    check("regions", "gfs_consistency");
    if (world.appends) check("at-least-once", "append_at_least_once");
    check("no-loss", "no_data_loss");
    check("names", "namespace_model");
    check("order-of-names", "metadata_linearizable");
    check("no-leftovers", "no_leftovers");
    check("alive", "liveness");
    const sim::Duration within = world.calm + world.within;
    ObjectText done;
    done.text("assert", "eventually").text("state", "all_ops_done").time("within", within);
    all.object("all-done", done);
    ObjectText whole;
    whole.text("assert", "eventually").text("state", "fully_replicated");
    whole.time("within", within + world.cloning);
    all.object("whole-again", whole);
    return all;
}

ObjectText object_of(const std::vector<std::pair<std::string, ObjectText>>& members) {
    ObjectText object;
    for (const auto& [name, value] : members) object.object(name, value);
    return object;
}

// As `gfsim fmt` would lay it out.
std::string laid_out(const std::string& name, const ObjectText& scenario) {
    format::Diagnostics diagnostics;
    std::optional<std::string> text = format::format_text(name, scenario.str(), diagnostics);
    SIM_ASSERT(text.has_value());
    return std::move(*text);
}

// As a number where all readers of JSON take it for the same one: up to 53 bits.
void write_seed(ObjectText& file, std::uint64_t seed) {
    constexpr std::uint64_t most = (std::uint64_t{1} << 53U) - 1;
    if (seed <= most)
        file.number("seed", static_cast<std::int64_t>(seed));
    else
        file.text("seed", fmt::format("0x{:x}", seed));
}

std::string profile_name(faults::Profile profile) {
    for (const faults::ProfileInfo& info : faults::all_profiles())
        if (info.profile == profile) return std::string(info.name);
    return {};
}

void add_names(std::vector<std::string>& names, std::string_view role, std::uint32_t more) {
    for (std::uint32_t i = 0; i < more; ++i)
        names.push_back(fmt::format("{}{}", role, names.size() + 1));
}

// Files of the group that are likely to be there.
void add_files(std::vector<std::string>& files, const format::Group& group) {
    for (const std::string& path : group.files.paths)
        if (path.find('*') == std::string::npos) files.push_back(path);
    if (!group.files.prefix.empty()) files.push_back(group.files.prefix + "0");
    for (const format::Step& step : group.script)
        if (step.op == format::Op::create) files.push_back(step.file);
}

// Until when it makes sense to break something: half a minute, where the scenario does not say.
sim::Duration end_of_work(const format::Scenario& scenario) {
    sim::Duration end{};
    for (const format::Group& group : scenario.workload)
        if (group.stop) end = std::max(end, *group.stop);
    if (end == sim::Duration{0}) end = std::chrono::seconds{30};
    if (scenario.stop.at) end = std::min(end, *scenario.stop.at * 2 / 3);
    return end;
}

// What there is to break in somebody's scenario.
faults::Arena arena_of(const format::Scenario& scenario) {
    faults::Arena arena;
    for (const RackSpec& rack : scenario.cluster.racks) {
        arena.racks.push_back(rack.name);
        add_names(arena.chunkservers, "cs", rack.chunkservers);
        add_names(arena.shadows, "shadow", rack.shadows);
        add_names(arena.log_replicas, "log", rack.log_replicas);
    }
    if (arena.log_replicas.empty())
        add_names(arena.log_replicas, "log", scenario.gfs.log_replicas);
    for (const format::Group& group : scenario.workload) {
        arena.clients.push_back(group.name + ".1");
        add_files(arena.files, group);
    }
    for (const format::Fault& fault : scenario.faults) arena.taken.push_back(fault.name);
    for (const format::Target& target : scenario.targets) arena.taken.push_back(target.name);
    arena.from = std::chrono::seconds{1};
    arena.until = std::max<sim::Duration>(end_of_work(scenario), std::chrono::seconds{2});
    arena.lease = scenario.gfs.lease;
    arena.lease_guard = scenario.gfs.lease_guard;
    arena.dead_after = scenario.gfs.dead_after;
    return arena;
}

}  // namespace

Campaign draw_campaign(faults::Profile profile, std::uint64_t seed) {
    Campaign campaign;
    const std::string profile_text = profile_name(profile);
    campaign.name = fmt::format("fuzz-{}-{}", profile_text, seed);
    sim::Random worlds(seed, "campaign.world." + profile_text);
    sim::Random hits(seed, "campaign.faults." + profile_text);
    sim::Random points(seed, "campaign.points." + profile_text);
    const DrawnWorld world = draw_world(profile, worlds);
    const faults::DrawnFaults drawn = faults::draw_faults(world.arena, profile, {hits, points});

    ObjectText file;
    file.number("gfsim", 1).text("name", campaign.name);
    file.text("title", fmt::format("Random campaign, profile {}, seed {}", profile_text, seed));
    file.text("description",
              "Drawn by gfsim fuzz. Everything that happens follows from this file: change what "
              "you like and run it.");
    write_seed(file, seed);
    file.object("cluster", world.cluster).object("gfs", world.gfs);
    if (!world.network.empty()) file.object("network", world.network);
    if (!world.clock.empty()) file.object("clock", world.clock);
    file.object("budget", drawn.budget);
    if (!drawn.targets.empty()) file.object("targets", object_of(drawn.targets));
    file.object("workload", world.workload);
    if (!drawn.faults.empty()) file.object("faults", object_of(drawn.faults));
    file.object("expect", expectations(world));
    ObjectText stop;
    stop.time("calm", world.calm).time("settle", world.settle);
    stop.number("max_events", 20'000'000);
    file.object("stop", stop);
    ObjectText record;
    record.text("trace", "none");
    file.object("record", record);
    campaign.text = laid_out(campaign.name, file);
    campaign.drawn = drawn.choices;
    return campaign;
}

Campaign draw_faults_for(const format::LoadResult& base, faults::Profile profile,
                         std::uint64_t seed) {
    const format::Scenario& scenario = *base.scenario;
    Campaign campaign;
    const std::string profile_text = profile_name(profile);
    campaign.name = fmt::format("{}-{}-{}", scenario.name, profile_text, seed);
    const faults::Arena arena = arena_of(scenario);
    sim::Random hits(seed, "campaign.faults." + profile_text);
    sim::Random points(seed, "campaign.points." + profile_text);
    const faults::DrawnFaults drawn = faults::draw_faults(arena, profile, {hits, points});

    ObjectText patch;
    patch.text("name", campaign.name);
    write_seed(patch, seed);
    for (const std::string_view gone : {"$schema", "params", "sweep", "lab"})
        patch.json(gone, "null");
    if (!scenario.budget) patch.object("budget", drawn.budget);
    if (!drawn.targets.empty()) patch.object("targets", object_of(drawn.targets));
    if (!drawn.faults.empty()) patch.object("faults", object_of(drawn.faults));
    if (!scenario.stop.calm) {
        ObjectText stop;
        stop.time("calm", arena.until + std::chrono::seconds{5});
        patch.object("stop", stop);
    }
    campaign.text = format::merged_text(base, patch.str());
    campaign.drawn = drawn.choices;
    return campaign;
}

}  // namespace gfs::run
