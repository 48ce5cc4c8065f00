// SPDX-License-Identifier: Apache-2.0
// Version numbers: GFS 4.5 (rules F3, F7, N2). A number is granted once and to one primary, each
// grant has a higher one, an extension has the same one, a replica's number does not go down while
// its process lives, and the set of a grant has stored the number before clients learn the primary.

#include <fmt/format.h>

#include <algorithm>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class VersionsMonotonic final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::chunk_version_granted, event::chunk_version_bumped,
                event::chunk_replica_in_set,  event::lease_accepted,
                event::lease_granted,         event::lease_extended};
    }

    void on_event(const sim::Event& event) override {
        count_check();
        const ChunkRecord* const chunk = ledger().find(chunk_of(event));
        if (event.kind == event::chunk_replica_in_set) on_in_set(chunk, replica_fields(event));
        if (chunk == nullptr) return;
        if (event.kind == event::chunk_version_granted)
            on_version_granted(*chunk, Version{event.fields[1]});
        if (event.kind == event::chunk_version_bumped) on_bumped(*chunk, replica_fields(event));
        if (event.kind == event::lease_accepted) on_accepted(*chunk, lease_fields(event));
        if (event.kind == event::lease_granted) on_granted(*chunk, lease_fields(event));
        if (event.kind == event::lease_extended) on_extended(*chunk, lease_fields(event));
    }

  private:
    void on_version_granted(const ChunkRecord& chunk, Version version) {
        // A version that the master found and adopted may be logged as granted now.
        if (version > chunk.granted || version == chunk.adopted) return;
        violated(chunk.handle, sim::no_host,
                 fmt::format("version {} of {} was granted after version {}", to_number(version),
                             name(chunk.handle), to_number(chunk.granted)));
    }

    void on_bumped(const ChunkRecord& chunk, const ReplicaFields& bumped) {
        const ReplicaRecord* const replica = Ledger::replica(chunk, bumped.server);
        if (replica == nullptr || replica->process != ledger().process_of(bumped.server)) return;
        if (replica->process_stored <= bumped.version) return;
        violated(chunk.handle, bumped.server,
                 fmt::format("the version of {} on {} went down from {} to {}", name(chunk.handle),
                             name(bumped.server), to_number(replica->process_stored),
                             to_number(bumped.version)));
    }

    void on_in_set(const ChunkRecord* chunk, const ReplicaFields& in_set) {
        Version stored{};
        if (chunk != nullptr)
            if (const ReplicaRecord* const replica = Ledger::replica(*chunk, in_set.server))
                stored = replica->stored;
        if (const StoredReplica* const now = truth().replica(in_set.server, in_set.chunk))
            stored = std::max(stored, now->version);
        if (stored >= in_set.version) return;
        violated(in_set.chunk, in_set.server,
                 fmt::format("{} belongs to the set of version {} of {}, but has never stored more "
                             "than version {}",
                             name(in_set.server), to_number(in_set.version), name(in_set.chunk),
                             to_number(stored)));
    }

    void on_accepted(const ChunkRecord& chunk, const LeaseFields& lease) {
        if (chunk.accepted != lease.version || chunk.accepted_by == lease.holder) return;
        violated(chunk.handle, lease.holder,
                 fmt::format("version {} of {} was given out twice: to {} and to {}",
                             to_number(lease.version), name(chunk.handle), name(chunk.accepted_by),
                             name(lease.holder)));
    }

    void on_granted(const ChunkRecord& chunk, const LeaseFields& lease) {
        if (lease.version > chunk.leased) return;
        violated(
            chunk.handle, lease.holder,
            fmt::format("a lease of {} was granted with version {}, after one with version {}",
                        name(chunk.handle), to_number(lease.version), to_number(chunk.leased)));
    }

    void on_extended(const ChunkRecord& chunk, const LeaseFields& lease) {
        if (lease.version <= chunk.accepted) return;
        violated(
            chunk.handle, lease.holder,
            fmt::format("a lease of {} was extended with version {}, but no server has taken "
                        "up one above version {}",
                        name(chunk.handle), to_number(lease.version), to_number(chunk.accepted)));
    }
};

}  // namespace

std::unique_ptr<Invariant> make_versions_monotonic(const Surroundings& around) {
    return std::make_unique<VersionsMonotonic>(around);
}

}  // namespace gfs::checks
