// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/states.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/common/events.h"
#include "scenarios/checks/goals.h"
#include "sim/assert.h"

namespace gfs::checks {

// Which chunks may come to lack replicas by an event: the one that comes first among its fields;
// none, by what happens to names, messages and data; and else, as when a server dies, any.
States::States(const Surroundings& around) : around_(around) {
    for (const sim::EventInfo& info : around.engine.events().all()) {
        const bool is_of_chunk =
            !info.fields.empty() && info.fields.front().type == sim::FieldType::chunk;
        constexpr std::string_view harmless[] = {
            "append", "client", "directory", "file", "heartbeat", "location", "master",
            "message", "mutation", "push", "read", "snapshot", "write"};
        const std::string_view subject = info.name.substr(0, info.name.find('.'));
        const bool is_harmless = std::find(std::begin(harmless), std::end(harmless), subject) !=
                                 std::end(harmless);
        scopes_.push_back(is_harmless ? Scope::none : is_of_chunk ? Scope::chunk : Scope::all);
    }
}

void States::note(const sim::Event& event) {
    const Scope scope = scopes_[sim::to_index(event.kind)];
    if (scope == Scope::none) return;
    for (Search* const search : {&whole_, &two_}) {
        if (!search->found_none) continue;
        constexpr std::size_t most_touched = 1000;
        const ChunkHandle chunk{event.fields[0]};
        if (scope == Scope::all || search->touched.size() >= most_touched) {
            search->found_none = false;
            search->touched.clear();
        } else if (search->touched.empty() || search->touched.back() != chunk) {
            search->touched.push_back(chunk);
        }
    }
}

bool States::relevant(sim::EventKind kind) {
    switch (sim::to_index(kind)) {
        case event::gfs_client_op_ok:
        case event::gfs_client_op_failed:
        case event::gfs_master_crashed:
        case event::gfs_master_recovered:
        case event::gfs_master_promoted:
        case event::gfs_server_crashed:
        case event::gfs_server_started:
        case event::gfs_server_registered:
        case event::gfs_server_declared_dead:
        case event::gfs_lease_accepted:
        case event::gfs_lease_prolonged:
        case event::gfs_lease_expired:
        case event::gfs_lease_revoked:
        case event::gfs_lease_granted:
        case event::gfs_chunk_created:
        case event::gfs_chunk_replica_added:
        case event::gfs_chunk_replica_removed:
        case event::gfs_chunk_under_replicated:
        case event::gfs_chunk_replicated:
        case event::gfs_clone_finished:
        case event::gfs_clone_failed:
        case event::gfs_gc_deleted:
        case event::gfs_file_reclaimed:
            return true;
        default:
            return false;
    }
}

std::string States::objection(std::string_view state) {
    if (state == "fully_replicated") return replication_objection(whole_);
    if (state == "min_two_replicas") return replication_objection(two_);
    if (state == "no_leases") return lease_objection();
    if (state == "all_ops_done") return work_objection();
    SIM_ASSERT(state == "quiescent");
    std::string objection = work_objection();
    if (objection.empty()) objection = replication_objection(whole_);
    return objection;
}

std::string States::work_objection() const {
    if (around_.probe == nullptr) return "nobody runs a workload";
    return around_.probe->all_ops_done() ? "" : "operations are going on";
}

// Both must be so: that the replicas are there, and that the master knows of them. A replica that
// is cut off is there; one that crashed a moment ago the master still counts on.
std::string States::replication_objection(Search& search) {
    std::string objection = first_below(search);
    if (!objection.empty()) return objection;
    if (around_.probe == nullptr) return {};
    const auto counted_below = around_.probe->chunks_below(search.at_least);
    if (!counted_below) return "no master serves";
    if (*counted_below == 0) return {};
    return fmt::format("the master counts {} chunks with too few replicas", *counted_below);
}

std::string States::first_below(Search& search) const {
    const std::vector<ChunkHandle>& chunks = around_.files.chunks();
    if (search.found_none) {
        for (const ChunkHandle chunk : search.touched) {
            std::string objection = below(chunk, search.at_least);
            if (objection.empty()) continue;
            search.found_none = false;
            search.touched.clear();
            return objection;
        }
        search.touched.clear();
        return {};
    }
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const std::size_t at = (search.culprit + i) % chunks.size();
        std::string objection = below(chunks[at], search.at_least);
        if (objection.empty()) continue;
        search.culprit = at;
        return objection;
    }
    search.found_none = true;
    return {};
}

std::vector<ChunkHandle> States::lacking(std::string_view state) const {
    std::vector<ChunkHandle> chunks;
    if (state != "fully_replicated" && state != "min_two_replicas") return chunks;
    const std::uint32_t at_least = state == "fully_replicated" ? whole_.at_least : two_.at_least;
    for (const ChunkHandle chunk : around_.files.chunks())
        if (!below(chunk, at_least).empty()) chunks.push_back(chunk);
    return chunks;
}

// Fewer good replicas than asked for, or than the goal if that is lower.
std::string States::below(ChunkHandle chunk, std::uint32_t at_least) const {
    if (!around_.files.exists(chunk)) return {};
    const std::uint32_t wanted = std::min(at_least, goal_of(around_, goals_, chunk));
    const std::vector<ServerId> current = around_.ledger.current_replicas(chunk);
    const auto good = std::count_if(current.begin(), current.end(),
                                    [&](ServerId server) { return around_.truth.up(server); });
    if (static_cast<std::uint64_t>(good) >= wanted) return {};
    return fmt::format("{} has {} of {} replicas", around_.files.describe(chunk), good, wanted);
}

std::string States::lease_objection() {
    const auto& chunks = around_.ledger.chunks();
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const std::size_t at = (lease_culprit_ + i) % chunks.size();
        for (const HolderRecord& holder : chunks[at].holders) {
            if (!around_.ledger.believes(holder)) continue;
            lease_culprit_ = at;
            return fmt::format("{} holds the lease of {}",
                               around_.engine.host(holder.server).name(),
                               around_.files.describe(chunks[at].handle));
        }
    }
    return {};
}

}  // namespace gfs::checks
