// SPDX-License-Identifier: Apache-2.0
// The checker of record append (GFS 3.3): whoever scans the file, from whichever current replica,
// meets every acknowledged record whole, at its offset, at least once.

#include <fmt/format.h>

#include "scenarios/checks/checkers.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/regions.h"

namespace gfs::checks {
namespace {

constexpr std::size_t most_losses = 5;

struct Tally {
    std::uint64_t records = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t padded = 0;
    std::vector<std::string> lost;
    std::optional<Focus> first;  // of what is lost
    std::vector<ChunkHandle> culprits;
};

std::uint64_t acked_records(const ChunkRecord& chunk) {
    std::uint64_t records = 0;
    for (const MutationRecord* const mutation : Ledger::history(chunk))
        if (mutation->acked && mutation->kind == MutationKind::append) ++records;
    return records;
}

void examine(const Surroundings& around, const ChunkRecord& chunk, Tally& tally) {
    const std::uint64_t records = acked_records(chunk);
    tally.records += records;
    if (records == 0) return;
    const std::vector<ServerId> servers = around.ledger.current_replicas(chunk.handle);
    if (servers.empty()) {
        if (!tally.first) tally.first = Focus{.chunk = chunk.handle};
        tally.culprits.push_back(chunk.handle);
        tally.lost.push_back(fmt::format("{}: no current replica is left of {} records",
                                         around.files.describe(chunk.handle), records));
        return;
    }
    const RegionOracle oracle(around.ledger, around.truth);
    const ChunkRegions regions = oracle.regions(chunk.handle, servers);
    tally.duplicates += regions.duplicates;
    for (const Region& region : regions.regions)
        if (region.state == RegionState::padding) ++tally.padded;
    for (const LostBytes& lost : regions.lost) {
        if (lost.promised == nullptr || lost.promised->kind != MutationKind::append) continue;
        if (!tally.first) tally.first = focus_on(chunk.handle, lost);
        tally.culprits.push_back(chunk.handle);
        tally.lost.push_back(fmt::format("{}: {} does not hold bytes {} to {} of the record at {}",
                                         around.files.describe(chunk.handle),
                                         describe(around.engine, lost.server), lost.offset,
                                         lost.offset + lost.length, lost.promised->offset));
    }
}

}  // namespace

Finding check_append_at_least_once(const CheckInput& input, const Expectation& expectation) {
    Tally tally;
    for (const FileMap::File* const file : input.around.files.select(expectation.files)) {
        for (const ChunkHandle handle : file->chunks) {
            const ChunkRecord* const chunk =
                handle == no_chunk ? nullptr : input.around.ledger.find(handle);
            if (chunk != nullptr) examine(input.around, *chunk, tally);
        }
    }
    if (tally.records == 0) return {Finding::Result::vacuous, "no record was acknowledged"};

    const std::string excess = not_allowed(expectation, {{"A2", "duplicates", tally.duplicates},
                                                         {"A3", "padded regions", tally.padded}});
    Finding finding;
    finding.measured =
        fmt::format("{} records acknowledged, {} duplicates, {} padded chunks, {} missing",
                    tally.records, tally.duplicates, tally.padded, tally.lost.size());
    if (!excess.empty()) finding.measured += "; not allowed here: " + excess;
    finding.detail = first_lines(tally.lost, most_losses);
    finding.about = tally.first;
    if (excess.empty()) finding.culprits = std::move(tally.culprits);
    if (!tally.lost.empty() || !excess.empty()) finding.result = Finding::Result::failed;
    return finding;
}

}  // namespace gfs::checks
