// SPDX-License-Identifier: Apache-2.0
// Bulk flows: the incremental solver beside a tuned full re-solve of the same model.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/sim/flow_full_resolve.h"
#include "sim/network/flow_network.h"
#include "tests/sim/network/flow_workload.h"

namespace sim {
namespace {

// 20,000 transfers of 64 MB between 1,000 hosts in 20 racks, up to 2,000 at once, half of them
// across racks: nearly all flows are coupled, which is the worst case for an incremental solver.
template <typename Network>
void coupled_transfers(benchmark::State& state) {
    const flow_workload::Tree tree;
    const std::vector<flow_workload::Worker> workers = flow_workload::read_transfers(
        std::string(GFSIM_SOURCE_DIR) + "/tests/data/network/transfers.csv", tree);
    flow_workload::Outcome outcome;
    for (auto _ : state) {
        Network network;
        for (const Rate capacity : tree.capacities()) network.add_link(capacity);
        outcome = flow_workload::run(workers, network);
    }
    const auto transfers = static_cast<std::int64_t>(outcome.transfers);
    state.SetItemsProcessed(state.iterations() * transfers);
    state.counters["last_end_s"] = static_cast<double>(to_ns(outcome.last_end)) / 1e9;
    state.counters["mean_s"] =
        static_cast<double>(outcome.total_duration.count()) / 1e9 / static_cast<double>(transfers);
}

// A transfer between two hosts that starts and ends while others are at work, and shares no
// bottleneck with them: its cost hardly depends on their number.
template <typename Network>
void uncoupled_transfer(benchmark::State& state) {
    Network network;
    const Rate nic = Rate::bytes_per_second(125'000'000);
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        const std::vector<LinkId> path{network.add_link(nic), network.add_link(nic)};
        network.start(time_zero, path, std::uint64_t{1} << 50);
    }
    const std::vector<LinkId> path{network.add_link(nic), network.add_link(nic)};
    Time now{};
    for (auto _ : state) {
        network.start(now, path, 125);
        now = network.next_completion();
        benchmark::DoNotOptimize(network.pop_completed(now));
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_TEMPLATE(coupled_transfers, FlowNetwork)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(coupled_transfers, flow_reference::FullResolveNetwork)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(uncoupled_transfer, FlowNetwork)->Arg(10)->Arg(1'000)->Arg(100'000);
BENCHMARK_TEMPLATE(uncoupled_transfer, flow_reference::FullResolveNetwork)->Arg(10)->Arg(1'000);

}  // namespace
}  // namespace sim
