// SPDX-License-Identifier: Apache-2.0
// Max-min fair rates, kept up to date as flows come and go. This unit knows no time and no bytes:
// flow_network.h adds both.
//
// The water-filling picture: each link has a level, the highest rate that it grants to one flow,
// and the rate of a flow is the lowest level on its path. A link is *level* when its flows, each
// taking the least of this level and what its other links grant, fill the capacity, or when they
// cannot. If all links are level, every flow has a full link on its path on which no flow is
// faster, which is max-min fairness. So after a change only the links whose sums changed need
// levelling, then the links whose sums that changed, and so on until nothing changes: a flow that
// starts on an idle rack is never noticed by the others.
//
// Lower levels decide higher ones and not the reverse, so taking the waiting links by rising level
// brings nearly all of them to rest at the first visit. The order affects the speed only.
//
// All arithmetic is on integers (see Rate): no rounding error collects in the sums, and every
// compiler finds the same rates. A level is rounded down to whole units, so that a link may stay
// unused by less than one unit per flow.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/network/flow_level_queue.h"
#include "sim/network/flow_rate.h"

namespace sim {

// A direction of a cable or of a switch port, numbered in the order of creation.
enum class LinkId : std::uint32_t {};
constexpr std::uint32_t to_index(LinkId id) {
    return static_cast<std::uint32_t>(id);
}

// Invariants while no link waits in the queue:
//  1. flow.rate == the least level on its path == the level of its bottleneck link;
//  2. link.group_weight and link.elsewhere are the sums that their comments say;
//  3. elsewhere + group_weight * level <= capacity, and with a group, the slack is < group_weight.
class FlowSolver {
  public:
    // How often a flow passes a link: a chain of replicas may use one uplink twice.
    struct Hop {
        std::uint32_t link;
        std::uint32_t weight;
        std::uint32_t position;  // in the link's list of crossings
    };
    struct Crossing {
        std::uint32_t flow;
        std::uint32_t hop;  // index into the pool of hops
    };

    // After `visits_per_link_max` times the number of links in one solve, no level rises any more:
    // a bound that no known network comes near, and that only tests set.
    explicit FlowSolver(std::uint64_t visits_per_link_max = 64)
        : visits_per_link_max_(visits_per_link_max) {}

    LinkId add_link(Rate capacity);
    void set_capacity(LinkId link, Rate capacity);

    // Slots are small integers that the caller reuses. REQUIRES: `flow` is not present; `path` is
    // not empty.
    void insert(std::uint32_t flow, std::span<const LinkId> path);
    void erase(std::uint32_t flow);

    bool settled() const { return queue_.empty(); }

    // Brings all rates up to date, and returns the flows whose rates may have changed since the
    // last solve, each once. The list is valid until the next call of a non-const function.
    std::span<const std::uint32_t> solve();

    // REQUIRES for rates and loads: settled().
    Rate rate(std::uint32_t flow) const { return Rate::from_units(flows_[flow].rate); }
    Rate load(LinkId link) const;
    Rate capacity(LinkId link) const { return Rate::from_units(at(link).capacity); }

    std::size_t link_count() const { return links_.size(); }
    std::span<const Hop> path(std::uint32_t flow) const;
    std::span<const Crossing> crossings(LinkId link) const { return at(link).crossings; }
    const Hop& hop(const Crossing& crossing) const { return hops_[crossing.hop]; }

    // How many times a link was levelled so far: the work done, for tests and benchmarks.
    std::uint64_t levellings() const { return levellings_; }

  private:
    // Sums of rates need more than 64 bits while a link is overfull: a thousand senders may each
    // be granted the whole of it before it is levelled.
    __extension__ using Sum = __int128;

    struct Link {
        std::int64_t capacity = 0;
        std::int64_t level = 0;          // == capacity when the group is empty
        Sum elsewhere = 0;               // weighted rates of the flows outside the group
        std::uint32_t group_weight = 0;  // weights of the group: the flows whose bottleneck is here
        std::uint32_t group_size = 0;    // the group is the first part of `crossings`
        std::uint32_t total_weight = 0;
        bool has_newcomers = false;  // the group may hold flows that another link grants less
        std::vector<Crossing> crossings;
    };
    struct Flow {
        std::int64_t rate = 0;
        std::uint32_t first_hop = 0;   // in the pool
        std::uint32_t hop_count = 0;   // 0: slot is free
        std::uint32_t bottleneck = 0;  // index into the pool of hops
        bool changed = false;          // is in `changed_`
    };

    const Link& at(LinkId link) const { return links_.at(to_index(link)); }

    // What a flow at `rate` takes of the link of `hop`.
    static Sum weighted(std::int64_t rate, const Hop& hop) {
        return Sum{rate} * std::int64_t{hop.weight};
    }

    void lay_path(Flow& flow, std::span<const LinkId> path);
    void swap_crossings(Link& link, std::uint32_t a, std::uint32_t b);
    void enter_group(Link& link, std::uint32_t position);
    void leave_group(Link& link, std::uint32_t position);

    void mark_if_uneven(std::uint32_t index);
    std::int64_t expected_level(const Link& link) const;
    void level(std::uint32_t index, std::int64_t expected);
    bool claim(Link& link, std::int64_t expected);
    std::int64_t release(std::uint32_t index);
    void shift_rate(Crossing crossing, std::int64_t rate);
    void change_rate(Crossing crossing, std::int64_t rate, std::uint32_t bottleneck);
    void set_rate(std::uint32_t slot, std::int64_t rate);
    std::uint32_t tightest_other_hop(const Flow& flow, std::uint32_t hop) const;

    std::vector<Link> links_;
    std::vector<Flow> flows_;                            // by slot
    std::vector<Hop> hops_;                              // paths, each a run
    std::vector<std::vector<std::uint32_t>> free_hops_;  // by length of the run
    FlowLevelQueue queue_;
    std::vector<std::uint32_t> changed_;
    std::vector<Hop> path_scratch_;
    std::uint64_t levellings_ = 0;
    std::uint64_t visits_per_link_max_;
};

}  // namespace sim
