// SPDX-License-Identifier: Apache-2.0

#include "faults/clog_fault.h"

#include <algorithm>
#include <utility>

#include "sim/assert.h"

namespace gfs::faults {

ClogFault::~ClogFault() {
    if (network_ != nullptr) network_->remove_filter(*this);
}

bool ClogFault::is_clogged(HostId host) const {
    return std::find(clogged_.begin(), clogged_.end(), host) != clogged_.end();
}

bool ClogFault::keeps(const sim::Packet& packet) {
    if (packet.from == packet.to) return false;  // nothing leaves the machine
    return is_clogged(packet.from) || is_clogged(packet.to);
}

void ClogFault::clog(FaultContext& context, HostId host) {
    SIM_ASSERT(!is_clogged(host));
    context.fired(host);
    if (network_ == nullptr) context.network().add_filter(*this);
    network_ = &context.network();
    clogged_.push_back(host);
}

void ClogFault::unclog_next(FaultContext& context) {
    SIM_ASSERT(!clogged_.empty());
    std::size_t next = 0;
    if (spec_.order == ReleaseOrder::reverse) next = clogged_.size() - 1;
    if (spec_.order == ReleaseOrder::random && clogged_.size() > 1) {
        next = context.random().below(clogged_.size());
        context.engine().emit(sim::no_host, sim::event::choice,
                              {context.engine().text("fault." + spec_.name), clogged_[next]});
    }
    clogged_.erase(clogged_.begin() + static_cast<std::ptrdiff_t>(next));
    std::vector<sim::KeptMessage> still;
    for (sim::KeptMessage& kept : std::exchange(kept_, {})) {
        if (keeps(kept.packet))
            still.push_back(std::move(kept));
        else
            network_->release(std::move(kept));
    }
    kept_ = std::move(still);
}

void ClogFault::heal(FaultContext& context) {
    while (any_left()) unclog_next(context);
    SIM_ASSERT(kept_.empty());
}

}  // namespace gfs::faults
