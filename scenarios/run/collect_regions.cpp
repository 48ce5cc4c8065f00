// SPDX-License-Identifier: Apache-2.0
// The states of all regions when a run is over (GFS 2.7, Table 1), as rows of its result. The
// oracle that finds them is scenarios/checks/regions.h.

#include <algorithm>
#include <set>

#include "scenarios/checks/regions.h"
#include "scenarios/run/simulation.h"

namespace gfs::run {
namespace {

// A result is read by people: beyond so many rows of a file the rest is counted.
constexpr std::uint64_t most_regions_of_a_file = 10'000;

// Neighbours in the same state are one row.
std::vector<results::RegionRow> merged(const std::vector<checks::Region>& regions) {
    std::vector<results::RegionRow> rows;
    std::set<std::uint64_t> authors;  // by the event that ordered them
    for (const checks::Region& region : regions) {
        const char* const state = checks::to_string(region.state);
        if (rows.empty() || rows.back().state != state) {
            rows.push_back({.offset = region.offset, .state = state});
            authors.clear();
        }
        rows.back().length += region.length;
        if (region.author != nullptr && authors.insert(region.author->ordered_sequence).second)
            ++rows.back().mutations;
    }
    return rows;
}

}  // namespace

void Simulation::collect_regions(results::RunResult& result) const {
    const checks::Surroundings& around = checks_.around();
    const checks::RegionOracle oracle(around.ledger, around.truth);
    for (const checks::FileMap::File* const file : around.files.select({})) {
        results::FileRegionsRow row{.path = file->path};
        std::uint64_t rows = 0;
        for (std::size_t index = 0; index < file->chunks.size(); ++index) {
            const ChunkHandle chunk = file->chunks[index];
            const checks::ChunkRecord* const known =
                chunk == no_chunk ? nullptr : around.ledger.find(chunk);
            if (known == nullptr || checks::Ledger::history(*known).empty()) continue;
            const std::vector<ServerId> servers = around.ledger.current_replicas(chunk);
            const checks::ChunkRegions found = oracle.regions(chunk, servers);
            row.duplicates += found.duplicates;
            results::ChunkRegionsRow one{.index = static_cast<std::uint32_t>(index),
                                         .chunk = static_cast<std::uint64_t>(chunk)};
            for (const ServerId server : servers)
                one.replicas.push_back(engine_.host(server).name());
            one.regions = merged(found.regions);
            rows += one.regions.size();
            if (rows > most_regions_of_a_file)
                row.left_out += one.regions.size();
            else
                row.chunks.push_back(std::move(one));
        }
        if (!row.chunks.empty() || row.left_out != 0) result.regions.push_back(std::move(row));
    }
}

}  // namespace gfs::run
