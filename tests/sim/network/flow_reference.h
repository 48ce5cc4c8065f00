// SPDX-License-Identifier: Apache-2.0
// Max-min fairness in the plainest way: progressive filling from nothing, in long double. Shares no
// code and no idea with the solver that it judges.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

namespace sim::flow_reference {

struct Flow {
    std::vector<std::size_t> path;  // links; one that occurs twice is paid twice
};

// The rate of each flow, in the unit of the capacities. All flows rise together; whenever a link
// is full, the flows across it stop.
inline std::vector<long double> max_min_rates(const std::vector<long double>& capacities,
                                              const std::vector<Flow>& flows) {
    std::vector<long double> rates(flows.size(), 0);
    std::vector<bool> stopped(flows.size(), false);
    std::vector<long double> room = capacities;
    for (;;) {
        std::vector<std::size_t> rising(capacities.size(), 0);
        for (std::size_t f = 0; f < flows.size(); ++f) {
            if (stopped[f]) continue;
            for (const std::size_t link : flows[f].path) ++rising[link];
        }
        long double level = std::numeric_limits<long double>::infinity();
        std::size_t fullest = 0;
        for (std::size_t link = 0; link < room.size(); ++link) {
            if (rising[link] == 0) continue;
            const long double share = room[link] / static_cast<long double>(rising[link]);
            if (share < level) {
                level = share;
                fullest = link;
            }
        }
        if (level == std::numeric_limits<long double>::infinity()) return rates;
        for (std::size_t f = 0; f < flows.size(); ++f) {
            bool crosses = false;
            for (const std::size_t link : flows[f].path) crosses = crosses || link == fullest;
            if (stopped[f] || !crosses) continue;
            stopped[f] = true;
            rates[f] = level;
            for (const std::size_t link : flows[f].path) {
                room[link] -= level;
                if (room[link] < 0) room[link] = 0;  // the last digit
            }
        }
    }
}

struct Transfer {
    long double start_s;
    long double bytes;
    Flow flow;
};

// The end of each transfer in seconds, living from event to event.
inline std::vector<long double> end_times(const std::vector<long double>& capacities,
                                          const std::vector<Transfer>& transfers) {
    const long double never = std::numeric_limits<long double>::infinity();
    std::vector<long double> ends(transfers.size(), never);
    std::vector<long double> left;
    for (const Transfer& transfer : transfers) left.push_back(transfer.bytes);
    long double now = 0;
    for (;;) {
        std::vector<std::size_t> moving;
        std::vector<Flow> flows;
        long double next = never;
        for (std::size_t t = 0; t < transfers.size(); ++t) {
            if (ends[t] != never) continue;
            if (transfers[t].start_s > now) {
                if (transfers[t].start_s < next) next = transfers[t].start_s;
            } else {
                moving.push_back(t);
                flows.push_back(transfers[t].flow);
            }
        }
        const std::vector<long double> rates = max_min_rates(capacities, flows);
        std::size_t first = transfers.size();
        for (std::size_t i = 0; i < moving.size(); ++i) {
            const long double end = now + left[moving[i]] / rates[i];
            if (end < next) {
                next = end;
                first = moving[i];
            }
        }
        if (next == never) return ends;
        for (std::size_t i = 0; i < moving.size(); ++i) left[moving[i]] -= rates[i] * (next - now);
        now = next;
        if (first < transfers.size()) ends[first] = now;
    }
}

}  // namespace sim::flow_reference
