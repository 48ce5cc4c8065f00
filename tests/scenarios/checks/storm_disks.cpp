// SPDX-License-Identifier: Apache-2.0
// Disks that fall sick in a storm, one at a time, of chunkservers, masters and log replicas.

#include "tests/scenarios/checks/storm.h"

namespace gfs::checks {

Storm::Trouble::Trouble(sim::Disk& disk, Kind kind, sim::Random& random)
    : disk_(disk), kind_(kind), random_(random) {
    disk_.set_full(kind == Kind::full);
    disk_.set_read_only(kind == Kind::read_only);
    disk_.add_trouble(*this);
}

Storm::Trouble::~Trouble() {
    disk_.set_full(false);
    disk_.set_read_only(false);
    disk_.remove_trouble(*this);
}

void Storm::Trouble::on_request(const sim::DiskRequest& request, sim::DiskFate& fate) {
    using sim::DiskOperation;
    const DiskOperation operation = request.operation;
    const bool is_hit = random_.chance({1, 3});
    if (!is_hit) return;
    const bool serves = operation != DiskOperation::write;
    if (kind_ == Kind::slow && serves) fate.slowness_ppm *= 50;
    if (kind_ == Kind::stall && serves) fate.waits = true;
    const bool fails = (kind_ == Kind::read && operation == DiskOperation::read) ||
                       (kind_ == Kind::write && operation == DiskOperation::write) ||
                       (kind_ == Kind::sync && operation == DiskOperation::sync);
    if (!fails) return;
    fate.fails = true;
    fate.kept = {random_.below(5), 4};
}

void Storm::next_sick_disk() {
    const sim::Duration wait{sick_draws_.between(1, 2 * sim::to_ns(weather_.between_faults))};
    engine.after(wait, [this] {
        if (engine.now() >= sim::time_zero + weather_.length) return;
        std::vector<HostId> hosts = cluster.chunkservers();
        for (const char* const name : {"master", "log1", "log2"})
            hosts.push_back(*cluster.find(name));
        fall_sick(sick_draws_.pick(hosts));
        const sim::Duration length{sick_draws_.between(1, 8'000'000'000)};
        engine.after(length, [this] {
            get_well();
            next_sick_disk();
        });
    });
}

void Storm::fall_sick(HostId host) {
    using Kind = Trouble::Kind;
    const bool may_fail = weather_.errors && can_spare_all(host);
    const std::int64_t worst = static_cast<std::int64_t>(may_fail ? Kind::sync : Kind::read_only);
    std::int64_t kind = sick_draws_.between(0, worst);
    // What is written and not synced is lost on a read-only disk, as if the sync had failed.
    const auto read_only = static_cast<std::int64_t>(Kind::read_only);
    if (kind == read_only && !may_fail) kind = static_cast<std::int64_t>(Kind::full);
    trouble_.emplace(*cluster.machine(host).disk, static_cast<Kind>(kind), sick_draws_);
}

void Storm::get_well() {
    trouble_.reset();
}

bool Storm::can_spare_all(HostId host) const {
    const Machine& machine = cluster.machine(host);
    if (machine.chunks == nullptr) return true;
    for (const auto& [chunk, replica] : machine.chunks->replicas()) {
        if (!can_spare(chunk, host)) return false;
        for (const ServerId server : cluster.chunkservers()) {
            const StoredReplica* const other = cluster.replica(server, chunk);
            if (other != nullptr && other->corrupt) return false;
        }
    }
    return true;
}

}  // namespace gfs::checks
