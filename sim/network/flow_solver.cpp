// SPDX-License-Identifier: Apache-2.0
// Levelling of links; see the class comment for the idea and docs/network-flows.md for the proof.

#include "sim/network/flow_solver.h"

#include <algorithm>
#include <utility>

#include "sim/assert.h"

namespace sim {

LinkId FlowSolver::add_link(Rate capacity) {
    const LinkId id{static_cast<std::uint32_t>(links_.size())};
    links_.push_back(Link{.capacity = capacity.units(), .level = capacity.units()});
    queue_.set_item_count(links_.size());
    return id;
}

void FlowSolver::set_capacity(LinkId id, Rate capacity) {
    SIM_ASSERT(to_index(id) < links_.size());
    links_[to_index(id)].capacity = capacity.units();
    mark_if_uneven(to_index(id));
}

void FlowSolver::insert(std::uint32_t slot, std::span<const LinkId> path) {
    SIM_ASSERT(!path.empty());
    if (slot >= flows_.size()) flows_.resize(slot + 1);
    Flow& flow = flows_[slot];
    SIM_ASSERT(flow.hop_count == 0);
    lay_path(flow, path);

    // It starts at rate zero, in the group of the link that is likely to hold it back.
    flow.rate = 0;
    flow.bottleneck = flow.first_hop;
    for (std::uint32_t h = flow.first_hop; h < flow.first_hop + flow.hop_count; ++h) {
        Link& link = links_[hops_[h].link];
        hops_[h].position = static_cast<std::uint32_t>(link.crossings.size());
        link.crossings.push_back({slot, h});
        link.total_weight += hops_[h].weight;
        if (link.level < links_[hops_[flow.bottleneck].link].level) flow.bottleneck = h;
    }
    const Hop& tightest = hops_[flow.bottleneck];
    enter_group(links_[tightest.link], tightest.position);
    links_[tightest.link].has_newcomers = true;
    if (!queue_.contains(tightest.link)) {
        queue_.push(tightest.link, expected_level(links_[tightest.link]));
    }
}

void FlowSolver::erase(std::uint32_t slot) {
    SIM_ASSERT(slot < flows_.size());
    Flow& flow = flows_[slot];
    SIM_ASSERT(flow.hop_count > 0);
    for (std::uint32_t h = flow.first_hop; h < flow.first_hop + flow.hop_count; ++h) {
        Link& link = links_[hops_[h].link];
        if (h == flow.bottleneck) {
            leave_group(link, hops_[h].position);
        } else {
            link.elsewhere -= weighted(flow.rate, hops_[h]);
        }
        swap_crossings(link, hops_[h].position,
                       static_cast<std::uint32_t>(link.crossings.size() - 1));
        link.crossings.pop_back();
        link.total_weight -= hops_[h].weight;
        mark_if_uneven(hops_[h].link);
    }
    free_hops_[flow.hop_count].push_back(flow.first_hop);
    flow.hop_count = 0;
    flow.rate = 0;
}

std::span<const std::uint32_t> FlowSolver::solve() {
    for (const std::uint32_t flow : changed_) flows_[flow].changed = false;
    changed_.clear();
    // Rounding down leaves ties that the order of visits decides. Should links ever hand the last
    // unit round in a circle, then after very many visits levels may only fall, which ends at once
    // and costs each flow at most that unit.
    const std::uint64_t visits_max = levellings_ + visits_per_link_max_ * links_.size();
    while (!queue_.empty()) {
        const FlowLevelQueue::Entry next = queue_.pop();
        const Link& link = links_[next.item];
        const std::int64_t expected = expected_level(link);
        // Room was found since it was queued: the links in between come first.
        if (FlowLevelQueue::bucket_of(expected) > next.bucket) {
            queue_.push(next.item, expected);
            continue;
        }
        const bool may_rise = levellings_ < visits_max;
        ++levellings_;
        level(next.item, may_rise ? expected : std::min(expected, link.level));
    }
    return changed_;
}

// A bound of the level from below, and the level itself if no flow enters or leaves the group.
std::int64_t FlowSolver::expected_level(const Link& link) const {
    const Sum room = link.capacity - link.elsewhere;
    if (link.group_weight == 0 && room >= 0) return link.capacity;
    std::int64_t shared = 0;
    if (link.group_weight > 0 && room > 0) {
        shared = static_cast<std::int64_t>(room) / link.group_weight;
        if (shared >= link.level) return shared;
    }
    return std::max(shared, link.capacity / link.total_weight);
}

void FlowSolver::level(std::uint32_t index, std::int64_t expected) {
    Link& link = links_[index];
    const bool claimed = expected < link.level && claim(link, expected);
    if (claimed || expected > link.level || link.has_newcomers) expected = release(index);
    link.level = expected;
    link.has_newcomers = false;
    for (std::uint32_t i = 0; i < link.group_size; ++i) {
        const Crossing crossing = link.crossings[i];
        if (flows_[crossing.flow].bottleneck == crossing.hop) {
            shift_rate(crossing, expected);
        } else {
            change_rate(crossing, expected, crossing.hop);
        }
    }
}

// The level falls: takes into the group the flows that other links grant more than `expected`.
bool FlowSolver::claim(Link& link, std::int64_t expected) {
    const std::uint32_t size_before = link.group_size;
    for (std::uint32_t i = size_before; i < link.crossings.size(); ++i) {
        const Crossing crossing = link.crossings[i];
        const std::int64_t rate = flows_[crossing.flow].rate;
        if (rate <= expected) continue;
        link.elsewhere -= weighted(rate, hops_[crossing.hop]);
        enter_group(link, i);
    }
    return link.group_size > size_before;
}

// The level rises: gives up the flows to which another link grants less, which lets it rise more.
// Returns the level that is left.
std::int64_t FlowSolver::release(std::uint32_t index) {
    Link& link = links_[index];
    std::int64_t reached = expected_level(link);
    for (;;) {
        const std::uint32_t size_before = link.group_size;
        for (std::uint32_t i = 0; i < link.group_size;) {
            const Crossing crossing = link.crossings[i];
            const Flow& flow = flows_[crossing.flow];
            // A flow claimed a moment ago still has its rate and its place elsewhere.
            const bool claimed = flow.bottleneck != crossing.hop;
            const std::uint32_t other =
                claimed ? flow.bottleneck : tightest_other_hop(flow, crossing.hop);
            if (other == crossing.hop) {
                ++i;
                continue;
            }
            const std::int64_t granted = claimed ? flow.rate : links_[hops_[other].link].level;
            if (granted >= reached) {
                ++i;
                continue;
            }
            leave_group(link, i);
            link.elsewhere += weighted(granted, hops_[crossing.hop]);
            if (!claimed) change_rate(crossing, granted, other);
        }
        if (link.group_size == size_before) return reached;
        reached = expected_level(link);
    }
}

// The rate of a flow whose bottleneck remains the link of `crossing`: the frequent case, and the
// innermost loop of all.
void FlowSolver::shift_rate(Crossing crossing, std::int64_t rate) {
    Flow& flow = flows_[crossing.flow];
    const std::int64_t difference = rate - flow.rate;
    if (difference == 0) return;
    const Hop* const end = hops_.data() + flow.first_hop + flow.hop_count;
    const Hop* const self = hops_.data() + crossing.hop;
    for (const Hop* hop = end - flow.hop_count; hop != end; ++hop) {
        if (hop == self) continue;
        links_[hop->link].elsewhere += weighted(difference, *hop);
        mark_if_uneven(hop->link);
    }
    set_rate(crossing.flow, rate);
}

// Gives the flow a rate and a bottleneck, and carries the difference to the other links of its
// path. The link of `crossing`, which is being levelled, has done its own sums.
void FlowSolver::change_rate(Crossing crossing, std::int64_t rate, std::uint32_t bottleneck) {
    Flow& flow = flows_[crossing.flow];
    const std::int64_t difference = rate - flow.rate;
    if (difference == 0 && bottleneck == flow.bottleneck) return;
    for (std::uint32_t h = flow.first_hop; h < flow.first_hop + flow.hop_count; ++h) {
        if (h == crossing.hop) continue;
        const Hop& hop = hops_[h];
        Link& link = links_[hop.link];
        if (h == flow.bottleneck) {
            leave_group(link, hop.position);
            link.elsewhere += weighted(rate, hop);
        } else if (h == bottleneck) {
            enter_group(link, hop.position);
            link.elsewhere -= weighted(flow.rate, hop);
        } else {
            link.elsewhere += weighted(difference, hop);
        }
        mark_if_uneven(hop.link);
    }
    flow.bottleneck = bottleneck;
    set_rate(crossing.flow, rate);
}

void FlowSolver::set_rate(std::uint32_t slot, std::int64_t rate) {
    Flow& flow = flows_[slot];
    flow.rate = rate;
    if (flow.changed) return;
    flow.changed = true;
    changed_.push_back(slot);
}

// `hop` itself if there is no other.
std::uint32_t FlowSolver::tightest_other_hop(const Flow& flow, std::uint32_t hop) const {
    std::uint32_t tightest = hop;
    for (std::uint32_t h = flow.first_hop; h < flow.first_hop + flow.hop_count; ++h) {
        if (h == hop) continue;
        if (tightest == hop || links_[hops_[h].link].level < links_[hops_[tightest].link].level) {
            tightest = h;
        }
    }
    return tightest;
}

// After a change of the sums of a link.
void FlowSolver::mark_if_uneven(std::uint32_t index) {
    Link& link = links_[index];
    if (link.group_weight == 0 && link.elsewhere <= link.capacity) {
        link.level = link.capacity;  // nobody is held back here
    } else if (!queue_.contains(index)) {
        queue_.push(index, link.level);
    }
}

Rate FlowSolver::load(LinkId id) const {
    SIM_ASSERT(settled());
    const Link& link = at(id);
    const Sum sum = link.elsewhere + Sum{link.group_weight} * link.level;
    SIM_ASSERT(sum <= link.capacity);
    return Rate::from_units(static_cast<std::int64_t>(sum));
}

std::span<const FlowSolver::Hop> FlowSolver::path(std::uint32_t slot) const {
    const Flow& flow = flows_.at(slot);
    return {hops_.data() + flow.first_hop, flow.hop_count};
}

void FlowSolver::lay_path(Flow& flow, std::span<const LinkId> path) {
    std::vector<Hop>& laid = path_scratch_;
    laid.clear();
    for (const LinkId id : path) {
        const std::uint32_t link = to_index(id);
        SIM_ASSERT(link < links_.size());
        const auto same = [link](const Hop& hop) { return hop.link == link; };
        const auto found = std::find_if(laid.begin(), laid.end(), same);
        if (found == laid.end()) {
            laid.push_back({.link = link, .weight = 1, .position = 0});
        } else {
            ++found->weight;
        }
    }
    flow.hop_count = static_cast<std::uint32_t>(laid.size());
    if (flow.hop_count >= free_hops_.size()) free_hops_.resize(flow.hop_count + 1);
    std::vector<std::uint32_t>& free = free_hops_[flow.hop_count];
    if (free.empty()) {
        free.push_back(static_cast<std::uint32_t>(hops_.size()));
        hops_.resize(hops_.size() + flow.hop_count);
    }
    flow.first_hop = free.back();
    free.pop_back();
    std::copy(laid.begin(), laid.end(), hops_.begin() + flow.first_hop);
}

void FlowSolver::swap_crossings(Link& link, std::uint32_t a, std::uint32_t b) {
    std::swap(link.crossings[a], link.crossings[b]);
    hops_[link.crossings[a].hop].position = a;
    hops_[link.crossings[b].hop].position = b;
}

void FlowSolver::enter_group(Link& link, std::uint32_t position) {
    SIM_ASSERT(position >= link.group_size);
    link.group_weight += hops_[link.crossings[position].hop].weight;
    swap_crossings(link, position, link.group_size++);
}

void FlowSolver::leave_group(Link& link, std::uint32_t position) {
    SIM_ASSERT(position < link.group_size);
    link.group_weight -= hops_[link.crossings[position].hop].weight;
    swap_crossings(link, position, --link.group_size);
}

}  // namespace sim
