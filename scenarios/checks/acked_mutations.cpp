// SPDX-License-Identifier: Apache-2.0
// What a client was told has been written is written: GFS 3.1 step 7 for writes (rule G7), GFS 3.3
// for records (rules I5, I7, G8). Checked at the moment of the acknowledgement for every replica of
// the grant's set, whenever a copy of a chunk is finished, and at the end for every current
// replica.

#include <fmt/format.h>

#include <algorithm>

#include "core/common/events.h"
#include "scenarios/checks/invariant.h"
#include "scenarios/checks/regions.h"

namespace gfs::checks {
namespace {

class AckedEverywhere final : public Invariant {
  public:
    AckedEverywhere(const Surroundings& around, bool append)
        : Invariant(around), append_(append), oracle_(around.ledger, around.truth) {}

    std::vector<sim::EventKind> kinds() const override {
        return {append_ ? event::append_ok : event::write_ok, event::clone_finished};
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == event::clone_finished) {
            on_cloned(chunk_of(event), host_at(event, 2));
        } else {
            on_acked(ack_fields(event));
        }
    }

    void at_end() override {
        for (const ChunkRecord& chunk : ledger().chunks())
            if (any_acked(chunk))
                check_replicas(chunk, ledger().current_replicas(chunk.handle), "");
    }

  private:
    const char* what() const { return append_ ? "record" : "write"; }

    bool any_acked(const ChunkRecord& chunk) const {
        const auto history = Ledger::history(chunk);
        return std::any_of(history.begin(), history.end(), [&](const MutationRecord* mutation) {
            const bool append = mutation->kind == MutationKind::append;
            return mutation->acked && append == append_;
        });
    }

    void on_acked(const AckFields& ack) {
        count_check();
        const ChunkRecord* const chunk = ledger().find(ack.chunk);
        const MutationRecord* const mutation =
            chunk == nullptr ? nullptr : ledger().acknowledged(*chunk, ack);
        if (mutation != nullptr && Ledger::applied_by_set(*chunk, *mutation)) return;
        const std::string told =
            fmt::format("{} was told that its {} of {} bytes is at {} in {}", name(ack.client),
                        what(), ack.length, ledger().offset_in_chunk(ack.offset), name(ack.chunk));
        if (mutation == nullptr) {
            violated(ack.chunk, ack.client, told + ", but no primary ordered that");
            return;
        }
        violated(ack.chunk, mutation->primary, told + ", but " + missing(*chunk, *mutation));
    }

    std::string missing(const ChunkRecord& chunk, const MutationRecord& mutation) const {
        const GrantRecord* const grant = Ledger::grant(chunk, mutation.version);
        if (grant == nullptr || grant->members == 0)
            return fmt::format("no set of replicas is known for version {}",
                               to_number(mutation.version));
        std::string servers;
        for (std::size_t i = 0; i < chunk.replicas.size(); ++i) {
            const std::uint64_t bit = std::uint64_t{1} << i;
            if ((grant->members & bit) == 0 || (mutation.applied_by & bit) != 0) continue;
            servers += (servers.empty() ? "" : " and ") + name(chunk.replicas[i].server);
        }
        return fmt::format("{} of the set of version {} had not applied it (mutation {})", servers,
                           to_number(mutation.version), to_number(mutation.serial));
    }

    // A replica that was made while nobody could write must have everything.
    void on_cloned(ChunkHandle handle, ServerId server) {
        const ChunkRecord* const chunk = ledger().find(handle);
        if (chunk == nullptr || !any_acked(*chunk)) return;
        const StoredReplica* const stored = truth().replica(server, handle);
        if (stored == nullptr || stored->version < chunk->current) return;
        check_replicas(*chunk, {server}, "the new copy on ");
    }

    void check_replicas(const ChunkRecord& chunk, const std::vector<ServerId>& servers,
                        const char* which) {
        if (servers.empty()) return;
        count_check();
        for (const LostBytes& lost : oracle_.regions(chunk.handle, servers).lost) {
            if (lost.promised == nullptr) continue;
            if ((lost.promised->kind == MutationKind::append) != append_) continue;
            violated(
                focus_on(chunk.handle, lost),
                fmt::format("{}{} does not hold bytes {} to {} of {} as a client was told: {} "
                            "there instead of the {} of mutation {}, version {}",
                            which, name(lost.server), lost.offset, lost.offset + lost.length,
                            name(chunk.handle),
                            lost.found == no_data ? "nothing is" : "other bytes are", what(),
                            to_number(lost.promised->serial), to_number(lost.promised->version)));
        }
    }

    bool append_;
    RegionOracle oracle_;
};

}  // namespace

std::unique_ptr<Invariant> make_acked_write_everywhere(const Surroundings& around) {
    return std::make_unique<AckedEverywhere>(around, false);
}

std::unique_ptr<Invariant> make_acked_append_everywhere(const Surroundings& around) {
    return std::make_unique<AckedEverywhere>(around, true);
}

}  // namespace gfs::checks
