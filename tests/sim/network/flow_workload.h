// SPDX-License-Identifier: Apache-2.0
// The workload of tests/data/network: workers on 1,000 hosts, each moving 64 MB ten times, one
// transfer after the other. Read once, run by the test and by the benchmark.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/assert.h"
#include "sim/network/flow_network.h"
#include "sim/time.h"

namespace sim::flow_workload {

// The tree of topology.json: full-duplex NICs and rack uplinks around a core that never blocks.
// Links are numbered: NICs up, NICs down, uplinks up, uplinks down.
struct Tree {
    std::uint32_t racks = 20;
    std::uint32_t hosts_per_rack = 50;
    Rate nic = Rate::bytes_per_second(125'000'000);
    Rate uplink = Rate::bytes_per_second(1'250'000'000);

    std::uint32_t hosts() const { return racks * hosts_per_rack; }
    std::vector<Rate> capacities() const {
        std::vector<Rate> all(2 * hosts(), nic);
        all.resize(2 * hosts() + 2 * racks, uplink);
        return all;
    }
    std::vector<LinkId> path(std::uint32_t from, std::uint32_t to) const {
        const std::uint32_t from_rack = from / hosts_per_rack;
        const std::uint32_t to_rack = to / hosts_per_rack;
        const LinkId up{from};
        const LinkId down{hosts() + to};
        if (from_rack == to_rack) return {up, down};
        const std::uint32_t uplinks = 2 * hosts();
        return {up, LinkId{uplinks + from_rack}, LinkId{uplinks + racks + to_rack}, down};
    }
};

struct Transfer {
    std::vector<LinkId> path;
    std::uint64_t bytes;
};

struct Worker {
    Time start;
    std::vector<Transfer> transfers;
};

inline std::vector<Worker> read_transfers(const std::string& file, const Tree& tree) {
    std::ifstream in(file);
    std::string header;
    std::getline(in, header);
    SIM_ASSERT(header == "worker,idx,start_offset_ms,src,dst,bytes");
    std::vector<Worker> workers;
    std::array<std::uint64_t, 6> row{};
    char comma = ',';
    while (in >> row[0]) {
        for (std::size_t i = 1; i < row.size(); ++i) in >> comma >> row[i];
        SIM_ASSERT(in.good());
        if (row[0] == workers.size()) {
            workers.push_back(
                {.start = time_zero + std::chrono::milliseconds(row[2]), .transfers = {}});
        }
        SIM_ASSERT(row[0] + 1 == workers.size());
        SIM_ASSERT(row[1] == workers.back().transfers.size());
        const auto from = static_cast<std::uint32_t>(row[3]);
        const auto to = static_cast<std::uint32_t>(row[4]);
        workers.back().transfers.push_back({.path = tree.path(from, to), .bytes = row[5]});
    }
    return workers;
}

struct Outcome {
    std::uint64_t transfers = 0;
    Time last_end{};
    Duration total_duration{};
};

// Runs all workers on `network`, a FlowNetwork or anything with its functions.
template <typename Network>
Outcome run(const std::vector<Worker>& workers, Network& network) {
    struct Progress {
        std::size_t next = 0;
        Time started{};
    };
    std::vector<Progress> progress(workers.size());
    std::vector<std::pair<Time, std::size_t>> starts;
    for (std::size_t w = 0; w < workers.size(); ++w) starts.emplace_back(workers[w].start, w);
    std::stable_sort(starts.begin(), starts.end());
    std::map<FlowId, std::size_t> worker_of;

    Outcome outcome;
    const auto start_next = [&](std::size_t w, Time now) {
        if (progress[w].next == workers[w].transfers.size()) return;
        const Transfer& transfer = workers[w].transfers[progress[w].next++];
        progress[w].started = now;
        worker_of.emplace(network.start(now, transfer.path, transfer.bytes), w);
    };
    for (std::size_t begun = 0;;) {
        const Time start = begun < starts.size() ? starts[begun].first : time_never;
        const Time now = std::min(start, network.next_completion());
        if (now == time_never) return outcome;
        while (const auto completion = network.pop_completed(now)) {
            const auto found = worker_of.find(completion->flow);
            const std::size_t w = found->second;
            worker_of.erase(found);
            ++outcome.transfers;
            outcome.last_end = completion->time;
            outcome.total_duration += completion->time - progress[w].started;
            start_next(w, now);
        }
        for (; begun < starts.size() && starts[begun].first == now; ++begun) {
            start_next(starts[begun].second, now);
        }
    }
}

}  // namespace sim::flow_workload
