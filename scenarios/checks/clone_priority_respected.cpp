// SPDX-License-Identifier: Apache-2.0
// The chunk in most danger is cloned first: GFS 4.3 (rule L3). Whenever the master starts a clone,
// no chunk that lacks more replicas waits, nor one of a live file behind one of a deleted file,
// that could have been copied to the very server that was chosen.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "core/common/events.h"
#include "scenarios/checks/clone_book.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class ClonePriorityRespected final : public Invariant {
  public:
    explicit ClonePriorityRespected(const Surroundings& around)
        : Invariant(around), book_(around) {}

    std::vector<sim::EventKind> kinds() const override {
        std::vector<sim::EventKind> kinds = CloneBook::kinds();
        kinds.push_back(event::gc_deleted);
        kinds.push_back(event::chunk_replica_added);
        kinds.push_back(event::chunk_replica_removed);
        kinds.push_back(event::chunk_version_granted);
        return kinds;
    }

    void on_event(const sim::Event& event) override {
        switch (sim::to_index(event.kind)) {
            case event::gfs_gc_deleted:
                return on_deleted(replica_fields(event));
            case event::gfs_chunk_replica_added:
                unheard_[chunk_of(event)].erase(host_at(event, 1));
                return;
            case event::gfs_chunk_replica_removed:
                return on_removed(event);
            case event::gfs_chunk_version_granted:
                unheard_.erase(chunk_of(event));
                return;
            case event::gfs_master_crashed:
            case event::gfs_master_promoted:
                unheard_.clear();
                break;
            default:
                break;
        }
        // The other policies have racks or sets that a chunk belongs to, and so a server is not
        // good for every chunk.
        const std::string& kind = config().placement.kind;
        const bool is_picky = kind != "paper" && kind != "random";
        const bool is_choice = event.kind == event::clone_planned && book_.is_of_master(event);
        if (is_choice && !is_picky) on_planned(clone_fields(event));
        book_.apply(event);
    }

  private:
    // Enough to catch a master that forgets its priorities, and little to pay for each clone.
    static constexpr std::size_t most_looked_at = 64;

    // A current replica is deleted when the master has counted it out and orders so. It takes no
    // other copy for there until it has heard that it is done, or a new version makes it forget.
    // That answer may be lost (GFS 4.4.2).
    void on_deleted(const ReplicaFields& deleted) {
        const ChunkRecord* const record = ledger().find(deleted.chunk);
        if (record == nullptr || deleted.version < record->current) return;
        unheard_[deleted.chunk].insert(deleted.server);
    }

    // A replica that failed is counted out until there is a new version, and its file may be gone
    // all the same.
    void on_removed(const sim::Event& event) {
        const std::string_view reason = engine().texts().text(text_at(event, 2));
        const bool is_gone = reason == "dead" || reason == "missing" || reason == "stale";
        if (!is_gone) unheard_[chunk_of(event)].insert(host_at(event, 1));
    }

    bool may_count_out(ChunkHandle chunk, ServerId server) const {
        const auto servers = unheard_.find(chunk);
        return servers != unheard_.end() && servers->second.contains(server);
    }

    void on_planned(const CloneFields& clone) {
        count_check();
        const auto chosen = book_.lacking().find(clone.chunk);
        const std::uint64_t missing =
            chosen == book_.lacking().end() ? 0 : chosen->second.missing();
        std::size_t looked_at = 0;
        for (const auto& [more, chunks] : book_.by_missing()) {
            const bool is_same = more == missing;
            if (more < missing || (is_same && !files().is_deleted(clone.chunk))) return;
            for (const ChunkHandle other : chunks) {
                if (++looked_at > most_looked_at) return;
                if (is_same && files().is_deleted(other)) continue;
                if (!could_go(other, clone)) continue;
                return violated(
                    clone.chunk, clone.to,
                    fmt::format("{} is cloned, which lacks {} replicas{}, while {} waits, which "
                                "lacks {} and could go from a live server to {}",
                                name(clone.chunk), missing,
                                is_same ? " and belongs to a deleted file" : "", name(other), more,
                                name(clone.to)));
            }
        }
    }

    bool could_go(ChunkHandle chunk, const CloneFields& instead) const {
        const CloneBook::Lacking& lacking = book_.lacking().at(chunk);
        if (chunk == instead.chunk || book_.running().contains(chunk)) return false;
        if (!files().exists(chunk)) return false;
        const sim::LocalTime now = book_.master_now();
        if (now - lacking.since < config().rereplicate_after) return false;
        // The master tries again a HeartBeat later, also when the clone that failed was one that a
        // returning replica had made needless, and the chunk lost another since.
        const auto failed = book_.failed(chunk);
        if (failed && now - *failed <= config().heartbeat) return false;
        if (truth().replica(instead.to, chunk) != nullptr) return false;
        if (may_count_out(chunk, instead.to)) return false;
        const ChunkRecord* const record = ledger().find(chunk);
        if (record == nullptr) return false;
        // It is gone from the disk, and the master has not heard of that.
        if (counts_on(*record, instead.to)) return false;
        return std::any_of(record->replicas.begin(), record->replicas.end(),
                           [&](const ReplicaRecord& replica) {
                               return ledger().counted(replica) && book_.is_live(replica.server) &&
                                      book_.clones_at(replica.server) < config().clone_per_server;
                           });
    }

    bool counts_on(const ChunkRecord& chunk, ServerId server) const {
        return std::any_of(chunk.replicas.begin(), chunk.replicas.end(),
                           [&](const ReplicaRecord& replica) {
                               return replica.server == server && ledger().counted(replica);
                           });
    }

    CloneBook book_;
    // Replicas that the master may count out, whether it knows that they are gone or not.
    std::map<ChunkHandle, std::set<ServerId>> unheard_;
};

}  // namespace

std::unique_ptr<Invariant> make_clone_priority_respected(const Surroundings& around) {
    return std::make_unique<ClonePriorityRespected>(around);
}

}  // namespace gfs::checks
