// SPDX-License-Identifier: Apache-2.0
// Whole scenarios, with all invariants on: how many record appends a second of real time, and how
// much faster than real time a cluster of twenty chunkservers runs, idle and at work.

#include <benchmark/benchmark.h>

#include <string>

#include "scenarios/format/format.h"
#include "scenarios/run/run.h"

namespace gfs::run {
namespace {

format::Scenario parsed(const std::string& text) {
    format::DiskReader nobody;
    const format::LoadResult loaded = format::load_text("bench.json", text, {}, nobody);
    if (!loaded.ok()) throw std::runtime_error(loaded.diagnostics.human());
    return *loaded.scenario;
}

// Records of 64 KiB on three replicas. Without waiting for the platter, so that the simulated disks
// do not set the pace.
void record_append(benchmark::State& state) {
    const format::Scenario scenario = parsed(R"({ "gfsim": 1,
        "cluster": { "chunkservers": 3 },
        "network": { "nic": "10000Mbit/s", "uplink": "40000Mbit/s" },
        "gfs": { "durability": "writeback" },
        "record": { "trace": "none" },
        "stop": { "settle": "0s" },
        "workload": { "a": { "clients": 4, "ops": 2500, "mix": { "append": 1 },
                             "files": "/log", "size": "64KiB" } } })");
    std::uint64_t appends = 0;
    for (auto _ : state) {
        const Outcome outcome = run_scenario(scenario, {});
        if (outcome.result.verdict != results::Verdict::passed) state.SkipWithError("not passed");
        appends += 10'000;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(appends));
}
BENCHMARK(record_append)->Unit(benchmark::kMillisecond);

// Simulated seconds for each second of real time: the counter `speed`.
void twenty_chunkservers(benchmark::State& state, const char* rate, const char* until,
                         double simulated_seconds) {
    const std::string workload = std::string(R"("workload": { "a": { "clients": 4, "rate": ")") +
                                 rate + R"(", "mix": { "append": 1, "read": 1 }, "files": "/log",
                                 "size": "64KiB", "stop": ")" + until + R"(" } })";
    const format::Scenario scenario =
        parsed(std::string(R"({ "gfsim": 1, "cluster": { "chunkservers": 20 },
               "record": { "trace": "none" }, "stop": { "at": ")") +
               until + R"(" }, )" + workload + " }");
    double simulated = 0;
    for (auto _ : state) {
        const Outcome outcome = run_scenario(scenario, {});
        if (outcome.result.verdict != results::Verdict::passed) state.SkipWithError("not passed");
        simulated += simulated_seconds;
    }
    state.counters["speed"] = benchmark::Counter(simulated, benchmark::Counter::kIsRate);
}
// Four clients at 5/s are the 20 operations a second of the whole cluster.
BENCHMARK_CAPTURE(twenty_chunkservers, at_20_operations_a_second, "5/s", "10m", 600.0)
    ->Unit(benchmark::kMillisecond);
// One operation an hour and client: heartbeats only.
BENCHMARK_CAPTURE(twenty_chunkservers, idle, "0.0003/s", "2h", 7200.0)
    ->Unit(benchmark::kMillisecond);

// A short scenario with a fault, as a sweep runs thousands of them.
void smoke_with_a_crash(benchmark::State& state) {
    const format::Scenario scenario = parsed(R"({ "gfsim": 1,
        "cluster": { "chunkservers": 5 }, "record": { "trace": "none" }, "stop": { "at": "10s" },
        "gfs": { "lease": "3s", "heartbeat": "1s", "dead_after": "2s" },
        "workload": { "a": { "clients": 2, "rate": "10/s", "mix": { "append": 1, "read": 1 },
                             "files": "/log", "size": "64KiB" } },
        "faults": { "kill": { "do": "crash", "target": "cs1", "at": "2s", "for": "4s" } } })");
    for (auto _ : state) benchmark::DoNotOptimize(run_scenario(scenario, {}).result.events);
}
BENCHMARK(smoke_with_a_crash)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gfs::run
