// SPDX-License-Identifier: Apache-2.0
// The reference of the flow benchmarks: the same model without any cleverness about change. Every
// start and every end solves the whole network from nothing, by progressive filling over flat
// arrays, as well tuned as that can be: links wait in a heap that tolerates outdated entries, and
// changes of one instant are solved together.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "sim/network/flow_network.h"

namespace sim::flow_reference {

// REQUIRES: paths without repeated links, of 1 to 4 links. Only what the workloads need.
class FullResolveNetwork {
  public:
    using Completion = FlowNetwork::Completion;

    LinkId add_link(Rate capacity) {
        capacities_.push_back(static_cast<double>(capacity.whole_bytes_per_second()) / 1e9);
        crossings_.emplace_back();
        room_.push_back(0);
        rising_.push_back(0);
        return LinkId{static_cast<std::uint32_t>(capacities_.size() - 1)};
    }

    FlowId start(Time now, std::span<const LinkId> path, std::uint64_t bytes) {
        pass(now);
        Flow flow{.id = FlowId{flows_started_++}, .left = static_cast<double>(bytes)};
        const auto slot = static_cast<std::uint32_t>(flows_.size());
        for (const LinkId link : path) {
            flow.positions[flow.length] =
                static_cast<std::uint32_t>(crossings_[to_index(link)].size());
            flow.links[flow.length++] = to_index(link);
            crossings_[to_index(link)].push_back({slot, flow.length - 1});
        }
        flows_.push_back(flow);
        solved_ = false;
        return flow.id;
    }

    Time next_completion() {
        solve();
        return next_;
    }

    std::optional<Completion> pop_completed(Time now) {
        pass(now);
        // Flows are few and gaps are closed by the last one, so the first to be found is not the
        // first that started; the workloads do not mind.
        for (; scanned_ < flows_.size(); ++scanned_) {
            Flow& flow = flows_[scanned_];
            if (flow.left > tolerance) continue;
            const Completion completion{.flow = flow.id, .time = now};
            remove(scanned_);
            solved_ = false;
            return completion;
        }
        return std::nullopt;
    }

  private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();
    static constexpr double tolerance = 1e-3;  // bytes
    static constexpr std::uint32_t path_length_max = 4;

    struct Crossing {
        std::uint32_t flow;
        std::uint32_t hop;
    };
    struct Entry {
        double share;
        std::uint32_t link;
    };
    struct Flow {
        FlowId id;
        double left;      // bytes at now_
        double rate = 0;  // bytes per nanosecond; negative while not yet found
        std::uint32_t length = 0;
        std::uint32_t links[path_length_max] = {};
        std::uint32_t positions[path_length_max] = {};
    };

    void remove(std::uint32_t slot) {
        const Flow& gone = flows_[slot];
        for (std::uint32_t h = 0; h < gone.length; ++h) {
            std::vector<Crossing>& crossings = crossings_[gone.links[h]];
            crossings[gone.positions[h]] = crossings.back();
            const Crossing moved = crossings.back();
            flows_[moved.flow].positions[moved.hop] = gone.positions[h];
            crossings.pop_back();
        }
        if (slot + 1 != flows_.size()) {
            flows_[slot] = flows_.back();
            for (std::uint32_t h = 0; h < flows_[slot].length; ++h) {
                crossings_[flows_[slot].links[h]][flows_[slot].positions[h]].flow = slot;
            }
        }
        flows_.pop_back();
    }

    void pass(Time now) {
        if (now == now_) return;
        solve();
        const auto step = static_cast<double>((now - now_).count());
        for (Flow& flow : flows_) flow.left -= flow.rate * step;
        now_ = now;
        scanned_ = 0;
    }

    void solve() {
        if (solved_) return;
        solved_ = true;
        heap_.clear();
        for (Flow& flow : flows_) flow.rate = -1;
        for (std::uint32_t link = 0; link < capacities_.size(); ++link) {
            if (crossings_[link].empty()) continue;
            room_[link] = capacities_[link];
            rising_[link] = static_cast<std::uint32_t>(crossings_[link].size());
            heap_.push_back({room_[link] / rising_[link], link});
        }
        std::make_heap(heap_.begin(), heap_.end(),
                       [](const Entry& a, const Entry& b) { return a.share > b.share; });
        while (!heap_.empty() && heap_.front().share < infinity) fill_next();
        double earliest = infinity;
        for (const Flow& flow : flows_) earliest = std::min(earliest, flow.left / flow.rate);
        next_ = flows_.empty() ? time_never
                               : now_ + Duration{static_cast<std::int64_t>(earliest + 0.999)};
    }

    void fill_next() {
        const std::uint32_t link = heap_.front().link;
        // Shares only grow while others fill, so an outdated entry comes too early, never too late.
        const double present = rising_[link] == 0 ? infinity : room_[link] / rising_[link];
        if (present > heap_.front().share) return sink_front({present, link});
        sink_front({infinity, link});
        for (const Crossing& crossing : crossings_[link]) {
            Flow& flow = flows_[crossing.flow];
            if (flow.rate >= 0) continue;
            flow.rate = present;
            for (std::uint32_t h = 0; h < flow.length; ++h) {
                room_[flow.links[h]] -= present;
                --rising_[flow.links[h]];
            }
        }
    }

    // Puts `entry` in the place of the first one, without a pop and a push.
    void sink_front(Entry entry) {
        std::size_t hole = 0;
        for (std::size_t child = 1; child < heap_.size(); child = 2 * hole + 1) {
            const bool right =
                child + 1 < heap_.size() && heap_[child + 1].share < heap_[child].share;
            if (right) ++child;
            if (entry.share <= heap_[child].share) break;
            heap_[hole] = heap_[child];
            hole = child;
        }
        heap_[hole] = entry;
    }

    std::vector<double> capacities_;  // bytes per nanosecond
    std::vector<std::vector<Crossing>> crossings_;
    std::vector<double> room_;
    std::vector<std::uint32_t> rising_;
    std::vector<Entry> heap_;  // by share
    std::vector<Flow> flows_;
    std::uint64_t flows_started_ = 0;
    std::uint32_t scanned_ = 0;
    bool solved_ = true;
    Time now_{};
    Time next_ = time_never;
};

}  // namespace sim::flow_reference
