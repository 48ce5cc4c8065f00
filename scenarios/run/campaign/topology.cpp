// SPDX-License-Identifier: Apache-2.0
// Draws a cluster that fits into a second of somebody's time: few machines, small chunks and short
// leases, so that everything that takes days in a data centre happens in a minute of virtual time.

#include "scenarios/run/campaign/topology.h"

#include <fmt/format.h>

#include <algorithm>

namespace gfs::run {
namespace {

using faults::ObjectText;
using faults::Profile;
using namespace std::chrono_literals;

using Texts = std::vector<std::string>;
using Times = std::vector<sim::Duration>;

class WorldDraw {
  public:
    WorldDraw(Profile profile, sim::Random& random) : profile_(profile), random_(random) {}

    DrawnWorld draw() {
        draw_racks();
        draw_times();
        draw_storage();
        draw_choices();
        draw_clocks();
        draw_network();
        draw_workload();
        return std::move(world_);
    }

  private:
    bool one_in(std::uint64_t n) { return random_.chance({1, n}); }
    const std::string& pick(const Texts& texts) { return random_.pick(texts); }
    sim::Duration pick_time(const Times& times) { return random_.pick(times); }

    void draw_racks();
    void draw_times();
    void draw_storage();
    void draw_choices();
    void draw_clocks();
    void draw_network();
    void draw_workload();
    ObjectText draw_group(std::uint64_t kind);
    std::string draw_files(std::uint64_t kind);
    sim::Duration fault_time();

