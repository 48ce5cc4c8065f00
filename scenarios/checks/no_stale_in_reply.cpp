// SPDX-License-Identifier: Apache-2.0
// Stale replicas are as good as not there: GFS 4.5 (rules N3, J3). The master names none of them to
// a client and copies none of them.
//
// A replica counts as stale here when its disk never held the version. One that held it and lost
// it, with its disk or its power, the master cannot know of before it hears from the server; the
// server itself then refuses the request.
//
// Nor can a master that has been replaced, and does not know it yet, know what its successor
// grants (rule U20): it must not name what was stale when it was replaced. How long clients may
// make use of what it says, `stale_reads_bounded` watches.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class NoStaleInReply final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::location_replied, event::clone_started, event::lease_granted,
                event::master_promoted};
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == event::master_promoted) return on_promoted(host_at(event, 0));
        if (event.kind == event::lease_granted) return on_granted(chunk_of(event));
        count_check();
        if (event.kind == event::clone_started) {
            check({.chunk = chunk_of(event),
                   .server = host_at(event, 1),
                   .version = Version{event.fields[4]}},
                  event.actor, "copies");
        } else {
            check(replica_fields(event), event.actor, "named");
        }
    }

  private:
    void on_promoted(HostId successor) {
        replaced_.try_emplace(master_);
        master_ = successor;
        replaced_.erase(master_);
    }

    // The first grant since a master was replaced: what it was before is all that one can know.
    void on_granted(ChunkHandle handle) {
        if (replaced_.empty()) return;
        const ChunkRecord* const chunk = ledger().find(handle);
        const Version before = chunk == nullptr ? Version{} : chunk->leased;
        for (auto& [master, known] : replaced_) known.try_emplace(handle, before);
    }

    Version leased_as_known_to(HostId master, const ChunkRecord& chunk) const {
        const auto replaced = replaced_.find(master);
        if (replaced == replaced_.end()) return chunk.leased;
        const auto before = replaced->second.find(chunk.handle);
        return before == replaced->second.end() ? chunk.leased : before->second;
    }

    void check(const ReplicaFields& replica, HostId master, const char* verb) {
        const ChunkRecord* const chunk = ledger().find(replica.chunk);
        const Version leased =
            chunk == nullptr ? Version{} : leased_as_known_to(master, *chunk);
        if (replica.version < leased)
            violated(replica.chunk, replica.server,
                     fmt::format("the master {} {} with version {}, but a lease of version {} had "
                                 "been granted",
                                 verb, name(replica.chunk), to_number(replica.version),
                                 to_number(leased)));

        Version reached{};
        if (const StoredReplica* const now = truth().replica(replica.server, replica.chunk))
            reached = now->version;
        const ReplicaRecord* const known =
            chunk == nullptr ? nullptr : Ledger::replica(*chunk, replica.server);
        if (known != nullptr) reached = std::max(reached, known->stored);
        // Of a chunk from before the run whose disk is gone nothing is known.
        const bool unknown = reached == Version{} && (chunk == nullptr || !chunk->created);
        if (unknown || reached >= replica.version) return;
        violated(replica.chunk, replica.server,
                 fmt::format("the master {} the replica of {} on {} as version {}, but that one "
                             "never got beyond version {}",
                             verb, name(replica.chunk), name(replica.server),
                             to_number(replica.version), to_number(reached)));
    }

    HostId master_ = truth().master();
    // Masters that have been replaced; of each chunk that was granted since, the version that was
    // in force when they were.
    std::map<HostId, std::map<ChunkHandle, Version>> replaced_;
};

}  // namespace

std::unique_ptr<Invariant> make_no_stale_in_reply(const Surroundings& around) {
    return std::make_unique<NoStaleInReply>(around);
}

}  // namespace gfs::checks
