// SPDX-License-Identifier: Apache-2.0
// One order of mutations everywhere: GFS 3.1 (rule F1). The order is that of grants, and within a
// grant that of serial numbers. A replica may miss mutations that failed; those that it applies it
// applies in this order, at the place and with the data that the primary ordered.

#include <fmt/format.h>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class SameOrderOnReplicas final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::mutation_ordered, event::mutation_applied};
    }

    void on_event(const sim::Event& event) override {
        count_check();
        const MutationFields mutation = mutation_fields(event);
        const ChunkRecord* const chunk = ledger().find(mutation.chunk);
        if (event.kind == event::mutation_ordered) {
            if (chunk != nullptr) on_ordered(*chunk, mutation);
            return;
        }
        if (chunk != nullptr) check_position(*chunk, mutation);
        check_identity(chunk, mutation);
    }

  private:
    // A serial number is given to one mutation.
    void on_ordered(const ChunkRecord& chunk, const MutationFields& mutation) {
        const GrantRecord* const grant = Ledger::grant(chunk, mutation.version);
        if (grant == nullptr || mutation.serial > grant->ordered) return;
        violated(chunk.handle, mutation.server,
                 fmt::format("{} gave out serial number {} of {}, version {}, after number {}",
                             name(mutation.server), to_number(mutation.serial), name(chunk.handle),
                             to_number(mutation.version), to_number(grant->ordered)));
    }

    void check_position(const ChunkRecord& chunk, const MutationFields& mutation) {
        const ReplicaRecord* const replica = Ledger::replica(chunk, mutation.server);
        if (replica == nullptr) return;
        if (mutation.version > replica->applied_version) return;
        if (mutation.version == replica->applied_version &&
            mutation.serial > replica->applied_serial)
            return;
        violated(
            chunk.handle, mutation.server,
            fmt::format("{} applied mutation {} of version {} to {} after mutation {} of "
                        "version {}",
                        name(mutation.server), to_number(mutation.serial),
                        to_number(mutation.version), name(chunk.handle),
                        to_number(replica->applied_serial), to_number(replica->applied_version)));
    }

    void check_identity(const ChunkRecord* chunk, const MutationFields& applied) {
        const MutationRecord* const ordered =
            chunk == nullptr ? nullptr : Ledger::mutation(*chunk, applied.version, applied.serial);
        if (ordered == nullptr) {
            violated(applied.chunk, applied.server,
                     fmt::format("{} applied mutation {} of version {} to {}, which nobody ordered",
                                 name(applied.server), to_number(applied.serial),
                                 to_number(applied.version), name(applied.chunk)));
            return;
        }
        const bool same_place =
            ordered->offset == applied.offset && ordered->length == applied.length;
        const bool same_data =
            ordered->data == applied.data && ordered->kind == ledger().kind_of(applied.kind);
        if (same_place && same_data) return;
        violated(
            applied.chunk, applied.server,
            fmt::format("{} applied mutation {} of {} {}: {} bytes at {}, but {} ordered {} "
                        "bytes at {}",
                        name(applied.server), to_number(applied.serial), name(applied.chunk),
                        same_data ? "elsewhere" : "with other data", applied.length, applied.offset,
                        name(ordered->primary), ordered->length, ordered->offset));
    }
};

}  // namespace

std::unique_ptr<Invariant> make_same_order_on_replicas(const Surroundings& around) {
    return std::make_unique<SameOrderOnReplicas>(around);
}

}  // namespace gfs::checks
