// SPDX-License-Identifier: Apache-2.0
// One primary per chunk: GFS 3.1 (rule F5), in true time.
//
// That two servers believe to hold a chunk's lease is a warning. It becomes a violation when the
// one with the older lease orders a mutation, unless the clocks are to blame: by the master's clock
// that lease had run out (rule U7). Then the version check of the secondaries must still keep such
// a mutation from being acknowledged.

#include <fmt/format.h>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class OnePrimaryPerChunk final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::lease_accepted, event::mutation_ordered, event::mutation_acknowledged};
    }

    void on_event(const sim::Event& event) override {
        const ChunkRecord* const chunk = ledger().find(chunk_of(event));
        if (chunk == nullptr) return;
        if (event.kind == event::lease_accepted) on_accepted(*chunk, lease_fields(event));
        if (event.kind == event::mutation_ordered) on_ordered(*chunk, mutation_fields(event));
        if (event.kind == event::mutation_acknowledged)
            on_acknowledged(*chunk, serial_fields(event));
    }

  private:
    void on_accepted(const ChunkRecord& chunk, const LeaseFields& lease) {
        for (const HolderRecord& other : chunk.holders) {
            if (other.server == lease.holder || !ledger().believes(other)) continue;
            warn(
                fmt::format("{} took up the lease of {} (version {}) while {} still believed in "
                            "its own (version {})",
                            name(lease.holder), name(chunk.handle), to_number(lease.version),
                            name(other.server), to_number(other.version)));
        }
    }

    void on_ordered(const ChunkRecord& chunk, const MutationFields& mutation) {
        count_check();
        if (chunk.accepted < mutation.version || chunk.accepted_by == mutation.server) return;
        std::string what = fmt::format(
            "{} ordered mutation {} of {} under version {} after {} had taken up the lease of "
            "version {}",
            name(mutation.server), to_number(mutation.serial), name(chunk.handle),
            to_number(mutation.version), name(chunk.accepted_by), to_number(chunk.accepted));
        if (over_by_masters_clock(chunk, mutation)) {
            warn(what + "; by the master's clock the older lease had run out");
        } else {
            violated(chunk.handle, mutation.server, std::move(what));
        }
    }

    void on_acknowledged(const ChunkRecord& chunk, const SerialFields& mutation) {
        const MutationRecord* const record =
            Ledger::mutation(chunk, mutation.version, mutation.serial);
        if (record == nullptr || !record->superseded) return;
        violated(
            chunk.handle, mutation.server,
            fmt::format("{} acknowledged mutation {} of {}, which it had ordered under version "
                        "{} after {} had taken up the lease of version {}",
                        name(mutation.server), to_number(mutation.serial), name(chunk.handle),
                        to_number(mutation.version), name(chunk.accepted_by),
                        to_number(chunk.accepted)));
    }

    bool over_by_masters_clock(const ChunkRecord& chunk, const MutationFields& mutation) const {
        const HolderRecord* const holder = Ledger::holder(chunk, mutation.server, mutation.version);
        if (holder == nullptr || truth().master() == sim::no_host) return false;
        const sim::LocalTime now = engine().host(truth().master()).clock().read(engine().now());
        return now >= holder->expires + config().lease_guard;
    }
};

}  // namespace

std::unique_ptr<Invariant> make_one_primary_per_chunk(const Surroundings& around) {
    return std::make_unique<OnePrimaryPerChunk>(around);
}

}  // namespace gfs::checks
