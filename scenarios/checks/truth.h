// SPDX-License-Identifier: Apache-2.0
// What checks may look at beside the events: the true state of the cluster, which no machine of it
// has, and what the runner knows of master and workload. Looking changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/common/chunk_store.h"
#include "core/common/data_table.h"
#include "core/common/ids.h"
#include "core/common/log_record.h"

namespace gfs::checks {

// How busy a machine is and has been.
struct MachineLoad {
    std::uint64_t nic_bytes_per_s = 0;  // capacity in each direction
    std::uint64_t flow_bytes_sent = 0;  // bulk data that has left it so far
    std::uint64_t disk_used_bytes = 0;
    sim::Duration disk_busy{};  // in all
};

class Truth {
  public:
    // The replica on the server's disk, its process up or down; null for none.
    virtual const StoredReplica* replica(ServerId server, ChunkHandle chunk) const = 0;
    // All chunkservers, up or down, by id.
    virtual const std::vector<ServerId>& chunkservers() const = 0;
    // Where the chunk's replicas were when the run began: whichever came later has shown itself in
    // an event. Nothing where nobody keeps count of that.
    virtual std::optional<std::span<const ServerId>> began_on(ChunkHandle) const {
        return std::nullopt;
    }
    virtual bool up(HostId host) const = 0;
    // The machine of the present master, whose clock leases are granted by.
    virtual HostId master() const = 0;
    // The chunks of the master on this machine that its log says are copies, oldest first. What a
    // checkpoint has made superfluous in the log may be left out.
    virtual std::vector<log::ChunkCopied> logged_copies(HostId) const { return {}; }
    virtual const DataTable& data() const = 0;
    virtual std::string rack_name(std::uint32_t rack) const {
        return "rack " + std::to_string(rack);
    }
    // Nothing for a machine without a disk, or where nobody keeps count.
    virtual std::optional<MachineLoad> load(HostId) const { return std::nullopt; }

  protected:
    ~Truth() = default;
};

class Probe {
  public:
    // Every operation of every workload has ended.
    virtual bool all_ops_done() const = 0;
    // How many chunks of existing files the master counts fewer replicas of than `replicas`, or
    // than their goal if that is lower; nothing while no master serves.
    virtual std::optional<std::uint64_t> chunks_below(std::uint32_t replicas) const = 0;
    // The chunk that the master's metadata have at this place; nothing while no master serves,
    // no_chunk if there is none.
    virtual std::optional<ChunkHandle> chunk_at(const std::string& path,
                                                ChunkIndex index) const = 0;
    // Whether the master's namespace has this file; nothing while no master serves.
    virtual std::optional<bool> has_file(const std::string& path) const = 0;
    // Every name in the master's namespace, hidden files and the root apart; those of directories
    // end with '/'. Nothing while no master serves.
    virtual std::optional<std::vector<std::string>> names() const = 0;
    // How the serving master's memory differs from the state that its log on the disk gives, and
    // that of each log replica that counts; no words if it does not. Nothing while no master
    // serves, or while a record is under way.
    struct LogDifference {
        std::string words{};
        std::string path{};  // the name or the chunk that it is about, if any
        ChunkHandle chunk = no_chunk;
        HostId machine = sim::no_host;  // that has the log
    };
    virtual std::optional<LogDifference> log_difference() const { return std::nullopt; }

    // How much memory the master's tables take (GFS 2.6.1); nothing while no master serves.
    struct Memory {
        std::uint64_t names = 0;
        std::uint64_t name_bytes = 0;
        std::uint64_t chunks = 0;
        std::uint64_t chunk_bytes = 0;
    };
    virtual std::optional<Memory> master_memory() const { return std::nullopt; }

  protected:
    ~Probe() = default;
};

}  // namespace gfs::checks
