// SPDX-License-Identifier: Apache-2.0

#include "sim/network/transfer.h"

#include <algorithm>
#include <utility>

#include "sim/engine.h"

namespace sim {

Transfer::Transfer(Network& network, std::uint64_t bytes) : network_(network), bytes_(bytes) {
    network_.enlist(*this);
}

Transfer::~Transfer() {
    for (const Segment& segment : segments_)
        if (segment.flowing) network_.cancel_flow(segment.flow);
    network_.dismiss(*this);
}

std::shared_ptr<Transfer> Transfer::start(Network& network, HostId from, HostId to,
                                          std::uint64_t bytes) {
    std::shared_ptr<Transfer> transfer(new Transfer(network, bytes));
    transfer->forward(from, to);
    return transfer;
}

void Transfer::forward(HostId from, HostId to) {
    const Time now = network_.engine().now();
    const bool first = !started_;
    started_ = true;
    // The hop to `from` was lost after it had been announced: there is nothing to forward.
    if (!first && (hops_.empty() || hops_.back().to != from)) return;
    // The receiver forwards in the very instant in which the first byte arrives: the data flows
    // on without a stop. Otherwise some of it is in its buffer, and it sends all from there.
    const bool flows_on = !first && hops_.back().first_byte == now &&
                          segments_[hops_.back().segment].flowing;
    if (!flows_on) segments_.emplace_back();
    const std::size_t segment = segments_.size() - 1;
    const Duration latency = network_.draw_latency(from, to);
    hops_.push_back({.from = from,
                     .to = to,
                     .latency = latency,
                     .first_byte = now + latency,
                     .segment = segment,
                     .waiter = {}});
    if (network_.is_cut(from, to)) return fail_from(hops_.size() - 1);
    if (flows_on) {
        segments_[segment].flowing = false;
        start_segment(segment, network_.cancel_flow(segments_[segment].flow));
    } else {
        start_segment(segment, bytes_);
    }
}

void Transfer::start_segment(std::size_t segment, std::uint64_t bytes) {
    std::vector<LinkId> route;
    std::uint64_t cap = 0;
    for (const Hop& hop : hops_) {
        if (hop.segment != segment) continue;
        network_.append_route(route, hop.from, hop.to);
        const std::uint64_t limit = network_.path(hop.from, hop.to)->bandwidth;
        if (limit != 0) cap = cap == 0 ? limit : std::min(cap, limit);
    }
    segments_[segment].flow = network_.start_flow(*this, route, bytes, cap);
    segments_[segment].flowing = true;
}

void Transfer::begin_wait(Host& host, Duration patience, Waiter<Arrived>& waiter) {
    waiter.set_deadline(host.deadline_after(patience));
    for (Hop& hop : hops_) {
        if (hop.to != host.id()) continue;
        if (hop.arrived) return waiter.resolve({});
        hop.waiter = WaiterRef<Arrived>(waiter);
        return;
    }
    // The hop failed meanwhile: the deadline ends the wait.
}

void Transfer::on_drained(FlowId flow) {
    for (std::size_t i = 0; i < segments_.size(); ++i) {
        if (!segments_[i].flowing || segments_[i].flow != flow) continue;
        segments_[i].flowing = false;
        for (Hop& hop : hops_)
            if (hop.segment == i) hop.drained = true;
    }
    schedule_arrivals();
}

// The last byte reaches a host one latency after it left the one before, at the earliest.
void Transfer::schedule_arrivals() {
    Engine& engine = network_.engine();
    for (std::size_t i = 0; i < hops_.size(); ++i) {
        Hop& hop = hops_[i];
        if (hop.scheduled) continue;
        if (!hop.drained) return;
        Time sent = engine.now();
        if (i > 0) sent = std::max(sent, hops_[i - 1].arrival);
        hop.arrival = sent + hop.latency;
        hop.scheduled = true;
        engine.at(hop.arrival, [self = shared_from_this(), i] { self->arrive(i); });
    }
}

void Transfer::arrive(std::size_t index) {
    if (index >= hops_.size()) return;  // lost meanwhile
    Hop& hop = hops_[index];
    if (!hop.scheduled || hop.arrival != network_.engine().now()) return;  // another took its place
    hop.arrived = true;
    if (hop.waiter) hop.waiter->resolve({});
}

void Transfer::fail_from(std::size_t first) {
    const std::size_t segment = hops_[first].segment;
    hops_.erase(hops_.begin() + static_cast<std::ptrdiff_t>(first), hops_.end());
    for (std::size_t i = segment; i < segments_.size(); ++i) {
        if (!segments_[i].flowing) continue;
        segments_[i].flowing = false;
        const std::uint64_t left = network_.cancel_flow(segments_[i].flow);
        // The hosts before the failure still get the rest.
        const bool needed = i == segment && !hops_.empty() && hops_.back().segment == segment;
        if (needed) start_segment(segment, left);
    }
}

void Transfer::on_process_ended(HostId host) {
    for (std::size_t i = 0; i < hops_.size(); ++i) {
        if (hops_[i].arrived) continue;
        if (hops_[i].from == host || hops_[i].to == host) return fail_from(i);
    }
}

void Transfer::on_cut() {
    for (std::size_t i = 0; i < hops_.size(); ++i) {
        if (hops_[i].arrived) continue;
        if (network_.is_cut(hops_[i].from, hops_[i].to)) return fail_from(i);
    }
}

}  // namespace sim
