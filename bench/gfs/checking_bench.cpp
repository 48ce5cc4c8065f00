// SPDX-License-Identifier: Apache-2.0
// What checking costs: the same run with all invariants on and with nobody watching, in turns, and
// the ratio of the two as the counter `ratio`. Both have the same digest, or the figure is refused.

#include <sys/resource.h>

#include <benchmark/benchmark.h>

#include <stdexcept>
#include <string>

#include "bench/gfs/bare_run.h"
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

// Of this process, in seconds.
double user_time() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec) * 1e-6;
}

void checking(benchmark::State& state, const char* text) {
    const format::Scenario scenario = parsed(text);
    double watched = 0;
    double bare = 0;
    for (auto _ : state) {
        const double begin = user_time();
        const Outcome outcome = run_scenario(scenario, {});
        const double between = user_time();
        const sim::Digest digest = run_bare(scenario);
        const double end = user_time();
        if (outcome.result.verdict != results::Verdict::passed) state.SkipWithError("not passed");
        if (digest.value() != outcome.digest.value()) state.SkipWithError("another run");
        watched += between - begin;
        bare += end - between;
        state.SetIterationTime(between - begin);
    }
    state.counters["ratio"] = watched / bare;
    state.counters["bare_ms"] = benchmark::Counter(1e3 * bare, benchmark::Counter::kAvgIterations);
}

// Records of 64 KiB on three replicas, as in cluster_bench.cpp.
BENCHMARK_CAPTURE(checking, record_append, R"({ "gfsim": 1,
    "cluster": { "chunkservers": 3 },
    "network": { "nic": "10000Mbit/s", "uplink": "40000Mbit/s" },
    "gfs": { "durability": "writeback" },
    "record": { "trace": "none" }, "stop": { "settle": "0s" },
    "workload": { "a": { "clients": 4, "ops": 2500, "mix": { "append": 1 },
                         "files": "/log", "size": "64KiB" } } })")
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime();

// Everything that clients do, to many files and chunks, while machines and links fail.
BENCHMARK_CAPTURE(checking, mixed_with_faults, R"({ "gfsim": 1,
    "cluster": { "racks": { "r1": { "master": true, "chunkservers": 3 },
                            "r2": { "chunkservers": 3 }, "r3": { "chunkservers": 3 } } },
    "gfs": { "chunk_size": "1MiB", "lease": "5s", "heartbeat": "1s", "dead_after": "5s",
             "delete_grace": "20s", "scan_every": "5s", "checkpoint_every": 200 },
    "record": { "trace": "none" }, "stop": { "at": "3m" },
    "workload": {
        "a": { "clients": 6, "rate": "20/s", "stop": "2m",
               "files": { "prefix": "/m/", "count": 40 },
               "mix": { "write": 3, "append": 4, "read": 6, "create": 1, "delete": 1,
                        "snapshot": 1 }, "size": "16KiB" },
        "b": { "clients": 2, "rate": "20/s", "stop": "2m", "files": "/log",
               "mix": { "append": 2, "read": 1 }, "size": "16KiB" } },
    "faults": {
        "kill": { "do": "crash", "target": "cs*", "every": { "period": "15s", "times": 6 },
                  "for": "8s", "optional": true },
        "cut": { "do": "partition", "between": ["cs1", "cs5"], "at": "20s", "for": "10s" },
        "loss": { "do": "drop", "message": "ApplyMutation", "at": "30s", "nth": 3, "count": 4 },
        "master": { "do": "crash", "target": "master", "at": "60s", "for": "3s" } } })")
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime();

// A thousand chunkservers with ten thousand chunks, and next to nothing to do: heartbeats.
BENCHMARK_CAPTURE(checking, large_and_idle, R"({ "gfsim": 1,
    "cluster": { "chunkservers": 1000 },
    "dataset": { "/data/{i}": { "count": 1000, "chunks": 10 } },
    "record": { "trace": "none" }, "stop": { "at": "3m" },
    "workload": { "a": { "clients": 2, "rate": "0.1/s", "mix": { "append": 1, "read": 1 },
                         "files": "/log", "size": "64KiB", "stop": "3m" } } })")
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime();

}  // namespace
}  // namespace gfs::run
