// SPDX-License-Identifier: Apache-2.0
// Builds the machines of a cluster. Their processes are in processes.cpp, files that exist from the
// start in preload.cpp.

#include "core/cluster/cluster.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/chunkserver/chunkserver.h"
#include "core/client/client.h"
#include "core/master/checkpoint.h"
#include "core/master/log_replica.h"
#include "core/master/log_store.h"
#include "core/master/master.h"
#include "core/master/shadow.h"

namespace gfs {
namespace {

sim::PathModel path_model(const PathSpec& spec) {
    return {
        .latency = spec.latency,
        .bandwidth = spec.bandwidth_bytes_per_s.value_or(0),
        .loss = spec.loss,
        .duplicate = spec.duplicate,
        .reorder = spec.reorder,
    };
}

sim::NetworkOptions network_options(const NetworkSpec& spec) {
    return {
        .same_rack = path_model(spec.same_rack),
        .cross_rack = path_model(spec.cross_rack),
        .nic = spec.nic_bytes_per_s,
        .uplink = spec.uplink_bytes_per_s,
    };
}

bool has_disk(MachineRole role) {
    return role != MachineRole::client && role != MachineRole::monitor;
}

}  // namespace

Cluster::Cluster(sim::Engine& engine, const Config& config, const ClusterSpec& spec)
    : engine_(engine),
      config_(config),
      spec_(spec),
      network_(engine, network_options(spec.network)),
      clocks_(engine.random("clock")),
      preload_draws_(engine.random("dataset")) {
    SIM_ASSERT(!spec.racks.empty());
    for (const RackSpec& rack : spec.racks) rack_names_.push_back(rack.name);
    // The master first, then its log replicas: on the racks that say so, or spread.
    const std::uint32_t racks = static_cast<std::uint32_t>(spec.racks.size());
    for (std::uint32_t rack = 0; rack < racks; ++rack) {
        if (!spec.racks[rack].master) continue;
        SIM_ASSERT(book_.master == sim::no_host);
        book_.master = add_machine(MachineRole::master, "master", rack);
    }
    SIM_ASSERT(book_.master != sim::no_host);
    add_log_replicas();
    for (std::uint32_t rack = 0; rack < racks; ++rack) {
        for (std::uint32_t i = 0; i < spec.racks[rack].chunkservers; ++i) add_chunkserver(rack);
        for (std::uint32_t i = 0; i < spec.racks[rack].shadows; ++i) {
            const std::string name = fmt::format("shadow{}", shadows_.size() + 1);
            shadows_.push_back(add_machine(MachineRole::shadow, name, rack));
        }
    }
    add_monitor();
    preloaded_ = std::make_unique<Metadata>(config_);
}

void Cluster::add_log_replicas() {
    std::vector<std::uint32_t> log_racks;
    const std::uint32_t racks = static_cast<std::uint32_t>(spec_.racks.size());
    for (std::uint32_t rack = 0; rack < racks; ++rack)
        log_racks.insert(log_racks.end(), spec_.racks[rack].log_replicas, rack);
    const std::uint32_t master_rack = engine_.host(book_.master).rack();
    const bool is_said = !log_racks.empty();
    for (std::uint32_t i = 0; !is_said && i < config_.log_replicas; ++i)
        log_racks.push_back((master_rack + 1 + i) % racks);
    log_machines_.push_back(book_.master);
    for (const std::uint32_t rack : log_racks) {
        const std::string name = fmt::format("log{}", log_machines_.size());
        const HostId replica = add_machine(MachineRole::log_replica, name, rack);
        log_machines_.push_back(replica);
        book_.counted.insert(replica);
    }
}

// Outside GFS, and outside its racks. Without a log replica there is nobody to take over.
void Cluster::add_monitor() {
    if (book_.counted.empty()) return;
    const auto outside = static_cast<std::uint32_t>(rack_names_.size());
    monitor_ = add_machine(MachineRole::monitor, "monitor", outside);
}

Cluster::~Cluster() { engine_.shut_down(); }

HostId Cluster::add_client(std::string name, std::optional<std::string> rack, UserId user) {
    std::uint32_t place = clients_added_++ % static_cast<std::uint32_t>(rack_names_.size());
    if (rack) place = rack_number(*rack);
    const HostId host = add_machine(MachineRole::client, std::move(name), place);
    machines_.at(sim::to_index(host)).user = user;
    return host;
}

ServerId Cluster::add_chunkserver(const std::string& rack) {
    return add_chunkserver(rack_number(rack));
}

ServerId Cluster::add_chunkserver(std::uint32_t rack) {
    const std::string name = fmt::format("cs{}", chunkservers_.size() + 1);
    chunkservers_.push_back(add_machine(MachineRole::chunkserver, name, rack));
    return chunkservers_.back();
}

std::uint32_t Cluster::rack_number(const std::string& name) const {
    const auto found = std::find(rack_names_.begin(), rack_names_.end(), name);
    SIM_ASSERT(found != rack_names_.end());
    return static_cast<std::uint32_t>(found - rack_names_.begin());
}

HostId Cluster::add_machine(MachineRole role, std::string name, std::uint32_t rack) {
    sim::Host& host = engine_.add_host(name, rack);
    network_.connect(host);
    set_clock(host);
    Machine machine{.host = host.id(), .role = role, .name = std::move(name)};
    if (rack < rack_names_.size()) machine.rack = rack_names_[rack];
    if (has_disk(role)) {
        const sim::DiskOptions options{.capacity = spec_.disk.capacity_bytes,
                                       .seek = spec_.disk.seek,
                                       .bandwidth = spec_.disk.bandwidth_bytes_per_s,
                                       .sync_walk = spec_.disk.sync_walk_bytes_per_s};
        machine.disk = std::make_unique<sim::Disk>(engine_, host, options);
    }
    if (role == MachineRole::chunkserver)
        machine.chunks = std::make_unique<ChunkStore>(*machine.disk, config_.checksum_block);
    if (role == MachineRole::master || role == MachineRole::log_replica)
        machine.log = std::make_unique<LogStore>(*machine.disk);
    machines_.push_back(std::move(machine));
    return host.id();
}

// Each clock starts and runs somewhere within the bounds of `/clock`.
void Cluster::set_clock(sim::Host& host) {
    const std::int64_t offset_ns = sim::to_ns(spec_.clock.max_offset);
    if (offset_ns != 0) {
        const std::int64_t offset = clocks_.between(-offset_ns, offset_ns);
        host.clock().jump(engine_.now(), sim::Duration{offset});
    }
    const auto drift_max = static_cast<std::int64_t>(spec_.clock.drift_ppm_max);
    if (drift_max != 0) {
        const std::int64_t drift = clocks_.between(-drift_max, drift_max);
        host.clock().set_drift(engine_.now(), drift);
    }
}

std::optional<HostId> Cluster::find(std::string_view name) const {
    for (const Machine& machine : machines_)
        if (machine.name == name) return machine.host;
    return std::nullopt;
}

const StoredReplica* Cluster::replica(ServerId server, ChunkHandle chunk) const {
    const Machine& place = machine(server);
    return place.chunks == nullptr ? nullptr : place.chunks->find(chunk);
}

}  // namespace gfs
