// SPDX-License-Identifier: Apache-2.0
// The last writer wins: GFS 2.7.1 ("after a sequence of successful mutations, the mutated file
// region is guaranteed to be defined and contain the data written by the last mutation"). A write
// that began after another had been acknowledged comes after it in the order of the primaries, and
// at the end no current replica holds the bytes of the earlier one.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "core/common/events.h"
#include "scenarios/checks/invariant.h"
#include "scenarios/checks/regions.h"

namespace gfs::checks {
namespace {

// The order of the primaries: by lease, then by serial number (GFS 3.1).
using Order = std::pair<Version, Serial>;

Order order_of(const MutationRecord& mutation) {
    return {mutation.version, mutation.serial};
}

class LastWriterWins final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::client_op_started, event::client_op_ok, event::client_op_failed,
                event::write_ok};
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == event::write_ok) return on_acked(event);
        const std::uint64_t op = event.fields[0];
        if (event.kind != event::client_op_started) {
            began_.erase(op);
        } else if (engine().texts().text(text_at(event, 1)) == "write") {
            began_[op] = event.sequence;
        }
    }

    void at_end() override {
        for (const auto& [handle, regions] : chunks_) {
            const ChunkRecord* const chunk = ledger().find(handle);
            if (chunk == nullptr) continue;
            for (const auto& [offset, last] : regions)
                for (const ServerId server : ledger().current_replicas(handle))
                    compare(*chunk, offset, last, server);
        }
    }

  private:
    // The last acknowledged write of a run of bytes.
    struct Last {
        std::uint64_t end;  // in the chunk
        Order order;
        std::uint64_t acked;  // the number of the event
    };
    using Regions = std::map<std::uint64_t, Last>;  // by offset in the chunk; they do not overlap

    void on_acked(const sim::Event& event) {
        const AckFields ack = ack_fields(event);
        const ChunkRecord* const chunk = ledger().find(ack.chunk);
        const MutationRecord* const mutation =
            chunk == nullptr ? nullptr : ledger().acknowledged(*chunk, ack);
        const auto began = began_.find(event.fields[7]);
        if (mutation == nullptr || began == began_.end()) return;
        Regions& regions = chunks_[ack.chunk];
        split(regions, mutation->offset);
        split(regions, mutation->end());
        const auto first = regions.lower_bound(mutation->offset);
        const auto last = regions.lower_bound(mutation->end());
        const Last fresh{mutation->end(), order_of(*mutation), event.sequence};
        bool newest = true;
        for (auto at = first; at != last; ++at) {
            count_check();
            if (at->second.order < fresh.order) continue;
            newest = false;
            if (at->second.acked < began->second) return report(ack, *mutation, at->second);
        }
        if (newest) {
            regions.erase(first, last);
            regions.emplace(mutation->offset, fresh);
            return;
        }
        for (auto at = first; at != last; ++at)
            if (at->second.order < fresh.order)
                at->second = {at->second.end, fresh.order, fresh.acked};
    }

    static void split(Regions& regions, std::uint64_t offset) {
        auto after = regions.upper_bound(offset);
        if (after == regions.begin()) return;
        const auto piece = std::prev(after);
        if (piece->first == offset || piece->second.end <= offset) return;
        const Last right = piece->second;
        piece->second.end = offset;
        regions.emplace_hint(after, offset, right);
    }

    void report(const AckFields& ack, const MutationRecord& mutation, const Last& last) {
        violated(
            ack.chunk, mutation.primary,
            fmt::format("a write of {} by {} came as mutation {} of version {}, before mutation "
                        "{} of version {}, which had been acknowledged when the write began",
                        name(ack.chunk), name(ack.client), to_number(mutation.serial),
                        to_number(mutation.version), to_number(last.order.second),
                        to_number(last.order.first)));
    }

    void compare(const ChunkRecord& chunk, std::uint64_t offset, const Last& last,
                 ServerId server) {
        const StoredReplica* const replica = truth().replica(server, chunk.handle);
        if (replica == nullptr) return;
        for (const Extent& extent : replica->content.read(offset, last.end - offset)) {
            count_check();
            // The disk lost the last write, or put another in its place: the checksum says so.
            if (extent.damaged) continue;
            const MutationRecord* const author = author_of(chunk, extent, last.order);
            if (author == nullptr) continue;
            violated(chunk.handle, server,
                     fmt::format("{} holds bytes {} to {} of {} as mutation {} of version {} left "
                                 "them; the last write of them is mutation {} of version {}",
                                 name(server), extent.offset, extent.end(), name(chunk.handle),
                                 to_number(author->serial), to_number(author->version),
                                 to_number(last.order.second), to_number(last.order.first)));
            return;
        }
    }

    // The acknowledged write whose bytes these are, if it comes before `last` and none of the later
    // mutations wrote the same bytes again.
    static const MutationRecord* author_of(const ChunkRecord& chunk, const Extent& extent,
                                           const Order& last) {
        const MutationRecord* author = nullptr;
        for (const MutationRecord& mutation : chunk.mutations) {
            if (!RegionOracle::holds(extent, mutation)) continue;
            if (order_of(mutation) >= last) return nullptr;
            if (mutation.acked) author = &mutation;
        }
        return author;
    }

    std::map<std::uint64_t, std::uint64_t> began_;  // writes that go on
    std::map<ChunkHandle, Regions> chunks_;
};

}  // namespace

std::unique_ptr<Invariant> make_last_writer_wins(const Surroundings& around) {
    return std::make_unique<LastWriterWins>(around);
}

}  // namespace gfs::checks
