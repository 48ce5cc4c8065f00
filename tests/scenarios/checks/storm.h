// SPDX-License-Identifier: Apache-2.0
// A real cluster in a storm: clients that append, write, read and change names while processes end
// and begin again, machines are cut off or stand still, and messages are lost, doubled and
// overtaken. All checks are on.
#pragma once

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <vector>

#include "core/client/client.h"
#include "core/cluster/cluster.h"
#include "core/common/events.h"
#include "scenarios/checks/checks.h"
#include "scenarios/checks/cluster_truth.h"
#include "sim/operation.h"
#include "sim/random.h"

namespace gfs::checks {

using namespace std::chrono_literals;

struct Weather {
    std::uint64_t seed = 1;
    sim::Duration length = 120s;        // of the storm; it is followed by calm
    sim::Duration between_faults = 3s;  // on average
    bool processes = true;              // crashes, power losses, restarts
    bool cuts = true;
    bool pauses = true;
    bool log_machines = false;  // faults strike log replicas, shadows and the monitor as well
    bool shared_names = false;  // the clients do nothing but change a few names, all the same ones
    bool disks = false;  // bytes change and files vanish, never of a chunk's last two good replicas
    // One disk at a time is slow, stands still, or is full; with `errors` it can also take no
    // writes and fail reads, writes and syncs, while each chunk on it has two good replicas
    // elsewhere.
    bool sick_disks = false;
    bool errors = false;
    bool snapshots = true;
    sim::Ratio message_loss{1, 200};
    sim::Ratio message_doubled{1, 100};
    sim::Ratio message_overtaken{1, 50};
};

inline Config quick_config() {
    Config config;
    config.chunk_size = 256 * KiB;
    config.record_append_max = 64 * KiB;
    config.lease = 6s;
    config.heartbeat = 1s;
    config.dead_after = 5s;
    config.master_restart = 2s;
    config.client_timeout = 1s;
    config.client_cache = 10s;
    config.scan_every = 10s;
    config.master_failover_after = 6s;
    config.log_replica_timeout = 4s;
    config.checkpoint_every = 60;
    return config;
}

class Storm {
  public:
    Storm(const Weather& weather, const Config& config, std::vector<Expectation> expect = {});
    ~Storm() { engine.shut_down(); }

    // Storm and calm, and what the checks say then. With a mechanism switched off the cluster may
    // end in an assertion of its own; the checks then judge what was until there.
    const Results& run();
    // A file of one chunk that is there when the run begins.
    void preload(const std::string& path, std::uint32_t replicas);
    // The machine of the master loses its power as soon as it has answered its `nth` Create.
    void strike_after_create(int nth);
    // It loses it `delay` after the nth event of the kind, and has it back a second later.
    void strike_after(sim::EventKind kind, int nth, sim::Duration delay);
    std::vector<std::string> violated() const;
    // "lease_before_mutation: cs1 ordered ...", one line for each violated invariant.
    std::string violations() const;

    sim::Engine engine;
    Cluster cluster;
    std::uint64_t succeeded = 0;  // operations of clients

  private:
    class Strike final : public sim::EventObserver {
      public:
        Strike(Storm& storm, sim::EventKind kind, int nth, sim::Duration delay)
            : storm_(storm), kind_(kind), left_(nth), delay_(delay) {}
        void on_event(const sim::Event& event) override;

      private:
        bool is_meant(const sim::Event& event) const;

        Storm& storm_;
        sim::EventKind kind_;
        int left_;
        sim::Duration delay_;
    };
    class Names final : public NameResolver {
      public:
        bool is_named(const std::string&, HostId) override { return false; }
        bool is_in_rack(const std::string&, HostId) override { return false; }
        bool has_role(const std::string&, HostId) override { return false; }
        std::optional<ChunkHandle> named_chunk(const std::string&) override { return {}; }
        std::optional<ChunkHandle> chunk_of(const std::string&, ChunkIndex) override { return {}; }
    };
    class MasterProbe final : public Probe {
      public:
        explicit MasterProbe(const Cluster& cluster) : cluster_(cluster) {}
        bool all_ops_done() const override { return true; }
        std::optional<std::uint64_t> chunks_below(std::uint32_t replicas) const override;
        std::optional<ChunkHandle> chunk_at(const std::string& path,
                                            ChunkIndex index) const override;
        std::optional<bool> has_file(const std::string& path) const override;
        std::optional<std::vector<std::string>> names() const override;

      private:
        const Cluster& cluster_;
    };

    class Trouble final : public sim::DiskTrouble {
      public:
        enum class Kind : std::uint8_t { slow, stall, full, read_only, read, write, sync };
        // Not owned: random.
        Trouble(sim::Disk& disk, Kind kind, sim::Random& random);
        ~Trouble();
        void on_request(const sim::DiskRequest& request, sim::DiskFate& fate) override;

      private:
        sim::Disk& disk_;
        Kind kind_;
        sim::Random& random_;
    };

    sim::Task<void> work(HostId host);
    sim::Task<void> work_on(Client& client, sim::Random draws);
    sim::Task<bool> change_names(Client& client, sim::Random& draws);
    void next_fault();
    void fault();
    void end_process(HostId host);
    void begin_process(HostId host);
    void cut(HostId host);
    void stand_still(HostId host);
    void next_disk_fault();
    void disk_fault();
    bool can_spare(ChunkHandle chunk, ServerId server) const;
    // storm_disks.cpp
    void next_sick_disk();
    void fall_sick(HostId host);
    void get_well();
    bool can_spare_all(HostId host) const;
    void calm();

    Weather weather_;
    sim::Random draws_;
    sim::Random disk_draws_;
    sim::Random sick_draws_;
    std::optional<Trouble> trouble_;
    ClusterTruth truth_;
    MasterProbe probe_;
    Names names_;
    Checks checks_;
    std::vector<HostId> clients_;
    std::optional<Strike> strike_;
    std::optional<Results> results_;
};

}  // namespace gfs::checks
