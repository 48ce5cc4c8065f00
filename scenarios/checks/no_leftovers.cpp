// SPDX-License-Identifier: Apache-2.0
// Nothing is left on the disks that no file needs: neither orphans nor stale replicas (GFS 4.4).
// Garbage collection takes its time, so that this can only be asked when a run has calmed down.

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/checks/checkers.h"
#include "sim/engine.h"

namespace gfs::checks {
namespace {

constexpr std::size_t most_lines = 5;

// What is wrong with a replica that is there; empty if nothing is.
std::string_view objection(const Surroundings& around, ChunkHandle chunk, ServerId server) {
    if (!around.files.exists(chunk)) return "belongs to no file";
    const std::vector<ServerId> current = around.ledger.current_replicas(chunk);
    const bool is_current = std::find(current.begin(), current.end(), server) != current.end();
    return is_current ? "" : "is stale";
}

}  // namespace

Finding check_no_leftovers(const CheckInput& input, const Expectation&) {
    const Surroundings& around = input.around;
    Finding finding;
    std::vector<std::string> leftovers;
    std::uint64_t replicas = 0;
    for (const ChunkRecord& record : around.ledger.chunks()) {
        for (const ReplicaRecord& replica : record.replicas) {
            const bool is_there = around.truth.up(replica.server) &&
                                  around.truth.replica(replica.server, record.handle) != nullptr;
            if (!is_there) continue;
            ++replicas;
            const std::string_view wrong = objection(around, record.handle, replica.server);
            if (wrong.empty()) continue;
            finding.is_about({.chunk = record.handle, .host = replica.server});
            leftovers.push_back(fmt::format("{} on {} {}", around.files.describe(record.handle),
                                            around.engine.host(replica.server).name(), wrong));
        }
    }
    if (replicas == 0) return {Finding::Result::vacuous, "there is no replica at all"};
    finding.measured =
        fmt::format("{} of {} replicas are of no use to any file", leftovers.size(), replicas);
    finding.detail = first_lines(leftovers, most_lines);
    if (!leftovers.empty()) finding.result = Finding::Result::failed;
    return finding;
}

}  // namespace gfs::checks
