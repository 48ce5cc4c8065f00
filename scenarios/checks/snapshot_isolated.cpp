// SPDX-License-Identifier: Apache-2.0
// Snapshots: GFS 3.4 (rule G15). What a client was told of before the snapshot is in the file and
// in its copy; what it is told of later is in the one that it wrote to. So no mutation succeeds in
// a chunk that several files have, a client that still knows such a chunk does not reach it under
// the other file's name, and a copy begins with all that its original had.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/common/events.h"
#include "scenarios/checks/invariant.h"
#include "scenarios/checks/regions.h"

namespace gfs::checks {
namespace {

class SnapshotIsolated final : public Invariant {
  public:
    explicit SnapshotIsolated(const Surroundings& around)
        : Invariant(around), oracle_(around.ledger, around.truth) {}

    std::vector<sim::EventKind> kinds() const override {
        return {event::snapshot_taken,   event::chunk_copied_on_write,
                event::mutation_ordered, event::mutation_acknowledged,
                event::write_ok,         event::append_ok};
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == event::snapshot_taken) any_ = true;
        if (!any_) return;
        if (event.kind == event::chunk_copied_on_write) on_copied(event);
        if (event.kind == event::mutation_ordered) on_ordered(mutation_fields(event));
        if (event.kind == event::mutation_acknowledged) on_acknowledged(serial_fields(event));
        if (event.kind == event::write_ok || event.kind == event::append_ok) on_acked(event);
    }

    void at_end() override {
        for (const ChunkRecord& chunk : ledger().chunks())
            if (chunk.source != nullptr) check_copy(chunk);
    }

  private:
    using Place = FileMap::Place;
    using Mutation = std::tuple<ChunkHandle, Version, Serial>;

    void on_copied(const sim::Event& event) {
        const std::string& file = engine().texts().text(text_at(event, 2));
        left_[{ChunkHandle{event.fields[1]}, file}] = {chunk_of(event), event.sequence};
    }

    // Whether it succeeds is known later: one that fails may appear anywhere, or nowhere (GFS 2.7).
    void on_ordered(const MutationFields& mutation) {
        count_check();
        const std::vector<Place> owners = files().places(mutation.chunk);
        if (owners.size() < 2) return;
        shared_[{mutation.chunk, mutation.version, mutation.serial}] =
            fmt::format("{} ordered mutation {} of version {} in chunk {}, which {} and {} share",
                        name(mutation.server), to_number(mutation.serial),
                        to_number(mutation.version), static_cast<std::uint64_t>(mutation.chunk),
                        files().path(owners[0]), files().path(owners[1]));
    }

    void on_acknowledged(const SerialFields& fields) {
        const auto found = shared_.find({fields.chunk, fields.version, fields.serial});
        if (found == shared_.end()) return;
        violated(fields.chunk, fields.server, found->second + ", and it succeeded");
        shared_.erase(found);
    }

    void on_acked(const sim::Event& event) {
        const AckFields ack = ack_fields(event);
        const std::string& file = engine().texts().text(text_at(event, 0));
        const auto left = left_.find({ack.chunk, file});
        if (left == left_.end()) return;
        count_check();
        const ChunkRecord* const chunk = ledger().find(ack.chunk);
        const MutationRecord* const mutation =
            chunk == nullptr ? nullptr : ledger().acknowledged(*chunk, ack);
        if (mutation == nullptr || mutation->ordered_sequence < left->second.sequence) return;
        violated(ack.chunk, ack.client,
                 fmt::format("{} was told that its {} bytes at {} of {} are in {}, but the file "
                             "had chunk {} in its place before they were ordered",
                             name(ack.client), ack.length, ack.offset, file, name(ack.chunk),
                             static_cast<std::uint64_t>(left->second.copy)));
    }

    void check_copy(const ChunkRecord& chunk) {
        const std::vector<ServerId> servers = ledger().current_replicas(chunk.handle);
        if (servers.empty()) return;
        count_check();
        const auto& own = chunk.mutations;
        for (const LostBytes& lost : oracle_.regions(chunk.handle, servers).lost) {
            const bool is_own = std::any_of(
                own.begin(), own.end(),
                [&](const MutationRecord& mutation) { return &mutation == lost.promised; });
            if (is_own) continue;
            violated(chunk.handle, lost.server,
                     fmt::format("{} does not hold bytes {} to {} of {} as {} had them when the "
                                 "copy was made",
                                 name(lost.server), lost.offset, lost.offset + lost.length,
                                 name(chunk.handle), name(chunk.source->handle)));
        }
    }

    struct Left {
        ChunkHandle copy;
        std::uint64_t sequence;  // of the event
    };
    bool any_ = false;
    std::map<Mutation, std::string> shared_;                    // ordered in a shared chunk
    std::map<std::pair<ChunkHandle, std::string>, Left> left_;  // chunk and file, for a copy
    RegionOracle oracle_;
};

}  // namespace

std::unique_ptr<Invariant> make_snapshot_isolated(const Surroundings& around) {
    return std::make_unique<SnapshotIsolated>(around);
}

}  // namespace gfs::checks
