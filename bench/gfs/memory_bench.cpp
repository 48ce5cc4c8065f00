// SPDX-License-Identifier: Apache-2.0
// What one more chunk, chunkserver or client costs in memory, in master, chunkservers, network,
// invariants and checkers together: the counter `bytes_each`. The allocator's own count of what is
// in use when a run has ended and everything is still there, in a large cluster less a small one.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <stdexcept>
#include <string>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "scenarios/format/format.h"
#include "scenarios/run/simulation.h"

namespace gfs::run {
namespace {

struct Size {
    std::uint64_t chunkservers;
    std::uint64_t chunks;  // with three replicas each, in files of 100
    std::uint64_t clients;
};

// Ten seconds in which registrations and HeartBeats happen and hardly anything else.
format::Scenario idle_cluster(const Size& size) {
    const std::string dataset =
        size.chunks == 0 ? ""
                         : fmt::format(R"("dataset": {{ "/data/{{i}}": {{ "count": {},
                                          "chunks": 100, "fill": "64KiB" }} }},)",
                                       size.chunks / 100);
    const std::string text = fmt::format(
        R"({{ "gfsim": 1, "cluster": {{ "chunkservers": {} }}, {}
              "record": {{ "trace": "none" }}, "stop": {{ "at": "10s" }},
              "workload": {{ "a": {{ "clients": {}, "rate": "0.0003/s", "mix": {{ "read": 1 }},
                                    "files": "/log", "size": "64KiB" }} }} }})",
        size.chunkservers, dataset, size.clients);
    format::DiskReader nobody;
    const format::LoadResult loaded = format::load_text("bench.json", text, {}, nobody);
    if (!loaded.ok()) throw std::runtime_error(loaded.diagnostics.human());
    return *loaded.scenario;
}

#if defined(__GLIBC__)
double bytes_in_use() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

double bytes_of(const Size& size) {
    const format::Scenario scenario = idle_cluster(size);
    const RunOptions options;
    const double before = bytes_in_use();
    Simulation simulation(scenario, options);
    simulation.run();
    return bytes_in_use() - before;
}

void memory(benchmark::State& state, const Size& small, const Size& large, double count) {
    double bytes_each = 0;
    for (auto _ : state) bytes_each = (bytes_of(large) - bytes_of(small)) / count;
    state.counters["bytes_each"] = benchmark::Counter(bytes_each);
}
BENCHMARK_CAPTURE(memory, chunk, Size{20, 1'000, 1}, Size{20, 41'000, 1}, 40'000.0)
    ->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(memory, idle_chunkserver, Size{20, 0, 1}, Size{1'020, 0, 1}, 1'000.0)
    ->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(memory, idle_client, Size{20, 0, 1}, Size{20, 0, 1'001}, 1'000.0)
    ->Iterations(1)->Unit(benchmark::kMillisecond);
#endif

// The same work on clusters of different size: 20,000 reads and appends, to clients and files in
// proportion to the chunkservers. Time for each chunkserver or chunk that is only there, or for
// each look at all of them, shows as more time for the larger cluster.
void operations(benchmark::State& state) {
    const std::int64_t servers = state.range(0);
    const std::int64_t clients = servers / 5;
    const std::string text = fmt::format(
        R"({{ "gfsim": 1, "cluster": {{ "chunkservers": {} }}, "record": {{ "trace": "none" }},
              "dataset": {{ "/data/{{i}}": {{ "count": {}, "chunks": 30, "fill": "1MiB" }} }},
              "stop": {{ "settle": "0s", "max_events": 1000000000 }},
              "workload": {{ "a": {{ "clients": {}, "start": "4s", "ops": {},
                  "mix": {{ "append": 1, "read": 4 }}, "think": "200ms",
                  "files": {{ "prefix": "/data/", "count": {} }} }} }} }})",
        servers, servers, clients, 20'000 / clients, servers);
    format::DiskReader nobody;
    const format::LoadResult loaded = format::load_text("bench.json", text, {}, nobody);
    if (!loaded.ok()) throw std::runtime_error(loaded.diagnostics.human());
    const RunOptions options;
    for (auto _ : state) {
        state.PauseTiming();
        {
            Simulation simulation(*loaded.scenario, options);
            state.ResumeTiming();
            results::RunResult result;
            simulation.finish(simulation.run(), result);
            if (result.verdict != results::Verdict::passed) state.SkipWithError("not passed");
            state.PauseTiming();
        }
        state.ResumeTiming();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 20'000);
}
BENCHMARK(operations)->Arg(100)->Arg(1'000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gfs::run
