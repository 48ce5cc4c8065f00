// SPDX-License-Identifier: Apache-2.0
// Bulk data as fluid: each flow moves bytes along a path of links at its max-min fair rate
// (progressive filling), without latency. The rate is the same at every instant that a network of
// ideal fair queues would give; see docs/network-flows.md for the model and its limits.
//
// A transfer pipelined along a chain of replicas, each forwarding what arrives (GFS 3.2), is one
// flow whose path is all hops' links in a row: it runs at the speed of the slowest link, and a link
// that the chain passes twice carries each byte twice.
//
// This class knows no engine. Whoever drives it asks for next_completion(), comes back at that time
// and collects with pop_completed(). All changes at one instant are solved together, at the first
// question that depends on them.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "sim/network/flow_calendar.h"
#include "sim/network/flow_progress.h"
#include "sim/network/flow_rate.h"
#include "sim/network/flow_solver.h"
#include "sim/time.h"

namespace sim {

// Never reused for another flow.
enum class FlowId : std::uint64_t {};

// REQUIRES everywhere: `now` never goes back from call to call.
class FlowNetwork {
  public:
    // Full capacity for each direction of a cable is a link of its own. REQUIRES: less than 2^32
    // links, those for rate limits included.
    LinkId add_link(Rate capacity) { return solver_.add_link(capacity); }

    // A capacity of zero is a cut cable: flows across it stand still, and never complete until it
    // is restored.
    void set_capacity(Time now, LinkId link, Rate capacity);
    Rate capacity(LinkId link) const { return solver_.capacity(link); }

    // Starts to move `bytes` along `path`, at no more than `limit`. Without bytes, or with an empty
    // path (both ends on one host) and no limit, the flow is complete at `now`.
    FlowId start(Time now, std::span<const LinkId> path, std::uint64_t bytes,
                 std::optional<Rate> limit = std::nullopt);

    // Ends a flow early, or withdraws its completion if that has not been collected yet.
    // REQUIRES: contains(flow).
    void cancel(Time now, FlowId flow);

    // Whether the flow was started and neither cancelled nor collected.
    bool contains(FlowId flow) const;

    // The first time at which pop_completed() will find something; if it would already, the latest
    // time that was given; time_never if no flow moves. A flow is complete at the first whole
    // nanosecond at which less than 2^-10 ns of its way is left.
    Time next_completion();

    struct Completion {
        FlowId flow;
        Time time;
    };
    // The next flow that completed at or before `now`, by time of completion and then in the order
    // of starting; nothing if all are collected. The flow's id ends with this call.
    std::optional<Completion> pop_completed(Time now);

    // REQUIRES: contains(flow). Rounded down to whole bytes; exact when the flow is complete.
    std::uint64_t bytes_done(Time now, FlowId flow);
    Rate rate(Time now, FlowId flow);

    // What the link carries, in bytes per second and in millionths of its capacity (zero for a cut
    // link), and what it has carried so far. Costs a visit of each flow on the link.
    Rate load(Time now, LinkId link);
    std::uint32_t utilisation_ppm(Time now, LinkId link);
    std::uint64_t bytes_carried(Time now, LinkId link);

    // The rate that one more flow across the link would get, if all were alike. Cheap: an estimate
    // for small messages, which are not worth a flow.
    Rate share_of_next(LinkId link) const {
        const auto flows = static_cast<std::int64_t>(solver_.crossings(link).size());
        return Rate::from_units(capacity(link).units() / (flows + 1));
    }

    // How many links were visited to find the rates so far: the work done, for tests and reports.
    std::uint64_t levellings() const { return solver_.levellings(); }

  private:
    enum class State : std::uint8_t { free, moving, completed };

    struct Flow {
        FlowProgress progress;  // while moving
        Time end{};             // when completed
        std::uint64_t bytes = 0;
        std::uint64_t order = 0;  // of starting, over the whole run
        std::uint32_t generation = 0;
        State state = State::free;
        std::optional<LinkId> limit;  // a link of its own
    };

    std::uint32_t slot_of(FlowId id) const;
    FlowId id_of(std::uint32_t slot) const;
    std::uint32_t take_slot();
    void free_slot(std::uint32_t slot);
    LinkId take_limit(Rate rate);

    void advance(Time now);
    void settle();
    void complete_until(Time limit);
    void leave_network(std::uint32_t slot, std::uint64_t done);
    std::uint64_t done_at(std::uint32_t slot, Time time) const;

    FlowSolver solver_;
    FlowCalendar calendar_;
    std::vector<Flow> flows_;  // by slot, as in solver_ and calendar_
    std::vector<std::uint32_t> free_slots_;
    std::vector<LinkId> free_limits_;
    std::vector<std::uint64_t> carried_;  // by link, for flows that have left the network
    std::deque<FlowId> completed_;        // to be collected; may name cancelled ones
    std::vector<std::uint32_t> ended_;    // scratch of complete_until
    std::vector<LinkId> path_;            // scratch of start
    std::uint64_t flows_started_ = 0;
    Time now_{};
};

}  // namespace sim
