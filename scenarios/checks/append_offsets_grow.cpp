// SPDX-License-Identifier: Apache-2.0
// After a record was acknowledged, every replica is at least as long as the record's end, so that
// later records get a higher offset or another chunk, also under another primary: GFS 3.3 (rule
// I7). An append that was ordered lower and then failed is legal: replicas may differ there.

#include <fmt/format.h>

#include "core/common/events.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class AppendOffsetsGrow final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override { return {event::mutation_acknowledged}; }

    void on_event(const sim::Event& event) override {
        const SerialFields fields = serial_fields(event);
        const ChunkRecord* const chunk = ledger().find(fields.chunk);
        if (chunk == nullptr) return;
        const MutationRecord* const mutation =
            Ledger::mutation(*chunk, fields.version, fields.serial);
        if (mutation == nullptr || mutation->kind != MutationKind::append) return;
        count_check();
        if (!mutation->below_acked) return;
        violated(fields.chunk, fields.server,
                 fmt::format(
                     "{} acknowledged an append to {} at offset {}; when it was ordered, an "
                     "earlier one that ends beyond that had been acknowledged (the furthest "
                     "ends at {})",
                     name(fields.server), name(fields.chunk), mutation->offset, chunk->acked_end));
    }
};

}  // namespace

std::unique_ptr<Invariant> make_append_offsets_grow(const Surroundings& around) {
    return std::make_unique<AppendOffsetsGrow>(around);
}

}  // namespace gfs::checks
