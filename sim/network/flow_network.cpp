// SPDX-License-Identifier: Apache-2.0
// Time and bytes of bulk flows. The rates are in flow_solver.cpp, the progress of one flow is in
// flow_progress.h.

#include "sim/network/flow_network.h"

#include <algorithm>

#include "sim/assert.h"

namespace sim {

void FlowNetwork::set_capacity(Time now, LinkId link, Rate capacity) {
    advance(now);
    solver_.set_capacity(link, capacity);
}

FlowId FlowNetwork::start(Time now, std::span<const LinkId> path, std::uint64_t bytes,
                          std::optional<Rate> limit) {
    advance(now);
    const std::uint32_t slot = take_slot();
    Flow& flow = flows_[slot];
    flow.progress = FlowProgress(now, bytes);
    flow.bytes = bytes;
    flow.order = flows_started_++;
    const FlowId id = id_of(slot);

    if (bytes == 0 || (path.empty() && !limit)) {
        flow.state = State::completed;
        flow.end = now;
        completed_.push_back(id);
        return id;
    }
    flow.state = State::moving;
    path_.assign(path.begin(), path.end());
    if (limit) {
        flow.limit = take_limit(*limit);
        path_.push_back(*flow.limit);
    }
    solver_.insert(slot, path_);
    return id;
}

void FlowNetwork::cancel(Time now, FlowId id) {
    advance(now);
    SIM_ASSERT(contains(id));
    const std::uint32_t slot = slot_of(id);
    if (flows_[slot].state == State::moving) leave_network(slot, done_at(slot, now));
    free_slot(slot);
}

bool FlowNetwork::contains(FlowId id) const {
    const auto slot = static_cast<std::uint32_t>(static_cast<std::uint64_t>(id));
    return slot < flows_.size() && id_of(slot) == id && flows_[slot].state != State::free;
}

Time FlowNetwork::next_completion() {
    while (!completed_.empty() && !contains(completed_.front())) completed_.pop_front();
    if (!completed_.empty()) return now_;
    settle();
    return calendar_.earliest();
}

std::optional<FlowNetwork::Completion> FlowNetwork::pop_completed(Time now) {
    advance(now);
    while (!completed_.empty()) {
        const FlowId id = completed_.front();
        completed_.pop_front();
        if (!contains(id)) continue;  // cancelled
        const std::uint32_t slot = slot_of(id);
        const Time end = flows_[slot].end;
        free_slot(slot);
        return Completion{.flow = id, .time = end};
    }
    return std::nullopt;
}

std::uint64_t FlowNetwork::bytes_done(Time now, FlowId id) {
    advance(now);
    return done_at(slot_of(id), now);
}

Rate FlowNetwork::rate(Time now, FlowId id) {
    advance(now);
    settle();
    const std::uint32_t slot = slot_of(id);
    return flows_[slot].state == State::moving ? solver_.rate(slot) : Rate{};
}

Rate FlowNetwork::load(Time now, LinkId link) {
    advance(now);
    settle();
    return solver_.load(link);
}

std::uint32_t FlowNetwork::utilisation_ppm(Time now, LinkId link) {
    const Rate used = load(now, link);
    const Rate whole = solver_.capacity(link);
    if (whole == Rate{}) return 0;
    // The product must fit into 64 bits: whole bytes are fine enough for all but the slowest links.
    const bool fast = whole.units() >= std::int64_t{1} << 43;
    const int shift = fast ? Rate::fraction_bits : 0;
    const std::int64_t ppm = (used.units() >> shift) * 1'000'000 / (whole.units() >> shift);
    return static_cast<std::uint32_t>(ppm);
}

std::uint64_t FlowNetwork::bytes_carried(Time now, LinkId link) {
    advance(now);
    std::uint64_t sum = to_index(link) < carried_.size() ? carried_[to_index(link)] : 0;
    for (const FlowSolver::Crossing& crossing : solver_.crossings(link)) {
        sum += done_at(crossing.flow, now) * solver_.hop(crossing).weight;
    }
    return sum;
}

// Lives through the time up to `now`: completions on the way change the rates of the others.
void FlowNetwork::advance(Time now) {
    SIM_ASSERT(now >= now_);
    SIM_ASSERT(now < time_never);
    for (;;) {
        // What was changed at now_ still waits for more changes of the same instant, unless time
        // goes on. Ends up to now_ do not depend on it.
        if (now > now_) settle();
        const Time end = calendar_.earliest();
        if (end > now) break;
        SIM_ASSERT(end >= now_);
        now_ = end;
        complete_until(end);
    }
    now_ = now;
}

// Brings rates and ends up to date with the changes made at now_.
void FlowNetwork::settle() {
    if (solver_.settled()) return;
    for (const std::uint32_t slot : solver_.solve()) {
        FlowProgress& progress = flows_[slot].progress;
        if (progress.set_rate(now_, solver_.rate(slot))) calendar_.set(slot, progress.end());
    }
}

void FlowNetwork::complete_until(Time limit) {
    ended_.clear();
    calendar_.take_until(limit, ended_);
    // No two flows have the same order, so the result does not depend on the algorithm.
    std::stable_sort(ended_.begin(), ended_.end(), [this](std::uint32_t a, std::uint32_t b) {
        return flows_[a].order < flows_[b].order;
    });
    for (const std::uint32_t slot : ended_) {
        Flow& flow = flows_[slot];
        leave_network(slot, flow.bytes);
        flow.end = limit;
        flow.state = State::completed;
        completed_.push_back(id_of(slot));
    }
}

// Takes a moving flow off its links and books on them what they have carried of it.
void FlowNetwork::leave_network(std::uint32_t slot, std::uint64_t done) {
    Flow& flow = flows_[slot];
    SIM_ASSERT(flow.state == State::moving);
    if (carried_.size() < solver_.link_count()) carried_.resize(solver_.link_count(), 0);
    for (const FlowSolver::Hop& hop : solver_.path(slot)) carried_[hop.link] += done * hop.weight;
    solver_.erase(slot);
    calendar_.set(slot, time_never);
    if (flow.limit) free_limits_.push_back(*flow.limit);
    flow.limit.reset();
}

std::uint64_t FlowNetwork::done_at(std::uint32_t slot, Time time) const {
    const Flow& flow = flows_[slot];
    if (flow.state == State::completed) return flow.bytes;
    return flow.bytes - std::min(flow.progress.bytes_left(time), flow.bytes);
}

std::uint32_t FlowNetwork::slot_of(FlowId id) const {
    SIM_ASSERT(contains(id));
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(id));
}

FlowId FlowNetwork::id_of(std::uint32_t slot) const {
    return FlowId{std::uint64_t{flows_[slot].generation} << 32 | slot};
}

std::uint32_t FlowNetwork::take_slot() {
    if (free_slots_.empty()) {
        free_slots_.push_back(static_cast<std::uint32_t>(flows_.size()));
        flows_.emplace_back();
        calendar_.set_slot_count(flows_.size());
    }
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
}

void FlowNetwork::free_slot(std::uint32_t slot) {
    flows_[slot].state = State::free;
    ++flows_[slot].generation;
    free_slots_.push_back(slot);
}

LinkId FlowNetwork::take_limit(Rate rate) {
    if (free_limits_.empty()) return solver_.add_link(rate);
    const LinkId link = free_limits_.back();
    free_limits_.pop_back();
    solver_.set_capacity(link, rate);
    return link;
}

}  // namespace sim
