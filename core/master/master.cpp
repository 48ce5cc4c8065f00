// SPDX-License-Identifier: Apache-2.0
// A master process begins; and the views of its state. What it does is in the files listed in
// master.h.

#include "core/master/master.h"

#include <algorithm>
#include <utility>

#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

Master::Master(sim::Host& host, const Config& config, LogStore& log,
               Appointment appointment)
    : host_(host),
      config_(config),
      store_(log),
      appointment_(std::move(appointment)),
      log_(host, config, log, appointment_),
      metadata_(config),
      files_(metadata_.files()),
      chunks_(metadata_.chunks()),
      locks_(host, config),
      grants_(host),
      quotas_(config),
      placement_(make_placement(config.placement)),
      placement_draws_(host.engine().random("master.placement", to_number(appointment_.epoch))),
      primary_draws_(host.engine().random("master.primary", to_number(appointment_.epoch))),
      rebalancing_(make_rebalancing(config.rebalancing)),
      re_replication_(make_re_replication(config.re_replication)),
      repair_draws_(host.engine().random("master.repair", to_number(appointment_.epoch))),
      surplus_draws_(host.engine().random("master.surplus", to_number(appointment_.epoch))),
      requests_(config.request_table),
      repair_(host) {
    sim::Endpoint& endpoint = host_.endpoint();
    endpoint.on<Create>(*this, &Master::on_create);
    endpoint.on<MakeDirectory>(*this, &Master::on_make_directory);
    endpoint.on<Delete>(*this, &Master::on_delete);
    endpoint.on<Rename>(*this, &Master::on_rename);
    endpoint.on<Open>(*this, &Master::on_open);
    endpoint.on<Stat>(*this, &Master::on_stat);
    endpoint.on<Snapshot>(*this, &Master::on_snapshot);
    endpoint.on<List>(*this, &Master::on_list);
    endpoint.on<Find>(*this, &Master::on_find);
    endpoint.on<FindLocation>(*this, &Master::on_find_location);
    endpoint.on<FindLeaseHolder>(*this, &Master::on_find_lease_holder);
    endpoint.on<Register>(*this, &Master::on_register);
    endpoint.on<HeartBeat>(*this, &Master::on_heartbeat);
    endpoint.on<ReportCorruption>(*this, &Master::on_report_corruption);
    endpoint.on<ReportFailure>(*this, &Master::on_report_failure);
    endpoint.on<Ping>(*this, &Master::on_ping);
    host_.spawn("recover", recover());
}

sim::TextId Master::text(std::string_view text) const {
    return host_.engine().text(text);
}

const Lease* Master::lease(ChunkHandle handle) const {
    const Chunk* const held = chunk(handle);
    return held != nullptr && in_force(*held) ? &*held->lease : nullptr;
}

Master::Pending Master::pending() const {
    Pending pending;
    pending.clones = clones_.size();
    chunks().for_each([&](ChunkHandle, const Chunk& chunk) {
        const std::size_t replicas = chunk.replicas.size();
        if (replicas < chunk.goal) ++pending.below_goal;
        if (replicas > chunk.goal) ++pending.surplus;
        if (replicas == 0) ++pending.lost;
        if (in_force(chunk)) ++pending.leases;
    });
    return pending;
}

std::size_t Master::chunks_below(std::uint32_t at_least) const {
    std::size_t below = 0;
    chunks().for_each([&](ChunkHandle, const Chunk& chunk) {
        if (chunk.replicas.size() < std::min(at_least, chunk.goal)) ++below;
    });
    return below;
}

bool Master::is_repaired() const {
    if (!serving_) return false;
    const Pending open = pending();
    return open.below_goal == 0 && open.surplus == 0 && open.clones == 0;
}

}  // namespace gfs
