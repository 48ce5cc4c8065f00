// SPDX-License-Identifier: Apache-2.0
// The checker of Table 1 (GFS 2.7): regions that a client was told of are the same on all current
// replicas; where a mutation failed replicas may differ, and that is counted.

#include <fmt/format.h>

#include "scenarios/checks/checkers.h"
#include "scenarios/checks/region_table.h"

namespace gfs::checks {
namespace {

constexpr std::size_t most_files = 20;
constexpr std::size_t most_losses = 5;

}  // namespace

Finding check_gfs_consistency(const CheckInput& input, const Expectation& expectation) {
    const std::vector<FileRegions> table = region_table(input.around, expectation.files);
    if (table.empty()) return {Finding::Result::vacuous, "no file matches"};

    FileRegions total;
    for (const FileRegions& file : table) {
        total.chunks += file.chunks;
        total.duplicates += file.duplicates;
        for (std::size_t i = 0; i < region_states; ++i) {
            total.states[i].regions += file.states[i].regions;
            total.states[i].bytes += file.states[i].bytes;
        }
        total.lost.insert(total.lost.end(), file.lost.begin(), file.lost.end());
        if (!total.first_lost) total.first_lost = file.first_lost;
        total.lost_in.insert(total.lost_in.end(), file.lost_in.begin(), file.lost_in.end());
    }
    const auto count = [&](RegionState state) { return total.at(state).regions; };
    const std::vector<Anomaly> anomalies = {
        {"A2", "duplicates", total.duplicates},
        {"A3", "padded regions", count(RegionState::padding)},
        {"A5", "inconsistent regions", count(RegionState::inconsistent)},
        {"A6", "undefined regions", count(RegionState::undefined)},
    };
    const std::string excess = not_allowed(expectation, anomalies);

    Finding finding;
    finding.measured = fmt::format(
        "{} files, {} chunks: {} regions defined, {} undefined, {} inconsistent, {} "
        "padding; {} violations",
        table.size(), total.chunks, count(RegionState::defined), count(RegionState::undefined),
        count(RegionState::inconsistent), count(RegionState::padding), total.lost.size());
    if (!excess.empty()) finding.measured += "; not allowed here: " + excess;
    if (excess.empty()) finding.culprits = total.lost_in;
    finding.detail = first_lines(total.lost, most_losses);
    finding.about = total.first_lost;
    const std::vector<std::string> lines = first_lines(to_lines(table), most_files);
    finding.detail.insert(finding.detail.end(), lines.begin(), lines.end());
    if (!total.lost.empty() || !excess.empty()) finding.result = Finding::Result::failed;
    return finding;
}

}  // namespace gfs::checks
