// SPDX-License-Identifier: Apache-2.0
// The checker of durability (GFS 2.7.1): a chunk is lost only if all its replicas are. Every byte
// that a client was told of, and every byte that was there before the run, is still on the disk of
// a server that is up, undamaged.

#include <fmt/format.h>

#include <utility>

#include "scenarios/checks/losses.h"

namespace gfs::checks {
namespace {

constexpr std::size_t most_lines = 5;

}  // namespace

Finding check_no_data_loss(const CheckInput& input, const Expectation& expectation) {
    const LossFinder finder(input);
    Finding finding;
    std::vector<std::string> losses;
    std::vector<ChunkHandle> culprits;
    std::uint64_t promised = 0;
    std::uint64_t lost = 0;
    for (const FileMap::File* const file : input.around.files.select(expectation.files)) {
        for (const ChunkHandle chunk : file->chunks) {
            if (chunk == no_chunk) continue;
            promised += length_of(finder.promised(chunk));
            const std::uint64_t bytes = length_of(finder.lost(chunk));
            lost += bytes;
            if (bytes == 0) continue;
            finding.is_about({.chunk = chunk});
            culprits.push_back(chunk);
            losses.push_back(fmt::format("{}: {} bytes are on no server that is up",
                                         input.around.files.describe(chunk), bytes));
        }
    }
    if (promised == 0) return {Finding::Result::vacuous, "no byte was acknowledged"};
    finding.measured = fmt::format("{} of {} acknowledged bytes lost", lost, promised);
    finding.detail = first_lines(losses, most_lines);
    finding.culprits = std::move(culprits);
    if (lost != 0) finding.result = Finding::Result::failed;
    return finding;
}

}  // namespace gfs::checks
