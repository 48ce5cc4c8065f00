// SPDX-License-Identifier: Apache-2.0
// A mutation is ordered only under a lease: GFS 3.1 (rules F1, F2, F4). Whether the lease is still
// good the holder decides by its own clock; whether that clock is right is the business of
// one_primary_per_chunk.

#include <fmt/format.h>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class LeaseBeforeMutation final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override { return {event::mutation_ordered}; }

    void on_event(const sim::Event& event) override {
        count_check();
        const MutationFields mutation = mutation_fields(event);
        const std::string why = objection(mutation);
        if (why.empty()) return;
        violated(mutation.chunk, mutation.server,
                 fmt::format("{} ordered mutation {} of {} under version {}, {}",
                             name(mutation.server), to_number(mutation.serial),
                             name(mutation.chunk), to_number(mutation.version), why));
    }

  private:
    // Empty when the lease is good.
    std::string objection(const MutationFields& mutation) const {
        const ChunkRecord* const chunk = ledger().find(mutation.chunk);
        const HolderRecord* const holder =
            chunk == nullptr ? nullptr : Ledger::holder(*chunk, mutation.server, mutation.version);
        if (holder == nullptr) return "whose lease it never took up, or gave up";
        if (holder->process != ledger().process_of(mutation.server))
            return "whose lease belonged to an earlier process";
        if (holder->over) return "whose lease had expired or been revoked there";
        const sim::LocalTime now = engine().host(mutation.server).clock().read(engine().now());
        if (now < holder->expires) return {};
        return fmt::format("whose lease had run out {} before, by its own clock",
                           describe(now - holder->expires));
    }
};

}  // namespace

std::unique_ptr<Invariant> make_lease_before_mutation(const Surroundings& around) {
    return std::make_unique<LeaseBeforeMutation>(around);
}

}  // namespace gfs::checks
