// SPDX-License-Identifier: Apache-2.0
// Garbage collection: GFS 4.4 (rules M6, M8). What a chunkserver deletes is either not current, or
// of a chunk that no file has, or a replica that the master has stopped counting on.

#include <fmt/format.h>

#include <algorithm>

#include "core/common/events.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class GcKeepsLive final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override { return {event::gc_deleted}; }

    void on_event(const sim::Event& event) override {
        count_check();
        const ReplicaFields deleted = replica_fields(event);
        const ChunkRecord* const chunk = ledger().find(deleted.chunk);
        if (chunk == nullptr || !files().exists(deleted.chunk)) return;
        const ReplicaRecord* const replica = Ledger::replica(*chunk, deleted.server);
        if (replica == nullptr || !ledger().counted(*replica)) return;
        if (deleted.version < std::max(chunk->current, replica->member)) return;
        violated(
            deleted.chunk, deleted.server,
            fmt::format("{} deleted its replica of {} at version {}, which is current and "
                        "which the master counts on",
                        name(deleted.server), name(deleted.chunk), to_number(deleted.version)));
    }
};

}  // namespace

std::unique_ptr<Invariant> make_gc_keeps_live(const Surroundings& around) {
    return std::make_unique<GcKeepsLive>(around);
}

}  // namespace gfs::checks
