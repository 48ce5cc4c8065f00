// SPDX-License-Identifier: Apache-2.0
// Garbage collection: GFS 4.4 (rules M6, M8). What a chunkserver deletes is either not current, or
// of a chunk that no file has, or a replica that the master has stopped counting on. A chunk that
// is just being created is in no file yet, and its replicas are not garbage either. A deleted file
// keeps its chunks for the grace period, unless it is deleted again (rules M2, M7).

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/common/events.h"
#include "core/common/hidden_name.h"
#include "core/common/regions.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class GcKeepsLive final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::gc_deleted,        event::chunk_created,  event::chunk_copied_on_write,
                event::client_op_started, event::file_reclaimed, sim::event::fault_fired};
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == event::client_op_started) return on_operation(event);
        if (event.kind == sim::event::fault_fired) return on_fault(event);
        count_check();
        if (event.kind == event::file_reclaimed) return on_reclaimed(event);
        if (event.kind == event::gc_deleted)
            on_deleted(replica_fields(event));
        else
            on_created(chunk_of(event));
    }

  private:
    const std::string& text(const sim::Event& event, std::size_t field) const {
        return engine().texts().text(text_at(event, field));
    }

    // Deleted a second time, whether or not the request arrives: its storage may go at once.
    void on_operation(const sim::Event& event) {
        if (text(event, 1) == "delete" && is_hidden(text(event, 2)))
            expedited_.insert(text(event, 2));
        if (text(event, 1) == "expedite") expedited_.insert(text(event, 2));
    }

    // The period is counted by the master's clock. If that is set, nothing is known of it any more.
    void on_fault(const sim::Event& event) {
        if (text(event, 1).starts_with("clock_")) clocks_are_changed_ = true;
    }

    void on_reclaimed(const sim::Event& event) {
        const std::string& path = text(event, 0);
        const std::optional<HiddenName> hidden = parse_hidden_name(path);
        if (!hidden || clocks_are_changed_) return;
        if (expedited_.contains(path) || expedited_.contains(hidden->file)) return;
        const sim::Duration kept = engine().host(event.actor).now() - hidden->deleted;
        const sim::Duration grace = delete_grace_at(config(), path);
        if (kept >= grace) return;
        violated(
            no_chunk, event.actor,
            fmt::format("{} erased the deleted file {} after {}; it can be brought back for {}",
                        name(event.actor), hidden->file, describe(kept),
                        describe(grace)));
    }

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
    std::set<std::string> expedited_;  // hidden names, and names that hidden files had
    bool clocks_are_changed_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_gc_keeps_live(const Surroundings& around) {
    return std::make_unique<GcKeepsLive>(around);
}

}  // namespace gfs::checks
