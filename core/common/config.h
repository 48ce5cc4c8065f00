// SPDX-License-Identifier: Apache-2.0
// Every constant of the file system: the fields of `/gfs` in a scenario file. P = from the paper
// (section), U = left open by the paper; the default is then the safest choice that it allows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/common/ids.h"
#include "sim/time.h"

namespace gfs {

using sim::Duration;
using namespace std::chrono_literals;

inline constexpr std::uint64_t KiB = 1024;
inline constexpr std::uint64_t MiB = 1024 * KiB;

enum class Push { chain, star };                                       // P 3.2
enum class Durability { fsync, writeback };                            // U9
enum class ChecksumOrder { journaled, data_first, log_first };         // U10
enum class VersionOrder { reserve, replicas_first, log_first };        // U4
// allow(synonym): here it means to wait
enum class LogReplicaDown { reconfigure, block };                      // U19
enum class PrimaryChoice { random, first, longest };                   // U17
enum class RevocationWaits { in_flight, nothing };                     // U13
enum class Holes { zeros, end_of_file };                               // U16
enum class SurplusChoice { fullest, random, first };                   // U21
enum class NextChunk { once, always };                                 // U23
enum class SharedGoal { highest, lowest };                             // U24

// A policy by name with its parameters, e.g. {"kind": "random", "full_at": 0.9}. Values are kept
// as the file has them; the policy's constructor reads and checks them.
struct PolicySpec {
    std::string kind;
    struct Parameter {
        std::string name;
        std::string value;
    };
    std::vector<Parameter> parameters;
};

// A number of clonings, or a share of the live chunkservers.
struct CloneLimit {
    bool percent = true;
    std::uint64_t amount = 40;
};

// How the master finds a name among those of its directory (GFS 6.2.4).
enum class NameSearch { binary, linear };

// Unix-like permission bits (GFS 2.3, 7): 0400 and 0200 let the owner read and write, 0004 and 0002
// all others.
using Mode = std::uint16_t;

// A directory and everything below it, and what is different there (GFS 2.3). What is absent is as
// in the next larger region, and outside of all as in the rest of Config.
struct Region {
    std::string directory;
    std::optional<std::uint32_t> replication;
    std::optional<Duration> delete_grace;    // zero: deleted files are gone at once
    std::optional<UserId> owner;             // of what is created there; else whoever creates it
    std::optional<Mode> mode;                // of what is created there
    std::optional<std::uint64_t> max_files;  // quotas, of the whole region
    std::optional<std::uint64_t> max_bytes;
};

// Mechanisms that can be switched off one at a time (`/gfs/without`).
enum class Mechanism {
    version_check, version_bump, lease_wait, lease_check_at_primary, lease_wait_after_failover,
    serial_order, data_before_mutation, exact_offset, append_padding, checksum_on_read,
    checksum_before_overwrite, idle_scan, log_before_reply, log_replication,
    checkpoint_completeness, namespace_locks, namespace_lock_order, snapshot_revoke, copy_on_write,
    deferred_reply, stale_replica_gc, registration_epoch, master_epoch, clone_revoke,
    clone_priority, clone_limits, rack_spread, delete_grace, orphan_protection, handle_uniqueness,
    cache_timeout, report_corruption, secondary_version_check,
};
inline constexpr std::size_t mechanism_count = 33;

struct Config {
    std::string profile = "gfs2003";

    std::uint64_t chunk_size = 64 * MiB;                // P 2.5
    std::uint64_t checksum_block = 64 * KiB;            // P 5.2
    std::uint32_t replication = 3;                      // P 2.3
    Duration lease = 60s;                               // P 3.1
    Duration lease_guard = 0s;                          // U7
    Duration heartbeat = 3s;                            // U1
    Duration dead_after = 30s;                          // U1
    Duration rereplicate_after = 0s;                    // U2
    Duration delete_grace = 72h;                        // P 4.4.1, three days
    Duration scan_every = 60s;                          // U8
    std::uint32_t heartbeat_reports = 100;              // U8: chunks that one HeartBeat reports
    PolicySpec placement{"paper", {}};                  // P 4.2
    PolicySpec rebalancing{"paper", {}};                // P 4.3
    PolicySpec re_replication{"paper", {}};             // P 4.3
    Push push = Push::chain;                            // P 3.2
    CloneLimit clone_limit;                             // P 6.2.5: 91 of 227 servers
    std::uint64_t clone_bandwidth = 6'250'000;          // bytes/s, P 6.2.5
    std::uint32_t clone_per_server = 2;                 // ours
    std::uint64_t record_append_max = 16 * MiB;         // chunk_size / 4, P 3.3
    Duration master_restart = 10s;                      // ours; "in seconds", 5.1.1
    std::uint32_t log_replicas = 2;                     // P 6.1
    Duration log_batch = 5ms;                           // U11
    std::uint64_t checkpoint_every = 100'000;           // records, U11
    LogReplicaDown log_replica_down = LogReplicaDown::reconfigure;  // U19
    Duration log_replica_timeout = 10s;                 // U19: silence after which it is dropped
    Durability durability = Durability::fsync;          // U9
    ChecksumOrder checksum_order = ChecksumOrder::journaled;        // U10
    Duration idle_scan_every = 168h;                    // ours: each replica once in so long, 5.2
    std::uint64_t idle_scan_bandwidth = 4 * MiB;        // ours: bytes/s of one server's scan
    VersionOrder version_order = VersionOrder::reserve; // U4
    bool secondary_version_check = true;                // U5
    std::uint32_t report_secondary_after = 3;           // U6, failures in a row
    bool clone_revoke = true;                           // U12
    PrimaryChoice primary_choice = PrimaryChoice::random;           // U17
    RevocationWaits revocation_waits = RevocationWaits::in_flight;  // U13
    Duration request_table = 0s;                        // U15: 0, there is none, as in the paper
    Holes holes = Holes::zeros;                         // U16
    std::uint32_t creation_replicas = 1;                // U18: at least, for a chunk to be used
    SurplusChoice surplus_choice = SurplusChoice::fullest;          // U21
    NextChunk next_chunk = NextChunk::once;             // U23
    SharedGoal shared_goal = SharedGoal::highest;       // U24
    std::uint64_t push_buffer = 64 * MiB;               // LRU buffer of pushed data, 3.1 step 3
    Duration client_cache = 60s;                        // U3
    std::optional<Duration> holder_cache;               // U3: none, until the primary refuses
    PolicySpec replica_choice{"closest", {}};           // P 2.4
    PolicySpec retry{"exponential", {}};                // U14
    PolicySpec timeout{"static", {}};                   // U14
    Duration client_timeout = 2s;                       // U14, one request
    std::uint32_t client_retries = 3;                   // U14, of steps 3 to 7
    Duration master_failover_after = 10s;               // P 5.1.3, how long is ours

    std::vector<Region> regions;                        // U25, 2.3
    Mode mode = 0666;                                   // U25: everybody may do everything
    std::vector<std::string> users{"root"};             // U25: names, by UserId
    Duration master_op_time = 0s;                       // ours: of the master's processor, 6.2.4
    Duration master_name_time = 0s;                     // ours: for each name it looks at
    NameSearch name_search = NameSearch::binary;        // P 6.2.4

    std::vector<Mechanism> without;                     // ablations
    bool has(Mechanism mechanism) const {
        for (const Mechanism off : without)
            if (off == mechanism) return false;
        return true;
    }
};

}  // namespace gfs
