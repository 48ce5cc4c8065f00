// SPDX-License-Identifier: Apache-2.0
// Stale replicas are as good as not there: GFS 4.5 (rules N3, J3). The master names none of them to
// a client and copies none of them.
//
// A replica counts as stale here when its disk never held the version. One that held it and lost
// it, with its disk or its power, the master cannot know of before it hears from the server; the
// server itself then refuses the request.

#include <fmt/format.h>

#include <algorithm>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class NoStaleInReply final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::location_replied, event::clone_started};
    }

    void on_event(const sim::Event& event) override {
        count_check();
        if (event.kind == event::clone_started) {
            check({.chunk = chunk_of(event),
                   .server = host_at(event, 1),
                   .version = Version{event.fields[4]}},
                  "copies");
        } else {
            check(replica_fields(event), "named");
        }
    }

  private:
    void check(const ReplicaFields& replica, const char* verb) {
        const ChunkRecord* const chunk = ledger().find(replica.chunk);
        if (chunk != nullptr && replica.version < chunk->leased)
            violated(replica.chunk, replica.server,
                     fmt::format("the master {} {} with version {}, but a lease of version {} had "
                                 "been granted",
                                 verb, name(replica.chunk), to_number(replica.version),
                                 to_number(chunk->leased)));

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
};

}  // namespace

std::unique_ptr<Invariant> make_no_stale_in_reply(const Surroundings& around) {
    return std::make_unique<NoStaleInReply>(around);
}

}  // namespace gfs::checks
