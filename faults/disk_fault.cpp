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
        begin(context, *disk);
    }
}

void DiskFault::heal(FaultContext&) {
    const std::vector<sim::Disk*> struck = std::exchange(disks_, {});
    for (sim::Disk* const disk : struck) end(*disk);
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

void RequestFault::on_request(const sim::DiskRequest& request, sim::DiskFate& fate) {
    if (!is_meant(request.operation)) return;
    if (context_->random().chance(spec().disk_probability)) strike(request, fate);
}

}  // namespace gfs::faults
