// SPDX-License-Identifier: Apache-2.0

#include "faults/lease_ends.h"

#include <algorithm>

#include "core/common/events.h"
#include "sim/assert.h"

namespace gfs::faults {

LeaseEnds::LeaseEnds(sim::Engine& engine, sim::Duration before, Told told)
    : engine_(engine), before_(before), told_(std::move(told)) {
    SIM_ASSERT(before > sim::Duration{0});
    SIM_ASSERT(told_);
}

sim::Host& LeaseEnds::holder(const sim::Event& expiry) {
    return engine_.host(sim::HostId{static_cast<std::uint32_t>(expiry.fields[1])});
}

// By the holder's clock, as it runs now.
sim::Time LeaseEnds::end_of(const sim::Event& expiry) {
    const sim::LocalTime expires{sim::Duration{static_cast<std::int64_t>(expiry.fields[3])}};
    return holder(expiry).clock().when(expires, engine_.now());
}

void LeaseEnds::on_event(const sim::Event& event) {
    if (event.kind == event::lease_accepted || event.kind == event::lease_prolonged) {
        sim::Event expiry = event;  // the same fields
        expiry.kind = event::lease_expired;
        leases_[key_of(event)] = {expiry, holder(expiry).incarnation()};
        wait(expiry);
    }
    if (event.kind == event::lease_revoked || event.kind == event::lease_expired)
        leases_.erase(key_of(event));
}

void LeaseEnds::wait(const sim::Event& expiry) {
    const sim::Time near = std::max(engine_.now(), end_of(expiry) - before_);
    engine_.at(near, [this, expiry] { come_near(expiry); });
}

void LeaseEnds::come_near(const sim::Event& expiry) {
    const auto found = leases_.find(key_of(expiry));
    if (found == leases_.end()) return;
    const Lease& lease = found->second;
    if (lease.expiry.fields != expiry.fields) return;  // extended meanwhile, or granted anew
    const sim::Host& host = holder(expiry);
    const bool holds = host.up() && host.incarnation() == lease.incarnation;
    // The holder's clock may have been changed.
    if (holds && end_of(expiry) - before_ > engine_.now()) return wait(expiry);
    leases_.erase(found);
    if (!holds) return;
    sim::Event foreseen = expiry;
    foreseen.time = engine_.now();
    told_(foreseen);
}

}  // namespace gfs::faults
