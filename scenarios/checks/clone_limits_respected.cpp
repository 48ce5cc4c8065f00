// SPDX-License-Identifier: Apache-2.0
// Cloning must not overwhelm client traffic: GFS 4.3 (rule L5). So many clones at once in the
// cluster and at each server, and each no faster than its bandwidth.

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "core/common/events.h"
#include "scenarios/checks/clone_book.h"
#include "scenarios/checks/invariant.h"
#include "sim/network/network.h"
#include "sim/wide.h"

namespace gfs::checks {
namespace {

class CloneLimitsRespected final : public Invariant {
  public:
    explicit CloneLimitsRespected(const Surroundings& around)
        : Invariant(around), book_(around) {}

    std::vector<sim::EventKind> kinds() const override {
        std::vector<sim::EventKind> kinds = CloneBook::kinds();
        kinds.push_back(event::chunk_replica_created);
        return kinds;
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == event::chunk_replica_created) return on_created(event);
        if (!book_.is_of_master(event)) return book_.apply(event);
        if (event.kind == event::clone_started) {
            const CloneFields clone = clone_fields(event);
            on_ordered({clone.chunk, clone.to, version_of(event)});
        }
        if (event.kind == event::clone_planned) on_planned(clone_fields(event));
        if (event.kind == event::clone_finished)
            on_finished(clone_fields(event), version_of(event));
        book_.apply(event);
        if (!book_.running().contains(chunk_of(event))) copied_.erase(chunk_of(event));
    }

  private:
    static Version version_of(const sim::Event& clone_event) {
        return Version{clone_event.fields[4]};
    }

    // Chunk, target, version.
    using Order = std::tuple<ChunkHandle, ServerId, Version>;

    void on_ordered(const Order& order) {
        ordered_.try_emplace(order, engine().now());
        if (ordered_.size() < prune_at_) return;
        std::erase_if(ordered_, [this](const auto& entry) {
            const auto& [chunk, target, version] = entry.first;
            const ChunkRecord* const record = ledger().find(chunk);
            return record == nullptr || version < record->current;
        });
        prune_at_ = 2 * ordered_.size() + 1024;
    }

    // What the target has by now came since the first order of it, in any case: also one that the
    // master has given up, that the network held back for long, or that came twice and has brought
    // a copy before. Another version is another copy, which may come while the next one is under
    // way.
    void on_created(const sim::Event& event) {
        const ReplicaFields created = replica_fields(event);
        const ChunkHandle chunk = created.chunk;
        const ServerId server = created.server;
        const auto since = ordered_.find({chunk, server, created.version});
        if (since == ordered_.end()) return;
        const StoredReplica* const copy = truth().replica(server, chunk);
        const auto running = book_.running().find(chunk);
        if (copy == nullptr || running == book_.running().end()) return;
        if (running->second.clone.to != server) return;
        copied_[chunk] = {created.version, event.time - since->second, copy->content.length()};
    }

    void on_planned(const CloneFields& clone) {
        count_check();
        const std::uint64_t running = book_.running().size() + 1;
        if (running > book_.limit())
            violated(clone.chunk, clone.to,
                     fmt::format("the clone of {} makes {} at once; the limit is {} with {} "
                                 "live servers",
                                 name(clone.chunk), running, book_.limit(), book_.live().size()));
        for (const ServerId server : {clone.from, clone.to}) {
            const std::uint64_t here = book_.clones_at(server) + 1;
            if (here > config().clone_per_server)
                violated(clone.chunk, server,
                         fmt::format("the clone of {} makes {} at once at {}; the limit is {}",
                                     name(clone.chunk), here, name(server),
                                     config().clone_per_server));
        }
    }

    // bytes / time > bandwidth, in whole numbers. Only of what was made by this clone: a copy that
    // an earlier one left behind takes no time.
    void on_finished(const CloneFields& clone, Version version) {
        const auto copied = copied_.find(clone.chunk);
        if (copied == copied_.end() || copied->second.version != version) return;
        // What fits into one small message is no flow, and nobody throttles it.
        if (copied->second.bytes < sim::Network::bulk_bytes) return;
        count_check();
        const std::int64_t ns = sim::to_ns(copied->second.took);
        const std::uint64_t bytes = copied->second.bytes;
        const auto most = sim::multiply_wide(config().clone_bandwidth,
                                             static_cast<std::uint64_t>(ns)) /
                          1'000'000'000;
        if (bytes > most + 1)
            violated(clone.chunk, clone.to,
                     fmt::format("{} got {} bytes of {} in {} ns, more than {} bytes a second",
                                 name(clone.to), bytes, name(clone.chunk), ns,
                                 config().clone_bandwidth));
    }

    CloneBook book_;
    struct Copied {
        Version version;
        sim::Duration took;
        std::uint64_t bytes;
    };
    std::map<ChunkHandle, Copied> copied_;  // by the target of a running clone
    std::map<Order, sim::Time> ordered_;              // first
    std::size_t prune_at_ = 1024;
};

}  // namespace

std::unique_ptr<Invariant> make_clone_limits_respected(const Surroundings& around) {
    return std::make_unique<CloneLimitsRespected>(around);
}

}  // namespace gfs::checks
