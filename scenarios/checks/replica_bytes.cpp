// SPDX-License-Identifier: Apache-2.0
// Compares the current replicas of each chunk byte by byte. GFS does not promise that they are
// equal (GFS 3.3): a scenario with failures expects this check to fail.

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/checks/checkers.h"
#include "scenarios/checks/regions.h"

namespace gfs::checks {
namespace {

constexpr std::size_t most_lines = 5;

}  // namespace

Finding check_replica_bytes(const CheckInput& input, const Expectation& expectation) {
    Finding finding;
    const Surroundings& around = input.around;
    const RegionOracle oracle(around.ledger, around.truth);
    std::vector<std::string> different;
    std::uint64_t compared = 0;
    for (const FileMap::File* const file : around.files.select(expectation.files)) {
        for (const ChunkHandle chunk : file->chunks) {
            if (chunk == no_chunk) continue;
            const std::vector<ServerId> servers = around.ledger.current_replicas(chunk);
            if (servers.size() < 2) continue;
            ++compared;
            std::uint64_t bytes = 0;
            for (const Region& region : oracle.regions(chunk, servers).regions)
                if (region.state == RegionState::inconsistent) bytes += region.length;
            const auto length = [&](ServerId server) {
                return around.truth.replica(server, chunk)->content.length();
            };
            const bool lengths_differ = std::any_of(
                servers.begin(), servers.end(),
                [&](ServerId server) { return length(server) != length(servers.front()); });
            if (bytes == 0 && !lengths_differ) continue;
            finding.is_about({.chunk = chunk});
            different.push_back(fmt::format("{}: {} bytes differ{}", around.files.describe(chunk),
                                            bytes, lengths_differ ? ", and the lengths" : ""));
        }
    }
    if (compared == 0) return {Finding::Result::vacuous, "no chunk has two current replicas"};
    finding.measured =
        fmt::format("{} of {} chunks have replicas that differ", different.size(), compared);
    finding.detail = first_lines(different, most_lines);
    if (!different.empty()) finding.result = Finding::Result::failed;
    return finding;
}

}  // namespace gfs::checks
