// SPDX-License-Identifier: Apache-2.0
// Chunk handles are immutable and globally unique: GFS 2.3 (rule A3). None is given out again, also
// not by a master that does not remember having done so, and not by one of two that are alive at
// the same time, although it never gets its chunk into the log.

#include <fmt/format.h>

#include <map>
#include <utility>

#include "core/common/events.h"
#include "core/common/message_types.h"
#include "scenarios/checks/flat_map.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class HandlesUnique final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::chunk_created, event::chunk_copied_on_write, event::chunk_replica_created,
                event::master_recovered, sim::event::message_delivered};
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == sim::event::message_delivered) return on_delivered(event);
        if (event.kind == event::master_recovered) {
            serves_since_[host_at(event, 0)] = ledger().master_life();
            return;
        }
        const ChunkHandle chunk = chunk_of(event);
        const auto key = static_cast<std::uint64_t>(chunk);
        const auto first_life = first_lives_.find(key);
        if (!first_life) first_lives_.set(key, ledger().master_life());
        if (event.kind == event::chunk_replica_created) return on_created(event);
        count_check();
        const ChunkRecord* const record = ledger().find(chunk);
        const bool is_copy = event.kind == event::chunk_copied_on_write;
        const std::string file = engine().texts().text(text_at(event, is_copy ? 2 : 1));
        const std::uint64_t index = event.fields[is_copy ? 3 : 2];
        if (record != nullptr && record->created) {
            violated(
                chunk, sim::no_host,
                fmt::format("{} was given out again, as chunk {} of {}", name(chunk), index, file));
        } else if (first_life && *first_life < serves_since(event.actor)) {
            violated(chunk, sim::no_host,
                     fmt::format("the handle of {}, chunk {} of {}, had been given out by an "
                                 "earlier master process",
                                 name(chunk), index, file));
        }
    }

  private:
    void on_delivered(const sim::Event& event) {
        const auto create = static_cast<std::uint64_t>(request_type(Message::CreateChunk));
        if (event.fields[0] == create) order_ = {event.sequence, host_at(event, 1)};
    }

    // A chunkserver creates a replica as soon as it is told to, so that the event before says who
    // told it. Where another came between the two, nobody is blamed.
    void on_created(const sim::Event& event) {
        const auto& [sequence, master] = order_;
        if (sequence + 1 != event.sequence || master == sim::no_host) return;
        // A chunk that lost all replicas before its first lease is created anew, with a higher one.
        if (replica_fields(event).version != Version{1}) return;
        const auto key = static_cast<std::uint64_t>(chunk_of(event));
        const auto first = given_out_by_.find(key);
        if (!first) return given_out_by_.set(key, sim::to_index(master));
        count_check();
        const HostId other{static_cast<std::uint32_t>(*first)};
        if (other == master) return;
        violated(chunk_of(event), master,
                 fmt::format("{} has {} created on {}; that handle was given out by {}",
                             name(master), name(chunk_of(event)), name(host_at(event, 1)),
                             name(other)));
    }

    std::uint64_t serves_since(sim::HostId master) const {
        const auto found = serves_since_.find(master);
        return found == serves_since_.end() ? 0 : found->second;
    }

    std::pair<std::uint64_t, HostId> order_{0, sim::no_host};  // the last CreateChunk to arrive
    FlatMap given_out_by_;  // chunk -> the master's machine
    FlatMap first_lives_;  // chunk -> Ledger::master_life() when it was first heard of
    // Ledger::master_life() when the host's master process began to serve; not for the first one
    std::map<sim::HostId, std::uint64_t> serves_since_;
};

}  // namespace

std::unique_ptr<Invariant> make_handles_unique(const Surroundings& around) {
    return std::make_unique<HandlesUnique>(around);
}

}  // namespace gfs::checks
