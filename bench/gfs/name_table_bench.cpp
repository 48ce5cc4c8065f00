// SPDX-License-Identifier: Apache-2.0
// Looking a name up in the master's table (GFS 4.1, 6.2.4): a million names, prefix-compressed, and
// beside it the same names in a std::map. The counter says the bytes for each name.

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

#include "core/master/name_table.h"
#include "sim/random.h"

namespace gfs {
namespace {

constexpr std::size_t name_count = 1'000'000;

std::vector<std::string> numbered_names() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < name_count; ++i)
        names.push_back("/data/crawl/part-" + std::to_string(i / 1000) + "/page-" +
                        std::to_string(i % 1000));
    return names;
}

template <typename Table>
void look_up(benchmark::State& state, const Table& table, const std::vector<std::string>& names) {
    sim::Random random(1, "bench");
    std::uint64_t found = 0;
    for (auto _ : state) {
        const std::uint64_t which = random.below(names.size());
        found += table.contains(names[which]) ? 1 : 0;
    }
    if (found != static_cast<std::uint64_t>(state.iterations())) state.SkipWithError("not found");
    state.SetItemsProcessed(state.iterations());
}

void name_table(benchmark::State& state) {
    const std::vector<std::string> names = numbered_names();
    NameTable table;
    for (const std::string& name : names) table.insert(name, NameRecord{});
    look_up(state, table, names);
    state.counters["bytes"] = static_cast<double>(table.bytes() / table.size());
}
BENCHMARK(name_table);

void map_of_names(benchmark::State& state) {
    const std::vector<std::string> names = numbered_names();
    std::map<std::string, NameRecord> table;
    for (const std::string& name : names) table.emplace(name, NameRecord{});
    look_up(state, table, names);
}
BENCHMARK(map_of_names);

}  // namespace
}  // namespace gfs
