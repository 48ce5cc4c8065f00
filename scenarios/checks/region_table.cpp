// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/region_table.h"

#include <fmt/format.h>

#include "scenarios/checks/describe.h"

namespace gfs::checks {
namespace {

std::string describe_loss(const Surroundings& around, ChunkHandle chunk, const LostBytes& lost) {
    const std::string where =
        fmt::format("{}: bytes {} to {} of {}", describe(around.engine, lost.server), lost.offset,
                    lost.offset + lost.length, around.files.describe(chunk));
    if (lost.promised == nullptr) return where + " are not what the chunk began with";
    return fmt::format("{} should come from mutation {} of version {}, which a client was told of",
                       where, to_number(lost.promised->serial), to_number(lost.promised->version));
}

void count(FileRegions& file, const ChunkRegions& chunk) {
    for (const Region& region : chunk.regions) {
        FileRegions::Count& state = file.states.at(static_cast<std::size_t>(region.state));
        ++state.regions;
        state.bytes += region.length;
    }
    file.duplicates += chunk.duplicates;
}

}  // namespace

std::vector<FileRegions> region_table(const Surroundings& around,
                                      std::span<const std::string> patterns) {
    const RegionOracle oracle(around.ledger, around.truth);
    std::vector<FileRegions> table;
    for (const FileMap::File* const file : around.files.select(patterns)) {
        FileRegions& row = table.emplace_back();
        row.path = file->path;
        for (const ChunkHandle chunk : file->chunks) {
            if (chunk == no_chunk) continue;
            ++row.chunks;
            const ChunkRegions regions =
                oracle.regions(chunk, around.ledger.current_replicas(chunk));
            count(row, regions);
            for (const LostBytes& lost : regions.lost) {
                if (row.lost.empty()) row.first_lost = focus_on(chunk, lost);
                row.lost.push_back(describe_loss(around, chunk, lost));
                row.lost_in.push_back(chunk);
            }
        }
    }
    return table;
}

std::vector<std::string> to_lines(const std::vector<FileRegions>& table) {
    std::vector<std::string> lines;
    for (const FileRegions& file : table) {
        std::string states;
        for (std::size_t i = 0; i < region_states; ++i) {
            const auto state = static_cast<RegionState>(i);
            if (file.at(state).regions == 0) continue;
            states += fmt::format("{}{} {} ({} bytes)", states.empty() ? "" : ", ",
                                  to_string(state), file.at(state).regions, file.at(state).bytes);
        }
        if (file.duplicates != 0) states += fmt::format(", duplicates {}", file.duplicates);
        lines.push_back(fmt::format("{}: {}", file.path, states.empty() ? "empty" : states));
    }
    return lines;
}

}  // namespace gfs::checks
