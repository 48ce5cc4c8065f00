// SPDX-License-Identifier: Apache-2.0
// After a record was acknowledged, every replica is at least as long as the record's end, so that
// later records get a higher offset or another chunk, also under another primary: GFS 3.3 (rule
// I7). An append that was ordered lower and then failed is legal: replicas may differ there. And a
// record goes to the next chunk only when the last one is full: a primary without room for it pads
// the chunk (rule I3), or smaller records would still be put before it.

#include <fmt/format.h>

#include <map>
#include <set>
#include <vector>

#include "core/common/events.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class AppendOffsetsGrow final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::mutation_acknowledged, event::mutation_applied,      event::chunk_created,
                event::client_op_started,     event::file_renamed,          event::snapshot_taken,
                event::file_undeleted,        event::chunk_copied_on_write, event::file_deleted};
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == event::mutation_acknowledged) return on_acknowledged(event);
        if (event.kind == event::mutation_applied) return on_applied(mutation_fields(event));
        if (event.kind == event::chunk_created) return on_created(event);
        if (event.kind == event::client_op_started) return on_operation(event);
        // Files have other names now, or share chunks, or the name may be given to another file,
        // while clients go on with what they know of the first.
        names_have_changed_ = true;
    }

  private:
    void on_operation(const sim::Event& event) {
        if (engine().texts().text(text_at(event, 1)) == "write") written_.insert(text_at(event, 2));
    }

    void on_applied(const MutationFields& mutation) {
        if (mutation.offset + mutation.length >= config().chunk_size) full_.insert(mutation.chunk);
    }

    void on_created(const sim::Event& event) {
        const sim::TextId file = text_at(event, 1);
        const std::size_t index = event.fields[2];
        std::vector<ChunkHandle>& chunks = chunks_[file];
        // A master that lost its last records gives the place to another chunk.
        chunks.resize(index, no_chunk);
        const ChunkHandle before = index == 0 ? no_chunk : chunks.back();
        chunks.push_back(chunk_of(event));
        // A write may begin any chunk. Of what was there before the run nothing is known.
        if (before == no_chunk || names_have_changed_ || written_.contains(file)) return;
        count_check();
        if (full_.contains(before)) return;
        violated(chunk_of(event), event.actor,
                 fmt::format("{} is begun, to which only records are appended, although {} was "
                             "not filled up or padded",
                             name(chunk_of(event)), name(before)));
    }

    void on_acknowledged(const sim::Event& event) {
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

    std::set<sim::TextId> written_;                           // files
    std::map<sim::TextId, std::vector<ChunkHandle>> chunks_;  // of a file, by index
    std::set<ChunkHandle> full_;  // somebody applied a mutation up to its end
    bool names_have_changed_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_append_offsets_grow(const Surroundings& around) {
    return std::make_unique<AppendOffsetsGrow>(around);
}

}  // namespace gfs::checks