    Profile profile_;
    sim::Random& random_;
    DrawnWorld world_;
    std::uint64_t chunk_kib_ = 256;
};

void WorldDraw::draw_racks() {
    const std::uint64_t racks = 1 + random_.below(3);
    const std::uint64_t logs = random_.below(3);
    const std::uint64_t master_rack = random_.below(racks);
    std::vector<std::uint64_t> servers(racks, 1);
    const std::uint64_t more = 3 + random_.below(4);
    for (std::uint64_t i = 0; i < more; ++i) ++servers[random_.below(racks)];
    const bool shadow = one_in(3);
    ObjectText all;
    for (std::uint64_t i = 0; i < racks; ++i) {
        ObjectText rack;
        if (i == master_rack) rack.flag("master", true);
        rack.number("chunkservers", static_cast<std::int64_t>(servers[i]));
        if (shadow && i + 1 == racks) rack.number("shadows", 1);
        const std::string name = fmt::format("r{}", i + 1);
        all.object(name, rack);
        world_.arena.racks.push_back(name);
        for (std::uint64_t s = 0; s < servers[i]; ++s)
            world_.arena.chunkservers.push_back(
                fmt::format("cs{}", world_.arena.chunkservers.size() + 1));
    }
    world_.cluster.object("racks", all);
    if (shadow) world_.arena.shadows.emplace_back("shadow1");
    for (std::uint64_t i = 1; i <= logs; ++i)
        world_.arena.log_replicas.push_back(fmt::format("log{}", i));
    world_.gfs.number("log_replicas", static_cast<std::int64_t>(logs));
}

sim::Duration WorldDraw::fault_time() {
    switch (profile_) {
        case Profile::gentle:
            return 20s;
        case Profile::thrasher:
            return 90s;
        case Profile::lease_edges:
            return 40s;
        case Profile::rough:
        case Profile::swarm:
            break;
    }
    return std::chrono::seconds{random_.between(15, 50)};
}

void WorldDraw::draw_times() {
    const sim::Duration lease = pick_time({3s, 5s, 10s});
    const sim::Duration guard = pick_time({0s, 200ms, 1s});
    const sim::Duration heartbeat = pick_time({200ms, 500ms, 1s});
    const std::int64_t missed = random_.between(3, 8);
    const sim::Duration dead_after = missed * heartbeat;
    const sim::Duration timeout = pick_time({300ms, 500ms, 1s});
    const sim::Duration restart = pick_time({500ms, 2s, 5s});
    ObjectText& gfs = world_.gfs;
    gfs.time("lease", lease).time("lease_guard", guard).time("heartbeat", heartbeat);
    gfs.time("dead_after", dead_after).time("client_timeout", timeout);
    gfs.time("master_restart", restart);
    gfs.time("master_failover_after", pick_time({2s, 5s, 10s}));
    gfs.time("log_replica_timeout", pick_time({1s, 3s, 10s}));
    gfs.time("client_cache", pick_time({2s, 10s, 60s}));
    const sim::Duration scan = pick_time({1s, 5s, 20s});
    const sim::Duration grace = pick_time({3s, 20s, 1h});
    gfs.time("scan_every", scan).time("delete_grace", grace);
    // Garbage is gone when the run ends, or not yet garbage.
    world_.settle = 2 * scan + (grace < 1min ? grace : 0s) + 10 * heartbeat;
    gfs.time("idle_scan_every", pick_time({5s, 30s, 168h}));
    if (one_in(4)) gfs.time("rereplicate_after", pick_time({1s, 5s}));
    world_.arena.lease = lease;
    world_.arena.lease_guard = guard;
    world_.arena.dead_after = dead_after;
    world_.arena.from = 2s;
    world_.arena.until = 2s + fault_time();
    world_.calm = world_.arena.until + 5s;
    world_.within = 5min;
}

void WorldDraw::draw_storage() {
    const std::vector<std::uint64_t> sizes{128, 256, 1024};
    chunk_kib_ = random_.pick(sizes);
    world_.gfs.text("chunk_size", fmt::format("{}KiB", chunk_kib_));
    world_.gfs.text("checksum_block", pick({"4KiB", "16KiB", "64KiB"}));
    const std::vector<std::int64_t> goals{2, 3, 3, 3, 4};
    world_.gfs.number("replication", random_.pick(goals));
    struct Speed {
        std::string text;
        std::uint64_t kb_per_s;
    };
    const std::vector<Speed> speeds{{"200kB/s", 200}, {"1MB/s", 1000}, {"6.25MB/s", 6250}};
    const Speed speed = random_.pick(speeds);
    world_.gfs.text("clone_bandwidth", speed.text);
    // Two disks that are emptied may have had that many replicas, of small files mostly.
    constexpr std::int64_t most_clones = 300;
    const auto clone_ms = static_cast<std::int64_t>(chunk_kib_ * 1024 / speed.kb_per_s);
    world_.cloning = most_clones * std::chrono::milliseconds{clone_ms};
    const bool percent = one_in(2);
    if (percent)
        world_.gfs.text("clone_limit", pick({"40%", "100%"}));
    else
        world_.gfs.number("clone_limit", random_.between(1, 4));
    world_.gfs.number("clone_per_server", random_.between(1, 3));
    if (one_in(4)) world_.gfs.text("push_buffer", pick({"256KiB", "1MiB"}));
}

// Where the paper is silent, one of the choices that promise everything.
void WorldDraw::draw_choices() {
    ObjectText& gfs = world_.gfs;
    if (one_in(4)) gfs.text("push", "star");
    if (one_in(4)) gfs.text("primary_choice", "first");
    if (one_in(4)) gfs.text("rebalancing", "none");
    if (one_in(4)) gfs.text("log_replica_down", "block");
    gfs.time("log_batch", pick_time({1ms, 5ms, 50ms}));
    const std::vector<std::int64_t> checkpoints{10, 50, 300};
    gfs.number("checkpoint_every", random_.pick(checkpoints));
    gfs.number("report_secondary_after", random_.between(1, 4));
    gfs.number("client_retries", random_.between(0, 5));
}

// Half of what the lease guard allows is for clocks that are wrong from the start, half for faults.
void WorldDraw::draw_clocks() {
    const std::int64_t guard_us = sim::to_ns(world_.arena.lease_guard) / 1000;
    if (guard_us == 0) return;
    world_.arena.lease_guard /= 2;
    const std::int64_t offset_us = random_.between(0, guard_us / 8);
    const auto run_us = sim::to_ns(world_.calm + world_.within) / 1000;
    const std::int64_t drift_ppm = random_.between(0, guard_us * 1'000'000 / 16 / run_us);
    world_.clock.time("max_offset", std::chrono::microseconds{offset_us});
    world_.clock.number("drift_ppm", drift_ppm);
}

void WorldDraw::draw_network() {
    if (!one_in(3)) return;
    ObjectText near_path;
    if (one_in(2)) near_path.share("loss", random_.between(1, 3));
    if (one_in(2)) near_path.share("duplicate", random_.between(1, 5));
    if (one_in(2)) near_path.share("reorder", random_.between(1, 10));
    if (near_path.empty()) return;
    world_.network.object("default", near_path);
    if (one_in(2)) world_.network.object("cross_rack", near_path);
}

std::string WorldDraw::draw_files(std::uint64_t kind) {
    const Texts prefixes{"/log", "/data/f", "/tmp/n"};
    const std::string& prefix = prefixes.at(kind % prefixes.size());
    const std::int64_t count = random_.between(1, 4);
    ObjectText files;
    files.text("prefix", prefix).number("count", count);
    if (one_in(3)) files.text("pick", pick({"zipfian", "latest", "sequential"}));
    for (std::int64_t i = 0; i < count && kind != 2; ++i)
        world_.arena.files.push_back(fmt::format("{}{}", prefix, i));
    return files.str();
}

ObjectText WorldDraw::draw_group(std::uint64_t kind) {
    ObjectText group;
    const std::int64_t clients = random_.between(1, 3);
    if (clients != 1) group.number("clients", clients);
    group.time("stop", world_.calm);
    ObjectText think;
    think.text("dist", "exponential");
    think.time("mean", std::chrono::milliseconds{random_.between(100, 600)});
    group.object("think", think);
    ObjectText mix;
    const auto add = [&](std::string_view op, std::int64_t most) {
        const std::int64_t weight = random_.between(1, most);
        if (!one_in(4)) mix.number(op, weight);
    };
    if (kind == 0) {
        world_.appends = true;
        mix.number("append", 5);
        add("read", 4);
    } else if (kind == 1) {
        mix.number("write", 4);
        add("read", 4);
        add("append", 2);
    } else {
        mix.number("create", 4);
        add("append", 3);
        add("delete", 3);
        add("snapshot", 2);
        add("read", 2);
    }
    group.object("mix", mix);
    group.json("files", draw_files(kind));
    const auto most_kib = static_cast<std::int64_t>(chunk_kib_ / 4);
    ObjectText size;
    size.text("dist", "uniform").text("min", "1B");
    size.text("max", fmt::format("{}KiB", random_.between(1, most_kib)));
    group.object("size", size);
    return group;
}

void WorldDraw::draw_workload() {
    const Texts names{"appenders", "writers", "makers"};
    bool one = false;
    for (std::uint64_t kind = 0; kind < names.size(); ++kind) {
        const bool wanted = !one_in(3) || (kind == 1 && !one);
        if (!wanted) continue;
        one = true;
        world_.workload.object(names[kind], draw_group(kind));
        world_.arena.clients.push_back(names[kind] + ".1");
    }
}

}  // namespace

DrawnWorld draw_world(Profile profile, sim::Random& random) {
    return WorldDraw(profile, random).draw();
}

}  // namespace gfs::run
