// SPDX-License-Identifier: Apache-2.0
// Time and bytes of bulk flows; the rates are flow_solver.cpp.
//
// The only floating point of the simulator is here, in IEEE basic operations and conversions, which
// every compiler rounds alike under -ffp-contract=off.

#include "sim/network/flow_network.h"

#include <algorithm>

#include "sim/assert.h"

namespace sim {
namespace {

// Bytes are counted in units of Rate times nanoseconds, so that a step of time needs no scaling.
constexpr double work_per_byte = 1e9 * (std::int64_t{1} << Rate::fraction_bits);

// Of a byte; sums of rounded rates are not to make 49,999,999 bytes out of fifty million.
constexpr double byte_tolerance = 1.0 / 1024;

// A way of k ns that ends up as k + 1e-7 ns by rounding is not to take k + 1.
constexpr double ns_tolerance = 1.0 / 1024;

// Beyond this many nanoseconds (about 146 years) an end is not worth telling from never.
constexpr double ns_max = 4611686018427387904.0;

}  // namespace

void FlowNetwork::set_capacity(Time now, LinkId link, Rate capacity) {
    advance(now);
    solver_.set_capacity(link, capacity);
}

FlowId FlowNetwork::start(Time now, std::span<const LinkId> path, std::uint64_t bytes,
                          std::optional<Rate> limit) {
    advance(now);
    const std::uint32_t slot = take_slot();
    Flow& flow = flows_[slot];
    flow.left = static_cast<double>(bytes) * work_per_byte;
    flow.rate = 0;
    flow.since = now;
    flow.bytes = bytes;
    flow.order = flows_started_++;
    const FlowId id = id_of(slot);

    if (bytes == 0 || (path.empty() && !limit)) {
        flow.state = State::completed;
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
    if (flows_[slot].state == State::moving) leave_network(slot);
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
        const Time end = flows_[slot].since;
        free_slot(slot);
        return Completion{.flow = id, .time = end};
    }
    return std::nullopt;
}

std::uint64_t FlowNetwork::bytes_done(Time now, FlowId id) {
    advance(now);
    return done_at(flows_[slot_of(id)], now);
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
    const std::int64_t used = load(now, link).units();
    const std::int64_t whole = solver_.capacity(link).units();
    if (whole == 0) return 0;
    const double share = static_cast<double>(used) / static_cast<double>(whole);
    return static_cast<std::uint32_t>(share * 1e6 + 0.5);
}

std::uint64_t FlowNetwork::bytes_carried(Time now, LinkId link) {
    advance(now);
    std::uint64_t sum = to_index(link) < carried_.size() ? carried_[to_index(link)] : 0;
    for (const FlowSolver::Crossing& crossing : solver_.crossings(link)) {
        sum += done_at(flows_[crossing.flow], now) * solver_.hop(crossing).weight;
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
        Flow& flow = flows_[slot];
        const auto rate = static_cast<double>(solver_.rate(slot).units());
        if (rate == flow.rate) continue;
        flow.left = left_at(flow, now_);
        flow.since = now_;
        flow.rate = rate;
        calendar_.set(slot, end_of(flow));
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
        flow.left = 0;
        leave_network(slot);
        flow.since = limit;
        flow.state = State::completed;
        completed_.push_back(id_of(slot));
    }
}

// Takes a moving flow off its links and books on them what it has carried.
void FlowNetwork::leave_network(std::uint32_t slot) {
    Flow& flow = flows_[slot];
    SIM_ASSERT(flow.state == State::moving);
    const std::uint64_t done = done_at(flow, now_);
    if (carried_.size() < solver_.link_count()) carried_.resize(solver_.link_count(), 0);
    for (const FlowSolver::Hop& hop : solver_.path(slot)) carried_[hop.link] += done * hop.weight;
    solver_.erase(slot);
    calendar_.set(slot, time_never);
    if (flow.limit) free_limits_.push_back(*flow.limit);
    flow.limit.reset();
}

double FlowNetwork::left_at(const Flow& flow, Time time) const {
    const double moved = flow.rate * static_cast<double>((time - flow.since).count());
    return std::max(flow.left - moved, 0.0);
}

std::uint64_t FlowNetwork::done_at(const Flow& flow, Time time) const {
    if (flow.state == State::completed) return flow.bytes;
    // What is left is rounded up, so that what is done is rounded down.
    const double left = left_at(flow, time) / work_per_byte - byte_tolerance;
    if (left <= 0) return flow.bytes;
    auto whole = static_cast<std::uint64_t>(left);
    if (static_cast<double>(whole) < left) ++whole;
    return whole < flow.bytes ? flow.bytes - whole : 0;
}

Time FlowNetwork::end_of(const Flow& flow) {
    if (flow.rate == 0) return time_never;
    const double way = flow.left / flow.rate - ns_tolerance;
    if (way <= 0) return flow.since;
    if (way >= ns_max - static_cast<double>(to_ns(flow.since))) return time_never;
    auto whole = static_cast<std::int64_t>(way);
    if (static_cast<double>(whole) < way) ++whole;
    return flow.since + Duration{whole};
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
