// SPDX-License-Identifier: Apache-2.0
// Step 7 of GFS 3.1, from the other side: a client is told of success only when the primary has
// acknowledged the mutation, and an operation that succeeded was told of every byte. Were an
// acknowledgement missing in what the checks see, all that is promised by it would go unchecked:
// this finds it.

#include <fmt/format.h>

#include <map>

#include "core/common/events.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class SuccessIsAcknowledged final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::append_ok, event::write_ok, event::client_op_ok, event::client_op_failed};
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == event::append_ok) return told(event, event.fields[6]);
        if (event.kind == event::write_ok) return told(event, event.fields[7]);
        const std::uint64_t op = event.fields[0];
        const auto found = told_bytes_.find(op);
        const std::uint64_t bytes = found == told_bytes_.end() ? 0 : found->second;
        if (found != told_bytes_.end()) told_bytes_.erase(found);
        if (event.kind == event::client_op_ok) ended(event, bytes);
    }

  private:
    void told(const sim::Event& event, std::uint64_t op) {
        const AckFields ack = ack_fields(event);
        if (op != 0) told_bytes_[op] += ack.length;
        const ChunkRecord* const chunk = ledger().find(ack.chunk);
        const MutationRecord* const mutation =
            chunk == nullptr ? nullptr : ledger().acknowledged(*chunk, ack);
        // One that some replica lacks is for acked_append_everywhere and acked_write_everywhere.
        if (mutation == nullptr || !Ledger::applied_by_set(*chunk, *mutation)) return;
        count_check();
        if (mutation->acknowledged) return;
        violated(ack.chunk, ack.client,
                 fmt::format("{} was told that mutation {} of {}, version {}, succeeded, before "
                             "its primary {} had acknowledged it",
                             name(ack.client), to_number(mutation->serial), name(ack.chunk),
                             to_number(mutation->version), name(mutation->primary)));
    }

    void ended(const sim::Event& event, std::uint64_t bytes) {
        const std::string& kind = engine().texts().text(text_at(event, 1));
        if (kind != "append" && kind != "write") return;
        count_check();
        if (bytes == event.fields[4]) return;
        violated(no_chunk, event.actor,
                 fmt::format("the {} of {} to {} ended well with {} bytes, and it was told of {}",
                             kind, name(event.actor), engine().texts().text(text_at(event, 2)),
                             event.fields[4], bytes));
    }

    std::map<std::uint64_t, std::uint64_t> told_bytes_;  // by operation, while it goes on
};

}  // namespace

std::unique_ptr<Invariant> make_success_is_acknowledged(const Surroundings& around) {
    return std::make_unique<SuccessIsAcknowledged>(around);
}

}  // namespace gfs::checks
