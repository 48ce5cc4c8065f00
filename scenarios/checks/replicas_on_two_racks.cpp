// SPDX-License-Identifier: Apache-2.0
// A chunk survives the loss of a rack: GFS 4.2 (rule G16). Replicas may have to share a rack while
// others are down, and a clone into the same rack is better than none; but where several racks have
// live servers, and nothing breaks, no chunk stays on one of them for longer than repairs take.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/common/events.h"
#include "scenarios/checks/clone_book.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"
#include "scenarios/checks/repair_bound.h"

namespace gfs::checks {
namespace {

class ReplicasOnTwoRacks final : public Invariant {
  public:
    explicit ReplicasOnTwoRacks(const Surroundings& around) : Invariant(around), book_(around) {}

    std::vector<sim::EventKind> kinds() const override {
        std::vector<sim::EventKind> kinds = CloneBook::kinds();
        for (const sim::EventKind kind :
             {event::chunk_replica_added, event::chunk_replica_removed, event::server_crashed,
              event::server_started, event::heartbeat_sent, sim::event::fault_fired,
              sim::event::fault_healed})
            kinds.push_back(kind);
        return kinds;
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == event::heartbeat_sent) return look(event.time);
        if (event.kind == event::chunk_replica_added || event.kind == event::chunk_replica_removed)
            return on_replica(event);
        if (disturbs(event.kind)) {
            calm_since_ = event.time;
            most_missing_ = 0;
            elsewhere_.reset();
        }
        if (event.kind == event::master_crashed || event.kind == event::master_promoted) {
            together_.clear();
            since_.clear();
        }
        book_.apply(event);
    }

    void at_end() override { look(engine().now()); }

  private:
    static bool disturbs(sim::EventKind kind) {
        constexpr sim::EventKind kinds[] = {
            event::master_crashed,  event::master_promoted,       event::server_crashed,
            event::server_started,  event::server_registered,     event::clone_failed,
            event::server_declared_dead, sim::event::fault_fired, sim::event::fault_healed};
        return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
    }

    std::uint32_t rack_of(ServerId server) const { return engine().host(server).rack(); }

    void on_replica(const sim::Event& event) {
        const ChunkHandle chunk = chunk_of(event);
        const ServerId changed = host_at(event, 1);
        const bool is_added = event.kind == event::chunk_replica_added;
        std::size_t replicas = is_added ? 1 : 0;
        std::set<std::uint32_t> racks;
        if (is_added) racks.insert(rack_of(changed));
        if (const ChunkRecord* const record = ledger().find(chunk)) {
            for (const ReplicaRecord& replica : record->replicas) {
                if (replica.server == changed || !ledger().counted(replica)) continue;
                racks.insert(rack_of(replica.server));
                ++replicas;
            }
        }
        count_check();
        if (replicas < 2 || racks.size() > 1) return forget(chunk);
        if (together_.try_emplace(chunk, event.time).second) since_.insert({event.time, chunk});
    }

    void forget(ChunkHandle chunk) {
        const auto known = together_.find(chunk);
        if (known == together_.end()) return;
        since_.erase({known->second, chunk});
        together_.erase(known);
    }

    // The fewest live servers that are not on a chunk's rack, wherever that is. Who is live changes
    // with what disturbs; asked for at every HeartBeat, of as many servers, it is counted once.
    std::uint64_t servers_elsewhere() {
        if (elsewhere_) return *elsewhere_;
        std::map<std::uint32_t, std::uint64_t> on_rack;
        std::uint64_t most = 0;
        for (const ServerId server : book_.live())
            most = std::max(most, ++on_rack[rack_of(server)]);
        elsewhere_ = book_.live().size() - most;
        return *elsewhere_;
    }

    void look(sim::Time now) {
        // What has been repaired since then took its time.
        most_missing_ = std::max(most_missing_, missing());
        if (since_.empty()) return;
        const auto& [since, chunk] = *since_.begin();
        const std::uint64_t elsewhere = servers_elsewhere();
        if (elsewhere == 0 || now - std::max(since, calm_since_) <= bound(elsewhere)) return;
        if (files().exists(chunk))
            violated(chunk, sim::no_host,
                     fmt::format("all replicas of {} have been on {} since {}, {} after "
                                 "everything was calm; there are live servers on {}",
                                 name(chunk), rack_that_has(chunk), describe(since),
                                 describe(now - std::max(since, calm_since_)),
                                 racks_without(chunk)));
        forget(chunk);
    }

    std::set<std::uint32_t> racks_of(ChunkHandle chunk) const {
        std::set<std::uint32_t> racks;
        if (const ChunkRecord* const record = ledger().find(chunk))
            for (const ReplicaRecord& replica : record->replicas)
                if (ledger().counted(replica)) racks.insert(rack_of(replica.server));
        return racks;
    }

    std::string rack_that_has(ChunkHandle chunk) const {
        const std::set<std::uint32_t> racks = racks_of(chunk);
        return racks.empty() ? "one rack" : truth().rack_name(*racks.begin());
    }

    // With live servers.
    std::string racks_without(ChunkHandle chunk) const {
        const std::set<std::uint32_t> taken = racks_of(chunk);
        std::set<std::uint32_t> racks;
        for (const ServerId server : book_.live())
            if (!taken.contains(rack_of(server))) racks.insert(rack_of(server));
        std::string names;
        for (const std::uint32_t rack : racks)
            names += (names.empty() ? "" : ", ") + truth().rack_name(rack);
        return names;
    }

    std::uint64_t missing() const {
        std::uint64_t replicas = together_.size();
        for (const auto& [lacks, chunks] : book_.by_missing()) replicas += lacks * chunks.size();
        return replicas;
    }

    // Many chunks may have to go to the only server of the other rack, one after another.
    Duration bound(std::uint64_t servers_elsewhere) const {
        return repair_bound(config(), {.replicas = most_missing_,
                                       .live_servers = book_.live().size(),
                                       .places = servers_elsewhere * config().clone_per_server});
    }

    CloneBook book_;
    std::map<ChunkHandle, sim::Time> together_;          // on one rack, since when
    std::set<std::pair<sim::Time, ChunkHandle>> since_;  // the same, longest first
    sim::Time calm_since_{};
    std::uint64_t most_missing_ = 0;  // replicas, since then
    std::optional<std::uint64_t> elsewhere_;  // servers_elsewhere(), unless it may have changed
};

}  // namespace

std::unique_ptr<Invariant> make_replicas_on_two_racks(const Surroundings& around) {
    return std::make_unique<ReplicasOnTwoRacks>(around);
}

}  // namespace gfs::checks
