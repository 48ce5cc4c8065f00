// SPDX-License-Identifier: Apache-2.0
// Garbage collection: GFS 4.4 (rules M6, M8). What a chunkserver deletes is either not current, or
// of a chunk that no file has, or a replica that the master has stopped counting on. A chunk that
// is just being created is in no file yet, and its replicas are not garbage either.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/common/events.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class GcKeepsLive final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::gc_deleted, event::chunk_created, event::chunk_copied_on_write};
    }

    void on_event(const sim::Event& event) override {
        count_check();
        if (event.kind == event::gc_deleted)
            on_deleted(replica_fields(event));
        else
            on_created(chunk_of(event));
    }

  private:
    void on_created(ChunkHandle chunk) {
        const auto early = before_creation_.find(chunk);
        if (early == before_creation_.end()) return;
        violated(chunk, early->second,
                 fmt::format("{} deleted its replica of {} while the chunk was being created",
                             name(early->second), name(chunk)));
        before_creation_.erase(early);
    }

    void on_deleted(const ReplicaFields& deleted) {
        const ChunkRecord* const chunk = ledger().find(deleted.chunk);
        if (chunk == nullptr) return;
        if (!chunk->created && chunk->current == Version{})
            before_creation_.emplace(deleted.chunk, deleted.server);
        if (!files().exists(deleted.chunk)) return;
        const ReplicaRecord* const replica = Ledger::replica(*chunk, deleted.server);
        if (replica == nullptr || !ledger().counted(*replica)) return;
        if (deleted.version < std::max(chunk->current, replica->member)) return;
        violated(
            deleted.chunk, deleted.server,
            fmt::format("{} deleted its replica of {} at version {}, which is current and "
                        "which the master counts on",
                        name(deleted.server), name(deleted.chunk), to_number(deleted.version)));
    }

    std::map<ChunkHandle, ServerId> before_creation_;  // deleted, and in no file at the time
};

}  // namespace

std::unique_ptr<Invariant> make_gc_keeps_live(const Surroundings& around) {
    return std::make_unique<GcKeepsLive>(around);
}

}  // namespace gfs::checks
