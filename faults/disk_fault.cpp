// SPDX-License-Identifier: Apache-2.0
#include "faults/disk_fault.h"

#include <utility>

#include "sim/assert.h"

namespace gfs::faults {

void DiskFault::apply(FaultContext& context) {
    for (const HostId host : context.hosts(*spec_.target)) {
        sim::Disk* const disk = context.machines().disk(host);
        if (disk == nullptr) {
            context.refused(host, "has no disk");
            continue;
        }
        if (const std::string_view reason = obstacle(*disk); !reason.empty()) {
            context.refused(host, reason);
            continue;
        }
        context.fired(host);
        disks_.push_back(disk);
        hosts_.push_back(host);
        begin(context, *disk);
    }
}

void DiskFault::heal(FaultContext&) {
    const std::vector<sim::Disk*> struck = std::exchange(disks_, {});
    for (sim::Disk* const disk : struck) end(*disk);
    hosts_.clear();
}

RequestFault::~RequestFault() {
    for (sim::Disk* const disk : disks()) disk->remove_trouble(*this);
}

void RequestFault::begin(FaultContext& context, sim::Disk& disk) {
    SIM_ASSERT(spec().disk_probability.is_probability());
    context_ = &context;
    disk.add_trouble(*this);
}

void RequestFault::end(sim::Disk& disk) {
    disk.remove_trouble(*this);
}

void RequestFault::on_request(sim::DiskOperation operation, sim::DiskFate& fate) {
    sim::Random& random = context_->random();
    if (!is_meant(operation) || !random.chance(spec().disk_probability)) return;
    strike(random, fate);
}

}  // namespace gfs::faults
