// SPDX-License-Identifier: Apache-2.0
// Nothing is left on the disks that no file needs: neither orphans nor stale replicas (GFS 4.4).
// Garbage collection takes its time, so that this can only be asked when a run has calmed down.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/checks/checkers.h"
#include "scenarios/checks/repair_bound.h"
#include "sim/engine.h"

namespace gfs::checks {
namespace {

constexpr std::size_t most_lines = 5;

// The chunks of all files in the master's namespace. A master that crashed between a log record and
// its word about it has left chunks there that nobody announced.
std::set<ChunkHandle> chunks_of_master(const Surroundings& around) {
    std::set<ChunkHandle> chunks;
    if (around.probe == nullptr) return chunks;
    std::vector<std::string> paths = around.probe->names().value_or(std::vector<std::string>{});
    // The hidden ones are not among them.
    for (const FileMap::File* const file : around.files.select({})) paths.push_back(file->path);
    for (const std::string& path : paths) {
        for (ChunkIndex index{0};; index = next(index)) {
            const ChunkHandle chunk = around.probe->chunk_at(path, index).value_or(no_chunk);
            if (chunk == no_chunk) break;
            chunks.insert(chunk);
        }
    }
    return chunks;
}

// A copy that the master has ordered, and has not decided about yet. REQUIRES: it is there.
bool is_being_made(const CheckInput& input, ChunkHandle chunk, ServerId server) {
    const auto clone = input.liveness.clones().find(chunk);
    if (clone == input.liveness.clones().end() || clone->second.clone.to != server) return false;
    const StoredReplica* const copy = input.around.truth.replica(server, chunk);
    return copy->version == input.around.ledger.find(chunk)->current;
}

// A copy that the master has ordered and given up may come all the same. Its server reports it, and
// has not had the time yet. REQUIRES: it is there.
bool is_to_be_reported(const CheckInput& input, ChunkHandle chunk, ServerId server) {
    const Surroundings& around = input.around;
    const ChunkRecord& record = *around.ledger.find(chunk);
    const ReplicaRecord* const known = Ledger::replica(record, server);
    if (known == nullptr || around.truth.replica(server, chunk)->version < record.current)
        return false;
    std::uint64_t replicas = 0;
    for (const ChunkRecord& other : around.ledger.chunks())
        if (around.truth.replica(server, other.handle) != nullptr) ++replicas;
    return around.engine.now() - known->made <= report_bound(around.config, replicas);
}

// Choice (not in GFS): a stale replica stays while there is no current one that can be read.
bool is_all_there_is(const Surroundings& around, ChunkHandle chunk,
                     const std::vector<ServerId>& current) {
    return std::none_of(current.begin(), current.end(), [&](ServerId server) {
        const StoredReplica* const replica = around.truth.replica(server, chunk);
        return around.truth.up(server) && replica != nullptr && !replica->corrupt;
    });
}

// What is wrong with a replica that is there; empty if nothing is.
std::string_view objection(const CheckInput& input, ChunkHandle chunk, ServerId server) {
    const Surroundings& around = input.around;
    if (!around.files.exists(chunk)) return "belongs to no file";
    const std::vector<ServerId> current = around.ledger.current_replicas(chunk);
    const bool is_current = std::find(current.begin(), current.end(), server) != current.end();
    const bool is_on_its_way = is_current || is_being_made(input, chunk, server) ||
                               is_to_be_reported(input, chunk, server);
    if (is_on_its_way) return "";
    return is_all_there_is(around, chunk, current) ? "" : "is stale";
}

}  // namespace

Finding check_no_leftovers(const CheckInput& input, const Expectation&) {
    const Surroundings& around = input.around;
    Finding finding;
    std::vector<std::string> leftovers;
    std::uint64_t replicas = 0;
    std::optional<std::set<ChunkHandle>> masters;  // looked up if need be
    for (const ChunkRecord& record : around.ledger.chunks()) {
        for (const ReplicaRecord& replica : record.replicas) {
            const bool is_there = around.truth.up(replica.server) &&
                                  around.truth.replica(replica.server, record.handle) != nullptr;
            if (!is_there) continue;
            ++replicas;
            const std::string_view wrong = objection(input, record.handle, replica.server);
            if (wrong.empty()) continue;
            if (!around.files.exists(record.handle)) {
                if (!masters) masters = chunks_of_master(around);
                if (masters->contains(record.handle)) continue;
            }
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

bool has_leftovers(const CheckInput& input) {
    return check_no_leftovers(input, {}).result == Finding::Result::failed;
}

}  // namespace gfs::checks
