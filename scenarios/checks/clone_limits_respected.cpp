// SPDX-License-Identifier: Apache-2.0
// Cloning must not overwhelm client traffic: GFS 4.3 (rule L5). So many clones at once in the
// cluster and at each server, and each no faster than its bandwidth.

#include <fmt/format.h>

#include "core/common/events.h"
#include "scenarios/checks/clone_book.h"
#include "scenarios/checks/invariant.h"
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
        if (event.kind == event::chunk_replica_created) {
            const auto running = book_.running().find(chunk_of(event));
            if (running != book_.running().end() && running->second.clone.to == host_at(event, 1))
                copied_[running->first] = event.time;
            return;
        }
        if (!book_.is_of_master(event)) return book_.apply(event);
        if (event.kind == event::clone_planned) on_planned(clone_fields(event));
        if (event.kind == event::clone_finished) on_finished(clone_fields(event));
        book_.apply(event);
        if (!book_.running().contains(chunk_of(event))) copied_.erase(chunk_of(event));
    }

  private:
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
    void on_finished(const CloneFields& clone) {
        const auto copied = copied_.find(clone.chunk);
        const auto running = book_.running().find(clone.chunk);
        if (copied == copied_.end() || running == book_.running().end()) return;
        const StoredReplica* const copy = truth().replica(clone.to, clone.chunk);
        if (copy == nullptr || !running->second.started) return;
        count_check();
        const std::int64_t ns = sim::to_ns(copied->second - *running->second.started);
        const auto most = sim::multiply_wide(config().clone_bandwidth,
                                             static_cast<std::uint64_t>(ns)) /
                          1'000'000'000;
        if (copy->content.length() > most + 1)
            violated(clone.chunk, clone.to,
                     fmt::format("{} got {} bytes of {} in {} ns, more than {} bytes a second",
                                 name(clone.to), copy->content.length(), name(clone.chunk), ns,
                                 config().clone_bandwidth));
    }

    CloneBook book_;
    std::map<ChunkHandle, sim::Time> copied_;  // when the target of a running clone had its copy
};

}  // namespace

std::unique_ptr<Invariant> make_clone_limits_respected(const Surroundings& around) {
    return std::make_unique<CloneLimitsRespected>(around);
}

}  // namespace gfs::checks
