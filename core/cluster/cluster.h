// SPDX-License-Identifier: Apache-2.0
// A whole GFS cluster in one engine: builds the machines and their actors, crashes and restarts
// them, and gives const views of the truth to faults and checks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/cluster/monitor.h"
#include "core/common/chunk_store.h"
#include "core/common/config.h"
#include "core/common/data_table.h"
#include "core/common/ids.h"
#include "core/common/log_record.h"
#include "core/common/topology.h"
#include "core/master/appointment.h"
#include "core/policy/placement.h"
#include "sim/disk/disk.h"
#include "sim/engine.h"
#include "sim/network/network.h"

namespace gfs {

class ChunkServer;
class Client;
class LogReplica;
class LogStore;
class Master;
class Metadata;
class Shadow;

enum class MachineRole : std::uint8_t { master, log_replica, shadow, chunkserver, client, monitor };

// A machine and the actor that runs on it. Actors are null while the process is down.
struct Machine {
    HostId host;
    // The master's and a log replica's change: where the monitor starts a master, and where one was
    // that has been replaced.
    MachineRole role;
    std::string name;  // "master", "cs1", "log1", "writers.2"
    std::string rack;
    std::unique_ptr<sim::Disk> disk;     // not for clients
    std::unique_ptr<ChunkStore> chunks;  // chunkservers: the truth about their replicas
    std::unique_ptr<LogStore> log;       // master and log replicas: the log on disk
    std::unique_ptr<Master> master;
    std::unique_ptr<ChunkServer> chunkserver;
    std::unique_ptr<LogReplica> log_replica;
    std::unique_ptr<Shadow> shadow;
    std::unique_ptr<Monitor> monitor;
    std::unique_ptr<Client> client;
    UserId user = root_user;  // of a client
};

// Files that exist when the run begins: `chunks` chunks of `fill` bytes each.
struct PreloadedFile {
    std::string path;  // its directories are made
    std::uint64_t chunks;
    std::uint64_t fill;
    std::uint32_t replicas;
    std::uint32_t goal = 0;  // of its chunks; 0: as many as there are replicas
};

// Whether a part of the write in flight is on the platter when the power goes. (The last record of
// an operation log is incomplete in any case.)
enum class Torn : std::uint8_t { no, yes };

class Cluster final : private MasterStarter {
  public:
    // Builds the machines of `spec`, all down. Racks are numbered in order.
    // Not owned: engine; it outlives the cluster.
    Cluster(sim::Engine& engine, const Config& config, const ClusterSpec& spec);
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;
    // Kills all processes first.
    ~Cluster();

    // ---- building, before start() ----
    // A client machine; `rack` by name, or spread over the racks in turn. Its process starts with
    // start().
    HostId add_client(std::string name, std::optional<std::string> rack, UserId user = root_user);
    // The handle of the file's first chunk; the others follow it.
    ChunkHandle preload(const PreloadedFile& file, const std::function<void()>& on_chunk = {});
    // Every process starts; the master knows the chunkservers from their registrations.
    void start();

    // ---- machines that join later ----
    // A chunkserver with an empty disk and the next free name; down until restart().
    // REQUIRES: there is such a rack.
    ServerId add_chunkserver(const std::string& rack);

    // ---- processes (faults) ----
    // REQUIRES for all: the host's process is up (restart: down).
    // Process death: the machine, its disk cache included, stays.
    void crash(HostId host);
    // A graceful exit: as a crash after everything unsynced has become durable (GFS 5.1.1 makes no
    // difference between the two).
    void stop(HostId host);
    // The machine is down; with `lose_unsynced` also what its disk cache held.
    void power_loss(HostId host, bool lose_unsynced, Torn torn = Torn::no);
    // A new process starts from what the disk kept.
    void restart(HostId host);
    void pause(HostId host);
    void resume(HostId host);

    // ---- views ----
    sim::Engine& engine() const { return engine_; }
    sim::Network& network() { return network_; }
    const Config& config() const { return config_; }
    DataTable& data() { return data_; }
    const DataTable& data() const { return data_; }
    const std::vector<Machine>& machines() const { return machines_; }
    const Machine& machine(HostId host) const { return machines_.at(sim::to_index(host)); }
    std::optional<HostId> find(std::string_view name) const;
    // Where the canonical name leads (GFS 5.1.3): the machine of the newest master process.
    HostId master_host() const { return book_.master; }
    const MasterBook& master_book() const { return book_; }
    // Null while the master is down.
    const Master* master() const { return machine(master_host()).master.get(); }
    // Names and chunks by the truth: the master's own while one serves, else what its log has.
    const Metadata& metadata() const;
    Client& client(HostId host) const { return *machine(host).client; }
    // The replica on a chunkserver's disk, also when its process is down; null for none.
    const StoredReplica* replica(ServerId server, ChunkHandle chunk) const;
    const std::vector<std::string>& racks() const { return rack_names_; }
    const std::vector<ServerId>& chunkservers() const { return chunkservers_; }
    const std::vector<HostId>& shadows() const { return shadows_; }
    // Where preload() put the chunk's replicas; nowhere for any other chunk.
    std::span<const ServerId> preloaded_on(ChunkHandle chunk) const;

  private:
    static constexpr std::uint64_t handles_per_record = 1000;  // of preloaded chunks

    void add_log_replicas();
    void add_monitor();
    void promote(HostId host) override;
    Appointment appoint(HostId host);
    void retire(HostId host, std::uint32_t process);
    void fail_stop(HostId host, std::uint32_t process);
    void install_preloaded();
    HostId add_machine(MachineRole role, std::string name, std::uint32_t rack);
    ServerId add_chunkserver(std::uint32_t rack);
    std::uint32_t rack_number(const std::string& name) const;
    void set_clock(sim::Host& host);
    void preload_record(log::Entry entry);
    std::vector<ServerId> place_preloaded(std::uint32_t replicas, ChunkHandle chunk);
    std::vector<ServerId> place_by_policy(std::uint32_t replicas, ChunkHandle chunk);
    void start_process(Machine& machine);
    void end_process(Machine& machine);

    sim::Engine& engine_;
    Config config_;
    ClusterSpec spec_;
    sim::Network network_;
    DataTable data_;
    std::vector<std::string> rack_names_;
    std::vector<Machine> machines_;  // by host id
    MasterBook book_;
    HostId monitor_ = sim::no_host;
    bool was_promoted_ = false;         // the process that starts next: where no master was before
    std::vector<HostId> log_machines_;  // by id: the first master's and the log replicas'
    std::vector<HostId> shadows_;
    std::vector<ServerId> chunkservers_;
    std::uint32_t clients_added_ = 0;
    sim::Random clocks_;
    sim::Random preload_draws_;
    std::unique_ptr<PlacementPolicy> preload_placement_;
    std::set<std::string> preloaded_directories_;
    std::uint64_t preloaded_chunks_ = 0;
    std::vector<ServerId> preloaded_places_;   // of all replicas, in the order of the chunks
    std::vector<std::size_t> preloaded_ends_;  // by chunk: where its places end
    std::unique_ptr<Metadata> preloaded_;
    LogIndex preloaded_records_{0};
    // Of metadata(), while no master serves: the state after the last record of its log.
    struct LoggedState {
        HostId host;
        LogIndex last;
        MasterEpoch master;
        Checkpoint checkpoint;
    };
    mutable std::optional<LoggedState> logged_;
};

}  // namespace gfs
