// SPDX-License-Identifier: Apache-2.0
// The network's bulk data: flows and their owners. Messages are in network.cpp.

#include <algorithm>
#include <utility>

#include "sim/engine.h"
#include "sim/network/network.h"
#include "sim/network/network_items.h"

namespace sim {

void Network::enlist(FlowOwner& owner) {
    owner.place_ = owners_.size();
    owners_.push_back(&owner);
}

void Network::dismiss(FlowOwner& owner) {
    SIM_ASSERT(owners_.at(owner.place_) == &owner);
    owners_.back()->place_ = owner.place_;
    owners_[owner.place_] = owners_.back();
    owners_.pop_back();
}

void Network::append_route(std::vector<LinkId>& route, HostId from, HostId to) const {
    if (from == to) return;
    route.push_back(port(from).up);
    const std::uint32_t rack_from = port(from).rack;
    const std::uint32_t rack_to = port(to).rack;
    if (rack_from != rack_to) {
        route.push_back(racks_[rack_from].up);
        route.push_back(racks_[rack_to].down);
    }
    route.push_back(port(to).down);
}

FlowId Network::start_flow(FlowOwner& owner, const std::vector<LinkId>& route,
                           std::uint64_t bytes, std::uint64_t rate_cap) {
    std::optional<Rate> limit;
    if (rate_cap != 0) limit = Rate::bytes_per_second(rate_cap);
    const FlowId flow = flows_.start(engine_.now(), route, bytes, limit);
    running_.emplace(flow, RunningFlow{&owner, bytes});
    flows_changed();
    return flow;
}

std::uint64_t Network::cancel_flow(FlowId flow) {
    const auto found = running_.find(flow);
    SIM_ASSERT(found != running_.end());
    const std::uint64_t left = found->second.bytes - flows_.bytes_done(engine_.now(), flow);
    flows_.cancel(engine_.now(), flow);
    running_.erase(found);
    flows_changed();
    return left;
}

void Network::flows_changed() { flow_clock_->changed(); }

void Network::collect_drained_flows() {
    while (const auto completion = flows_.pop_completed(engine_.now())) {
        const auto found = running_.find(completion->flow);
        SIM_ASSERT(found != running_.end());
        FlowOwner& owner = *found->second.owner;
        running_.erase(found);
        owner.on_drained(completion->flow);
    }
}

void Network::process_ended(HostId host) {
    for_each_owner([host](FlowOwner& owner) { owner.on_process_ended(host); });
}

void Network::for_each_owner(const std::function<void(FlowOwner&)>& action) {
    const std::vector<FlowOwner*> owners = owners_;  // an owner may end and leave the list
    for (FlowOwner* const owner : owners)
        if (std::find(owners_.begin(), owners_.end(), owner) != owners_.end()) action(*owner);
}

}  // namespace sim
